#include "script/vbscript/regexp_matcher.h"

#define PCRE2_CODE_UNIT_WIDTH 16
#include <pcre2.h>

namespace script::vbscript {
namespace {

constexpr std::uint16_t kRefused = 5017;
constexpr std::uint16_t kTooLong = 28;

struct Free {
  void operator()(pcre2_compile_context* p) const { pcre2_compile_context_free(p); }
  void operator()(pcre2_code* p) const { pcre2_code_free(p); }
  void operator()(pcre2_match_data* p) const { pcre2_match_data_free(p); }
  void operator()(pcre2_match_context* p) const { pcre2_match_context_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

PCRE2_SPTR units(std::u16string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

}  // namespace

struct RegexpMatcher::Parts {
  Owned<pcre2_code> code;
  Owned<pcre2_match_data> data;
  Owned<pcre2_match_context> context;
};

RegexpMatcher::~RegexpMatcher() = default;

std::expected<std::shared_ptr<const RegexpMatcher>, std::uint16_t> RegexpMatcher::compile(std::u16string_view pattern,
                                                                                          RegexpOptions options) {
  auto syntax = translate_regexp(pattern, options);
  if (!syntax) return std::unexpected(syntax.error());
  const Owned<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  std::uint32_t flags = PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C;
  if (options.ignore_case) flags |= PCRE2_CASELESS;
  if (syntax->unicode_case) flags |= PCRE2_UCP;
  int error = 0;
  PCRE2_SIZE where = 0;
  const std::u16string& text = syntax->pattern;
  Owned<pcre2_code> code(pcre2_compile(units(text), text.size(), flags, &error, &where, context.get()));
  if (code == nullptr) return std::unexpected(kRefused);
  std::shared_ptr<RegexpMatcher> made(new RegexpMatcher());
  std::uint32_t groups = 0;
  pcre2_pattern_info(code.get(), PCRE2_INFO_CAPTURECOUNT, &groups);
  made->groups_ = groups;
  made->parts_ = std::make_unique<Parts>();
  made->parts_->data.reset(pcre2_match_data_create_from_pattern(code.get(), nullptr));
  made->parts_->context.reset(pcre2_match_context_create(nullptr));
  made->parts_->code = std::move(code);
  pcre2_set_match_limit(made->parts_->context.get(), kMaxSteps);
  pcre2_set_heap_limit(made->parts_->context.get(), kMaxHeapKiB);
  return std::shared_ptr<const RegexpMatcher>(std::move(made));
}

std::expected<std::vector<Capture>, std::uint16_t> RegexpMatcher::search(std::u16string_view text, std::size_t from) const {
  static constexpr std::u16string_view kEmpty = u"";  // never a null address
  if (text.empty()) text = kEmpty;
  std::vector<Capture> out;
  const int result = pcre2_match(parts_->code.get(), units(text), text.size(), from, 0, parts_->data.get(), parts_->context.get());
  if (result == PCRE2_ERROR_NOMATCH) return out;
  if (result < 0) return std::unexpected(kTooLong);
  const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(parts_->data.get());
  out.resize(groups_ + 1);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (static_cast<int>(i) >= result || offsets[2 * i] == PCRE2_UNSET) continue;
    out[i] = {static_cast<std::uint32_t>(offsets[2 * i]), static_cast<std::uint32_t>(offsets[2 * i + 1])};
  }
  return out;
}

}  // namespace script::vbscript
