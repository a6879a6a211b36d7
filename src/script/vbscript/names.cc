#include "script/vbscript/names.h"

#include "script/vbscript/conversions.h"

namespace script::vbscript {

Name Names::add(std::u16string_view text) {
  if (const auto known = by_text_.find(text); known != by_text_.end()) return {spellings_[known->second].id, known->second};
  std::u16string folded(text);
  for (char16_t& unit : folded) unit = lower(unit);
  const auto [place, is_new] = by_folded_.try_emplace(std::move(folded), ids_);
  if (is_new) ++ids_;
  const auto spelling = static_cast<std::uint32_t>(spellings_.size());
  spellings_.push_back({std::u16string(text), place->second});
  by_text_.emplace(spellings_.back().text, spelling);
  return {place->second, spelling};
}

}  // namespace script::vbscript
