// Objects as XML: no input may crash the reader, and a class that it accepts can be written and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "scripting/object_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const cim::ClassPtr cls = [] {
    cim::ClassBuilder builder("Thing");
    (void)builder.put_property("Name", {cim::CimType::kString, false});
    (void)builder.put_property("Size", {cim::CimType::kUint32, true});
    (void)builder.put_property("Half", {cim::CimType::kReal64, false});
    (void)builder.put_property("Truth", {cim::CimType::kBoolean, false});
    return *builder.build();
  }();
  const auto object = scripting::object_from_xml(text, scripting::kCimDtd, cls);
  if (!object) return 0;
  const auto written = scripting::object_xml(*object, scripting::kWmiDtd, {.qualifiers = true});
  if (!written) std::abort();
  if (object->is_class()) return 0;
  if (!scripting::object_from_xml(*written, scripting::kWmiDtd, cls)) std::abort();
  return 0;
}
