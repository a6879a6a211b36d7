// Any octets as a text file: read in each encoding by lines, by characters, and whole; names of files taken apart and put together.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "base/utf.h"
#include "script/wsh/drive_map.h"
#include "script/wsh/text_stream.h"

namespace {

using scripting::Variant;

scripting::DispatchRef open(const std::uint8_t* data, std::size_t size, script::wsh::TextEncoding encoding) {
  base::FileDescriptor file(::memfd_create("fuzz", MFD_CLOEXEC));
  if (::write(file.get(), data, size) != static_cast<ssize_t>(size)) return nullptr;
  ::lseek(file.get(), 0, SEEK_SET);
  return script::wsh::make_text_stream(std::move(file), {.encoding = encoding});
}

std::size_t length(const scripting::Outcome<Variant>& text) { return text ? text->as_text().size() : 0; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using script::wsh::TextEncoding;
  for (const TextEncoding encoding : {TextEncoding::kUtf8, TextEncoding::kUtf16le, TextEncoding::kDetect}) {
    const auto whole = open(data, size, encoding);
    if (!whole) return 0;
    const std::size_t expected = length(scripting::call(*whole, "ReadAll"));
    const auto parts = open(data, size, encoding);
    std::size_t read = 0;
    for (int i = 0; i < 4; ++i) {
      Variant three[] = {Variant::int32(3)};
      read += length(scripting::call(*parts, "Read", three));
    }
    static_cast<void>(scripting::get(*parts, "AtEndOfLine"));
    static_cast<void>(scripting::call(*parts, "ReadLine"));
    if (read > expected || (expected >= 12 && read != 12)) __builtin_trap();
  }
  const std::u16string text = base::utf8_to_utf16({reinterpret_cast<const char*>(data), size});
  namespace paths = script::wsh::paths;
  const std::u16string built = paths::build(paths::parent_folder(text), paths::file_name(text));
  if (built.size() > text.size() + 1) __builtin_trap();
  static_cast<void>(paths::base_name(text));
  static_cast<void>(paths::extension_name(text));
  const script::wsh::DriveMap map("D=/proc/no:E=/proc/no/such");
  const auto path = map.to_linux(u"E:\\" + text);
  if (path && !path->starts_with("/proc/no/such")) __builtin_trap();
  if (path) static_cast<void>(map.to_windows(*path));
  return 0;
}
