// The binary form that mofcomp -B writes: one file that holds a text with everything it includes. It is our own, not Windows' BMF.
//
//   octets  8  "OWMIBMF1"
//           4  u32 number of sources, little-endian as all numbers here
//           8  u64 base::hash64 (XXH3) of what follows
//           per source: u32 length of the name, name, u32 length of the text, text (UTF-8); the first is the main text, the others
//           stand in the order of their includes
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mof/ast.h"
#include "mof/source.h"

namespace mof {

/// True when the octets start like the binary form.
bool is_binary(std::string_view octets);

std::string to_binary(const Unit& unit);

/// The sources again. Errors: WBEMMOF_E_INVALID_FILE for octets that are cut short, changed or longer than the limits.
base::Result<std::vector<Source>> from_binary(std::string_view octets);

/// Serves includes in the order in which they were stored: the parser asks for them in just that order. Whatever they are called.
class StoredLoader final : public SourceLoader {
 public:
  /// `sources` as from_binary() gives them; the first is the main text.
  explicit StoredLoader(std::vector<Source> sources) : sources_(std::move(sources)) {}
  Source main() const { return sources_.empty() ? Source() : sources_.front(); }
  base::Result<Source> load(std::string_view including, std::string_view path) override;

 private:
  std::vector<Source> sources_;
  std::size_t next_ = 1;
};

}  // namespace mof
