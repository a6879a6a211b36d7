// Names without case, numbered, so that the compiler and the machine compare numbers.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace script::vbscript {

using NameId = std::uint32_t;

/// A name as it stands in a text: `id` is the same for all spellings, `spelling` leads to what was written.
struct Name {
  NameId id = 0;
  std::uint32_t spelling = 0;
};

/// One for each context; only grows. Number 0 is the empty name.
class Names {
 public:
  Names() { add(u""); }
  Name add(std::u16string_view text);
  std::u16string_view spelling(Name name) const { return spellings_[name.spelling].text; }
  std::size_t size() const { return ids_; }  // ids are below this

 private:
  struct Spelling {
    std::u16string text;
    NameId id;
  };
  std::deque<Spelling> spellings_;
  std::unordered_map<std::u16string_view, std::uint32_t> by_text_;
  std::unordered_map<std::u16string, NameId> by_folded_;
  NameId ids_ = 0;
};

}  // namespace script::vbscript
