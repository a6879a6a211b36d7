#include "cli/console.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "base/files.h"
#include "cli/display.h"
#include "cli/shared_rows.h"

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

void Console::hold_streams() {
  for (int fd = ::open("/dev/null", O_RDONLY); fd >= 0; fd = ::open("/dev/null", O_RDONLY)) {
    if (fd <= STDERR_FILENO) continue;
    ::close(fd);
    return;
  }
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

base::Status Console::written() const {
  errno = 0;
  if (std::fflush(out) == 0 && std::ferror(out) == 0) return {};
  // What an earlier flush ran into is no longer known.
  return errno != 0 ? base::errno_status(errno, "writing the output")
                    : base::Status(base::WBEM_E_FAILED, "not all of the output could be written");
}

void Console::error(const base::Status& status) const { note(status.to_string()); }

void Console::note(std::string_view text) const {
  std::fflush(out);  // keeps the order on a terminal that shows both
  const std::string line = (tag.empty() ? "" : tag + ": ") + (err_is_terminal ? printable(text, true) : std::string(text)) + "\n";
  std::fputs(line.c_str(), err);
}

Format default_format(const Console& console) { return console.out_is_terminal ? Format::kTable : Format::kJsonLines; }

std::unique_ptr<RowWriter> make_row_writer(const Console& console, const RowOptions& options) {
  if (options.shared != nullptr) return options.shared->writer(options);
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
