#include <gtest/gtest.h>

#include "cim/wmio.h"

namespace cim {
namespace {

constexpr Type kString{CimType::kString, false};
constexpr Type kUint32{CimType::kUint32, false};
constexpr Type kSint32{CimType::kSint32, false};
constexpr Type kRef{CimType::kReference, false};
constexpr Type kBoolean{CimType::kBoolean, false};

Qualifier flag(std::string name, std::uint8_t flavors = 0) { return {name, kBoolean, Value::boolean(true), flavors}; }
Qualifier key() { return flag("key", default_flavor("key")); }
Qualifier word(std::string name, std::string text, std::uint8_t flavors = 0) {
  return {std::move(name), kString, Value::text(std::move(text)), flavors};
}
Qualifier id(std::int64_t n) { return {"ID", kSint32, Value::sint(n), default_flavor("ID")}; }

#define EXPECT_OK(expr) EXPECT_EQ((expr).code(), WBEM_S_NO_ERROR)

ClassPtr built(const ClassBuilder& builder) {
  auto cls = builder.build();
  EXPECT_TRUE(cls.has_value()) << (cls ? "" : cls.error().to_string());
  return cls ? *cls : Class::empty();
}

std::span<const std::uint8_t> octets(const std::string& s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }

/// Through the wire, so that what the octets say is tested too.
ClassPtr reread(const ClassPtr& cls) {
  auto back = decode_class(octets(encode_class(*cls)), cls->server(), cls->name_space());
  EXPECT_TRUE(back.has_value()) << (back ? "" : back.error().to_string());
  return back ? *back : Class::empty();
}

/// Base { [key] string Name; uint32 Size = 7; [Description("d")] string Text; }
ClassPtr base_class() {
  ClassBuilder builder("Base");
  EXPECT_OK(builder.put_qualifier(word("Description", "of base", flavor::kToSubclass | flavor::kAmended)));
  EXPECT_OK(builder.put_qualifier(flag("Local")));
  EXPECT_OK(builder.put_property("Name", kString));
  EXPECT_OK(builder.put_property_qualifier("Name", key()));
  EXPECT_OK(builder.put_property("Size", kUint32, Value::uint(7)));
  EXPECT_OK(builder.put_property_qualifier("Size", word("Units", "octets", flavor::kToSubclass | flavor::kNotOverridable)));
  EXPECT_OK(builder.put_property("Text", kString));
  EXPECT_OK(builder.put_property_qualifier("Text", word("Hint", "mine")));
  builder.set_decoration("HOST", "root\\test");
  return built(builder);
}

TEST(ClassBuilder, LaysOutInDeclarationOrder) {
  const ClassPtr cls = base_class();
  for (const ClassPtr& c : {cls, reread(cls)}) {
    EXPECT_EQ(c->name(), "Base");
    EXPECT_EQ(c->dynasty(), "Base");
    EXPECT_TRUE(c->superclass().empty());
    EXPECT_EQ(c->properties().size(), 3U);
    EXPECT_EQ(c->handle("text")->offset, 8U);
    EXPECT_EQ(c->tables_length(), 13U);
    EXPECT_EQ(c->property("SIZE")->default_value, Value::uint(7));
    EXPECT_EQ(c->property("size")->cim_type, "uint32");
    EXPECT_TRUE(c->has_amended_qualifiers());
    ASSERT_EQ(c->keys().size(), 1U);
    EXPECT_EQ(c->parent_octets().size(), 41U);
  }
  EXPECT_EQ(compare(cls, reread(cls), 0), WBEM_S_SAME);
}

TEST(ClassBuilder, DerivedClassInheritsByFlavor) {
  ClassBuilder builder(base_class(), "Derived");
  EXPECT_OK(builder.put_property("More", {CimType::kSint64, true}, Value::array({Value::sint(-1), Value::sint(2)})));
  const ClassPtr cls = built(builder);
  for (const ClassPtr& c : {cls, reread(cls)}) {
    EXPECT_EQ(c->superclass(), "Base");
    EXPECT_EQ(c->derivation(), std::vector<std::string>{"Base"});
    EXPECT_EQ(c->properties().size(), 4U);
    const Property& name = c->properties()[0];
    EXPECT_TRUE(name.inherited && name.key());
    EXPECT_EQ(name.qualifiers.find("key")->flavor, 0x33);
    EXPECT_EQ(c->origin_name(name.origin), "Base");
    EXPECT_EQ(c->origin_name(c->property("More")->origin), "Derived");
    EXPECT_EQ(c->property("Size")->default_value, Value::uint(7));
    EXPECT_TRUE(c->property("Size")->default_inherited);
    EXPECT_FALSE(c->property("Text")->qualifiers.find("Hint"));
    EXPECT_FALSE(c->qualifiers().find("Local"));
    EXPECT_EQ(c->qualifiers().find("description")->flavor, 0xA2);
    EXPECT_TRUE(c->inherits_from("base") && c->inherits_from("DERIVED") && !c->inherits_from("Other"));
    EXPECT_EQ(c->property("More")->default_value, Value::array({Value::sint(-1), Value::sint(2)}));
  }
}

TEST(ClassBuilder, PropertyRules) {
  ClassBuilder builder(base_class(), "Derived");
  EXPECT_EQ(builder.put_property("Size", kString).code(), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(builder.put_property("New", kUint32, Value::text("x")).code(), WBEM_E_TYPE_MISMATCH);
  EXPECT_EQ(builder.put_property("_x", kUint32).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(builder.put_property("x_", kUint32).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(builder.put_property("a b", kUint32).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(builder.put_property("__CLASS", kString).code(), WBEM_E_SYSTEM_PROPERTY);
  EXPECT_EQ(builder.put_property("R", kRef, {}, "object:X").code(), WBEM_E_INVALID_CIM_TYPE);
  EXPECT_EQ(builder.delete_property("Size").code(), WBEM_E_PROPAGATED_PROPERTY);
  EXPECT_OK(builder.put_property("Size", kUint32, Value::uint(9)));
  EXPECT_FALSE(built(builder)->property("Size")->default_inherited);
  EXPECT_EQ(reread(built(builder))->property("Size")->default_value, Value::uint(9));
  EXPECT_EQ(builder.delete_property("Size").code(), WBEM_S_RESET_TO_DEFAULT);
  EXPECT_EQ(built(builder)->property("Size")->default_value, Value::uint(7));
  EXPECT_EQ(builder.delete_property("Nothing").code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(builder.delete_property("__PATH").code(), WBEM_E_SYSTEM_PROPERTY);
  EXPECT_OK(builder.put_property("Own", kUint32));
  EXPECT_OK(builder.put_property("Own", kString, Value::text("retyped")));
  EXPECT_EQ(built(builder)->property("Own")->cim_type, "string");
  EXPECT_OK(builder.delete_property("Own"));
  EXPECT_FALSE(built(builder)->property("Own"));
}

TEST(ClassBuilder, TooManyProperties) {
  ClassBuilder builder("Wide");
  for (std::size_t i = 0; i < kMaxProperties; ++i) ASSERT_TRUE(builder.put_property("P" + std::to_string(i), kUint32).ok());
  EXPECT_EQ(builder.put_property("OneMore", kUint32).code(), WBEM_E_TOO_MANY_PROPERTIES);
  EXPECT_EQ(reread(built(builder))->properties().size(), kMaxProperties);
}

TEST(ClassBuilder, ReferencesNameTheirClass) {
  ClassBuilder base("Link");
  EXPECT_OK(base.put_property("To", kRef, {}, "ref:Base"));
  EXPECT_OK(base.put_property("Any", kRef));
  EXPECT_OK(base.put_property("Start", {CimType::kObject, false}, {}, "object:Win32_ProcessStartup"));
  const ClassPtr cls = built(base);
  EXPECT_EQ(cls->property("To")->reference_class(), "Base");
  EXPECT_EQ(cls->property("Any")->cim_type, "ref:object");
  EXPECT_EQ(cls->property("Any")->reference_class(), "");
  EXPECT_EQ(cls->property("Start")->reference_class(), "Win32_ProcessStartup");
  ClassBuilder derived(cls, "Narrow");
  EXPECT_OK(derived.put_property("To", kRef, {}, "ref:Derived"));
  EXPECT_EQ(reread(built(derived))->property("To")->reference_class(), "Derived");
  EXPECT_OK(derived.put_property_qualifier("Any", word("CIMTYPE", "ref:Thing")));
  EXPECT_EQ(built(derived)->property("Any")->cim_type, "ref:Thing");
  EXPECT_EQ(derived.put_property_qualifier("Any", word("CIMTYPE", "uint32")).code(), WBEM_E_READ_ONLY);
  EXPECT_EQ(derived.delete_property_qualifier("Any", "cimtype").code(), WBEM_E_INVALID_OPERATION);
}

TEST(ClassBuilder, KeyRules) {
  ClassBuilder derived(base_class(), "Derived");
  EXPECT_EQ(derived.put_property_qualifier("Size", key()).code(), WBEM_E_CANNOT_BE_KEY);
  EXPECT_OK(derived.put_property("Second", kString));
  EXPECT_EQ(derived.put_property_qualifier("Second", key()).code(), WBEM_E_CANNOT_BE_KEY);
  EXPECT_OK(derived.put_property_qualifier("Name", key()));
  Qualifier off = key();
  off.value = Value::boolean(false);
  EXPECT_EQ(derived.put_property_qualifier("Name", off).code(), WBEM_E_OVERRIDE_NOT_ALLOWED);
  EXPECT_EQ(derived.delete_property_qualifier("Name", "key").code(), WBEM_E_PROPAGATED_QUALIFIER);

  ClassBuilder plain("Plain");
  EXPECT_OK(plain.put_property("Name", kString));
  EXPECT_OK(plain.put_property("List", {CimType::kString, true}));
  EXPECT_OK(plain.put_property("Real", {CimType::kReal32, false}));
  EXPECT_EQ(plain.put_property_qualifier("List", key()).code(), WBEM_E_CANNOT_BE_KEY);
  EXPECT_EQ(plain.put_property_qualifier("Real", key()).code(), WBEM_E_CANNOT_BE_KEY);
  EXPECT_EQ(plain.put_qualifier(key()).code(), WBEM_E_INVALID_QUALIFIER);
  ClassBuilder keyed(built(plain), "Keyed");
  EXPECT_OK(keyed.put_property_qualifier("Name", key()));  // the parent has none
  EXPECT_EQ(built(keyed)->keys().size(), 1U);
}

TEST(ClassBuilder, QualifierRules) {
  ClassBuilder derived(base_class(), "Derived");
  EXPECT_EQ(derived.put_property_qualifier("Size", word("Units", "miles")).code(), WBEM_E_OVERRIDE_NOT_ALLOWED);
  EXPECT_OK(derived.put_property_qualifier("Size", word("Units", "octets")));
  EXPECT_EQ(derived.put_qualifier({"Q", {CimType::kChar16, false}, Value::uint(1), 0}).code(), WBEM_E_INVALID_QUALIFIER_TYPE);
  EXPECT_EQ(derived.put_qualifier(flag("Q", 0x08)).code(), WBEM_E_INVALID_FLAVOR);
  EXPECT_EQ(derived.put_qualifier(flag("a b")).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(derived.put_property_qualifier("Size", flag("abstract")).code(), WBEM_E_INVALID_QUALIFIER);
  EXPECT_EQ(derived.put_property_qualifier("None", flag("Q")).code(), WBEM_E_NOT_FOUND);
  EXPECT_OK(derived.put_qualifier(word("Description", "of derived", flavor::kToSubclass)));
  EXPECT_EQ(built(derived)->qualifiers().text("Description"), "of derived");
  EXPECT_EQ(derived.delete_qualifier("Description").code(), WBEM_S_RESET_TO_DEFAULT);
  EXPECT_EQ(built(derived)->qualifiers().text("Description"), "of base");
  EXPECT_EQ(derived.delete_qualifier("Description").code(), WBEM_E_PROPAGATED_QUALIFIER);
  EXPECT_EQ(derived.delete_qualifier("Nothing").code(), WBEM_E_NOT_FOUND);
}

TEST(ClassBuilder, AbstractAndSingletonRules) {
  ClassBuilder derived(base_class(), "Derived");
  EXPECT_EQ(derived.put_qualifier(flag("abstract")).code(), WBEM_E_CANNOT_BE_ABSTRACT);
  EXPECT_EQ(derived.put_qualifier(flag("singleton", default_flavor("singleton"))).code(), WBEM_E_CANNOT_BE_SINGLETON);
  EXPECT_FALSE(built(derived)->singleton());

  ClassBuilder plain("Plain");
  EXPECT_OK(plain.put_qualifier(flag("Abstract")));
  const ClassPtr abstract = built(plain);
  EXPECT_TRUE(abstract->abstract());
  ClassBuilder single(abstract, "Single");
  EXPECT_FALSE(built(single)->abstract());
  EXPECT_OK(single.put_qualifier(flag("singleton", default_flavor("singleton"))));
  const ClassPtr singleton = built(single);
  EXPECT_TRUE(singleton->singleton());
  EXPECT_TRUE(built(ClassBuilder(singleton, "Below"))->singleton());
  EXPECT_OK(single.put_property("Name", kString));
  EXPECT_OK(single.put_property_qualifier("Name", key()));
  EXPECT_EQ(single.build().error().code(), WBEM_E_CANNOT_BE_SINGLETON);
  EXPECT_EQ(ClassBuilder("").build().error().code(), WBEM_E_INVALID_CLASS);
  EXPECT_EQ(ClassBuilder(abstract, "PLAIN").build().error().code(), WBEM_E_CIRCULAR_REFERENCE);
}

/// __PARAMETERS with the given members and IDs from `first` on; ReturnValue has none.
ClassPtr parameters(std::initializer_list<const char*> names, std::int64_t first, const char* direction) {
  ClassBuilder builder("__PARAMETERS");
  EXPECT_OK(builder.put_qualifier(flag("abstract")));
  for (const char* name : names) {
    EXPECT_OK(builder.put_property(name, kUint32));
    EXPECT_OK(builder.put_property_qualifier(name, flag(direction)));
    if (std::string_view(name) == "ReturnValue") continue;
    EXPECT_OK(builder.put_property_qualifier(name, id(first++)));
  }
  return built(builder);
}

TEST(ClassBuilder, MethodSignatures) {
  ClassBuilder builder("Base");
  EXPECT_OK(builder.put_method("Run", parameters({"A", "B"}, 0, "in"), parameters({"C", "ReturnValue"}, 2, "out")));
  EXPECT_OK(builder.put_method("Stop", nullptr, parameters({"ReturnValue"}, 0, "out")));
  EXPECT_OK(builder.put_method("Nothing", nullptr, nullptr));
  EXPECT_OK(builder.put_method("Twin", parameters({"A"}, 0, "in"), parameters({"A", "ReturnValue"}, 0, "out")));
  EXPECT_EQ(builder.put_method("X", parameters({"A"}, 1, "in"), nullptr).code(), WBEM_E_NONCONSECUTIVE_PARAMETER_IDS);
  EXPECT_EQ(builder.put_method("X", parameters({"A"}, -1, "in"), nullptr).code(), WBEM_E_INVALID_PARAMETER_ID);
  EXPECT_EQ(builder.put_method("X", parameters({"A"}, 0, "in"), parameters({"A"}, 1, "out")).code(), WBEM_E_INVALID_DUPLICATE_PARAMETER);
  ClassBuilder no_id("__PARAMETERS");
  EXPECT_OK(no_id.put_property("A", kUint32));
  EXPECT_EQ(builder.put_method("X", built(no_id), nullptr).code(), WBEM_E_MISSING_PARAMETER_ID);
  ClassBuilder bad_return("__PARAMETERS");
  EXPECT_OK(bad_return.put_property("ReturnValue", kUint32));
  EXPECT_OK(bad_return.put_property_qualifier("ReturnValue", id(0)));
  EXPECT_EQ(builder.put_method("X", nullptr, built(bad_return)).code(), WBEM_E_PARAMETER_ID_ON_RETVAL);
  EXPECT_EQ(builder.put_method("_X", nullptr, nullptr).code(), WBEM_E_INVALID_PARAMETER);

  EXPECT_OK(builder.put_method_qualifier("Run", flag("implemented", 0)));
  EXPECT_OK(builder.put_method_qualifier("Run", word("Description", "runs", flavor::kToSubclass)));
  const ClassPtr cls = reread(built(builder));
  ASSERT_EQ(cls->methods().size(), 4U);
  EXPECT_EQ(cls->method("run")->in->properties().size(), 2U);
  EXPECT_TRUE(cls->method("run")->qualifiers.is_true("implemented"));
  EXPECT_FALSE(cls->method("Stop")->in);
  EXPECT_FALSE(cls->method("Nothing")->out);
  EXPECT_EQ(compare(cls, built(builder), 0x2), WBEM_S_SAME);
}

TEST(ClassBuilder, MethodsAreInheritedAndOverridden) {
  ClassBuilder base("Base");
  EXPECT_OK(base.put_method("Run", parameters({"A"}, 0, "in"), parameters({"ReturnValue"}, 0, "out")));
  EXPECT_OK(base.put_method_qualifier("Run", flag("implemented")));
  ClassBuilder derived(reread(built(base)), "Derived");
  const ClassPtr plain = reread(built(derived));
  EXPECT_TRUE(plain->method("Run")->inherited);
  EXPECT_FALSE(plain->method("Run")->qualifiers.find("implemented"));
  EXPECT_EQ(derived.delete_method("Run").code(), WBEM_E_PROPAGATED_METHOD);
  EXPECT_EQ(derived.put_method("Run", parameters({"B"}, 0, "in"), nullptr).code(), WBEM_E_PROPAGATED_METHOD);
  EXPECT_OK(derived.put_method("Run", parameters({"A"}, 0, "in"), parameters({"ReturnValue"}, 0, "out")));
  const ClassPtr own = reread(built(derived));
  EXPECT_FALSE(own->method("Run")->inherited);
  EXPECT_EQ(own->origin_name(own->method("Run")->origin), "Derived");
  EXPECT_EQ(derived.delete_method("Run").code(), WBEM_S_RESET_TO_DEFAULT);
  EXPECT_EQ(derived.delete_method("Walk").code(), WBEM_E_NOT_FOUND);
}

TEST(ClassBuilder, ModifyKeepsTheParent) {
  ClassBuilder derived(base_class(), "Derived");
  EXPECT_OK(derived.put_property("Own", kUint32));
  const ClassPtr stored = reread(built(derived));
  ClassBuilder changed = ClassBuilder::modify(*stored);
  EXPECT_EQ(changed.put_property_qualifier("Own", key()).code(), WBEM_E_CANNOT_BE_KEY);
  EXPECT_OK(changed.put_property("Size", kUint32, Value::uint(1)));
  EXPECT_EQ(changed.delete_property("Size").code(), WBEM_S_RESET_TO_DEFAULT);
  EXPECT_OK(changed.put_property("Own2", kString, Value::text("Gr\xC3\xBC\xC3\x9F \xE2\x82\xAC")));
  const ClassPtr again = reread(built(changed));
  EXPECT_EQ(again->property("Own2")->default_value, Value::text("Gr\xC3\xBC\xC3\x9F \xE2\x82\xAC"));
  EXPECT_TRUE(std::equal(again->parent_octets().begin(), again->parent_octets().end(), stored->parent_octets().begin(),
                         stored->parent_octets().end()));
}

TEST(ClassBuilder, RebasePutsLocalDeclarationsOnAnotherParent) {
  ClassBuilder declaration("Derived");
  EXPECT_OK(declaration.put_qualifier(word("Description", "declared")));
  EXPECT_OK(declaration.put_property("Size", kUint32, Value::uint(3)));
  EXPECT_OK(declaration.put_property_qualifier("Size", word("Hint", "h")));
  EXPECT_OK(declaration.put_property("Own", kString));
  EXPECT_OK(declaration.put_method("Run", nullptr, nullptr));
  auto rebased = ClassBuilder::rebase(*built(declaration), base_class());
  ASSERT_TRUE(rebased.has_value()) << rebased.error().to_string();
  const ClassPtr cls = reread(built(*rebased));
  ASSERT_EQ(cls->properties().size(), 4U);
  EXPECT_TRUE(cls->property("Size")->inherited);
  EXPECT_EQ(cls->property("Size")->default_value, Value::uint(3));
  EXPECT_EQ(cls->property("Size")->qualifiers.text("Units"), "octets");
  EXPECT_EQ(cls->property("Size")->qualifiers.text("Hint"), "h");
  EXPECT_EQ(cls->property("Own")->origin, 1U);
  EXPECT_EQ(cls->method("Run")->origin, 1U);

  // The same again under a changed parent: what was inherited follows it, what is local stays.
  ClassBuilder parent = ClassBuilder::modify(*base_class());
  EXPECT_OK(parent.put_property("Late", kUint32));
  EXPECT_OK(parent.put_property("Size", kUint32, Value::uint(100)));
  auto moved = ClassBuilder::rebase(*cls, built(parent));
  ASSERT_TRUE(moved.has_value()) << moved.error().to_string();
  const ClassPtr after = built(*moved);
  EXPECT_EQ(after->properties().size(), 5U);
  EXPECT_TRUE(after->property("Late")->inherited);
  EXPECT_EQ(after->property("Size")->default_value, Value::uint(3));

  ClassBuilder wrong("Derived");
  EXPECT_OK(wrong.put_property("Size", kString));
  EXPECT_EQ(ClassBuilder::rebase(*built(wrong), base_class()).error().code(), WBEM_E_TYPE_MISMATCH);
  ClassBuilder keyed("Derived");
  EXPECT_OK(keyed.put_property("Other", kString));
  EXPECT_OK(keyed.put_property_qualifier("Other", key()));
  EXPECT_EQ(ClassBuilder::rebase(*built(keyed), base_class()).error().code(), WBEM_E_CANNOT_BE_KEY);
}

TEST(ClassBuilder, LookupTableIsSortedAsClientsSearchIt) {
  ClassBuilder builder("Sorted");
  for (const char* name : {"b", "A", "a_b", "aB", "C"}) EXPECT_OK(builder.put_property(name, kUint32));
  const ClassPtr cls = built(builder);
  std::vector<std::string> order;
  for (const std::uint16_t i : cls->lookup_order()) order.push_back(cls->properties()[i].name);
  EXPECT_EQ(order, (std::vector<std::string>{"A", "a_b", "aB", "b", "C"}));
}

TEST(ClassBuilder, QualifiersOfTheDictionaryAreSpelledAsThere) {
  ClassBuilder builder("Spelled");
  EXPECT_OK(builder.put_property("Key", kString));
  EXPECT_OK(builder.put_property_qualifier("Key", flag("KEY", default_flavor("key"))));
  EXPECT_OK(builder.put_property_qualifier("Key", flag("Units")));
  const ClassPtr fresh = built(builder);
  for (const ClassPtr& cls : {fresh, reread(fresh)}) {
    EXPECT_EQ(cls->properties()[0].name, "Key");
    std::vector<std::string> names;
    for (const Qualifier& qualifier : cls->properties()[0].qualifiers) names.push_back(qualifier.name);
    std::ranges::sort(names);
    EXPECT_EQ(names, (std::vector<std::string>{"CIMTYPE", "Units", "key"}));
  }
}

TEST(Class, DecorationIsACopyThatShares) {
  const ClassPtr cls = base_class();
  const ClassPtr other = cls->decorate("ELSEWHERE", "root\\x");
  EXPECT_EQ(other->class_part().data(), cls->class_part().data());
  EXPECT_EQ(other->server(), "ELSEWHERE");
  EXPECT_EQ(compare(cls, other, 0), WBEM_S_DIFFERENT);
  EXPECT_EQ(compare(cls, other, 2), WBEM_S_SAME);
  EXPECT_EQ(compare(cls, other, 0x40), WBEM_E_INVALID_PARAMETER);
}

TEST(Class, EmptyObjectTravels) {
  auto back = decode_unit(octets(encode_unit(Class::empty())));
  ASSERT_TRUE(back.has_value()) << back.error().to_string();
  EXPECT_EQ(back->cls()->name(), "");
  EXPECT_TRUE(back->get("__CLASS")->is_null());
}

}  // namespace
}  // namespace cim
