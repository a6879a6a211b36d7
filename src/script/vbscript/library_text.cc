// Parts and forms of texts.
#include <algorithm>

#include "script/vbscript/library_support.h"

namespace script::vbscript {
namespace {

Outcome<Variant> len(Library&, Values values) {
  READ(const Variant value, plain(values[0]));
  if (value.is(VarType::kNull)) return value;
  READ(const Text text, to_text(value));
  return int32_of(static_cast<std::int64_t>(text.size()));
}
Outcome<Variant> len_b(Library& library, Values values) {
  READ(const Variant count, len(library, values));
  return count.is(VarType::kNull) ? count : int32_of(count.as_int32() * 2LL);
}

/// The octets of a text as UTF-16LE, and back; an odd last octet stands alone in its unit.
std::string octets_of(std::u16string_view text) {
  std::string out;
  for (const char16_t unit : text) out.append({static_cast<char>(unit & 0xFF), static_cast<char>(unit >> 8)});
  return out;
}
std::u16string units_of(std::string_view octets) {
  std::u16string out;
  for (std::size_t i = 0; i < octets.size(); i += 2) {
    const auto high = i + 1 < octets.size() ? static_cast<unsigned char>(octets[i + 1]) : 0U;
    out += static_cast<char16_t>(static_cast<unsigned char>(octets[i]) | high << 8);
  }
  return out;
}

/// Left, Right and Mid, for units or octets: `cut` says which part of `size` is wanted.
struct Part {
  std::size_t start, count;
};
template <class Cut>
Outcome<Variant> cut_text(const Variant& argument, bool octets, Cut cut) {
  READ(const Variant value, plain(argument));
  if (value.is(VarType::kNull)) return value;
  READ(const Text text, to_text(value));
  if (!octets) {
    const Part part = cut(text.size());
    if (part.start == 0 && part.count == text.size()) return Variant::text(text);
    return text_of(text.view().substr(part.start, part.count));
  }
  const std::string all = octets_of(text.view());
  const Part part = cut(all.size());
  return text_of(units_of(std::string_view(all).substr(part.start, part.count)));
}

template <bool Octets, bool FromRight>
Outcome<Variant> side(Library&, Values values) {
  READ(const std::int32_t wanted, to_int32(values[1]));
  if (wanted < 0) return raise(kInvalidCall);
  return cut_text(values[0], Octets, [&](std::size_t size) {
    const std::size_t count = std::min(size, static_cast<std::size_t>(wanted));
    return Part{FromRight ? size - count : 0, count};
  });
}

template <bool Octets>
Outcome<Variant> mid(Library&, Values values) {
  READ(const std::int32_t start, to_int32(values[1]));
  READ(const std::int32_t wanted, int_or(values, 2, Text::kMaxUnits));
  if (start <= 0 || wanted < 0) return raise(kInvalidCall);
  return cut_text(values[0], Octets, [&](std::size_t size) {
    const std::size_t from = std::min(size, static_cast<std::size_t>(start - 1));
    return Part{from, std::min(size - from, static_cast<std::size_t>(wanted))};
  });
}

template <bool Left, bool Right>
Outcome<Variant> trim(Library&, Values values) {
  READ(const Variant value, plain(values[0]));
  if (value.is(VarType::kNull)) return value;
  READ(Text text, to_text(value));
  std::u16string_view view = text.view();
  while (Left && view.starts_with(u' ')) view.remove_prefix(1);
  while (Right && view.ends_with(u' ')) view.remove_suffix(1);
  return view.size() == text.size() ? Variant::text(std::move(text)) : text_of(view);
}

template <char16_t (*Map)(char16_t)>
Outcome<Variant> map_units(Library&, Values values) {
  READ(const Variant value, plain(values[0]));
  if (value.is(VarType::kNull)) return value;
  READ(const Text text, to_text(value));
  std::u16string out(text.view());
  std::ranges::transform(out, out.begin(), Map);
  return text_of(out);
}

Outcome<Variant> repeat(Library& library, std::int32_t count, char16_t unit) {
  if (count < 0) return raise(kInvalidCall);
  if (static_cast<std::size_t>(count) > Text::kMaxUnits) return raise(kOutOfStringSpace);
  if (auto room = library.reserve(static_cast<std::size_t>(count) * 4); !room) return std::unexpected(std::move(room).error());
  return text_of(std::u16string(static_cast<std::size_t>(count), unit));
}

Outcome<Variant> space(Library& library, Values values) {
  READ(const std::int32_t count, to_int32(values[0]));
  return repeat(library, count, u' ');
}

Outcome<Variant> string(Library& library, Values values) {
  READ(const Variant number, plain(values[0]));
  READ(const Variant character, plain(values[1]));
  if (number.is(VarType::kNull) || character.is(VarType::kNull)) return Variant::null();
  READ(const std::int32_t count, to_int32(number));
  if (character.is(VarType::kString)) {
    if (character.as_text().empty()) return raise(kInvalidCall);
    return repeat(library, count, character.as_text().view()[0]);
  }
  READ(const std::int32_t code, to_int32(character));
  return repeat(library, count, from_ansi(code & 0xFF));
}

Outcome<Variant> str_reverse(Library&, Values values) {
  READ(const Text text, to_text(values[0]));
  std::u16string out(text.view());
  std::ranges::reverse(out);
  return text_of(out);
}

bool stays(char16_t unit) {
  return (unit >= u'0' && unit <= u'9') || ((unit | 0x20) >= u'a' && (unit | 0x20) <= u'z' && unit < 0x80) ||
         std::u16string_view(u"@*_+-./").contains(unit);
}

void append_hex(std::u16string& out, unsigned value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += u"0123456789ABCDEF"[(value >> shift) & 15];
}

Outcome<Variant> escape(Library& library, Values values) {
  READ(const Variant value, plain(values[0]));
  if (value.is(VarType::kNull)) return value;
  READ(const Text text, to_text(value));
  if (auto room = library.reserve(text.size() * 12); !room) return std::unexpected(std::move(room).error());
  std::u16string out;
  for (const char16_t unit : text.view()) {
    if (stays(unit)) {
      out += unit;
    } else if (unit < 0x100) {
      out += u'%';
      append_hex(out, unit, 2);
    } else {
      out += u"%u";
      append_hex(out, unit, 4);
    }
  }
  return text_of(out);
}

/// The value of `count` hexadecimal digits at the start; -1 when they are none.
int hex_value(std::u16string_view text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char16_t c = text[i];
    const int letter = (c | 0x20) - u'a';
    if (c >= u'0' && c <= u'9') {
      value = value * 16 + (c - u'0');
    } else if (c < 0x80 && letter >= 0 && letter < 6) {
      value = value * 16 + letter + 10;
    } else {
      return -1;
    }
  }
  return value;
}

Outcome<Variant> unescape(Library&, Values values) {
  READ(const Variant value, plain(values[0]));
  if (value.is(VarType::kNull)) return value;
  READ(const Text text, to_text(value));
  const std::u16string_view view = text.view();
  std::u16string out;
  for (std::size_t i = 0; i < view.size(); ++i) {
    const std::u16string_view rest = view.substr(i + 1);
    const int wide = view[i] == u'%' && rest.starts_with(u'u') ? hex_value(rest.substr(1), 4) : -1;
    const int narrow = view[i] == u'%' && wide < 0 ? hex_value(rest, 2) : -1;
    if (wide >= 0) {
      out += static_cast<char16_t>(wide);
      i += 5;
    } else if (narrow >= 0) {
      out += static_cast<char16_t>(narrow);
      i += 2;
    } else {
      out += view[i];
    }
  }
  return text_of(out);
}

constexpr Builtin kFunctions[] = {
    {u"Len", 1, 1, len},
    {u"LenB", 1, 1, len_b},
    {u"Left", 2, 2, side<false, false>},
    {u"LeftB", 2, 2, side<true, false>},
    {u"Right", 2, 2, side<false, true>},
    {u"RightB", 2, 2, side<true, true>},
    {u"Mid", 2, 3, mid<false>},
    {u"MidB", 2, 3, mid<true>},
    {u"Trim", 1, 1, trim<true, true>},
    {u"LTrim", 1, 1, trim<true, false>},
    {u"RTrim", 1, 1, trim<false, true>},
    {u"LCase", 1, 1, map_units<lower>},
    {u"UCase", 1, 1, map_units<upper>},
    {u"Space", 1, 1, space},
    {u"String", 2, 2, string},
    {u"StrReverse", 1, 1, str_reverse},
    {u"Escape", 1, 1, escape},
    {u"Unescape", 1, 1, unescape},
};

}  // namespace

std::span<const Builtin> text_functions() { return kFunctions; }

}  // namespace script::vbscript
