// Text conversions and folding on any octets: the results must be well-formed and agree with one another.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/guid.h"
#include "base/json.h"
#include "base/spell.h"
#include "base/utf.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const std::string from_units = base::utf16le_to_utf8(octets);
  require(base::is_valid_utf8(from_units, base::Surrogates::kAllow));
  require(base::utf8_to_utf16le(from_units) == octets.substr(0, size & ~std::size_t{1}));
  require(base::utf8_to_latin1(base::latin1_to_utf8(octets)) == octets);

  const std::string folded = base::fold_case(octets);
  require(base::equal_ignore_case(octets, folded));
  require(base::fold_case(folded) == folded);
  require(base::hash_ignore_case(octets) == base::hash_ignore_case(folded));

  const std::string_view first = octets.substr(0, size / 2);
  const std::string_view second = octets.substr(size / 2);
  const bool less = base::fold_case(first) < base::fold_case(second);
  require((base::compare_ignore_case(first, second) < 0) == less);
  require(base::equal_ignore_case(first, second) == (base::fold_case(first) == base::fold_case(second)));

  std::string json;
  base::append_json_string(json, octets);
  require(base::is_valid_utf8(json));
  base::edit_distance(first, second, 3);
  if (const auto guid = base::Guid::parse(octets)) require(base::Guid::parse(guid->to_string()) == guid);
  return 0;
}
