#include "wql/like.h"

#include <algorithm>

#include "base/utf.h"
#include "wql/folded.h"

namespace wql {
namespace {

constexpr std::size_t kLong = 32;  // literals beyond this are searched by their failure table
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

std::u32string points_of(std::string_view utf8) {
  std::u32string out;
  for (std::size_t at = 0; at < utf8.size();) out += base::next_code_point(utf8, at);
  return out;
}

}  // namespace

bool has_like_meta(std::string_view text) { return text.find_first_of("%_[") != std::string_view::npos; }

/// The row as Latin-1 octets in place.
struct LikePattern::Latin1 {
  const LikePattern& pattern;
  const std::uint8_t* data;
  std::size_t size;
  bool literal(const Element& e, std::size_t i) const { return kFoldByte[data[i]] == e.byte; }
  bool literals(const Element* e, std::size_t count, std::size_t at) const {
    for (std::size_t i = 0; i < count; ++i) {
      if (kFoldByte[data[at + i]] != e[i].byte) return false;
    }
    return true;
  }
  bool set(const Element& e, std::size_t i) const { return pattern.sets_[e.literal].latin1[data[i]]; }
};

/// The row as code points.
struct LikePattern::Points {
  const LikePattern& pattern;
  const char32_t* data;
  std::size_t size;
  bool literal(const Element& e, std::size_t i) const { return base::to_upper(data[i]) == e.literal; }
  bool literals(const Element* e, std::size_t count, std::size_t at) const {
    for (std::size_t i = 0; i < count; ++i) {
      if (!literal(e[i], at + i)) return false;
    }
    return true;
  }
  bool set(const Element& e, std::size_t i) const { return pattern.sets_[e.literal].contains(data[i]); }
};

bool LikePattern::Set::lists(char32_t point) const {
  return std::ranges::any_of(ranges, [&](const auto& range) { return range.first <= point && point <= range.second; });
}

bool LikePattern::Set::contains(char32_t point) const {
  if (point < 256) return latin1[point];
  const char32_t upper = base::to_upper(point);
  const bool listed = lists(point) || lists(upper) || std::ranges::any_of(ranges, [&](const auto& range) {
                        return base::to_upper(range.first) <= upper && upper <= base::to_upper(range.second);
                      });
  return listed != negated;
}

/// A Latin-1 letter is a member when any letter that folds alike is listed.
void LikePattern::Set::finish() {
  for (std::size_t i = 0; i < 256; ++i) {
    const char16_t upper = base::kUpperLatin1[i];
    bool listed = lists(upper);
    for (std::size_t j = 0; j < 256 && !listed; ++j) listed = base::kUpperLatin1[j] == upper && lists(static_cast<char32_t>(j));
    latin1[i] = listed != negated;
  }
}

base::Result<LikePattern> LikePattern::compile(std::string_view utf8) {
  const std::u32string pattern = points_of(utf8);
  LikePattern out;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    switch (pattern[at]) {
      case U'%':
        TRY(out.close_part(begin));
        begin = out.elements_.size();
        out.open_ = true;
        out.open_front_ = out.open_front_ || at == 0;
        break;
      case U'_': out.elements_.push_back({Kind::kAny, -1, 0}); break;
      case U'[': TRY(out.read_set(pattern, at)); break;
      default: out.add_literal(pattern[at]);
    }
  }
  TRY(out.close_part(begin));
  out.open_back_ = !pattern.empty() && pattern.back() == U'%' && begin == out.elements_.size();
  return out;
}

void LikePattern::add_literal(char32_t point) {
  const char32_t folded = base::to_upper(point);
  elements_.push_back({Kind::kLiteral, static_cast<std::int16_t>(byte_of_folded(folded)), folded});
}

/// `at`: the [, left on its ]. MS-WMI: - and = make a range unless they stand before the ]; a ^ before the ] is a literal.
base::Status LikePattern::read_set(std::u32string_view pattern, std::size_t& at) {
  const std::size_t close = pattern.find(U']', at + 1);
  if (close == std::u32string_view::npos) return {WBEM_E_INVALID_QUERY, "the pattern of LIKE has a [ without its ]; a [ itself is [[]"};
  std::u32string_view content = pattern.substr(at + 1, close - at - 1);
  at = close;
  if (content.empty()) return {WBEM_E_INVALID_QUERY, "the pattern of LIKE has the empty set []"};
  Set set;
  set.negated = content.size() > 1 && content.front() == U'^';
  if (set.negated) content.remove_prefix(1);
  if (content.size() == 1 && !set.negated) {
    add_literal(content.front());
    return {};
  }
  for (std::size_t i = 0; i < content.size(); ++i) {
    const bool range = content[i] != U'^' && i + 2 < content.size() && (content[i + 1] == U'-' || content[i + 1] == U'=');
    set.ranges.emplace_back(content[i], content[range ? i + 2 : i]);
    if (range) i += 2;
  }
  set.finish();
  elements_.push_back({Kind::kSet, -1, static_cast<char32_t>(sets_.size())});
  sets_.push_back(std::move(set));
  return {};
}

base::Status LikePattern::close_part(std::size_t begin) {
  Part part{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(elements_.size() - begin), true, {}};
  if (part.count == 0) return {};
  for (std::size_t i = begin; i < elements_.size(); ++i) part.literal = part.literal && elements_[i].kind == Kind::kLiteral;
  if (!part.literal && part.count > kMaxMixed) {
    return {WBEM_E_QUOTA_VIOLATION, "the pattern of LIKE has too many characters between two % where _ or [] is among them"};
  }
  if (part.literal && part.count > kLong) {
    part.failure.assign(part.count, 0);
    for (std::uint32_t i = 1, k = 0; i < part.count; ++i) {
      while (k > 0 && elements_[begin + i].literal != elements_[begin + k].literal) k = part.failure[k - 1];
      if (elements_[begin + i].literal == elements_[begin + k].literal) ++k;
      part.failure[i] = k;
    }
  }
  parts_.push_back(std::move(part));
  return {};
}

template <class Units>
bool LikePattern::part_at(const Units& units, const Part& part, std::size_t at) const {
  const Element* element = elements_.data() + part.begin;
  if (part.literal) return units.literals(element, part.count, at);
  for (std::uint32_t i = 0; i < part.count; ++i, ++element, ++at) {
    if (element->kind == Kind::kLiteral ? !units.literal(*element, at) : element->kind == Kind::kSet && !units.set(*element, at))
      return false;
  }
  return true;
}

template <class Units>
std::size_t LikePattern::find_long(const Units& units, const Part& part, std::size_t from, std::size_t end) const {
  const Element* elements = elements_.data() + part.begin;
  for (std::uint32_t k = 0; from < end; ++from) {
    while (k > 0 && !units.literal(elements[k], from)) k = part.failure[k - 1];
    if (units.literal(elements[k], from)) ++k;
    if (k == part.count) return from + 1 - part.count;
  }
  return kNowhere;
}

template <class Units>
std::size_t LikePattern::find(const Units& units, const Part& part, std::size_t from, std::size_t end) const {
  if (!part.failure.empty()) return find_long(units, part, from, end);
  const Element& first = elements_[part.begin];
  for (; from + part.count <= end; ++from) {
    if (part.literal && !units.literal(first, from)) continue;
    if (part_at(units, part, from)) return from;
  }
  return kNowhere;
}

template <class Units>
bool LikePattern::run(const Units& units) const {
  if (units.size < elements_.size()) return false;
  if (!open_) return units.size == elements_.size() && (parts_.empty() || part_at(units, parts_.front(), 0));
  std::size_t first = 0;
  std::size_t last = parts_.size();
  std::size_t from = 0;
  std::size_t end = units.size;
  if (!open_front_) {
    if (!part_at(units, parts_[first], 0)) return false;
    from = parts_[first++].count;
  }
  if (!open_back_) {
    end -= parts_[--last].count;
    if (!part_at(units, parts_[last], end)) return false;
  }
  // The leftmost place of each part leaves the most room for the next, so nothing is ever tried again.
  for (; first < last; ++first) {
    from = find(units, parts_[first], from, end);
    if (from == kNowhere) return false;
    from += parts_[first].count;
  }
  return true;
}

bool LikePattern::matches(const cim::Text& row) const {
  if (!row.wide()) return run(Latin1{*this, row.data(), row.size()});
  std::u32string points;
  points.reserve(row.length());
  for (std::uint32_t i = 0; i < row.length();) points += next_point(row, i);
  return run(Points{*this, points.data(), points.size()});
}

}  // namespace wql
