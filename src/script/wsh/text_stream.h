// TextStream: lines and characters of files and of the standard streams.
#pragma once

#include <cstdint>
#include <string>

#include "base/files.h"
#include "scripting/dispatch.h"

namespace script::wsh {

/// How a stream's octets are characters.
enum class TextEncoding : std::uint8_t {
  kUtf8,     // octets that are not UTF-8 are characters of Windows-1252
  kUtf16le,  // written with a byte order mark
  kDetect,   // reading: UTF-16LE behind its byte order mark, else kUtf8
};
enum class StreamMode : std::uint8_t { kRead, kWrite };

struct TextStreamOptions {
  StreamMode mode = StreamMode::kRead;
  TextEncoding encoding = TextEncoding::kUtf8;
  bool crlf = true;         // what ends written lines: CR LF or LF
  bool write_mark = false;  // a byte order mark first
  bool empty_all = false;   // ReadAll at the end is "", not error 62
};

/// A stream over a descriptor, which it closes with the last reference or by Close. TypeName "TextStream". Writing is not buffered. Errors:
/// 62 reading behind the end, 54 reading what is open for writing and the other way round, 52 after Close, 57 and 61 of the system.
scripting::DispatchRef make_text_stream(base::FileDescriptor file, TextStreamOptions options);

/// WScript.StdIn (0), StdOut (1), StdErr (2): a copy of the process's descriptor, lines end with LF, ReadAll may give nothing.
scripting::DispatchRef make_standard_stream(int descriptor, bool utf16 = false);

}  // namespace script::wsh
