// Objects and references for tests and benchmarks of this folder.
#pragma once

#include <string>

#include "base/random.h"
#include "remote/messages.h"

namespace remote::samples {

inline cim::ClassPtr make_class(const std::string& name, bool decorated = true) {
  cim::ClassBuilder builder(name);
  if (decorated) builder.set_decoration("HOST", "root\\cimv2");
  (void)builder.put_property("Id", {cim::CimType::kUint32, false});
  (void)builder.put_property_qualifier("Id", {"key", {cim::CimType::kBoolean, false}, cim::Value::boolean(true), 0x13});
  (void)builder.put_property("Name", {cim::CimType::kString, false});
  for (const char* number : {"A", "B", "C", "D"}) (void)builder.put_property(number, {cim::CimType::kUint64, false});
  (void)builder.put_property("Path", {cim::CimType::kString, false});
  (void)builder.put_property("Started", {cim::CimType::kDatetime, false});
  (void)builder.put_property("Enabled", {cim::CimType::kBoolean, false});
  (void)builder.put_property("State", {cim::CimType::kString, false}, cim::Value::text("running"));
  return *builder.build();
}

inline cim::Object make_row(const cim::ClassPtr& cls, std::uint32_t id, bool decorated = true) {
  cim::InstanceBuilder row(cls);
  (void)row.set("Id", cim::Value::uint(id));
  (void)row.set("Name", cim::Value::text("row " + std::to_string(id)));
  (void)row.set("A", cim::Value::uint(id * 7ULL));
  (void)row.set("Path", cim::Value::text("/usr/bin/a\xE2\x82\xAC"));
  (void)row.set("Started", cim::Value::text("20260102030405.000000+060"));
  (void)row.set("Enabled", cim::Value::boolean((id & 1U) != 0));
  return row.build(decorated);
}

inline cim::Batch make_batch(const cim::ClassPtr& cls, std::uint32_t rows) {
  cim::BatchBuilder builder;
  for (std::uint32_t i = 0; i < rows; ++i) builder.add(make_row(cls, i));
  return builder.take();
}

inline dcom::Objref make_reference(const base::Guid& iid) {
  dcom::RemoteObject object;
  object.standard = {0, 5, 0x1111222233334444, 0x5555666677778888, base::Guid{9, 8, 7, {6, 5, 4, 3, 2, 1, 0, 9}}};
  object.resolver.strings.push_back({dcom::kTowerTcp, "127.0.0.1[49152]"});
  object.resolver.securities.push_back({10, ""});
  return {iid, object};
}

inline std::string unit_of(const cim::Object& object) { return cim::encode_unit(object); }

}  // namespace remote::samples
