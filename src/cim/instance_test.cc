#include "cim/instance.h"

#include <gtest/gtest.h>

#include <thread>

#include "cim/wmio.h"

namespace cim {
namespace {

constexpr Type kString{CimType::kString, false};
constexpr Type kUint32{CimType::kUint32, false};

std::span<const std::uint8_t> octets(const std::string& s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }

/// One property of every type, scalar and array, P2 ... and A2 ..., plus the key.
ClassPtr every_type() {
  ClassBuilder builder("Every");
  EXPECT_TRUE(builder.put_property("Name", kString).ok());
  EXPECT_TRUE(builder.put_property_qualifier("Name", {"key", {CimType::kBoolean, false}, Value::boolean(true), 0x13}).ok());
  for (const std::uint32_t n : {2U, 3U, 4U, 5U, 8U, 11U, 13U, 16U, 17U, 18U, 19U, 20U, 21U, 101U, 102U, 103U}) {
    EXPECT_TRUE(builder.put_property("P" + std::to_string(n), {static_cast<CimType>(n), false}).ok());
    EXPECT_TRUE(builder.put_property("A" + std::to_string(n), {static_cast<CimType>(n), true}).ok());
  }
  EXPECT_TRUE(builder.put_property("Text", kString, Value::text("default")).ok());
  EXPECT_TRUE(builder.put_property("Number", kUint32, Value::uint(42)).ok());
  builder.set_decoration("HOST", "root\\test");
  return *builder.build();
}

Value sample(std::uint32_t type) {
  switch (static_cast<CimType>(type)) {
    case CimType::kString: return Value::text("text \xC3\xA9 \xE2\x82\xAC");
    case CimType::kDatetime: return Value::text("20260102030405.000000+000");
    case CimType::kReference: return Value::text("Every.Name=\"x\"");
    case CimType::kBoolean: return Value::boolean(true);
    case CimType::kReal32:
    case CimType::kReal64: return Value::real(1.5);
    case CimType::kSint8:
    case CimType::kSint16:
    case CimType::kSint32:
    case CimType::kSint64: return Value::sint(-5);
    case CimType::kObject: {
      ClassBuilder inner("Inner");
      EXPECT_TRUE(inner.put_property("X", kString).ok());
      InstanceBuilder row(*inner.build());
      EXPECT_TRUE(row.set("X", Value::text("inside")).ok());
      return Value::object(std::make_shared<const Object>(row.build()));
    }
    default: return Value::uint(200);
  }
}

Instance filled(const ClassPtr& cls) {
  InstanceBuilder builder(cls);
  EXPECT_TRUE(builder.set("Name", Value::text("a\"b\\c")).ok());
  for (const Property& property : cls->properties()) {
    if (property.name == "Name" || property.name == "Text" || property.name == "Number") continue;
    const Value one = sample(static_cast<std::uint32_t>(property.type.base));
    const base::Status status = builder.set(property, property.type.array ? Value::array({one, one}) : one);
    EXPECT_TRUE(status.ok()) << property.name << status.to_string();
  }
  return builder.build(true);
}

void expect_filled(const Instance& instance) {
  for (const Property& property : instance.cls()->properties()) {
    if (property.name == "Name" || property.name == "Text" || property.name == "Number") continue;
    const Value one = sample(static_cast<std::uint32_t>(property.type.base));
    EXPECT_EQ(instance->value(property), property.type.array ? Value::array({one, one}) : one) << property.name;
  }
  EXPECT_EQ(instance.value("Text"), Value::text("default"));
  EXPECT_EQ(instance->number<std::uint32_t>(*instance.cls()->handle("Number")), 42U);
  EXPECT_EQ(instance->relative_path(), "Every.Name=\"a\\\"b\\\\c\"");
}

TEST(Instance, HoldsEveryType) {
  const ClassPtr cls = every_type();
  const Instance instance = filled(cls);
  expect_filled(instance);
  EXPECT_TRUE(validate_instance(*cls, instance->octets()).ok());
  auto back = decode_unit(octets(encode_unit(instance)));
  ASSERT_TRUE(back.has_value()) << back.error().to_string();
  expect_filled(back->instance());
  EXPECT_EQ(back->path(), "\\\\HOST\\root\\test:Every.Name=\"a\\\"b\\\\c\"");
  EXPECT_EQ(compare(instance, *back, 0), WBEM_S_SAME);
  const Instance copy = Instance::copy_trusted(cls, instance->octets());
  expect_filled(copy);
}

TEST(Instance, ABlankOneHasItsClassDefaults) {
  const ClassPtr cls = every_type();
  const Instance instance = InstanceBuilder(cls).build();
  for (const Property& property : cls->properties()) {
    EXPECT_EQ(instance->value(property), property.default_value);
    EXPECT_TRUE(instance->is_default(property.handle));
  }
  EXPECT_EQ(instance->text(*cls->handle("Text")).to_utf8(), "default");
  EXPECT_EQ(instance->relative_path(), "");
  EXPECT_FALSE(instance.decorated());
  EXPECT_TRUE(Object(instance).get("__PATH")->is_null());
  EXPECT_TRUE(Object(instance).get("__SERVER")->is_null());
  EXPECT_TRUE(Object(instance).get("__RELPATH")->is_null());
}

TEST(Instance, NullIsNotDefault) {
  const ClassPtr cls = every_type();
  InstanceBuilder builder(cls);
  builder.set_null(*cls->handle("Number"));
  EXPECT_TRUE(builder.set("Text", Value::null()).ok());
  Instance instance = builder.build();
  EXPECT_TRUE(instance->is_null(*cls->handle("Number")));
  EXPECT_FALSE(instance->is_default(*cls->handle("Number")));
  EXPECT_TRUE(instance.value("Text").is_null());
  EXPECT_EQ(instance->number<std::uint32_t>(*cls->handle("Number")), 0U);
  builder.set_default(*cls->handle("Number"));
  EXPECT_EQ(builder.value(*cls->property("Number")), Value::uint(42));
  builder.set_number<std::uint32_t>(*cls->handle("Number"), 7);
  EXPECT_EQ(builder.build()->number<std::uint32_t>(*cls->handle("Number")), 7U);
}

TEST(InstanceBuilder, RefusesWhatDoesNotFit) {
  InstanceBuilder builder(every_type());
  EXPECT_EQ(builder.set("Nothing", Value::uint(1)).code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(builder.set("__CLASS", Value::text("X")).code(), WBEM_E_READ_ONLY);
  EXPECT_EQ(builder.set("P19", Value::text("many")).code(), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(builder.set("P17", Value::uint(256)).code(), WBEM_E_VALUE_OUT_OF_RANGE);
}

TEST(InstanceBuilder, WritesNoGarbage) {
  const ClassPtr cls = every_type();
  const PropertyHandle text = *cls->handle("Text");
  InstanceBuilder builder(cls);
  builder.set_text(text, "first and rather long");
  builder.set_text(text, "second");
  InstanceBuilder once(cls);
  once.set_text(text, "second");
  std::string a;
  std::string b;
  const std::uint32_t length = builder.append_to(a);
  EXPECT_EQ(length, a.size());
  once.append_to(b);
  EXPECT_EQ(a, b);
  EXPECT_TRUE(std::string_view(a).ends_with(std::string_view("\0\0", 2)));
  builder.reset();
  std::string c;
  builder.append_to(c);
  EXPECT_EQ(std::string_view(c),
            std::string_view(reinterpret_cast<const char*>(cls->blank_instance().data()), cls->blank_instance().size()));
}

TEST(InstanceBuilder, ACopyChangesAlone) {
  const ClassPtr cls = every_type();
  const Instance instance = filled(cls);
  InstanceBuilder builder(instance);
  EXPECT_TRUE(builder.set("P19", Value::uint(77)).ok());
  EXPECT_TRUE(builder.set("A8", Value::array({Value::text("only")})).ok());
  const Instance changed = builder.build(true);
  EXPECT_EQ(changed.value("P19"), Value::uint(77));
  EXPECT_EQ(changed.value("A8"), Value::array({Value::text("only")}));
  EXPECT_EQ(changed.value("A13"), instance.value("A13"));
  expect_filled(instance);
  EXPECT_TRUE(validate_instance(*cls, changed->octets()).ok());
}

TEST(InstanceBuilder, TextsTakeTheirShortestForm) {
  const ClassPtr cls = every_type();
  const PropertyHandle h = *cls->handle("Text");
  for (const auto& [text, wide] :
       {std::pair<std::string, bool>{"ascii", false}, {"\xC3\xBC\xC3\xBF", false}, {"\xE2\x82\xAC", true}, {"", false}}) {
    InstanceBuilder builder(cls);
    builder.set_text(h, text);
    const Instance instance = builder.build();
    EXPECT_EQ(instance->text(h).wide(), wide);
    EXPECT_EQ(instance->text(h).to_utf8(), text);
    EXPECT_TRUE(validate_instance(*cls, instance->octets()).ok());
  }
}

TEST(InstanceBuilder, QualifiersOfItsOwn) {
  const ClassPtr cls = every_type();
  InstanceBuilder builder(cls);
  EXPECT_TRUE(builder.put_qualifier({"Mark", kString, Value::text("m"), 0}).ok());
  EXPECT_TRUE(builder.put_property_qualifier("Number", {"Note", kString, Value::text("n"), 0}).ok());
  EXPECT_EQ(builder.put_property_qualifier("Number", {"key", {CimType::kBoolean, false}, Value::boolean(true), 0}).code(),
            WBEM_E_CANNOT_BE_KEY);
  EXPECT_EQ(builder.put_property_qualifier("Name", {"key", {CimType::kBoolean, false}, Value::boolean(true), 0}).code(),
            WBEM_E_CANNOT_BE_KEY);
  EXPECT_EQ(builder.delete_qualifier("Other").code(), WBEM_E_NOT_FOUND);
  EXPECT_TRUE(builder.set("Text", Value::text("still")).ok());
  auto back = decode_unit(octets(encode_unit(builder.build())));
  ASSERT_TRUE(back.has_value()) << back.error().to_string();
  const Instance& instance = back->instance();
  EXPECT_EQ(instance->own_qualifiers().text("Mark"), "m");
  EXPECT_EQ(instance->own_property_qualifiers(*instance.cls()->property("Number")).text("Note"), "n");
  EXPECT_TRUE(instance->own_property_qualifiers(*instance.cls()->property("Text")).empty());
  EXPECT_EQ(instance.value("Text"), Value::text("still"));
  const Instance copy = InstanceBuilder(instance).build();
  EXPECT_EQ(compare(instance, copy, 0), WBEM_S_SAME);
}

TEST(Instance, DamagedStoredOctetsReadAsDefaults) {
  const ClassPtr cls = every_type();
  const Instance instance = filled(cls);
  const auto whole = instance->octets();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string part(reinterpret_cast<const char*>(whole.data()), size);
    const InstanceView view(*cls, octets(part));
    EXPECT_FALSE(view.valid());
    EXPECT_EQ(view.text(*cls->handle("Text")).to_utf8(), "default");
  }
}

TEST(Object, SystemProperties) {
  const ClassPtr cls = every_type();
  ClassBuilder below(cls, "Below");
  below.set_decoration("HOST", "root\\test");
  const Object object = filled(*below.build());
  EXPECT_EQ(object.get("__GENUS").value(), Value::sint(2));
  EXPECT_EQ(object.get("__class").value(), Value::text("Below"));
  EXPECT_EQ(object.get("__SUPERCLASS").value(), Value::text("Every"));
  EXPECT_EQ(object.get("__DYNASTY").value(), Value::text("Every"));
  EXPECT_EQ(object.get("__PROPERTY_COUNT").value(), Value::sint(35));
  EXPECT_EQ(object.get("__DERIVATION").value(), Value::array({Value::text("Every")}));
  EXPECT_EQ(object.get("__SERVER").value(), Value::text("HOST"));
  EXPECT_EQ(object.get("__NAMESPACE").value(), Value::text("root\\test"));
  EXPECT_EQ(object.get("__RELPATH").value(), Value::text("Below.Name=\"a\\\"b\\\\c\""));
  EXPECT_EQ(object.get("__PATH").value(), Value::text("\\\\HOST\\root\\test:Below.Name=\"a\\\"b\\\\c\""));
  EXPECT_EQ(object.get("__NOTHING").error().code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(system_property_names().size(), 10U);
  const Object of_class = cls;
  EXPECT_EQ(of_class.get("__GENUS").value(), Value::sint(1));
  EXPECT_TRUE(of_class.get("__SUPERCLASS")->is_null());
  EXPECT_EQ(of_class.get("__PATH").value(), Value::text("\\\\HOST\\root\\test:Every"));
  EXPECT_EQ(of_class.get("Number").value(), Value::uint(42));
}

TEST(Compare, FlagsOfCompareTo) {
  const ClassPtr cls = every_type();
  InstanceBuilder a(cls);
  InstanceBuilder b(cls);
  EXPECT_TRUE(a.set("Text", Value::text("VALUE")).ok());
  EXPECT_TRUE(b.set("Text", Value::text("value")).ok());
  EXPECT_EQ(compare(a.build(), b.build(), 0), WBEM_S_DIFFERENT);
  EXPECT_EQ(compare(a.build(), b.build(), 0x10), WBEM_S_SAME);
  EXPECT_TRUE(b.set("Text", Value::text("VALUE")).ok());
  EXPECT_EQ(compare(a.build(), b.build(), 0), WBEM_S_SAME);
  EXPECT_TRUE(b.put_qualifier({"Q", kString, Value::text("q"), 0}).ok());
  EXPECT_EQ(compare(a.build(), b.build(), 0), WBEM_S_DIFFERENT);
  EXPECT_EQ(compare(a.build(), b.build(), 0x1), WBEM_S_SAME);
  EXPECT_EQ(compare(a.build(), a.build(true), 0), WBEM_S_DIFFERENT);
  EXPECT_EQ(compare(a.build(), a.build(true), 0x2), WBEM_S_SAME);
  EXPECT_EQ(compare(cls, a.build(), 0x2), WBEM_S_DIFFERENT);

  ClassBuilder other = ClassBuilder::modify(*cls);
  EXPECT_TRUE(other.put_property("Number", kUint32, Value::uint(43)).ok());
  const ClassPtr changed = *other.build();
  EXPECT_EQ(compare(cls, changed, 0), WBEM_S_DIFFERENT);
  EXPECT_EQ(compare(cls, changed, 0x4), WBEM_S_SAME);
  EXPECT_TRUE(other.put_property("Number", kUint32, Value::uint(42)).ok());
  EXPECT_TRUE(other.put_property_qualifier("Number", {"key", {CimType::kBoolean, false}, Value::boolean(false), 0x3}).ok());
  EXPECT_EQ(compare(cls, *other.build(), 0), WBEM_S_DIFFERENT);
  EXPECT_EQ(compare(cls, *other.build(), 0x1), WBEM_S_SAME);
  InstanceBuilder moved(changed);
  EXPECT_TRUE(moved.set("Text", Value::text("VALUE")).ok());
  EXPECT_TRUE(moved.set("Number", Value::uint(42)).ok());
  EXPECT_EQ(compare(a.build(), moved.build(), 0), WBEM_S_DIFFERENT);
  EXPECT_EQ(compare(a.build(), moved.build(), 0x8), WBEM_S_SAME);
}

TEST(Batch, RowsShareOneSlab) {
  const ClassPtr cls = every_type();
  BatchBuilder builder;
  InstanceBuilder row(cls);
  for (std::uint32_t i = 0; i < 3; ++i) {
    row.reset();
    row.set_number(*cls->handle("Number"), i);
    std::string octets_of_row;
    row.append_to(octets_of_row);
    builder.add(cls, octets(octets_of_row));
  }
  builder.add(Object(cls));
  EXPECT_EQ(builder.size(), 4U);
  const Batch batch = builder.take();
  EXPECT_EQ(builder.size(), 0U);
  ASSERT_EQ(batch.size(), 4U);
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(batch.view(i).number<std::uint32_t>(*cls->handle("Number")), i);
    EXPECT_EQ(batch.object(i).get("Number").value(), Value::uint(i));
  }
  EXPECT_TRUE(batch.is_class(3) && batch.object(3).is_class());
  const Batch one = batch_of(InstanceBuilder(cls).build(false));
  EXPECT_FALSE(one.object(0).instance().decorated());
}

TEST(Interner, ManyInstancesShareOneClass) {
  ClassInterner interner(2);
  const std::string unit = encode_unit(filled(every_type()));
  auto first = decode_unit(octets(unit), &interner);
  auto second = decode_unit(octets(unit), &interner);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->cls(), second->cls());
  expect_filled(second->instance());
  EXPECT_EQ(second->cls()->server(), "HOST");
  const std::string elsewhere = encode_unit(filled(every_type()->decorate("OTHER", "root")));
  auto third = decode_unit(octets(elsewhere), &interner);
  ASSERT_TRUE(third.has_value());
  EXPECT_NE(third->cls(), first->cls());
  std::string broken = unit;
  broken.pop_back();
  EXPECT_FALSE(decode_unit(octets(broken), &interner).has_value());
  EXPECT_EQ(interner.intern(first->cls()->class_part(), "HOST", "root\\test").value(), first->cls());
  // Three others push it out.
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(decode_unit(octets(encode_unit(filled(every_type()->decorate("H" + std::to_string(i), "root")))), &interner));
  EXPECT_NE(decode_unit(octets(unit), &interner)->cls(), first->cls());
}

TEST(Interner, ServesManyThreads) {
  ClassInterner interner(2);
  std::vector<std::string> units;
  for (int i = 0; i < 4; ++i) units.push_back(encode_unit(filled(every_type()->decorate("H" + std::to_string(i), "root"))));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 200; ++i) {
        const auto object = decode_unit(octets(units[(i + static_cast<std::size_t>(t)) % units.size()]), &interner);
        EXPECT_TRUE(object && object->get("Number").value() == Value::uint(42));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Embedding, IsLimitedInDepth) {
  ClassBuilder builder("Box");
  EXPECT_TRUE(builder.put_property("In", {CimType::kObject, false}).ok());
  const ClassPtr cls = *builder.build();
  ObjectPtr inner = std::make_shared<const Object>(InstanceBuilder(cls).build());
  std::string unit;
  for (int depth = 1; depth <= kMaxEmbeddingDepth + 1; ++depth) {
    InstanceBuilder outer(cls);
    EXPECT_TRUE(outer.set("In", Value::object(inner)).ok());
    inner = std::make_shared<const Object>(outer.build());
    unit = encode_unit(*inner);
    EXPECT_EQ(decode_unit(octets(unit)).has_value(), depth <= kMaxEmbeddingDepth) << depth;
  }
}

TEST(Budget, SharedStringsAreRefusedQuickly) {
  ClassBuilder builder("Many");
  EXPECT_TRUE(builder.put_property("List", {CimType::kString, true}).ok());
  const ClassPtr cls = *builder.build();
  InstanceBuilder row(cls);
  Value::Array items(100000, Value::text("x"));
  items.back() = Value::text(std::string(2U << 20U, 'x'));
  EXPECT_TRUE(row.set("List", Value::array(std::move(items))).ok());
  std::string octets_of_row;
  row.append_to(octets_of_row);
  ASSERT_TRUE(validate_instance(*cls, octets(octets_of_row)).ok());
  // Every element refers to the long string now.
  const InstanceView view(*cls, octets(octets_of_row));
  char* heap = octets_of_row.data() + (view.heap() - view.octets().data());
  const std::size_t array = 6;  // behind the class name
  for (std::size_t i = 0; i < 99999; ++i) std::memcpy(heap + array + 4 + i * 4, heap + array + 4 + 99999 * 4, 4);
  EXPECT_EQ(validate_instance(*cls, octets(octets_of_row)).code(), WBEM_E_INVALID_OBJECT);
}

}  // namespace
}  // namespace cim
