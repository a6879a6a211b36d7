// Random classes and instances through the wire form and back.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "cim/wmio.h"

namespace cim {
namespace {

constexpr CimType kTypes[] = {CimType::kSint8,  CimType::kUint8,  CimType::kSint16,  CimType::kUint16,   CimType::kSint32,
                              CimType::kUint32, CimType::kSint64, CimType::kUint64,  CimType::kReal32,   CimType::kReal64,
                              CimType::kString, CimType::kChar16, CimType::kBoolean, CimType::kReference};

std::span<const std::uint8_t> octets(const std::string& s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }

std::string random_text() {
  const auto points =
      *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::element<std::uint32_t>('a', 'Z', '"', 0xE9, 0xFF, 0x20AC, 0x1F600));
  std::string out;
  for (const std::uint32_t point : points) {
    if (point < 0x80) {
      out += static_cast<char>(point);
    } else if (point < 0x800) {
      out += static_cast<char>(0xC0U | point >> 6U);
      out += static_cast<char>(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
      out += static_cast<char>(0xE0U | point >> 12U);
      out += static_cast<char>(0x80U | (point >> 6U & 0x3FU));
      out += static_cast<char>(0x80U | (point & 0x3FU));
    } else {
      out += static_cast<char>(0xF0U | point >> 18U);
      out += static_cast<char>(0x80U | (point >> 12U & 0x3FU));
      out += static_cast<char>(0x80U | (point >> 6U & 0x3FU));
      out += static_cast<char>(0x80U | (point & 0x3FU));
    }
  }
  return out;
}

Value random_scalar(CimType type) {
  switch (type) {
    case CimType::kString:
    case CimType::kReference: return Value::text(random_text());
    case CimType::kBoolean: return Value::boolean(*rc::gen::arbitrary<bool>());
    case CimType::kReal32: return Value::real(static_cast<double>(*rc::gen::arbitrary<float>()));
    case CimType::kReal64: return Value::real(*rc::gen::arbitrary<double>());
    case CimType::kSint8: return Value::sint(*rc::gen::arbitrary<std::int8_t>());
    case CimType::kSint16: return Value::sint(*rc::gen::arbitrary<std::int16_t>());
    case CimType::kSint32: return Value::sint(*rc::gen::arbitrary<std::int32_t>());
    case CimType::kSint64: return Value::sint(*rc::gen::arbitrary<std::int64_t>());
    case CimType::kUint8: return Value::uint(*rc::gen::arbitrary<std::uint8_t>());
    case CimType::kUint32: return Value::uint(*rc::gen::arbitrary<std::uint32_t>());
    case CimType::kUint64: return Value::uint(*rc::gen::arbitrary<std::uint64_t>());
    default: return Value::uint(*rc::gen::arbitrary<std::uint16_t>());
  }
}

Value random_value(Type type) {
  if (*rc::gen::inRange(0, 4) == 0) return {};
  if (!type.array) return random_scalar(type.base);
  Value::Array items(*rc::gen::inRange<std::size_t>(0, 4));
  for (Value& item : items) item = random_scalar(type.base);
  return Value::array(std::move(items));
}

Type random_type() {
  return {*rc::gen::elementOf(std::vector<CimType>(std::begin(kTypes), std::end(kTypes))), *rc::gen::arbitrary<bool>()};
}

void add_members(ClassBuilder& builder, const std::string& prefix) {
  const int count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    const std::string name = prefix + std::to_string(i);
    const Type type = random_type();
    RC_ASSERT(builder.put_property(name, type, random_value(type)).ok());
    if (*rc::gen::arbitrary<bool>()) {
      const std::uint8_t flavors = *rc::gen::element<std::uint8_t>(0, 1, 2, 3, 0x83);
      RC_ASSERT(builder.put_property_qualifier(name, {"Note", {CimType::kString, false}, Value::text(random_text()), flavors}).ok());
    }
  }
}

RC_GTEST_PROP(WmioRandom, ClassesAndInstancesSurvive, ()) {
  ClassBuilder base("Base");
  add_members(base, "b");
  ClassBuilder derived(base.build().value(), "Derived");
  add_members(derived, "d");
  derived.set_decoration("HOST", "root\\x");
  const ClassPtr cls = derived.build().value();
  const auto class_back = decode_unit(octets(encode_unit(cls)));
  RC_ASSERT(class_back.has_value());
  RC_ASSERT(compare(cls, *class_back, 0) == WBEM_S_SAME);

  InstanceBuilder row(cls);
  std::vector<Value> expected;
  for (const Property& property : cls->properties()) expected.push_back(property.default_value);
  const int writes = cls->properties().empty() ? 0 : *rc::gen::inRange(0, 20);
  for (int i = 0; i < writes; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, expected.size());
    expected[at] = random_value(cls->properties()[at].type);
    RC_ASSERT(row.set(cls->properties()[at], expected[at]).ok());
  }
  const auto back = decode_unit(octets(encode_unit(row.build(true))));
  RC_ASSERT(back.has_value());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    RC_ASSERT(back->instance()->value(back->cls()->properties()[i]) == expected[i]);
    RC_ASSERT(row.value(cls->properties()[i]) == expected[i]);
  }
}

}  // namespace
}  // namespace cim
