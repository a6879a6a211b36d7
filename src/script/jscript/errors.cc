// Errors of automation as JScript's, and the other way round.
#include <algorithm>
#include <charconv>

#include "base/utf.h"
#include "script/jscript/values.h"
#include "script/vbscript/errors.h"

namespace script::jscript {
namespace {

constexpr std::string_view kRuntime = "Microsoft JScript runtime error";
constexpr std::string_view kCompilation = "Microsoft JScript compilation error";
constexpr const char* kSource = DUK_HIDDEN_SYMBOL("source");
constexpr std::uint32_t kUncaught = 5022;
constexpr std::uint32_t kSyntax = 1002;

struct Described {
  std::uint32_t number;
  std::string text;
};

/// What stands between the first two apostrophes.
std::string quoted(std::string_view text) {
  const std::size_t begin = text.find('\'');
  const std::size_t end = begin == std::string_view::npos ? begin : text.find('\'', begin + 1);
  return end == std::string_view::npos ? "" : std::string(text.substr(begin + 1, end - begin - 1));
}

/// JScript's number and text of what Duktape says.
std::optional<Described> describe(std::string_view name, std::string_view message) {
  const auto has = [&](std::string_view part) { return message.contains(part); };
  if (name == "SyntaxError" && (has("(line") || has("json"))) return Described{kSyntax, std::string(message)};
  if (name == "SyntaxError") return Described{5017, "Syntax error in regular expression"};
  if (name == "ReferenceError" && has("undefined")) return Described{5009, "'" + quoted(message) + "' is undefined"};
  if (name == "RangeError" && (has("callstack") || has("recursion") || has("C stack") || has("stack limit")))
    return Described{28, "Out of stack space"};
  if (has("alloc failed") || has("out of memory")) return Described{7, "Out of memory"};
  if (name == "URIError") return Described{5024, "The URI to be decoded is not a valid encoding"};
  if (name == "RangeError" && (has("array length") || has("invalid length")))
    return Described{5029, "Array length must be a finite positive integer"};
  if (name != "TypeError") return std::nullopt;
  if (has("not callable") && has("property")) return Described{438, "Object doesn't support this property or method"};
  if (has("not callable")) return Described{5002, "Function expected"};
  if (has("not constructable")) return Described{445, "Object doesn't support this action"};
  if (message.starts_with("cannot read property") || message.starts_with("cannot write property")) {
    const std::size_t of = message.rfind(" of ");
    const std::string what(of == std::string_view::npos ? "" : message.substr(of + 4));
    return Described{5007, "'" + what + "' is null or not an object"};
  }
  return Described{13, "Type mismatch: " + std::string(message)};
}

std::string utf8_property(duk_context* duk, duk_idx_t index, const char* name) {
  duk_get_prop_string(duk, index, name);
  std::string out = duk_is_string(duk, -1) ? base::utf16_to_utf8(text_at(duk, -1)) : "";
  duk_pop(duk);
  return out;
}

void put_number(duk_context* duk, std::uint32_t code) {
  duk_push_int(duk, static_cast<duk_int_t>(code));
  duk_put_prop_string(duk, -2, "number");
}
void put_text(duk_context* duk, const char* name, std::string_view utf8) {
  push_text(duk, base::utf8_to_utf16(utf8));
  duk_put_prop_string(duk, -2, name);
}

/// The first place outside of what the engine itself is written in: `    at name (FILE:LINE) ...`.
void place(std::string_view stack, ScriptError& error) {
  while (!stack.empty()) {
    const std::size_t end = std::min(stack.find('\n'), stack.size());
    const std::string_view line = stack.substr(0, end);
    stack.remove_prefix(std::min(end + 1, stack.size()));
    const std::size_t close = line.rfind(')');
    const std::size_t colon = line.rfind(':', close);
    const std::size_t open = line.find(" (");
    if (close == std::string_view::npos || colon == std::string_view::npos || open == std::string_view::npos || colon < open ||
        line.ends_with(" internal"))
      continue;
    const std::string_view file = line.substr(open + 2, colon - open - 2);
    std::uint32_t number = 0;
    const auto [rest, failed] = std::from_chars(line.data() + colon + 1, line.data() + close, number);
    if (failed != std::errc() || rest != line.data() + close || number == 0 || file == "jscript") continue;
    error.file = file;
    error.line = number;
    error.column = 1;
    return;
  }
}

/// "unterminated statement" of "unterminated statement (line 3, end of input)".
std::string without_place(std::string text, ScriptError& error) {
  const std::size_t at = text.rfind(" (line ");
  if (at == std::string::npos) return text;
  std::uint32_t line = 0;
  const char* begin = text.data() + at + 7;
  if (std::from_chars(begin, text.data() + text.size(), line).ec == std::errc() && line != 0) error.line = line, error.column = 1;
  return text.substr(0, at);
}

}  // namespace

void push_error(duk_context* duk, const Failure& failure) {
  const std::int32_t number = vbscript::err_number(failure.code);
  const bool small = number > 0 && number < 0x10000;
  std::string text = failure.description;
  if (text.empty()) text = vbscript::error_text(static_cast<std::uint32_t>(number));
  duk_push_error_object_raw(duk, DUK_ERR_ERROR, nullptr, 0, "%s", "");
  put_number(duk, small ? 0x800A0000U + static_cast<std::uint32_t>(number) : static_cast<std::uint32_t>(failure.code));
  put_text(duk, "message", text);
  put_text(duk, "description", text);
  if (!failure.source.empty() && !failure.source.starts_with("Microsoft VBScript")) put_text(duk, kSource, failure.source);
}

duk_ret_t describe_error(duk_context* duk) {
  duk_set_top(duk, 1);
  if (!duk_is_object(duk, 0) || duk_has_prop_string(duk, 0, "number")) return 1;
  if (const auto found = describe(utf8_property(duk, 0, "name"), utf8_property(duk, 0, "message"))) {
    put_number(duk, 0x800A0000U + found->number);
    put_text(duk, "description", found->text);
    if (found->number != kSyntax) put_text(duk, "message", found->text);
  } else {
    duk_push_int(duk, 0);
    duk_put_prop_string(duk, 0, "number");
    duk_get_prop_string(duk, 0, "message");
    duk_put_prop_string(duk, 0, "description");
  }
  return 1;
}

void check_end(duk_context* duk) {
  if (!context_of(duk)->stopped()) return;
  duk_push_error_object_raw(duk, DUK_ERR_ERROR, nullptr, 0, "%s", "the script ends");
  duk_throw(duk);
}

ScriptError take_error(duk_context* duk, const std::string& file) {
  ScriptError error;
  error.file = file;
  const ContextPtr& context = context_of(duk);
  if (context->stopped()) {
    duk_pop(duk);
    error.quit = true;
    error.description = context->end_reason;
    return error;
  }
  error.source = kRuntime;
  error.number = 0x800A0000U + kUncaught;
  error.description = "Exception thrown and not caught";
  const bool looks = protect(duk, [&] {
    if (!duk_is_object(duk, -1) || object_at(duk, -1) != nullptr) return;
    place(utf8_property(duk, -1, "stack"), error);
    duk_get_prop_string(duk, -1, "number");
    if (duk_is_number(duk, -1)) error.number = static_cast<std::uint32_t>(duk_get_int(duk, -1));
    duk_pop(duk);
    std::string text = utf8_property(duk, -1, "description");
    if (text.empty()) text = utf8_property(duk, -1, "message");
    if (!text.empty()) error.description = text;
    if (const std::string source = utf8_property(duk, -1, kSource); !source.empty()) error.source = source;
    if (utf8_property(duk, -1, "name") == "SyntaxError" && error.number == 0x800A0000U + kSyntax) {
      error.compile = true;
      error.source = kCompilation;
      error.description = "Syntax error: " + without_place(error.description, error);
    }
  });
  if (!looks) duk_pop(duk);
  duk_pop(duk);
  return error;
}

Failure take_failure(duk_context* duk) {
  const ScriptError error = take_error(duk, "");
  if (error.quit) return {base::Hresult{0x800A0000U + kUncaught}, "", "the script ended"};
  return {base::Hresult{error.number == 0 ? 0x800A0000U + kUncaught : error.number}, error.source, error.description};
}

bool protect(duk_context* duk, const std::function<void()>& work) {
  struct Call {
    const std::function<void()>* work;
  } call{&work};
  const duk_idx_t top = duk_get_top(duk);
  const auto run = [](duk_context*, void* data) -> duk_ret_t {
    (*static_cast<Call*>(data)->work)();
    return 0;
  };
  (void)top;
  const duk_int_t status = duk_safe_call(duk, run, &call, 0, 1);
  if (status != DUK_EXEC_SUCCESS) return false;
  duk_pop(duk);
  return true;
}

duk_ret_t guarded(duk_context* duk, const std::function<Outcome<bool>()>& work) {
  duk_ret_t count = -1;
  {
    Outcome<bool> result = work();
    if (result) {
      count = *result ? 1 : 0;
    } else {
      push_error(duk, result.error());
    }
  }
  check_end(duk);
  if (count < 0) return duk_throw(duk);
  return count;
}

}  // namespace script::jscript
