#include "script/wsh/wsf.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/utf.h"

namespace script::wsh {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':' || c == '-' || c == '.' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool same(std::string_view a, std::string_view b) { return base::equal_ignore_case(a, b); }
bool is_true(std::string_view value) { return same(value, "true") || value == "1" || same(value, "yes") || same(value, "on"); }

struct Tag {
  enum class Kind : std::uint8_t { kOpen, kClose, kInstruction } kind = Kind::kOpen;
  std::string name;
  bool empty = false;  // <name/>
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string_view value(std::string_view attribute) const {
    for (const auto& [name_of, value_of] : attributes) {
      if (same(name_of, attribute)) return value_of;
    }
    return {};
  }
  bool has(std::string_view attribute) const {
    for (const auto& [name_of, value_of] : attributes) {
      if (same(name_of, attribute)) return true;
    }
    return false;
  }
};

class WsfParser {
 public:
  WsfParser(std::string_view text, const WsfLimits& limits) : text_(text), limits_(limits) {}

  std::expected<WsfFile, WsfError> parse() {
    while (auto tag = next_tag()) {
      if (!take(*tag)) break;
    }
    if (failed_) return std::unexpected(error_);
    if (!open_.empty()) return std::unexpected(error_at(text_.size(), "<" + open_.back() + "> has no end tag"));
    if (file_.jobs.empty()) return std::unexpected(error_at(text_.size(), "there is no <job>"));
    return std::move(file_);
  }

 private:
  WsfError error_at(std::size_t position, std::string text) const {
    WsfError error{std::move(text), 1, 1};
    for (const char c : text_.substr(0, position)) {
      ++error.column;
      if (c == '\n') ++error.line, error.column = 1;
    }
    return error;
  }
  bool fail(std::string text) {
    if (!failed_) error_ = error_at(tag_start_, std::move(text));
    failed_ = true;
    return false;
  }
  std::string_view rest() const { return text_.substr(position_); }
  bool skip_behind(std::string_view end, const char* what) {
    const std::size_t found = text_.find(end, position_);
    if (found == std::string_view::npos) return fail(std::string(what) + " has no end");
    position_ = found + end.size();
    return true;
  }
  void skip_space() {
    while (position_ < text_.size() && is_space(text_[position_])) ++position_;
  }

  /// The next tag; texts between tags are left out here. nullopt at the end and after a failure.
  std::optional<Tag> next_tag() {
    while (!failed_) {
      position_ = std::min(text_.find('<', position_), text_.size());
      tag_start_ = position_;
      if (position_ == text_.size()) return std::nullopt;
      if (rest().starts_with("<!--")) {
        skip_behind("-->", "a comment");
      } else if (rest().starts_with("<![CDATA[")) {
        skip_behind("]]>", "CDATA");
      } else if (rest().starts_with("<!")) {
        skip_behind(">", "a declaration");
      } else {
        return read_tag();
      }
    }
    return std::nullopt;
  }

  std::optional<Tag> read_tag() {
    Tag tag;
    ++position_;
    if (rest().starts_with("?")) tag.kind = Tag::Kind::kInstruction, ++position_;
    if (rest().starts_with("/")) tag.kind = Tag::Kind::kClose, ++position_;
    tag.name = read_name();
    if (tag.name.empty()) return fail("a name is expected behind `<`"), std::nullopt;
    while (true) {
      skip_space();
      if (position_ >= text_.size()) return fail("<" + tag.name + " has no `>`"), std::nullopt;
      if (rest().starts_with(">")) return ++position_, tag;
      if (rest().starts_with("/>") || rest().starts_with("?>")) return position_ += 2, tag.empty = true, tag;
      if (!read_attribute(tag)) return std::nullopt;
    }
  }
  std::string read_name() {
    const std::size_t start = position_;
    while (position_ < text_.size() && is_name(text_[position_])) ++position_;
    return std::string(text_.substr(start, position_ - start));
  }
  bool read_attribute(Tag& tag) {
    std::string name = read_name();
    if (name.empty()) return fail("<" + tag.name + ">: an attribute's name is expected");
    if (tag.attributes.size() >= limits_.attributes) return fail("<" + tag.name + "> has too many attributes");
    skip_space();
    if (!rest().starts_with("=")) return fail("<" + tag.name + " " + name + ">: `=` is missing");
    ++position_;
    skip_space();
    const char quote = position_ < text_.size() ? text_[position_] : '\0';
    if (quote != '"' && quote != '\'') return fail("<" + tag.name + " " + name + ">: the value has no quotes");
    const std::size_t end = text_.find(quote, position_ + 1);
    if (end == std::string_view::npos) return fail("<" + tag.name + " " + name + ">: the value has no end");
    tag.attributes.emplace_back(std::move(name), decode(text_.substr(position_ + 1, end - position_ - 1)));
    position_ = end + 1;
    return true;
  }

  /// Entities; what is none stays as it is.
  static std::string decode(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const std::size_t amp = std::min(text.find('&'), text.size());
      out.append(text.substr(0, amp));
      text.remove_prefix(amp);
      if (text.empty()) break;
      const std::size_t end = text.substr(0, 12).find(';');
      if (end == std::string_view::npos || !decode_entity(out, text.substr(1, end - 1))) {
        out += '&';
        text.remove_prefix(1);
      } else {
        text.remove_prefix(end + 1);
      }
    }
    return out;
  }
  static bool decode_entity(std::string& out, std::string_view name) {
    constexpr std::pair<std::string_view, char> kNamed[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [known, character] : kNamed) {
      if (name == known) return out += character, true;
    }
    if (!name.starts_with("#")) return false;
    name.remove_prefix(1);
    const bool hex = name.starts_with("x") || name.starts_with("X");
    if (hex) name.remove_prefix(1);
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
    if (error != std::errc() || end != name.data() + name.size() || code == 0 || code > 0x10FFFF) return false;
    base::append_code_point(out, code);
    return true;
  }

  /// What stands between a start tag and its end tag, as text; the position is behind the end tag.
  std::optional<std::string> read_content(const Tag& tag, bool raw) {
    std::string out;
    while (position_ < text_.size()) {
      if (rest().starts_with("<![CDATA[")) {
        const std::size_t end = text_.find("]]>", position_);
        if (end == std::string_view::npos) return fail("CDATA has no end"), std::nullopt;
        out.append(text_.substr(position_ + 9, end - position_ - 9));
        position_ = end + 3;
      } else if (is_end_tag(tag.name)) {
        return skip_behind(">", "an end tag") ? std::optional(std::move(out)) : std::nullopt;
      } else if (!raw && rest().starts_with("<!--")) {
        if (!skip_behind("-->", "a comment")) return std::nullopt;
      } else {
        const std::size_t next = std::min(text_.find('<', position_ + 1), text_.size());
        const std::string_view piece = text_.substr(position_, next - position_);
        out += raw ? std::string(piece) : decode(piece);
        position_ = next;
      }
    }
    return fail("<" + tag.name + "> has no end tag"), std::nullopt;
  }
  bool is_end_tag(std::string_view name) const {
    const std::string_view here = rest();
    if (!here.starts_with("</") || here.size() < name.size() + 3 || !same(here.substr(2, name.size()), name)) return false;
    const char behind = here[name.size() + 2];
    return behind == '>' || is_space(behind);
  }

  bool take(Tag& tag) {
    switch (tag.kind) {
      case Tag::Kind::kInstruction: return take_instruction(tag);
      case Tag::Kind::kClose: return take_end(tag);
      case Tag::Kind::kOpen: break;
    }
    if (++items_ > limits_.items) return fail("there are too many elements");
    if (same(tag.name, "package")) return take_package(tag);
    if (same(tag.name, "job")) return take_job(tag);
    if (same(tag.name, "comment")) return tag.empty || read_content(tag, true).has_value();
    if (job_ == nullptr) return fail("<" + tag.name + "> stands outside of a <job>");
    if (same(tag.name, "runtime")) return tag.empty || push(tag.name);
    if (!open_.empty() && same(open_.back(), "runtime")) return take_runtime(tag);
    return take_in_job(tag);
  }
  bool push(const std::string& name) {
    if (open_.size() >= limits_.depth) return fail("elements are nested too deeply");
    open_.push_back(name);
    return true;
  }
  bool take_instruction(const Tag& tag) {
    if (same(tag.name, "xml")) strict_ = true;
    if (!same(tag.name, "job")) return true;
    WsfJob& target = job_ != nullptr ? *job_ : defaults_;
    if (tag.has("error")) target.shows_errors = is_true(tag.value("error"));
    if (tag.has("debug")) target.debug = is_true(tag.value("debug"));
    return true;
  }
  bool take_end(const Tag& tag) {
    if (open_.empty() || !same(open_.back(), tag.name)) return fail("</" + tag.name + "> ends nothing");
    open_.pop_back();
    if (same(tag.name, "job")) job_ = nullptr;
    return true;
  }
  bool take_package(const Tag& tag) {
    if (!open_.empty()) return fail("<package> stands inside of another element");
    return tag.empty || push(tag.name);
  }
  bool take_job(const Tag& tag) {
    if (job_ != nullptr) return fail("a <job> stands inside of another one");
    WsfJob& made = file_.jobs.emplace_back(defaults_);
    made.id = tag.value("id");
    if (tag.empty) return true;
    job_ = &made;
    return push(tag.name);
  }
  bool take_in_job(const Tag& tag) {
    if (same(tag.name, "script")) return take_script(tag);
    if (same(tag.name, "object") || same(tag.name, "reference")) return take_object(tag);
    if (same(tag.name, "resource")) {
      auto content = tag.empty ? std::string() : read_content(tag, false);
      if (!content) return false;
      job_->resources.push_back({std::string(tag.value("id")), *std::move(content)});
      return true;
    }
    return fail("<" + tag.name + "> is no element of a <job>");
  }
  bool take_script(const Tag& tag) {
    WsfScript made;
    made.language = tag.value("language");
    made.source_file = tag.value("src");
    made.first_line = static_cast<std::uint32_t>(1 + std::ranges::count(text_.substr(0, position_), '\n'));
    if (!tag.empty) {
      auto content = read_content(tag, !strict_);
      if (!content) return false;
      made.text = *std::move(content);
    }
    job_->scripts.push_back(std::move(made));
    return true;
  }
  bool take_object(const Tag& tag) {
    const bool reference = same(tag.name, "reference");
    WsfObject made;
    made.id = tag.value("id");
    made.prog_id = tag.value(reference ? "object" : "progid");
    made.class_id = tag.value(reference ? "guid" : "classid");
    if (base::starts_with_ignore_case(made.class_id, "clsid:")) made.class_id.erase(0, 6);
    made.events = is_true(tag.value("events"));
    if (made.prog_id.empty() && made.class_id.empty())
      return fail("<" + tag.name + "> names no object: " + (reference ? "object= or guid=" : "progid= or classid=") + " is missing");
    if (!reference && made.id.empty()) return fail("<object> has no id");
    (reference ? job_->references : job_->objects).push_back(std::move(made));
    return tag.empty || read_content(tag, false).has_value();
  }
  bool take_runtime(const Tag& tag) {
    if (same(tag.name, "named") || same(tag.name, "unnamed")) return take_argument(tag);
    std::string* target = same(tag.name, "description") ? &job_->description
                          : same(tag.name, "example")   ? &job_->example
                          : same(tag.name, "usage")     ? &job_->usage
                                                        : nullptr;
    if (target == nullptr) return fail("<" + tag.name + "> is no element of <runtime>");
    if (tag.empty) return true;
    auto content = read_content(tag, false);
    if (!content) return false;
    *target = *std::move(content);
    return true;
  }
  bool take_argument(const Tag& tag) {
    WsfArgument made;
    made.kind = same(tag.name, "named") ? WsfArgument::Kind::kNamed : WsfArgument::Kind::kUnnamed;
    made.name = tag.value("name");
    made.help = tag.value("helpstring");
    made.type = tag.value("type");
    const std::string_view required = tag.value("required");
    std::from_chars(required.data(), required.data() + required.size(), made.many);
    made.required = is_true(required) || made.many > 0;
    made.any_number = is_true(tag.value("many"));
    if (made.name.empty()) return fail("<" + tag.name + "> has no name");
    job_->arguments.push_back(std::move(made));
    return tag.empty || read_content(tag, false).has_value();
  }

  const std::string_view text_;
  const WsfLimits limits_;
  std::size_t position_ = 0;
  std::size_t tag_start_ = 0;
  std::size_t items_ = 0;
  bool strict_ = false;
  bool failed_ = false;
  WsfError error_;
  WsfFile file_;
  WsfJob defaults_;
  WsfJob* job_ = nullptr;  // the one whose elements are read; file_.jobs does not grow meanwhile
  std::vector<std::string> open_;
};

std::string shown(const WsfArgument& argument) {
  std::string text;
  if (argument.kind == WsfArgument::Kind::kNamed) {
    text = "/" + argument.name;
    if (same(argument.type, "boolean")) text += "[+|-]";
    if (same(argument.type, "string")) text += ":value";
    return argument.required ? text : "[" + text + "]";
  }
  const std::uint32_t times = std::min<std::uint32_t>(std::max<std::uint32_t>(argument.many, argument.required ? 1 : 0), 20);
  for (std::uint32_t i = 1; i <= times; ++i) {
    if (i > 1) text += ' ';
    text += argument.name + (times > 1 ? std::to_string(i) : "");
  }
  if (times == 0) text = "[" + argument.name + "]";
  return argument.any_number ? text + " [" + argument.name + "...]" : text;
}

/// Without the line breaks and indents of the file around it.
std::string trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

std::expected<WsfFile, WsfError> parse_wsf(std::string_view text, const WsfLimits& limits) { return WsfParser(text, limits).parse(); }

std::string wsf_usage(const WsfJob& job, std::string_view script) {
  if (!job.usage.empty()) return trimmed(job.usage) + "\n";
  std::string out;
  if (!job.description.empty()) out += trimmed(job.description) + "\n";
  out += "Usage: " + std::string(script);
  for (const WsfArgument& argument : job.arguments) out += " " + shown(argument);
  out += "\n";
  if (!job.arguments.empty()) out += "\nOptions:\n\n";
  std::size_t width = 0;
  for (const WsfArgument& argument : job.arguments) width = std::max(width, argument.name.size());
  for (const WsfArgument& argument : job.arguments)
    out += argument.name + std::string(width - argument.name.size(), ' ') + " : " + argument.help + "\n";
  if (!job.example.empty()) out += trimmed(job.example) + "\n";
  return out;
}

}  // namespace script::wsh
