// Reads object paths (MS-WMI 2.2.2) without copying: ObjectPath::parse, split_path and canonical_key all stand on it. Internal to cim.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "cim/path.h"

namespace cim::internal {

/// One key of a path: views into the text.
struct KeyToken {
  enum class Kind : std::uint8_t { kText, kNumber, kBoolean };
  Kind kind = Kind::kText;
  bool escaped = false;   // text: holds backslash escapes
  bool negative = false;  // number
  bool boolean = false;
  std::uint64_t magnitude = 0;  // number
  std::string_view name;        // empty in `Class=value`
  std::string_view raw;         // as written, without the quotes
};

/// A cursor over one path text, which must outlive it.
class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_(text) {}

  /// Server, namespace and class name; then the cursor stands behind the class name. Checks the length first.
  base::Status read_front(PathParts& out);
  /// `=@`, the only key of a singleton.
  bool read_singleton();
  bool at_end() const { return position_ == text_.size(); }
  std::string_view rest() const { return text_.substr(position_); }
  /// For keys alone, of a text whose front was read before.
  void skip_to(std::size_t position) { position_ = position; }
  /// The next key. Requires !at_end().
  base::Status read_key(KeyToken& out);

 private:
  base::Status bad(std::size_t position, std::string_view expected) const;
  base::Status read_server(PathParts& out);
  base::Status check_namespace(std::string_view name, std::size_t position) const;
  base::Status read_value(KeyToken& out);
  base::Status read_text(KeyToken& out);
  base::Status read_word(KeyToken& out);
  base::Status read_number(KeyToken& out);
  bool read_datetime(KeyToken& out);
  bool at_value_end(std::size_t position) const { return position == text_.size() || text_[position] == ','; }

  std::string_view text_;
  std::size_t position_ = 0;
  bool first_key_ = true;
};

/// The text of a token with its escapes resolved, as UTF-8 appended to `out`.
void append_token_text(const KeyToken& token, std::string& out);
Value token_value(const KeyToken& token);

}  // namespace cim::internal
