// Any text as an object path: both readers agree, the normal form comes back, and every way to a key gives the same octets.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf.h"
#include "cim/path.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

cim::ClassPtr class_of(const std::vector<std::pair<const char*, cim::CimType>>& keys) {
  cim::ClassBuilder builder("C");
  for (const auto& [name, type] : keys) {
    require(builder.put_property(name, {type}).ok());
    require(builder.put_property_qualifier(name, cim::Qualifier{"key", {cim::CimType::kBoolean}, cim::Value::boolean(true), 0}).ok());
  }
  builder.set_decoration("HOST", "root\\cimv2");
  return *builder.build();
}

const std::vector<cim::ClassPtr>& classes() {
  using enum cim::CimType;
  static const std::vector<cim::ClassPtr> all = {
      class_of({{"K", kString}}),
      class_of({{"K", kSint32}}),
      class_of({{"K", kReference}}),
      class_of({{"A", kString}, {"B", kUint64}}),
      class_of({{"A", kDatetime}, {"B", kBoolean}, {"C", kChar16}}),
  };
  return all;
}

void check_keys(const cim::ObjectPath& path, const cim::PathParts& parts) {
  for (const cim::ClassPtr& cls : classes()) {
    std::string slow;
    std::string fast;
    const bool good = cim::canonical_key(*cls, path, slow).ok();
    require(cim::canonical_key(*cls, parts, fast).ok() == good);
    require(!good || slow == fast);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto path = cim::ObjectPath::parse(text);
  const auto parts = cim::split_path(text);
  require(path.has_value() == parts.has_value());
  if (!path) {
    require(!path.error().text().empty());
    require(path.error().text() == parts.error().text());
    return 0;
  }
  check_keys(*path, *parts);

  const std::string normal = path->to_string();
  if (base::utf16_length(normal) > cim::kMaxPathLength) return 0;  // escapes can make it longer than the text was
  const auto again = cim::ObjectPath::parse(normal);
  require(again.has_value());
  require(again->to_string() == normal);
  require(cim::same_path(*path, *again, "HOST"));
  return 0;
}
