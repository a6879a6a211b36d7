// Rows as a table that fits the terminal.
#include <algorithm>

#include <fmt/format.h>

#include "base/utf.h"
#include "cli/columns.h"
#include "cli/console.h"
#include "cli/display.h"

namespace cli {
namespace {

constexpr std::size_t kSample = 200;    // rows whose widths decide the layout; the others follow it
constexpr std::size_t kMaxColumn = 60;  // a long command line must not push everything else off
constexpr std::size_t kMinColumn = 8;

std::string padded(std::string_view text, std::size_t width, bool right) {
  const std::string shown = clipped(text, width);
  const std::size_t used = display_width(shown);
  const std::string gap(width > used ? width - used : 0, ' ');
  return right ? gap + shown : shown + gap;
}

bool right_aligned(cim::Type type) {
  if (type.array) return false;
  return !cim::is_text(type.base) && type.base != cim::CimType::kObject && type.base != cim::CimType::kBoolean &&
         type.base != cim::CimType::kChar16;
}

class TableRows final : public RowWriter {
 public:
  TableRows(const Console& console, const RowOptions& options) : console_(console), options_(options) {}

  void row(const cim::Object& object, std::string_view host) override {
    if (laid_out_) return print(object, host);
    sample_.push_back({object, std::string(host)});
    if (sample_.size() >= kSample) lay_out();
  }

  bool prints_next() const override { return laid_out_ || sample_.size() + 1 >= kSample; }

  void finish() override {
    if (!laid_out_) lay_out();
    console_.flush();
    if (left_out_ > 0)
      console_.note(fmt::format("note: {} more column{}; -o list shows all, or SELECT fewer", left_out_, left_out_ == 1 ? "" : "s"));
  }

 private:
  struct Sampled {
    cim::Object object;
    std::string host;
  };
  struct Laid {
    Column column;
    std::size_t width = 0;
    std::size_t wanted = 0;  // what the widest sampled cell takes
  };

  /// Columns of all sampled classes in order of appearance, those that are NULL in every row left out, as many as the width holds.
  void lay_out() {
    laid_out_ = true;
    std::vector<Laid> all;
    for (const auto& [object, host] : sample_) {
      for (const Column& column : columns_of(object, options_)) {
        auto it = std::ranges::find_if(
            all, [&](const Laid& l) { return l.column.host == column.host && base::equal_ignore_case(l.column.name, column.name); });
        const std::size_t width = display_width(cell_text(cell(object, column, host), column.type));
        if (it == all.end()) it = all.insert(all.end(), {column});
        it->wanted = std::max(it->wanted, width);
      }
    }
    std::erase_if(all, [this](const Laid& l) { return l.wanted == 0 && !sample_.empty(); });
    keys_first(all);
    choose(std::move(all));
    if (!columns_.empty()) header();
    for (const auto& [object, host] : sample_) print(object, host);
    sample_.clear();
  }

  void keys_first(std::vector<Laid>& all) const {
    std::ranges::stable_partition(all, [this](const Laid& l) {
      if (l.column.host) return true;
      return std::ranges::any_of(sample_, [&l](const Sampled& row) {
        const cim::Property* p = row.object.cls()->property(l.column.name);
        return (p != nullptr && p->key()) || l.column.name == "__CLASS";
      });
    });
  }

  void choose(std::vector<Laid> all) {
    std::size_t used = 0;
    const std::size_t limit = console_.out_is_terminal ? console_.width : SIZE_MAX;
    for (Laid& l : all) {
      l.wanted = std::max(l.wanted, l.column.name.size());
      l.width = std::min(l.wanted, kMaxColumn);
      const std::size_t gap = columns_.empty() ? 0 : 2;
      if (used + gap + l.width > limit) {
        const std::size_t rest = limit > used + gap ? limit - used - gap : 0;
        if (rest < std::max(kMinColumn, l.column.name.size())) {
          ++left_out_;
          continue;
        }
        l.width = rest;
      }
      used += gap + l.width;
      columns_.push_back(std::move(l));
    }
    for (Laid& l : columns_) {  // what is left goes to cells that were cut
      const std::size_t more = std::min(l.wanted - std::min(l.wanted, l.width), limit - std::min(limit, used));
      l.width += more;
      used += more;
    }
  }

  void header() {
    std::string names;
    std::string rule;
    for (const Laid& l : columns_) {
      if (!names.empty()) {
        names += "  ";
        rule += "  ";
      }
      names += padded(l.column.name, l.width, false);
      rule.append(l.width, '-');
    }
    emit(std::move(names));
    emit(std::move(rule));
  }

  void print(const cim::Object& object, std::string_view host) {
    std::string line;
    for (const Laid& l : columns_) {
      if (&l != columns_.data()) line += "  ";
      line += padded(cell_text(cell(object, l.column, host), l.column.type), l.width, right_aligned(l.column.type));
    }
    emit(std::move(line));
  }

  void emit(std::string line) {
    while (!line.empty() && line.back() == ' ') line.pop_back();
    console_.write(line + "\n");
  }

  const Console& console_;
  RowOptions options_;
  std::vector<Sampled> sample_;
  std::vector<Laid> columns_;
  std::size_t left_out_ = 0;
  bool laid_out_ = false;
};

}  // namespace

std::unique_ptr<RowWriter> make_table_writer(const Console& console, const RowOptions& options) {
  return std::make_unique<TableRows>(console, options);
}

}  // namespace cli
