#include "script/wsh/text_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "base/utf.h"
#include "script/wsh/file_system_support.h"

namespace script::wsh {
namespace {

using namespace vbscript;
using scripting::handler;
using scripting::MemberCall;
using scripting::MemberTable;
using scripting::TableObject;
namespace invoke = scripting::invoke;

constexpr std::size_t kChunk = 1U << 16;
constexpr std::size_t kMaxRead = 1U << 28;  // units of one result [ReadAll of a device without end]
constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

std::size_t sequence_length(unsigned char lead) { return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1; }

/// Octets of a descriptor as UTF-16 units.
class Decoder {
 public:
  Decoder(int file, TextEncoding encoding) : file_(file), encoding_(encoding) {}

  /// What has been decoded and not taken yet.
  std::u16string_view pending() const { return std::u16string_view(units_).substr(position_); }
  void take(std::size_t count) { position_ += count; }
  /// More behind pending(); false at the end.
  Outcome<bool> more() {
    const std::size_t before = pending().size();
    units_.erase(0, position_);
    position_ = 0;
    while (!ended_ && units_.size() == before) {
      READ(const std::string chunk, read_chunk());
      ended_ = chunk.empty();
      raw_ += chunk;
      decode();
    }
    return units_.size() > before;
  }

 private:
  Outcome<std::string> read_chunk() const {
    std::string out(kChunk, '\0');
    ssize_t got = 0;
    do {
      got = ::read(file_, out.data(), out.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) return system_error(errno, kFileNotFound);
    out.resize(static_cast<std::size_t>(got));
    return out;
  }

  void decode() {
    if (!started_ && !start()) return;
    std::size_t at = 0;
    if (encoding_ == TextEncoding::kUtf16le) {
      for (; at + 1 < raw_.size(); at += 2) {
        units_ += static_cast<char16_t>(static_cast<unsigned char>(raw_[at]) | static_cast<unsigned char>(raw_[at + 1]) << 8);
      }
    } else {
      while (at < raw_.size()) {
        const auto lead = static_cast<unsigned char>(raw_[at]);
        if (lead < 0x80) {
          units_ += lead;
          ++at;
          continue;
        }
        if (!ended_ && raw_.size() - at < sequence_length(lead)) break;
        append_character(lead, at);
      }
    }
    raw_.erase(0, at);
  }

  void append_character(unsigned char lead, std::size_t& at) {
    const std::size_t before = at;
    const char32_t code = base::next_code_point(raw_, at);
    if (code == 0xFFFD && at == before + 1) {
      units_ += from_ansi(lead);
    } else if (code > 0xFFFF) {
      units_ += static_cast<char16_t>(0xD7C0 + (code >> 10));
      units_ += static_cast<char16_t>(0xDC00 + (code & 0x3FF));
    } else {
      units_ += static_cast<char16_t>(code);
    }
  }

  /// Looks at a byte order mark. False: too little is there to tell.
  bool start() {
    constexpr std::string_view kWideMark = "\xFF\xFE";
    constexpr std::string_view kNarrowMark = "\xEF\xBB\xBF";
    const auto begins = [&](std::string_view mark) { return raw_.size() < mark.size() && mark.starts_with(raw_); };
    if (!ended_ && (begins(kWideMark) || begins(kNarrowMark))) return false;
    started_ = true;
    const bool wide = raw_.starts_with(kWideMark);
    if (encoding_ == TextEncoding::kDetect) encoding_ = wide ? TextEncoding::kUtf16le : TextEncoding::kUtf8;
    if (encoding_ == TextEncoding::kUtf16le && wide) raw_.erase(0, 2);
    if (encoding_ == TextEncoding::kUtf8 && raw_.starts_with(kNarrowMark)) raw_.erase(0, 3);
    return true;
  }

  int file_;
  TextEncoding encoding_;
  bool started_ = false;
  bool ended_ = false;
  std::string raw_;  // not decoded yet
  std::u16string units_;
  std::size_t position_ = 0;
};

class TextStream final : public TableObject {
 public:
  TextStream(base::FileDescriptor file, TextStreamOptions options)
      : TableObject(table()), file_(std::move(file)), options_(options), decoder_(file_.get(), options.encoding) {}

 private:
  Outcome<void> check(StreamMode mode) const {
    if (!file_.valid()) return file_error(kBadFileName);
    if (options_.mode != mode) return file_error(kBadFileMode);
    return {};
  }

  /// At least one more unit is pending.
  Outcome<bool> has_more() { return decoder_.pending().empty() ? decoder_.more() : Outcome<bool>(true); }

  void pass(std::u16string_view text) {
    for (const char16_t unit : text) {
      ++column_;
      if (unit != u'\n') continue;
      ++line_;
      column_ = 1;
    }
  }

  /// Up to `count` units; 62 when there is none.
  Outcome<std::u16string> take(std::size_t count) {
    if (auto open = check(StreamMode::kRead); !open) return std::unexpected(std::move(open).error());
    std::u16string out;
    while (out.size() < count) {
      READ(const bool more, has_more());
      if (!more) break;
      const std::u16string_view part = decoder_.pending().substr(0, count - out.size());
      if (out.size() + part.size() > kMaxRead) return raise(kOutOfMemory);
      out += part;
      pass(part);
      decoder_.take(part.size());
    }
    if (out.empty() && count > 0) return file_error(kPastEnd);
    return out;
  }

  Outcome<std::u16string> take_line() {
    if (auto open = check(StreamMode::kRead); !open) return std::unexpected(std::move(open).error());
    std::u16string out;
    READ(bool more, has_more());
    if (!more) return file_error(kPastEnd);
    while (more) {
      const std::u16string_view part = decoder_.pending();
      const std::size_t end = part.find(u'\n');
      out += part.substr(0, end);
      if (out.size() > kMaxRead) return raise(kOutOfMemory);
      decoder_.take(end == std::u16string_view::npos ? part.size() : end + 1);
      if (end != std::u16string_view::npos) break;
      READ(more, has_more());
    }
    if (out.ends_with(u'\r')) out.pop_back();
    ++line_;
    column_ = 1;
    return out;
  }

  Outcome<void> put(std::u16string_view text) {
    if (auto open = check(StreamMode::kWrite); !open) return open;
    pass(text);
    std::string octets;
    if (options_.encoding == TextEncoding::kUtf16le) {
      if (std::exchange(options_.write_mark, false)) octets = "\xFF\xFE";
      for (const char16_t unit : text) octets.append({static_cast<char>(unit & 0xFF), static_cast<char>(unit >> 8)});
    } else {
      octets = base::utf16_to_utf8(text);
    }
    return put_octets(octets);
  }
  Outcome<void> put_octets(std::string_view octets) {
    while (!octets.empty()) {
      const ssize_t done = ::write(file_.get(), octets.data(), octets.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) return system_error(errno, kFileNotFound);
      octets.remove_prefix(static_cast<std::size_t>(done));
    }
    return {};
  }
  std::u16string_view line_end() const { return options_.crlf ? u"\r\n" : u"\n"; }
  Outcome<Variant> done(Outcome<void> result) {
    if (!result) return std::unexpected(std::move(result).error());
    return Variant();
  }

  // Members.
  Outcome<Variant> line(MemberCall&) { return Variant::int32(line_); }
  Outcome<Variant> column(MemberCall&) { return Variant::int32(column_); }
  Outcome<Variant> at_end_of_stream(MemberCall&) {
    if (!file_.valid()) return file_error(kBadFileName);
    if (options_.mode == StreamMode::kWrite) return Variant::boolean(true);
    READ(const bool more, has_more());
    return Variant::boolean(!more);
  }
  Outcome<Variant> at_end_of_line(MemberCall&) {
    if (auto open = check(StreamMode::kRead); !open) return std::unexpected(std::move(open).error());
    READ(bool more, has_more());
    if (more && decoder_.pending() == u"\r") {
      READ(more, decoder_.more());
      more = true;
    }
    return Variant::boolean(!more || decoder_.pending().starts_with(u'\n') || decoder_.pending().starts_with(u"\r\n"));
  }
  Outcome<Variant> read(MemberCall& call) {
    READ(const std::int32_t count, to_int32(call.argument(0)));
    if (count < 0) return file_error(kInvalidCall);
    READ(const std::u16string text, take(static_cast<std::size_t>(count)));
    return text_of(text);
  }
  Outcome<Variant> read_line(MemberCall&) {
    READ(const std::u16string text, take_line());
    return text_of(text);
  }
  Outcome<Variant> read_all(MemberCall&) {
    if (options_.empty_all && check(StreamMode::kRead)) {
      READ(const bool more, has_more());
      if (!more) return Variant::text(Text());
    }
    READ(const std::u16string text, take(kAll));
    return text_of(text);
  }
  Outcome<Variant> skip(MemberCall& call) {
    READ(const std::int32_t count, to_int32(call.argument(0)));
    if (count < 0) return file_error(kInvalidCall);
    READ(const std::u16string text, take(static_cast<std::size_t>(count)));
    if (text.size() < static_cast<std::size_t>(count)) return file_error(kPastEnd);
    return Variant();
  }
  Outcome<Variant> skip_line(MemberCall&) {
    READ(const std::u16string text, take_line());
    return Variant();
  }
  Outcome<Variant> write(MemberCall& call) {
    READ(const Text text, text_argument(call.argument(0)));
    return done(put(text.view()));
  }
  Outcome<Variant> write_line(MemberCall& call) {
    READ(const Text text, call.has(0) ? text_argument(call.argument(0)) : Outcome<Text>(Text()));
    return done(put(std::u16string(text.view()).append(line_end())));
  }
  Outcome<Variant> write_blank_lines(MemberCall& call) {
    READ(const std::int32_t count, to_int32(call.argument(0)));
    if (count < 0) return file_error(kInvalidCall);
    std::u16string lines;
    for (std::int32_t i = 0; i < count; ++i) {
      lines += line_end();
      if (lines.size() < kChunk) continue;
      if (auto put_now = put(lines); !put_now) return std::unexpected(std::move(put_now).error());
      lines.clear();
    }
    return done(put(lines));
  }
  Outcome<Variant> close(MemberCall&) {
    file_ = base::FileDescriptor();
    return Variant();
  }

  static const MemberTable& table() {
    using Self = TextStream;
    static const MemberTable made("TextStream", {
                                                    {"Line", 10000, invoke::kGet, "", handler<&Self::line>},
                                                    {"Column", 10001, invoke::kGet, "", handler<&Self::column>},
                                                    {"AtEndOfStream", 10002, invoke::kGet, "", handler<&Self::at_end_of_stream>},
                                                    {"AtEndOfLine", 10003, invoke::kGet, "", handler<&Self::at_end_of_line>},
                                                    {"Read", 10004, invoke::kMethod, "Characters", handler<&Self::read>},
                                                    {"ReadLine", 10005, invoke::kMethod, "", handler<&Self::read_line>},
                                                    {"ReadAll", 10006, invoke::kMethod, "", handler<&Self::read_all>},
                                                    {"Write", 10007, invoke::kMethod, "Text", handler<&Self::write>},
                                                    {"WriteLine", 10008, invoke::kMethod, "[Text]", handler<&Self::write_line>},
                                                    {"WriteBlankLines", 10009, invoke::kMethod, "Lines", handler<&Self::write_blank_lines>},
                                                    {"Skip", 10010, invoke::kMethod, "Characters", handler<&Self::skip>},
                                                    {"SkipLine", 10011, invoke::kMethod, "", handler<&Self::skip_line>},
                                                    {"Close", 10012, invoke::kMethod, "", handler<&Self::close>},
                                                });
    return made;
  }

  base::FileDescriptor file_;
  TextStreamOptions options_;
  Decoder decoder_;
  std::int32_t line_ = 1;
  std::int32_t column_ = 1;
};

}  // namespace

scripting::DispatchRef make_text_stream(base::FileDescriptor file, TextStreamOptions options) {
  return scripting::make<TextStream>(std::move(file), options);
}

scripting::DispatchRef make_standard_stream(int descriptor, bool utf16) {
  TextStreamOptions options{.mode = descriptor == 0 ? StreamMode::kRead : StreamMode::kWrite, .crlf = false, .empty_all = true};
  if (utf16) options.encoding = TextEncoding::kUtf16le;
  return make_text_stream(base::FileDescriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, 3)), options);
}

}  // namespace script::wsh
