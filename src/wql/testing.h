// Classes and rows that the tests, the fuzz target and the bench of this folder share. Not part of the library.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cim/object.h"

namespace wql::testing {

inline void require(const base::Status& status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s: %s\n", what, status.text().c_str());
  std::abort();
}

template <class T>
T require(base::Result<T> result, const char* what) {
  if (!result) require(result.error(), what);
  return *std::move(result);
}

struct Declared {
  const char* name;
  cim::CimType type;
  bool array = false;
  const char* cim_type = "";
};

inline cim::ClassPtr make_class(cim::ClassBuilder builder, const std::vector<Declared>& properties, const char* key) {
  for (const Declared& p : properties) require(builder.put_property(p.name, {p.type, p.array}, {}, p.cim_type), p.name);
  if (key != nullptr)
    require(builder.put_property_qualifier(key,
                                           {"key", {cim::CimType::kBoolean, false}, cim::Value::boolean(true), cim::default_flavor("key")}),
            key);
  builder.set_decoration("HOST", "root\\test");
  return require(builder.build(), "build");
}

/// What Thing.Obj holds: Part, and Wheel below it.
inline const cim::ClassPtr& part_class() {
  static const cim::ClassPtr cls =
      make_class(cim::ClassBuilder("Part"), {{"Label", cim::CimType::kString}, {"Count", cim::CimType::kUint32}}, nullptr);
  return cls;
}

inline const cim::ClassPtr& wheel_class() {
  static const cim::ClassPtr cls = make_class(cim::ClassBuilder(part_class(), "Wheel"), {{"Spokes", cim::CimType::kUint8}}, nullptr);
  return cls;
}

/// One property of every type.
inline const cim::ClassPtr& thing_class() {
  using enum cim::CimType;
  static const cim::ClassPtr cls = make_class(cim::ClassBuilder("Thing"),
                                              {{"Name", kString},
                                               {"S8", kSint8},
                                               {"U8", kUint8},
                                               {"S16", kSint16},
                                               {"U16", kUint16},
                                               {"S32", kSint32},
                                               {"U32", kUint32},
                                               {"S64", kSint64},
                                               {"U64", kUint64},
                                               {"R32", kReal32},
                                               {"R64", kReal64},
                                               {"B", kBoolean},
                                               {"C", kChar16},
                                               {"Text", kString},
                                               {"When", kDatetime},
                                               {"Span", kDatetime},
                                               {"Ref", kReference, false, "ref:Thing"},
                                               {"Obj", kObject, false, "object:Part"},
                                               {"Numbers", kUint32, true},
                                               {"Words", kString, true}},
                                              "Name");
  return cls;
}

/// A subclass with one property more.
inline const cim::ClassPtr& special_class() {
  static const cim::ClassPtr cls =
      make_class(cim::ClassBuilder(thing_class(), "SpecialThing"), {{"Extra", cim::CimType::kString}}, nullptr);
  return cls;
}

using Values = std::vector<std::pair<const char*, cim::Value>>;

inline cim::Instance make_row(const cim::ClassPtr& cls, const Values& values) {
  cim::InstanceBuilder builder(cls);
  for (const auto& [name, value] : values) require(builder.set(name, value), name);
  return builder.build(true);
}

inline cim::Value embedded(const cim::ClassPtr& cls, const Values& values) {
  return cim::Value::object(std::make_shared<const cim::Object>(make_row(cls, values)));
}

/// a, b, c, d, e: five rows; e is all NULL, d is a SpecialThing.
inline std::vector<cim::Instance> sample_rows() {
  using V = cim::Value;
  const auto words = [](const char* first, const char* second) { return V::array({V::text(first), V::text(second)}); };
  std::vector<cim::Instance> rows;
  rows.push_back(make_row(thing_class(), {{"Name", V::text("a")},
                                          {"S8", V::sint(-5)},
                                          {"U8", V::uint(5)},
                                          {"S16", V::sint(-300)},
                                          {"U16", V::uint(300)},
                                          {"S32", V::sint(-70000)},
                                          {"U32", V::uint(4000000000U)},
                                          {"S64", V::sint(INT64_MIN)},
                                          {"U64", V::uint(UINT64_MAX)},
                                          {"R32", V::real(0.1F)},
                                          {"R64", V::real(0.1)},
                                          {"B", V::boolean(true)},
                                          {"C", V::uint('A')},
                                          {"Text", V::text("NTFS")},
                                          {"When", V::text("20040121120000.000000+000")},
                                          {"Span", V::text("00000001000000.000000:000")},
                                          {"Ref", V::text("Thing.Name=\"b\"")},
                                          {"Obj", embedded(part_class(), {{"Label", V::text("bolt")}, {"Count", V::uint(7)}})},
                                          {"Numbers", V::array({V::uint(1), V::uint(2)})},
                                          {"Words", words("x", "y")}}));
  rows.push_back(make_row(thing_class(), {{"Name", V::text("b")},
                                          {"S8", V::sint(0)},
                                          {"U8", V::uint(0)},
                                          {"S16", V::sint(0)},
                                          {"U16", V::uint(0)},
                                          {"S32", V::sint(0)},
                                          {"U32", V::uint(0)},
                                          {"S64", V::sint(0)},
                                          {"U64", V::uint(0)},
                                          {"R32", V::real(1.5)},
                                          {"R64", V::real(1.5)},
                                          {"B", V::boolean(false)},
                                          {"C", V::uint('z')},
                                          {"Text", V::text("fat32")},
                                          {"When", V::text("20040121130000.000000+060")},
                                          {"Span", V::text("00000000120000.000000:000")},
                                          {"Ref", V::text("\\\\HOST\\root\\test:Thing.Name=\"A\"")},
                                          {"Obj", embedded(wheel_class(), {{"Label", V::text("rim")}, {"Spokes", V::uint(32)}})}}));
  rows.push_back(make_row(thing_class(), {{"Name", V::text("c")},
                                          {"S8", V::sint(127)},
                                          {"U8", V::uint(255)},
                                          {"S32", V::sint(INT32_MAX)},
                                          {"U32", V::uint(42)},
                                          {"S64", V::sint(INT64_MAX)},
                                          {"U64", V::uint(9007199254740993U)},
                                          {"R64", V::real(9007199254740992.0)},
                                          {"Text", V::text("50%_[x]-\\Ä")},
                                          {"When", V::text("20050301000000.000000+000")}}));
  rows.push_back(make_row(special_class(), {{"Name", V::text("d")},
                                            {"U32", V::uint(42)},
                                            {"Text", V::text("\u039a\u03b1\u03bb\u03b7")},
                                            {"B", V::boolean(true)},
                                            {"Extra", V::text("more")}}));
  rows.push_back(make_row(thing_class(), {{"Name", V::text("e")}}));
  return rows;
}

}  // namespace wql::testing
