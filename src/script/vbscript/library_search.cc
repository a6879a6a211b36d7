// Searching, replacing, splitting and joining texts.
#include <algorithm>
#include <limits>

#include "script/vbscript/library_support.h"

namespace script::vbscript {
namespace {

using scripting::Array;
constexpr std::size_t kNowhere = std::u16string_view::npos;

/// Finds without case by searching folded copies.
class Searcher {
 public:
  Searcher(std::u16string_view where, std::u16string_view what, bool ignore_case) : where_(where), what_(what) {
    if (!ignore_case) return;
    folded_where_ = folded(where);
    folded_what_ = folded(what);
    where_ = folded_where_;
    what_ = folded_what_;
  }
  Searcher(const Searcher&) = delete;
  Searcher& operator=(const Searcher&) = delete;
  std::size_t find(std::size_t from) const { return where_.find(what_, from); }
  /// The last one that ends at or before `end`.
  std::size_t find_last(std::size_t end) const { return end < what_.size() ? kNowhere : where_.rfind(what_, end - what_.size()); }

 private:
  std::u16string folded_where_, folded_what_;
  std::u16string_view where_, what_;
};

/// The arguments of InStr start with an optional position.
Outcome<Variant> in_str(Library&, Values values) {
  const std::size_t first = values.size() > 2 ? 1 : 0;
  READ(const std::int32_t start, first == 0 ? Outcome<std::int32_t>(1) : to_int32(values[0]));
  READ(const Variant where, plain(values[first]));
  READ(const Variant what, plain(values[first + 1]));
  READ(const bool ignore_case, ignores_case(values, 3));
  if (start <= 0) return raise(kInvalidCall);
  if (where.is(VarType::kNull) || what.is(VarType::kNull)) return Variant::null();
  READ(const Text text, to_text(where));
  READ(const Text part, to_text(what));
  const auto from = static_cast<std::size_t>(start - 1);
  if (from >= text.size()) return Variant::int32(0);
  if (part.empty()) return Variant::int32(start);
  const std::size_t found = Searcher(text.view(), part.view(), ignore_case).find(from);
  return int32_of(found == kNowhere ? 0 : static_cast<std::int64_t>(found) + 1);
}

/// Positions of octets.
Outcome<Variant> in_str_b(Library&, Values values) {
  const std::size_t first = values.size() > 2 ? 1 : 0;
  READ(const std::int32_t start, first == 0 ? Outcome<std::int32_t>(1) : to_int32(values[0]));
  READ(const Variant where, plain(values[first]));
  READ(const Variant what, plain(values[first + 1]));
  if (start <= 0) return raise(kInvalidCall);
  if (where.is(VarType::kNull) || what.is(VarType::kNull)) return Variant::null();
  READ(const Text text, to_text(where));
  READ(const Text part, to_text(what));
  const auto octets = [](const Text& of) { return std::string_view(reinterpret_cast<const char*>(of.view().data()), of.size() * 2); };
  const auto from = static_cast<std::size_t>(start - 1);
  if (from >= octets(text).size()) return Variant::int32(0);
  if (part.empty()) return Variant::int32(start);
  const std::size_t found = octets(text).find(octets(part), from);
  return int32_of(found == std::string_view::npos ? 0 : static_cast<std::int64_t>(found) + 1);
}

Outcome<Variant> in_str_rev(Library&, Values values) {
  READ(const Text text, to_text(values[0]));
  READ(const Text part, to_text(values[1]));
  READ(const std::int32_t start, int_or(values, 2, -1));
  READ(const bool ignore_case, ignores_case(values, 3));
  if (start == 0 || start < -1) return raise(kInvalidCall);
  const std::size_t end = start == -1 ? text.size() : static_cast<std::size_t>(start);
  if (text.empty() || end > text.size()) return Variant::int32(0);
  if (part.empty()) return int32_of(static_cast<std::int64_t>(end));
  const std::size_t found = Searcher(text.view(), part.view(), ignore_case).find_last(end);
  return int32_of(found == kNowhere ? 0 : static_cast<std::int64_t>(found) + 1);
}

Outcome<Variant> replace(Library& library, Values values) {
  READ(const Text text, to_text(values[0]));
  READ(const Text what, to_text(values[1]));
  READ(const Text with, to_text(values[2]));
  READ(const std::int32_t start, int_or(values, 3, 1));
  READ(std::int32_t count, int_or(values, 4, -1));
  READ(const bool ignore_case, ignores_case(values, 5));
  if (start <= 0 || count < -1) return raise(kInvalidCall);
  if (static_cast<std::size_t>(start) > text.size()) return text_of({});
  const std::u16string_view rest = text.view().substr(static_cast<std::size_t>(start - 1));
  const Searcher searcher(rest, what.view(), ignore_case);
  std::size_t position = 0;
  std::size_t found = what.empty() || count == 0 ? kNowhere : searcher.find(0);
  if (found == kNowhere && start == 1) return Variant::text(text);
  Text out;
  for (; found != kNowhere && count != 0; found = searcher.find(position)) {
    if (count > 0) --count;
    if (out.size() + with.size() > Text::kMaxUnits / 2) return raise(kOutOfStringSpace);
    if (auto room = library.reserve((out.size() + with.size()) * 2); !room) return std::unexpected(std::move(room).error());
    out.append(rest.substr(position, found - position));
    out.append(with.view());
    position = found + what.size();
  }
  out.append(rest.substr(position));
  return Variant::text(std::move(out));
}

Outcome<Variant> split(Library& library, Values values) {
  READ(const Text text, to_text(values[0]));
  READ(const Text delimiter, text_or(values, 1, u" "));
  READ(const std::int32_t count, int_or(values, 2, -1));
  READ(const bool ignore_case, ignores_case(values, 3));
  if (count < -1) return raise(kInvalidCall);
  if (auto room = library.reserve(text.size() * 2); !room) return std::unexpected(std::move(room).error());
  std::vector<Variant> parts;
  const std::u16string_view view = text.view();
  if (view.empty() || count == 0) return Variant::array(Array::of(VarType::kVariant, {}));
  const Searcher searcher(view, delimiter.view(), ignore_case);
  std::size_t position = 0;
  const std::size_t limit = count < 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(count);
  while (!delimiter.empty() && parts.size() + 1 < limit) {
    const std::size_t found = searcher.find(position);
    if (found == kNowhere) break;
    parts.push_back(text_of(view.substr(position, found - position)));
    position = found + delimiter.size();
  }
  parts.push_back(text_of(view.substr(position)));
  return Variant::array(Array::of(VarType::kVariant, std::move(parts)));
}

/// An argument that is an array of one dimension (or of none, which is empty).
Outcome<scripting::Ref<Array>> list_of(const Variant& argument) {
  READ(const Variant value, plain(argument));
  if (value.is(VarType::kNull)) return raise(kInvalidNull);
  if (!value.is_array() || value.as_array()->bounds().size() > 1) return raise(kTypeMismatch);
  return scripting::Ref<Array>(value.as_array());
}

Outcome<Variant> join(Library& library, Values values) {
  READ(const auto list, list_of(values[0]));
  READ(const Text delimiter, text_or(values, 1, u" "));
  Text out;
  for (std::size_t i = 0; i < list->items().size(); ++i) {
    if (list->items()[i].is(VarType::kNull)) return raise(kTypeMismatch);
    READ(const Text item, text_in_locale(library, list->items()[i]));
    if (out.size() + item.size() + delimiter.size() > Text::kMaxUnits / 2) return raise(kOutOfStringSpace);
    if (auto room = library.reserve((out.size() + item.size()) * 2); !room) return std::unexpected(std::move(room).error());
    if (i > 0) out.append(delimiter.view());
    out.append(item.view());
  }
  return Variant::text(std::move(out));
}

Outcome<Variant> filter(Library&, Values values) {
  READ(const auto list, list_of(values[0]));
  READ(const Text what, to_text(values[1]));
  READ(const bool include, flag_or(values, 2, true));
  READ(const bool ignore_case, ignores_case(values, 3));
  std::vector<Variant> kept;
  for (std::size_t i = 0; i < list->items().size(); ++i) {
    READ(const Text item, to_text(list->items()[i]));
    const bool found = Searcher(item.view(), what.view(), ignore_case).find(0) != kNowhere;
    if (found == include) kept.push_back(Variant::text(item));
  }
  return Variant::array(Array::of(VarType::kVariant, std::move(kept)));
}

Outcome<Variant> str_comp(Library&, Values values) {
  READ(const Variant left, plain(values[0]));
  READ(const Variant right, plain(values[1]));
  READ(const bool ignore_case, ignores_case(values, 2));
  if (left.is(VarType::kNull) || right.is(VarType::kNull)) return Variant::null();
  READ(const Text a, to_text(left));
  READ(const Text b, to_text(right));
  return int16_of(compare_texts(a.view(), b.view(), ignore_case));
}

constexpr Builtin kFunctions[] = {
    {u"InStr", 2, 4, in_str}, {u"InStrB", 2, 4, in_str_b}, {u"InStrRev", 2, 4, in_str_rev}, {u"Replace", 3, 6, replace},
    {u"Split", 1, 4, split},  {u"Join", 1, 2, join},       {u"Filter", 2, 4, filter},       {u"StrComp", 2, 3, str_comp},
};

}  // namespace

std::span<const Builtin> search_functions() { return kFunctions; }

}  // namespace script::vbscript
