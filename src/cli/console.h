// Where a command's output goes, and what it looks like.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "cim/object.h"

namespace cli {

enum class Format : std::uint8_t { kTable, kList, kJson, kJsonLines, kCsv, kMof, kXml };
/// "table", "jsonl" ...; nullopt for anything else.
std::optional<Format> format_by_name(std::string_view name);

/// The two streams of a program and what they are. Not thread-safe.
struct Console {
  std::FILE* out = stdout;
  std::FILE* err = stderr;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  unsigned width = 80;  // columns of the terminal
  bool shows_progress = true;
  std::string tag;  // which of several machines the notes are about; empty: nothing is put before them
  /// The streams of this process.
  static Console standard();
  /// Keeps files that are opened later from taking the places of closed standard streams. First thing in main().
  static void hold_streams();
  void write(std::string_view text) const;
  void flush() const;
  /// Flushes; an error when anything that was written so far did not arrive (a full disk, a closed stream).
  base::Status written() const;
  /// `0x80041010 WBEM_E_INVALID_CLASS: text` on the error stream.
  void error(const base::Status& status) const;
  void note(std::string_view text) const;
};

/// Table on a terminal, JSON lines elsewhere.
Format default_format(const Console& console);

/// Prints rows, one by one or, where the form needs it (a table's widths), when enough of them are known. Not thread-safe.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  /// `host`: where it came from, shown when RowOptions::hosts is set.
  virtual void row(const cim::Object& object, std::string_view host = {}) = 0;
  /// Whether the next row will print something.
  virtual bool prints_next() const { return true; }
  /// After the last row; also after a failure, so that partial results are well-formed.
  virtual void finish() = 0;
};

class SharedRows;

struct RowOptions {
  Format format = Format::kTable;
  bool system = false;               // system properties too
  std::vector<std::string> named;    // what a query that names system properties names: these are shown, system properties first
  std::vector<std::string> columns;  // only these, system properties allowed; empty: all
  bool hosts = false;                // a column Host in front
  std::string host;                  // of the rows of this session, with `hosts`
  SharedRows* shared = nullptr;      // one writer for the rows of all hosts
};
std::unique_ptr<RowWriter> make_row_writer(const Console& console, const RowOptions& options);

// One for each form; make_row_writer chooses.
std::unique_ptr<RowWriter> make_table_writer(const Console& console, const RowOptions& options);
std::unique_ptr<RowWriter> make_list_writer(const Console& console, const RowOptions& options);
std::unique_ptr<RowWriter> make_json_writer(const Console& console, const RowOptions& options);
std::unique_ptr<RowWriter> make_csv_writer(const Console& console, const RowOptions& options);
std::unique_ptr<RowWriter> make_mof_writer(const Console& console);
std::unique_ptr<RowWriter> make_xml_writer(const Console& console);

}  // namespace cli
