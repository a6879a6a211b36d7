// Classes and instances as scripts see them: direct access, and the sets of properties, qualifiers and methods.
#include "tests/scripting/lab.h"

namespace scripting::testing {
namespace {

class Objects : public Lab {};

TEST_F(Objects, GiveTheirPropertiesAsMembers) {
  const auto a = get("Thing.Name='a'");
  EXPECT_EQ(a->type_name(), "SWbemObjectEx");
  EXPECT_EQ(text(a, "name"), "a");
  EXPECT_EQ(run(a, "Size").type(), VarType::kInt32);
  EXPECT_EQ(run(a, "Small").type(), VarType::kInt16);
  EXPECT_EQ(run(a, "Octet").type(), VarType::kByte);
  EXPECT_EQ(run(a, "Large").type(), VarType::kString);
  EXPECT_EQ(text(a, "Large"), "18446744073709551615");
  EXPECT_EQ(text(a, "Far"), "-5");
  EXPECT_EQ(run(a, "Half").type(), VarType::kFloat);
  EXPECT_EQ(run(a, "Exact").as_real(), 1.25);
  EXPECT_TRUE(truth(a, "Truth"));
  EXPECT_EQ(text(a, "When"), "20240229134501.000000+000");
  EXPECT_EQ(number(a, "Letter"), 65);
  EXPECT_EQ(text(a, "Words"), "{x, y}");
  EXPECT_EQ(text(a, "Words", {int32(1)}), "y");
  EXPECT_EQ(error(a, "Words", {int32(2)}), "0x8002000B");
  EXPECT_EQ(text(a, "Numbers"), "{1, -1}");
  EXPECT_TRUE(run(a, "Inside").is(VarType::kNull));
  EXPECT_EQ(number(get("Thing.Name='b'"), "Size"), -1);
  EXPECT_EQ(error(a, "Absent"), "0x80020006");
  EXPECT_EQ(text(a, "__CLASS"), "Thing");
  EXPECT_EQ(text(a, "__RELPATH"), "Thing.Name=\"a\"");
  EXPECT_EQ(error(a, "Name", {int32(1)}), "0x8002000E");
}

TEST_F(Objects, TakeTheirPropertiesAsMembers) {
  const auto fresh = object(get("Thing"), "SpawnInstance_");
  EXPECT_EQ(number(fresh, "Size"), 5);
  set(fresh, "Name", utf8("new"));
  set(fresh, "Size", int32(-1));
  set(fresh, "Large", utf8("12345678901"));
  set(fresh, "Far", Variant::real(-7));
  set(fresh, "Small", int32(12));
  set(fresh, "Exact", int32(3));
  set(fresh, "Truth", Variant::boolean(true));
  set(fresh, "Words", Variant::array(Array::of(VarType::kVariant, {utf8("p"), int32(3)})));
  EXPECT_EQ(text(fresh, "Words"), "{p, 3}");
  EXPECT_EQ(set_error(fresh, "Small", int32(70000)), "0x8004102B SWbemObjectEx Value out of range ");
  EXPECT_EQ(set_error(fresh, "Size", utf8("many")), "0x80041005 SWbemObjectEx Type mismatch ");
  EXPECT_EQ(set_error(fresh, "__PATH", utf8("x")), "0x80041023 SWbemObjectEx Read only ");
  set(fresh, "Size", Variant::null());
  EXPECT_TRUE(run(fresh, "Size").is(VarType::kNull));
  set(fresh, "Size", utf8("44"));
  const auto inner = object(get("Only"), "SpawnInstance_");
  set(inner, "Text", utf8("deep"));
  set(fresh, "Inside", given(inner));
  EXPECT_EQ(text(object(fresh, "Inside"), "Text"), "deep");
  set(fresh, "Friend", given(get("Thing.Name='a'")));
  const auto path = object(fresh, "Put_");
  EXPECT_EQ(path->type_name(), "SWbemObjectPath");
  EXPECT_EQ(text(path, "RelPath"), "Thing.Name=\"new\"");
  const auto stored = get("Thing='new'");
  EXPECT_EQ(number(stored, "Size"), 44);
  EXPECT_EQ(text(stored, "Large"), "12345678901");
  EXPECT_EQ(text(stored, "Far"), "-7");
  EXPECT_EQ(text(object(stored, "Inside"), "Text"), "deep");
  EXPECT_EQ(text(stored, "Friend"), "\\\\TESTHOST\\root\\cimv2:Thing.Name=\"a\"");
}

TEST_F(Objects, CallTheirMethodsAsMembers) {
  const auto machine = get("Machine");
  Variant sum;
  EXPECT_EQ(number(machine, "Add", {int32(1), int32(2), Variant::missing(), Variant::reference(&sum)}), 0);
  EXPECT_EQ(sum.as_int32(), 3);
  EXPECT_EQ(number(machine, "Add", {int32(5), Variant::missing(), Variant::null(), Variant::reference(&sum)}), 0);
  EXPECT_EQ(sum.as_int32(), 15);
  EXPECT_EQ(error(machine, "Add", {int32(1), int32(2), int32(3), int32(4), int32(5)}), "0x8002000E");
  EXPECT_EQ(number(machine, "Nothing"), 0);
  EXPECT_TRUE(run(machine, "Void").is(VarType::kEmpty));
  EXPECT_EQ(error(machine, "Add", {utf8("x"), int32(2)}), "0x80041005 SWbemObjectEx Type mismatch ");
  Variant who = utf8("me");
  EXPECT_EQ(number(get("Machine='m'"), "Stop", {Variant::reference(&who)}), 0);
  EXPECT_EQ(show(who), "Machine.Name=\"m\"");
  EXPECT_EQ(error(machine, "Stop", {utf8("me")}), "0x8004102F SWbemObjectEx Invalid method parameter(s) ");
}

TEST_F(Objects, HaveTheMethodsOfTheirClassThoughTheyCameWithout) {
  const auto rows = object(services, "ExecQuery", {utf8("SELECT Speed FROM Machine")});
  const auto row = object(rows, "ItemIndex", {int32(0)});
  EXPECT_EQ(number(object(row, "Methods_"), "Count"), number(object(get("Machine"), "Methods_"), "Count"));
  EXPECT_EQ(text(object(row, "Methods_", {utf8("stop")}), "Origin"), "Machine");
  const auto other = object(rows, "ItemIndex", {int32(0)});
  Variant who;
  EXPECT_EQ(number(other, "Stop", {Variant::reference(&who)}), 0);
  EXPECT_EQ(show(who), "Machine.Name=\"m\"");
  EXPECT_EQ(number(object(other, "Clone_"), "Nothing"), 0);
  // A member that is none leaves the last error alone.
  error(services, "Get", {utf8("Thing='absent'")});
  EXPECT_EQ(object(get("Thing='a'"), "Methods_")->type_name(), "SWbemMethodSet");
  error(services, "Get", {utf8("Absent")});
  EXPECT_NE(error(row, "Absent"), "");
  EXPECT_EQ(text(create("SWbemLastError"), "ParameterInfo"), "Absent");
}

TEST_F(Objects, TakeNamedArgumentsOfMethods) {
  const auto machine = get("Machine");
  const Dispid add = machine->id_of(u"add");
  const Dispid named[] = {machine->parameter_id(add, u"sum"), machine->parameter_id(add, u"B")};
  EXPECT_EQ(named[0], 3);
  EXPECT_EQ(named[1], 1);
  EXPECT_EQ(machine->parameter_id(add, u"Absent"), kUnknownName);
  Variant sum;
  std::vector<Variant> arguments{int32(4), Variant::reference(&sum), int32(6)};
  ASSERT_TRUE(machine->invoke(add, invoke::kMethod, {arguments, named}));
  EXPECT_EQ(sum.as_int32(), 10);
}

TEST_F(Objects, DoNotCallMethodsThatAreRead) {
  for (const auto& machine : {get("Machine"), get("Machine='m'")}) {
    const Dispid stop = machine->id_of(u"Nothing");
    ASSERT_NE(stop, kUnknownName);
    EXPECT_EQ(machine->invoke(stop, invoke::kGet, {}).error().code, DISP_E_MEMBERNOTFOUND);
    EXPECT_EQ(machine->invoke(stop, invoke::kPut, {}).error().code, DISP_E_MEMBERNOTFOUND);
  }
}

TEST_F(Objects, OfOneClassHaveOneShape) {
  const auto set_of = object(services, "ExecQuery", {utf8("SELECT * FROM Thing WHERE Name < 'c'")});
  const auto rows = each(set_of);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_NE(rows[0].as_object()->shape(), nullptr);
  EXPECT_EQ(rows[0].as_object()->shape(), rows[1].as_object()->shape());
  EXPECT_EQ(rows[0].as_object()->id_of(u"SIZE"), rows[1].as_object()->id_of(u"Size"));
  EXPECT_NE(get("Only=@")->shape(), rows[0].as_object()->shape());
  EXPECT_EQ(get("Thing")->shape(), nullptr);  // a class may change
}

TEST_F(Objects, ShowPropertySets) {
  const auto a = get("BigThing='c'");
  const auto properties = object(a, "Properties_");
  EXPECT_EQ(properties->type_name(), "SWbemPropertySet");
  EXPECT_EQ(number(properties, "Count"), 16);
  EXPECT_EQ(each(properties, "Name").substr(0, 9), "Name Size");
  const auto size = object(a, "Properties_", {utf8("size")});
  EXPECT_EQ(text(size, "Name"), "Size");
  EXPECT_EQ(number(size, "Value"), 5);
  EXPECT_EQ(number(size, "CIMType"), 19);
  EXPECT_FALSE(truth(size, "IsArray"));
  EXPECT_FALSE(truth(size, "IsLocal"));
  EXPECT_EQ(text(size, "Origin"), "Thing");
  EXPECT_TRUE(truth(object(properties, "Item", {utf8("Weight")}), "IsLocal"));
  EXPECT_TRUE(truth(object(properties, "Item", {utf8("Words")}), "IsArray"));
  set(size, "Value", int32(8));
  EXPECT_EQ(error(properties, "Remove", {utf8("Size")}), "0x80043002 SWbemPropertySet Reset to default ");
  EXPECT_EQ(number(size, "Value"), 5);  // of an instance: back to the default
  set(size, "Value", int32(8));
  EXPECT_EQ(number(a, "Size"), 8);
  // `a.Properties_("Size") = 9`, `a.Properties_.Item("Size") = 10`
  std::vector<Variant> put{utf8("Size"), int32(9)};
  ASSERT_TRUE(a->invoke(a->id_of(u"Properties_"), invoke::kPut, {put, {}}));
  EXPECT_EQ(number(a, "Size"), 9);
  put[1] = int32(10);
  ASSERT_TRUE(properties->invoke(properties->id_of(u"Item"), invoke::kPut, {put, {}}));
  EXPECT_EQ(number(a, "Size"), 10);
  EXPECT_EQ(error(properties, "Item", {utf8("Absent")}), "0x80041002 SWbemPropertySet Not found ");
  EXPECT_EQ(error(properties, "Item", {utf8("Size"), int32(1)}), "0x80041008 SWbemPropertySet Invalid parameter ");
  EXPECT_EQ(error(properties, "Add", {utf8("New"), int32(8)}), "0x80041016 SWbemPropertySet Invalid operation ");
  const auto system = object(a, "SystemProperties_");
  EXPECT_EQ(text(object(system, "Item", {utf8("__SUPERCLASS")}), "Value"), "Thing");
  EXPECT_EQ(text(object(system, "Item", {utf8("__DERIVATION")}), "Value"), "{Thing}");
  EXPECT_EQ(number(object(system, "Item", {utf8("__GENUS")}), "Value"), 2);
  EXPECT_EQ(error(object(system, "Item", {utf8("__GENUS")}), "Qualifiers_").substr(0, 10), "0x80041030");
  EXPECT_EQ(number(system, "Count"), static_cast<std::int32_t>(each(system).size()));
}

TEST_F(Objects, MakeClasses) {
  const auto made = object(services, "Get");
  EXPECT_EQ(text(object(made, "Path_"), "Class"), "");
  set(object(made, "Path_"), "Class", utf8("Made"));
  const auto properties = object(made, "Properties_");
  const auto key = object(properties, "Add", {utf8("Id"), int32(3)});
  object(object(key, "Qualifiers_"), "Add", {utf8("key"), Variant::boolean(true)});
  object(properties, "Add", {utf8("Texts"), int32(8), Variant::boolean(true)});
  object(properties, "Add", {utf8("Gone"), int32(8)});
  run(properties, "Remove", {utf8("Gone")});
  EXPECT_EQ(error(properties, "Remove", {utf8("Gone")}), "0x80041002 SWbemPropertySet Not found ");
  EXPECT_EQ(error(properties, "Add", {utf8("Bad"), int32(77)}), "0x80041008 SWbemPropertySet Invalid parameter ");
  set(made, "Id", int32(7));
  EXPECT_EQ(number(made, "Id"), 7);
  EXPECT_EQ(text(object(made, "Put_"), "Class"), "Made");
  const auto stored = get("Made");
  EXPECT_EQ(each(object(stored, "Properties_"), "Name"), "Id Texts");

  const auto derived = object(stored, "SpawnDerivedClass_");
  EXPECT_EQ(text(derived, "Derivation_"), "{Made}");
  EXPECT_EQ(text(derived, "__SUPERCLASS"), "Made");
  EXPECT_EQ(text(derived, "__CLASS"), "Null");
  EXPECT_EQ(error(derived, "Put_").substr(0, 10), "0x80041010");
  set(derived, "__CLASS", utf8("MadeMore"));
  object(object(derived, "Properties_"), "Add", {utf8("More"), int32(11)});
  object(derived, "Put_");
  EXPECT_EQ(text(get("MadeMore"), "Derivation_"), "{Made}");
  EXPECT_EQ(error(object(get("MadeMore"), "Properties_"), "Remove", {utf8("Id")}), "0x8004101C SWbemPropertySet Propagated property ");
  EXPECT_EQ(text(object(get("Thing='a'"), "SpawnInstance_"), "Name"), "Null");
  EXPECT_EQ(error(get("Thing='a'"), "SpawnDerivedClass_"), "0x8004101E SWbemObjectEx Illegal operation ");
  EXPECT_EQ(error(object(services, "Get"), "SpawnInstance_"), "0x80041020 SWbemObjectEx Incomplete class ");
}

TEST_F(Objects, ShowAndTakeQualifiers) {
  const auto cls = get("Bare");
  const auto qualifiers = object(cls, "Qualifiers_");
  EXPECT_EQ(qualifiers->type_name(), "SWbemQualifierSet");
  EXPECT_EQ(text(cls, "Qualifiers_", {utf8("description")}), "SWbemQualifier");
  const auto added = object(qualifiers, "Add", {utf8("Version"), Variant::int16(3), Variant::boolean(false), Variant::boolean(false)});
  EXPECT_EQ(number(added, "Value"), 3);
  EXPECT_EQ(text(added, "Name"), "Version");
  EXPECT_FALSE(truth(added, "PropagatesToSubclass"));
  EXPECT_FALSE(truth(added, "PropagatesToInstance"));
  EXPECT_TRUE(truth(added, "IsOverridable"));
  EXPECT_TRUE(truth(added, "IsLocal"));
  EXPECT_FALSE(truth(added, "IsAmended"));
  set(added, "PropagatesToSubclass", Variant::boolean(true));
  set(added, "PropagatesToInstance", Variant::boolean(true));
  set(added, "IsOverridable", Variant::boolean(false));
  EXPECT_TRUE(truth(added, "PropagatesToSubclass"));
  EXPECT_TRUE(truth(added, "PropagatesToInstance"));
  EXPECT_FALSE(truth(added, "IsOverridable"));
  set(added, "Value", int32(4));
  EXPECT_EQ(number(qualifiers, "Count"), static_cast<std::int32_t>(each(qualifiers).size()));
  EXPECT_EQ(error(qualifiers, "Add", {utf8("X"), Variant::null()}).substr(0, 10), "0x80041029");
  EXPECT_EQ(error(qualifiers, "Item", {utf8("Absent")}), "0x80041002 SWbemQualifierSet Not found ");
  object(cls, "Put_", {int32(0x20)});
  EXPECT_EQ(number(object(object(get("Bare"), "Qualifiers_"), "Item", {utf8("Version")}), "Value"), 4);
  EXPECT_FALSE(truth(object(object(get("BareMore"), "Qualifiers_"), "Item", {utf8("Version")}), "IsLocal"));
  run(qualifiers, "Remove", {utf8("Version")});
  EXPECT_EQ(error(qualifiers, "Remove", {utf8("Version")}), "0x80041002 SWbemQualifierSet Not found ");
  EXPECT_EQ(error(added, "Value"), "0x80041002 SWbemQualifier Not found ");
  const auto key = object(cls, "Properties_", {utf8("Key")});
  EXPECT_EQ(text(object(object(key, "Qualifiers_"), "Item", {utf8("Description")}), "Value"), "Its key");
}

TEST_F(Objects, ShowMethods) {
  const auto cls = get("Machine");
  const auto methods = object(cls, "Methods_");
  EXPECT_EQ(number(methods, "Count"), 7);
  EXPECT_EQ(each(methods, "Name"), "Add Nothing Void Context Work Wait Stop");
  EXPECT_EQ(error(methods, "Item", {utf8("Absent")}), "0x80041002 SWbemMethodSet Not found ");
  const auto add = object(cls, "Methods_", {utf8("add")});
  EXPECT_EQ(text(add, "Name"), "Add");
  EXPECT_EQ(text(add, "Origin"), "Machine");
  EXPECT_EQ(each(object(object(add, "InParameters"), "Properties_"), "Name"), "A B Comment");
  EXPECT_EQ(each(object(object(add, "OutParameters"), "Properties_"), "Name"), "Sum ReturnValue");
  EXPECT_TRUE(truth(object(object(add, "Qualifiers_"), "Item", {utf8("static")}), "Value"));
  const auto nothing = object(cls, "Methods_", {utf8("Nothing")});
  EXPECT_EQ(text(nothing, "InParameters"), "Nothing");
}

TEST_F(Objects, CompareCloneAndPrint) {
  const auto a = get("Thing='a'");
  const auto copy = object(a, "Clone_");
  EXPECT_TRUE(truth(a, "CompareTo_", {given(copy)}));
  set(copy, "Size", int32(2));
  EXPECT_FALSE(truth(a, "CompareTo_", {given(copy)}));
  EXPECT_EQ(number(a, "Size"), 1);
  EXPECT_TRUE(truth(get("Thing"), "CompareTo_", {given(get("Thing"))}));
  EXPECT_EQ(error(a, "CompareTo_", {Variant::object({})}), "0x80041008 SWbemObjectEx Invalid parameter ");
  EXPECT_EQ(error(a, "CompareTo_", {given(copy), int32(0x1000)}), "0x80041008 SWbemObjectEx Invalid parameter ");
  EXPECT_NE(text(a, "GetObjectText_").find("instance of Thing"), std::string::npos);
  EXPECT_NE(text(get("Thing"), "GetObjectText_").find("class Thing"), std::string::npos);
  EXPECT_NE(text(get("Thing"), "GetObjectText_", {int32(1)}).find("class Thing"), std::string::npos);
  EXPECT_EQ(error(a, "GetObjectText_", {int32(2)}), "0x80041008 SWbemObjectEx Invalid parameter ");
  EXPECT_EQ(text(a, "Derivation_"), "{}");
}

TEST_F(Objects, TravelAsXml) {
  const auto a = get("Thing='a'");
  const std::string plain = text(a, "GetText_", {int32(1)});
  EXPECT_TRUE(plain.starts_with("<INSTANCE CLASSNAME=\"Thing\"><PROPERTY NAME=\"Name\" CLASSORIGIN=\"Thing\" TYPE=\"string\"><VALUE>a"))
      << plain;
  EXPECT_EQ(plain.find("__PATH"), std::string::npos);
  EXPECT_NE(text(a, "GetText_", {int32(2)}).find("<PROPERTY NAME=\"__RELPATH\""), std::string::npos);
  EXPECT_EQ(error(a, "GetText_", {int32(3)}), "0x80041008 SWbemObjectEx Invalid parameter ");
  const auto fresh = object(get("Thing"), "SpawnInstance_");
  run(fresh, "SetFromText_", {utf8(text(a, "GetText_", {int32(2)})), int32(2)});
  EXPECT_EQ(text(fresh, "Words"), "{x, y}");
  EXPECT_EQ(text(fresh, "Large"), "18446744073709551615");
  EXPECT_EQ(text(fresh, "Numbers"), "{1, -1}");
  EXPECT_TRUE(truth(fresh, "Truth"));
  EXPECT_EQ(error(fresh, "SetFromText_", {utf8("<INSTANCE>"), int32(1)}), "0x80041021 SWbemObjectEx Invalid syntax ");
  EXPECT_EQ(error(fresh, "SetFromText_", {utf8("<INSTANCE CLASSNAME='Only'/>"), int32(1)}), "0x80041010 SWbemObjectEx Invalid class ");
  // A class with its qualifiers
  const auto options = create("SWbemNamedValueSet");
  run(options, "Add", {utf8("IncludeQualifiers"), Variant::boolean(true)});
  const std::string cls = text(get("Pair"), "GetText_", {int32(1), int32(0), given(options)});
  EXPECT_NE(cls.find("<QUALIFIER NAME=\"association\""), std::string::npos) << cls;
  EXPECT_NE(cls.find("<PROPERTY.REFERENCE NAME=\"Left\" CLASSORIGIN=\"Pair\" REFERENCECLASS=\"Thing\">"), std::string::npos) << cls;
  const auto empty = object(services, "Get");
  run(empty, "SetFromText_",
      {utf8(R"(<?xml version="1.0"?><CLASS NAME="FromXml"><PROPERTY NAME="K" TYPE="uint32"><QUALIFIER NAME="key"
      TYPE="boolean"><VALUE>true</VALUE></QUALIFIER></PROPERTY><PROPERTY NAME="T&#101;xt" TYPE="string"><VALUE>&lt;x&gt;</VALUE></PROPERTY></CLASS>)"),
       int32(1)});
  object(empty, "Put_");
  EXPECT_EQ(text(get("FromXml"), "Text"), "<x>");
}

TEST_F(Objects, HavePathsAndSettings) {
  const auto path = object(get("Thing='a'"), "Path_");
  EXPECT_EQ(text(path, "Path"), "\\\\TESTHOST\\root\\cimv2:Thing.Name=\"a\"");
  EXPECT_EQ(text(path, "RelPath"), "Thing.Name=\"a\"");
  EXPECT_EQ(text(path, "Server"), "TESTHOST");
  EXPECT_EQ(text(path, "Namespace"), "root\\cimv2");
  EXPECT_EQ(text(path, "ParentNamespace"), "root");
  EXPECT_EQ(text(path, "Class"), "Thing");
  EXPECT_FALSE(truth(path, "IsClass"));
  EXPECT_FALSE(truth(path, "IsSingleton"));
  EXPECT_EQ(text(path, "DisplayName"),
            "winmgmts:{authenticationLevel=pktPrivacy,impersonationLevel=impersonate}!\\\\TESTHOST\\root\\cimv2:Thing.Name=\"a\"");
  EXPECT_EQ(number(object(path, "Keys"), "Count"), 1);
  EXPECT_TRUE(truth(object(get("Only=@"), "Path_"), "IsSingleton"));
  EXPECT_TRUE(truth(object(get("Thing"), "Path_"), "IsClass"));
  const auto a = get("Thing='a'");
  const std::string read_only = "0x80041023 SWbemObjectPath Read only ";
  for (const char* name : {"Path", "RelPath", "Server", "Namespace", "DisplayName", "Locale", "Authority"}) {
    EXPECT_EQ(set_error(object(a, "Path_"), name, utf8("Thing")), read_only) << name;
  }
  for (const char* name : {"SetAsClass", "SetAsSingleton"}) EXPECT_EQ(error(object(a, "Path_"), name), read_only) << name;
  const auto keys = object(object(a, "Path_"), "Keys");
  EXPECT_EQ(error(keys, "Add", {utf8("K"), int32(1)}), "0x80041023 SWbemNamedValueSet Read only ");
  EXPECT_EQ(error(keys, "Remove", {utf8("Name")}), "0x80041023 SWbemNamedValueSet Read only ");
  EXPECT_EQ(error(keys, "DeleteAll"), "0x80041023 SWbemNamedValueSet Read only ");
  EXPECT_EQ(set_error(object(keys, "Item", {utf8("Name")}), "Value", utf8("b")), "0x80041023 SWbemNamedValue Read only ");
  const auto free = object(object(a, "Clone_"), "Path_");
  set(object(object(free, "Keys"), "Item", {utf8("Name")}), "Value", utf8("b"));
  EXPECT_EQ(text(free, "RelPath"), "Thing.Name=\"b\"");
  set(object(a, "Security_"), "ImpersonationLevel", int32(2));
  EXPECT_EQ(number(object(services, "Security_"), "ImpersonationLevel"), 3);
  EXPECT_EQ(text(get(text(path, "Path")), "Name"), "a");
}

TEST_F(Objects, AreReadAgain) {
  const auto a = get("Thing='a'");
  const auto other = get("Thing='a'");
  set(other, "Size", int32(77));
  object(other, "Put_");
  EXPECT_EQ(number(a, "Size"), 1);
  run(a, "Refresh_");
  EXPECT_EQ(number(a, "Size"), 77);
  run(other, "Delete_");
  EXPECT_EQ(error(a, "Refresh_"), "0x80041002 SWbemObjectEx Not found ");
}

}  // namespace
}  // namespace scripting::testing
