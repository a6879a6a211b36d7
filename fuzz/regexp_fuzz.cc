// Any text as a pattern of RegExp and what it is applied to: flags, pattern and subject are cut from the input.
#include <cstdint>
#include <string>
#include <vector>

#include "base/utf.h"
#include "script/vbscript/library.h"
#include "script/vbscript/regexp_matcher.h"

namespace {

using scripting::Variant;

void check(const std::vector<script::vbscript::Capture>& found, std::size_t size) {
  for (const auto& capture : found) {
    if (capture.start == script::vbscript::Capture::kUnset) continue;
    if (capture.start > capture.end || capture.end > size) __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 512) return 0;
  const unsigned flags = data[0];
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t cut = std::min(text.find('\0'), text.size());
  const std::u16string pattern = base::utf8_to_utf16(text.substr(0, cut));
  const std::u16string subject = base::utf8_to_utf16(text.substr(std::min(cut + 1, text.size())));
  const script::vbscript::RegexpOptions options{.ignore_case = (flags & 1) != 0, .multiline = (flags & 2) != 0};
  const auto matcher = script::vbscript::RegexpMatcher::compile(pattern, options);
  if (!matcher) return 0;
  const auto found = (*matcher)->search(subject, 0);
  if (!found) return 0;
  check(*found, subject.size());

  const scripting::DispatchRef object = script::vbscript::make_regexp();
  static_cast<void>(scripting::put(*object, "Pattern", Variant::text(scripting::Text(pattern))));
  static_cast<void>(scripting::put(*object, "IgnoreCase", Variant::boolean(options.ignore_case)));
  static_cast<void>(scripting::put(*object, "Global", Variant::boolean(true)));
  Variant arguments[] = {Variant::text(scripting::Text(std::u16string_view(subject).substr(0, 64))),
                         Variant::text(scripting::Text(pattern))};
  static_cast<void>(scripting::call(*object, "Replace", arguments));
  return 0;
}
