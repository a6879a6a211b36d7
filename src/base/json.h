// Writing JSON text (RFC 8259) into a string.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base {

/// Appends `text` as a quoted JSON string. UTF-8 stays as it is; control characters, quotes and lone surrogates are escaped,
/// malformed octets become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// Appends the values of a JSON text in order and sets commas, colons and line breaks. Keys come before their values; the
/// caller keeps the nesting right. Not thread-safe.
class JsonWriter {
 public:
  /// indent 0: everything on one line, without spaces.
  explicit JsonWriter(std::string& out, int indent = 0) : out_(out), indent_(indent) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& string(std::string_view text);
  JsonWriter& number(std::int64_t value);
  JsonWriter& unsigned_number(std::uint64_t value);
  /// The shortest digits that read back as the same double; null for infinities and NaN, which JSON cannot say.
  JsonWriter& real(double value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  /// Text that is JSON already.
  JsonWriter& raw(std::string_view json);

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void before_value();
  void new_line();

  std::string& out_;
  int indent_;
  std::vector<bool> has_values_;  // one per open bracket
  bool after_key_ = false;
};

}  // namespace base
