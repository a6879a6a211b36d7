#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace cli {
namespace {

constexpr std::array<std::pair<std::string_view, Format>, 7> kFormats = {{{"table", Format::kTable},
                                                                          {"list", Format::kList},
                                                                          {"json", Format::kJson},
                                                                          {"jsonl", Format::kJsonLines},
                                                                          {"csv", Format::kCsv},
                                                                          {"mof", Format::kMof},
                                                                          {"xml", Format::kXml}}};

unsigned terminal_width(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const unsigned long value = columns != nullptr ? std::strtoul(columns, nullptr, 10) : 0;
  return value > 0 && value < 10000 ? static_cast<unsigned>(value) : 80;
}

}  // namespace

std::optional<Format> format_by_name(std::string_view name) {
  for (const auto& [text, format] : kFormats)
    if (text == name) return format;
  return std::nullopt;
}

Console Console::standard() {
  Console console;
  console.out_is_terminal = ::isatty(STDOUT_FILENO) != 0;
  console.err_is_terminal = ::isatty(STDERR_FILENO) != 0;
  console.width = terminal_width(STDOUT_FILENO);
  return console;
}

void Console::write(std::string_view text) const { std::fwrite(text.data(), 1, text.size(), out); }

void Console::flush() const { std::fflush(out); }

void Console::error(const base::Status& status) const { note(status.to_string()); }

void Console::note(std::string_view text) const {
  std::fflush(out);  // keeps the order on a terminal that shows both
  std::fprintf(err, "%.*s\n", static_cast<int>(text.size()), text.data());
}

Format default_format(const Console& console) { return console.out_is_terminal ? Format::kTable : Format::kJsonLines; }

std::unique_ptr<RowWriter> make_row_writer(const Console& console, const RowOptions& options) {
  switch (options.format) {
    case Format::kTable: return make_table_writer(console, options);
    case Format::kList: return make_list_writer(console, options);
    case Format::kCsv: return make_csv_writer(console, options);
    case Format::kMof: return make_mof_writer(console);
    case Format::kXml: return make_xml_writer(console);
    case Format::kJson:
    case Format::kJsonLines: break;
  }
  return make_json_writer(console, options);
}

}  // namespace cli
