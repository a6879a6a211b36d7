// Namespaces, sets, events one at a time, refreshers and the small objects: every synchronous member.
#include "tests/scripting/lab.h"

namespace scripting::testing {
namespace {

class Calls : public Lab {};

TEST_F(Calls, MonikersOpenNamespacesAndObjects) {
  EXPECT_EQ(services->type_name(), "SWbemServicesEx");
  EXPECT_EQ(moniker("winmgmts:")->type_name(), "SWbemServicesEx");
  EXPECT_EQ(requests.back().name_space, "root\\cimv2");
  EXPECT_EQ(text(moniker("winmgmts:Thing.Name='a'"), "Name"), "a");
  EXPECT_EQ(text(object(moniker("winmgmts:\\\\.\\root\\cimv2:Thing"), "Path_"), "Class"), "Thing");
  moniker(
      "winmgmts:{impersonationLevel=delegate,authenticationLevel=pkt,authority=ntlmdomain:D,(Debug)}[locale=ms_409]!\\\\box\\root\\cimv2");
  EXPECT_EQ(requests.back().server, "box");
  EXPECT_EQ(requests.back().authority, "ntlmdomain:D");
  EXPECT_EQ(requests.back().locale, "ms_409");
  EXPECT_EQ(requests.back().security, (SecuritySettings{4, 4, {{19, true}}}));
  const auto code = [&](std::u16string_view text) { return swbem->get_moniker(text).error().code; };
  EXPECT_EQ(code(u"winmgmts:{x}"), MK_E_SYNTAX);
  EXPECT_EQ(code(u"winmgmts:root\\absent"), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code(u"winmgmts:Absent"), WBEM_E_NOT_FOUND);
  EXPECT_EQ(code(u"winmgmts:\\\\nowhere\\root"), base::Hresult{0x800706BA});
  EXPECT_TRUE(Swbem::is_moniker(u"WINMGMTS:x"));
  EXPECT_FALSE(Swbem::is_moniker(u"script:x"));
}

TEST_F(Calls, LocatorsConnect) {
  const auto locator = create("SWbemLocator");
  EXPECT_EQ(object(locator, "ConnectServer")->type_name(), "SWbemServicesEx");
  EXPECT_EQ(requests.back().server, "");
  object(locator, "ConnectServer", {utf8("."), utf8("root/default")});
  EXPECT_EQ(requests.back().name_space, "root\\default");
  EXPECT_EQ(error(object(locator, "Security_"), "AuthenticationLevel"), "0x80041001 SWbemSecurity Generic failure ");
  EXPECT_EQ(error(object(locator, "Security_"), "ImpersonationLevel"), "0x80041001 SWbemSecurity Generic failure ");
  set(object(locator, "Security_"), "AuthenticationLevel", int32(5));
  EXPECT_EQ(number(object(locator, "Security_"), "AuthenticationLevel"), 5);
  object(locator, "ConnectServer",
         {utf8("box"), utf8("root\\cimv2"), utf8("u"), utf8("p"), utf8("ms_409"), utf8("ntlmdomain:D"), int32(128)});
  const ConnectRequest& request = requests.back();
  EXPECT_EQ(request.server + request.user + request.password + request.locale + request.authority, "boxupms_409ntlmdomain:D");
  EXPECT_TRUE(request.max_wait);
  EXPECT_EQ(request.security.authentication, 5);
  object(locator, "ConnectServer", {utf8("."), utf8("\\\\other\\root\\cimv2")});
  EXPECT_EQ(requests.back().server, "other");
  EXPECT_EQ(error(locator, "ConnectServer", {utf8("."), utf8("root\\absent")}), "0x8004100E SWbemLocator Invalid namespace ");
  EXPECT_EQ(error(locator, "ConnectServer", {utf8("."), utf8("root"), utf8("u"), utf8("p")}),
            "0x80041064 SWbemLocator User credentials cannot be used for local connections ");
  EXPECT_EQ(error(locator, "ConnectServer", {utf8("."), utf8("root"), utf8(""), utf8(""), utf8(""), utf8("ntlmdomain:D")}),
            "0x80041064 SWbemLocator User credentials cannot be used for local connections ");
  for (const auto& [user, authority] : {std::pair("D\\u", "ntlmdomain:D"), std::pair("D\\u", "Kerberos:D"), std::pair("u", "D")}) {
    EXPECT_EQ(error(locator, "ConnectServer", {utf8("box"), utf8("root"), utf8(user), utf8("p"), utf8(""), utf8(authority)}),
              "0x80041008 SWbemLocator Invalid parameter ");
  }
  EXPECT_EQ(error(locator, "ConnectServer", {utf8("."), utf8("root"), utf8(""), utf8(""), utf8(""), utf8(""), int32(1)}),
            "0x80041008 SWbemLocator Invalid parameter ");
  EXPECT_EQ(error(locator, "ConnectServer", {utf8("realm"), utf8("root")}), "0x80090311 SWbemLocator no authority answers");
  EXPECT_EQ(error(locator, "ConnectServer", {Variant::null()}), "0x80020005");
}

TEST_F(Calls, OnlyKnownNamesAreMade) {
  EXPECT_EQ(swbem->create(u"WbemScripting.SWbemServices").error().code, CO_E_CLASSSTRING);
  EXPECT_EQ(swbem->create(u"Scripting.Dictionary").error().code, CO_E_CLASSSTRING);
  EXPECT_EQ((*swbem->create(u"wbemscripting.swbemdatetime.1"))->type_name(), "SWbemDateTime");
}

TEST_F(Calls, GetsAndPutsAndDeletes) {
  EXPECT_EQ(text(object(services, "Get", {utf8("Thing='a'"), int32(0), Variant::object({})}), "Name"), "a");
  EXPECT_EQ(error(services, "Get", {utf8("Thing='zzz'")}), "0x80041002 SWbemServicesEx Not found ");
  EXPECT_EQ(error(services, "Get", {utf8("Thing=")}), "0x8004103A SWbemServicesEx Invalid object path ");
  EXPECT_EQ(error(services, "Get", {utf8("Thing"), int32(0x4000000)}), "0x80041008 SWbemServicesEx Invalid parameter ");
  EXPECT_EQ(error(services, "Get", {utf8("Thing"), utf8("x")}), "0x80020005");
  EXPECT_EQ(error(services, "Get", {utf8("Thing"), int32(0), given(services)}), "0x80041008 SWbemServicesEx Invalid parameter ");
  const auto fresh = object(get("Thing"), "SpawnInstance_");
  set(fresh, "Name", utf8("p"));
  EXPECT_EQ(text(object(services, "Put", {given(fresh)}), "Path"), "\\\\TESTHOST\\root\\cimv2:Thing.Name=\"p\"");
  EXPECT_EQ(error(services, "Put", {given(fresh), int32(2)}), "0x80041019 SWbemServicesEx Already exists ");
  EXPECT_EQ(error(services, "Put", {given(services)}), "0x80041008 SWbemServicesEx Invalid parameter ");
  run(services, "Delete", {utf8("Thing='p'")});
  EXPECT_EQ(error(services, "Put", {given(fresh), int32(1)}), "0x80041002 SWbemServicesEx Not found ");
  EXPECT_EQ(error(services, "Delete", {utf8("Thing='p'")}), "0x80041002 SWbemServicesEx Not found ");
  run(services, "Delete", {utf8("BigThing")});
  EXPECT_EQ(error(services, "Get", {utf8("BigThing")}), "0x80041002 SWbemServicesEx Not found ");
  run(get("Thing='b'"), "Delete_");
  EXPECT_EQ(error(services, "Get", {utf8("Thing='b'")}), "0x80041002 SWbemServicesEx Not found ");
}

TEST_F(Calls, SetsAreWalkedAndCounted) {
  const auto all = object(services, "InstancesOf", {utf8("Thing")});
  EXPECT_EQ(all->type_name(), "SWbemObjectSet");
  EXPECT_EQ(number(all, "Count"), 3);
  EXPECT_EQ(sorted(all, "Name"), "a b c");
  EXPECT_EQ(sorted(all, "Name"), "a b c");
  const std::string names = each(all, "Name");
  EXPECT_EQ(text(object(all, "ItemIndex", {int32(1)}), "Name"), names.substr(2, 1));
  EXPECT_EQ(error(all, "ItemIndex", {int32(-1)}), "0x80041008 SWbemObjectSet Invalid parameter ");
  EXPECT_EQ(error(all, "ItemIndex", {int32(3)}), "0x80041002 SWbemObjectSet Not found ");
  EXPECT_EQ(text(object(all, "Item", {utf8("Thing.Name=\"b\"")}), "Name"), "b");
  EXPECT_EQ(text(object(all, "Item", {utf8("\\\\.\\root\\cimv2:thing.name='b'")}), "Name"), "b");
  EXPECT_EQ(error(all, "Item", {utf8("Thing='q'")}), "0x80041002 SWbemObjectSet Not found ");
  EXPECT_EQ(number(object(all, "Security_"), "AuthenticationLevel"), 6);
  const auto enumeration = *all->enumerate();
  ASSERT_TRUE(*enumeration->next());
  const auto copy = *enumeration->clone();
  EXPECT_EQ(text(DispatchRef((**copy->next()).as_object()), "Name"), names.substr(2, 1));
  EXPECT_TRUE(*enumeration->reset());
  EXPECT_EQ(text(DispatchRef((**enumeration->next()).as_object()), "Name"), names.substr(0, 1));
}

TEST_F(Calls, ForwardOnlySetsAreWalkedOnce) {
  const auto once = object(services, "ExecQuery", {utf8("SELECT * FROM Thing"), utf8("WQL"), int32(48)});
  EXPECT_EQ(error(once, "Count"), "0x80041001 SWbemObjectSet Generic failure ");
  EXPECT_EQ(error(once, "ItemIndex", {int32(0)}), "0x80041001 SWbemObjectSet Generic failure ");
  EXPECT_EQ(sorted(once, "Name"), "a b c");
  EXPECT_EQ(each(once, "Name"), "");
  EXPECT_FALSE(*(*once->enumerate())->reset());
}

TEST_F(Calls, QueriesFailWhereTheFlagsSay) {
  // At once what the call itself shows ...
  const auto bad = try_call(services, "ExecQuery", {utf8("SELEC x"), utf8("WQL"), int32(0)});
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(describe(bad.error()), "0x80041017 SWbemServicesEx Invalid query ");
  // ... and with wbemFlagReturnImmediately on the first access.
  const auto late = object(services, "ExecQuery", {utf8("SELECT * FROM Absent")});
  EXPECT_EQ(error(late, "Count"), "0x80041010 SWbemObjectSet Invalid class ");
  EXPECT_EQ((*late->enumerate())->next().error().code, WBEM_E_INVALID_CLASS);
  EXPECT_EQ(error(services, "ExecQuery", {utf8("SELECT * FROM Thing"), utf8("SQL"), int32(0)}),
            "0x80041018 SWbemServicesEx Invalid query type ");
  EXPECT_EQ(error(services, "InstancesOf", {utf8("Absent"), int32(0)}), "0x80041010 SWbemServicesEx Invalid class ");
}

TEST_F(Calls, QueriesBringTheKeysAlong) {
  const auto some = object(services, "ExecQuery", {utf8("SELECT Size FROM Thing WHERE Name = 'a'")});
  const auto row = object(some, "ItemIndex", {int32(0)});
  EXPECT_EQ(text(object(row, "Path_"), "RelPath"), "Thing.Name=\"a\"");
  EXPECT_EQ(text(row, "Name"), "a");
  EXPECT_EQ(number(object(row, "Properties_"), "Count"), 2);
  EXPECT_EQ(text(object(some, "Item", {utf8("Thing.Name='a'")}), "Name"), "a");
}

TEST_F(Calls, FindClassesAndInstances) {
  EXPECT_EQ(each(object(services, "SubclassesOf", {utf8("Thing")}), "__CLASS"), "BigThing");
  EXPECT_EQ(each(object(get("Thing"), "Subclasses_"), "__CLASS"), "BigThing");
  EXPECT_EQ(sorted(object(get("Thing"), "Instances_"), "Name"), "a b c");
  EXPECT_EQ(sorted(object(get("Thing"), "Instances_", {int32(1)}), "Name"), "a b");
}

TEST_F(Calls, AssociationsAreQueries) {
  const auto there = moniker("winmgmts:\\\\fake\\root\\cimv2");
  const auto last = [&] { return fake->calls().back().text; };
  object(there, "AssociatorsOf", {utf8("Thing='a'")});
  EXPECT_EQ(last(), "ASSOCIATORS OF {Thing='a'}");
  object(there, "AssociatorsOf",
         {utf8("T"), utf8("A"), utf8("R"), utf8("RR"), utf8("Ro"), Variant::boolean(true), Variant::boolean(true), utf8("Q"), utf8("P")});
  EXPECT_EQ(last(),
            "ASSOCIATORS OF {T} WHERE AssocClass = A ResultClass = R ResultRole = RR Role = Ro ClassDefsOnly SchemaOnly "
            "RequiredAssocQualifier = Q RequiredQualifier = P");
  object(there, "ReferencesTo", {utf8("T"), utf8("R"), utf8("Ro"), Variant::boolean(true), Variant::boolean(true), utf8("P")});
  EXPECT_EQ(last(), "REFERENCES OF {T} WHERE ResultClass = R Role = Ro ClassDefsOnly SchemaOnly RequiredQualifier = P");
  fake->set_script({.batches = {cim::batch_of(*cim::GetObject(*manager->services, "Thing='a'"))}});
  const auto a = object(there, "Get", {utf8("Thing='a'")});
  object(a, "Associators_", {utf8("A")});
  EXPECT_EQ(last(), "ASSOCIATORS OF {Thing.Name=\"a\"} WHERE AssocClass = A");
  object(a, "References_", {utf8("R"), utf8("Ro")});
  EXPECT_EQ(last(), "REFERENCES OF {Thing.Name=\"a\"} WHERE ResultClass = R Role = Ro");
  const auto receiver = sink();
  run(there, "AssociatorsOfAsync", {given(receiver), utf8("T"), utf8("A")});
  EXPECT_EQ(last(), "ASSOCIATORS OF {T} WHERE AssocClass = A");
  run(there, "ReferencesToAsync", {given(receiver), utf8("T"), utf8("R")});
  EXPECT_EQ(last(), "REFERENCES OF {T} WHERE ResultClass = R");
  run(a, "AssociatorsAsync_", {given(receiver), utf8("A")});
  EXPECT_EQ(last(), "ASSOCIATORS OF {Thing.Name=\"a\"} WHERE AssocClass = A");
  run(a, "ReferencesAsync_", {given(receiver), utf8("R")});
  EXPECT_EQ(last(), "REFERENCES OF {Thing.Name=\"a\"} WHERE ResultClass = R");
  EXPECT_TRUE(wait_for("OnCompleted", 4));
  EXPECT_EQ(recorder->count("OnObjectReady"), 4U);
}

TEST_F(Calls, ExecuteMethods) {
  const auto machine = get("Machine");
  const auto in = object(object(machine, "Methods_", {utf8("Add")}), "InParameters");
  const auto parameters = object(in, "SpawnInstance_");
  set(parameters, "A", int32(20));
  EXPECT_EQ(number(object(services, "ExecMethod", {utf8("Machine"), utf8("Add"), given(parameters)}), "Sum"), 30);
  EXPECT_EQ(number(object(machine, "ExecMethod_", {utf8("Add"), given(parameters)}), "ReturnValue"), 0);
  set(in, "A", int32(2));  // the class itself serves as well
  EXPECT_EQ(number(object(machine, "ExecMethod_", {utf8("Add"), given(in)}), "Sum"), 12);
  EXPECT_EQ(text(services, "ExecMethod", {utf8("Machine"), utf8("Void")}), "Nothing");
  EXPECT_EQ(error(services, "ExecMethod", {utf8("Machine"), utf8("Absent")}), "0x8004102E SWbemServicesEx Invalid method ");
  EXPECT_EQ(error(services, "ExecMethod", {utf8("Machine"), utf8("Add"), given(services)}),
            "0x80041008 SWbemServicesEx Invalid parameter ");
  const auto values = create("SWbemNamedValueSet");
  run(values, "Add", {utf8("Color"), utf8("red")});
  const auto ask = object(object(object(machine, "Methods_", {utf8("Context")}), "InParameters"), "SpawnInstance_");
  set(ask, "Key", utf8("color"));
  EXPECT_EQ(text(object(services, "ExecMethod", {utf8("Machine"), utf8("Context"), given(ask), int32(0), given(values)}), "Value"), "red");
}

TEST_F(Calls, LastErrorsTellMore) {
  EXPECT_EQ(swbem->create(u"WbemScripting.SWbemLastError").error().code, WBEM_E_FAILED);
  error(services, "Get", {utf8("Absent.Key='x'")});
  const auto last = create("SWbemLastError");
  EXPECT_EQ(last->type_name(), "SWbemLastError");
  EXPECT_EQ(static_cast<std::uint32_t>(number(last, "StatusCode")), 0x80041010U);
  EXPECT_NE(text(last, "Description"), "Null");
  EXPECT_EQ(text(last, "Operation"), "GetObject");
  EXPECT_EQ(text(last, "ParameterInfo"), "Absent.Key=\"x\"");
  EXPECT_NE(error(last, "Absent"), "");
  EXPECT_EQ(text(object(last, "Path_"), "Class"), "__ExtendedStatus");
  EXPECT_NE(text(last, "GetObjectText_").find("__ExtendedStatus"), std::string::npos);
  EXPECT_EQ(object(last, "Clone_")->type_name(), "SWbemLastError");
  set(object(last, "Security_"), "ImpersonationLevel", int32(2));
  EXPECT_EQ(number(object(last, "Security_"), "ImpersonationLevel"), 2);
  EXPECT_EQ(error(last, "Put_"), "0x8004100F SWbemLastError Invalid object ");  // it belongs to no namespace
  EXPECT_EQ(error(last, "Associators_"), "0x8004100F SWbemLastError Invalid object ");
  EXPECT_EQ(swbem->create(u"WbemScripting.SWbemLastError").error().code, WBEM_E_FAILED);  // making it took it
  error(services, "Get", {utf8("Absent")});
  get("Thing");
  EXPECT_EQ(swbem->create(u"WbemScripting.SWbemLastError").error().code, WBEM_E_FAILED);  // success ends it
  error(services, "ExecQuery", {utf8("SELECT * FROM Absent"), utf8("WQL"), int32(0)});
  EXPECT_EQ(text(create("SWbemLastError"), "Operation"), "ExecQuery");
}

TEST_F(Calls, EventsComeOneAtATime) {
  const auto there = moniker("winmgmts:\\\\fake\\root\\cimv2");
  fake->set_script({.batches = {cim::batch_of(*cim::GetObject(*manager->services, "Thing='a'"))}, .ends = false, .on_thread = true});
  const auto source = object(there, "ExecNotificationQuery", {utf8("SELECT * FROM X")});
  EXPECT_EQ(fake->calls().back().text, "SELECT * FROM X");
  EXPECT_EQ(source->type_name(), "SWbemEventSource");
  EXPECT_EQ(number(object(source, "Security_"), "ImpersonationLevel"), 3);
  EXPECT_EQ(text(object(source, "NextEvent"), "Name"), "a");
  EXPECT_EQ(error(source, "NextEvent", {int32(20)}), "0x80043001 SWbemEventSource Timed out ");
  EXPECT_EQ(error(source, "NextEvent", {int32(-2)}), "0x80041008 SWbemEventSource Invalid parameter ");
  EXPECT_EQ(error(services, "ExecNotificationQuery", {utf8("SELECT * FROM Thing"), utf8("WQL"), int32(0)}),
            "0x80041008 SWbemServicesEx Invalid parameter ");
}

TEST_F(Calls, RefreshersReadAgain) {
  const auto refresher = create("SWbemRefresher");
  const auto one = object(refresher, "Add", {given(services), utf8("Thing='a'")});
  const auto many = object(refresher, "AddEnum", {given(services), utf8("Thing")});
  EXPECT_EQ(one->type_name(), "SWbemRefreshableItem");
  EXPECT_FALSE(truth(one, "IsSet"));
  EXPECT_TRUE(truth(many, "IsSet"));
  EXPECT_EQ(text(one, "ObjectSet"), "Nothing");
  EXPECT_EQ(text(many, "Object"), "Nothing");
  EXPECT_EQ(number(one, "Index"), 0);
  EXPECT_EQ(number(many, "Index"), 1);
  EXPECT_EQ(object(one, "Refresher"), refresher);
  const auto thing = object(one, "Object");
  const auto set_of = object(many, "ObjectSet");
  EXPECT_EQ(number(set_of, "Count"), 0);
  const auto changed = get("Thing='a'");
  set(changed, "Size", int32(123));
  object(changed, "Put_");
  run(refresher, "Refresh");
  EXPECT_EQ(number(thing, "Size"), 123);
  EXPECT_EQ(number(set_of, "Count"), 3);
  run(get("Thing='b'"), "Delete_");
  run(refresher, "Refresh");
  EXPECT_EQ(each(set_of, "Name"), "a c");
  EXPECT_EQ(number(refresher, "Count"), 2);
  EXPECT_EQ(each(refresher, "Index"), "0 1");
  EXPECT_EQ(number(object(refresher, "Item", {int32(1)}), "Index"), 1);
  EXPECT_EQ(error(refresher, "Item", {int32(5)}), "0x80041002 SWbemRefresher Not found ");
  EXPECT_TRUE(truth(refresher, "AutoReconnect"));
  set(refresher, "AutoReconnect", Variant::boolean(false));
  EXPECT_FALSE(truth(refresher, "AutoReconnect"));
  EXPECT_EQ(error(refresher, "Add", {given(services), utf8("Thing='absent'")}), "0x80041002 SWbemRefresher Not found ");
  EXPECT_EQ(error(refresher, "AddEnum", {given(services), utf8("Absent")}), "0x80041010 SWbemRefresher Invalid class ");
  EXPECT_EQ(error(refresher, "Add", {given(thing), utf8("Thing='a'")}), "0x80041008 SWbemRefresher Invalid parameter ");
  run(one, "Remove");
  EXPECT_EQ(error(one, "Remove"), "0x80041002 SWbemRefreshableItem Not found ");
  EXPECT_EQ(text(one, "Refresher"), "Nothing");
  run(refresher, "Remove", {int32(1)});
  EXPECT_EQ(number(refresher, "Count"), 0);
  object(refresher, "Add", {given(services), utf8("Thing='a'")});
  run(refresher, "DeleteAll");
  EXPECT_EQ(number(refresher, "Count"), 0);
  EXPECT_EQ(text(many, "Refresher"), "Nothing");
}

TEST_F(Calls, NamedValuesAreKept) {
  const auto values = create("SWbemNamedValueSet");
  EXPECT_EQ(number(object(values, "Add", {utf8("One"), int32(1)}), "Value"), 1);
  run(values, "Add", {utf8("Two"), utf8("2")});
  run(values, "Add", {utf8("one"), int32(11)});  // replaces
  EXPECT_EQ(number(values, "Count"), 2);
  EXPECT_EQ(each(values, "Name"), "One Two");
  const auto one = object(values, "Item", {utf8("ONE")});
  EXPECT_EQ(number(one, "Value"), 11);
  set(one, "Value", int32(12));
  EXPECT_EQ(number(object(values, "Item", {utf8("One")}), "Value"), 12);
  const auto copy = object(values, "Clone");
  run(values, "Remove", {utf8("One")});
  EXPECT_EQ(error(values, "Item", {utf8("One")}), "0x80041002 SWbemNamedValueSet Not found ");
  EXPECT_EQ(error(values, "Remove", {utf8("One")}), "0x80041002 SWbemNamedValueSet Not found ");
  EXPECT_EQ(error(values, "Add", {utf8(""), int32(1)}), "0x80041008 SWbemNamedValueSet Invalid parameter ");
  EXPECT_EQ(number(one, "Value"), 12);
  run(values, "DeleteAll");
  EXPECT_EQ(number(values, "Count"), 0);
  EXPECT_EQ(number(copy, "Count"), 2);
}

TEST_F(Calls, PathsAreTakenApart) {
  const auto path = create("SWbemObjectPath");
  set(path, "Path", utf8("\\\\box\\root\\a\\b:Cls.K=1,L=\"x\""));
  EXPECT_EQ(text(path, "Server"), "box");
  EXPECT_EQ(text(path, "ParentNamespace"), "root\\a");
  EXPECT_EQ(each(object(path, "Keys"), "Name"), "K L");
  EXPECT_EQ(number(object(object(path, "Keys"), "Item", {utf8("K")}), "Value"), 1);
  run(object(path, "Keys"), "Add", {utf8("M"), Variant::boolean(true)});
  EXPECT_EQ(text(path, "RelPath"), "Cls.K=1,L=\"x\",M=TRUE");
  set(path, "RelPath", utf8("Other=@"));
  EXPECT_TRUE(truth(path, "IsSingleton"));
  run(path, "SetAsClass");
  EXPECT_TRUE(truth(path, "IsClass"));
  run(path, "SetAsSingleton");
  EXPECT_EQ(text(path, "RelPath"), "Other=@");
  set(path, "Server", utf8("."));
  set(path, "Namespace", utf8("root/default"));
  set(path, "Class", utf8("Third"));
  EXPECT_EQ(text(path, "Path"), "\\\\.\\root\\default:Third=@");
  set(path, "Locale", utf8("ms_409"));
  set(path, "Authority", utf8("ntlmdomain:D"));
  set(object(path, "Security_"), "ImpersonationLevel", int32(4));
  EXPECT_EQ(text(path, "DisplayName"),
            "winmgmts:{authenticationLevel=pktPrivacy,impersonationLevel=delegate,authority=ntlmdomain:D}[locale=ms_409]!"
            "\\\\.\\root\\default:Third=@");
  set(path, "DisplayName", utf8("winmgmts:{impersonationLevel=identify}!root\\x:Y.Z='q'"));
  EXPECT_EQ(number(object(path, "Security_"), "ImpersonationLevel"), 2);
  EXPECT_EQ(text(path, "Locale") + text(path, "Authority"), "");
  EXPECT_EQ(text(path, "Path"), "root\\x:Y.Z=\"q\"");
  for (const char* wide : {"C.K=12345678901,L=\"12345678901\"", "C.K=18446744073709551615", "C.K=-9223372036854775808"}) {
    set(path, "Path", utf8(wide));
    EXPECT_EQ(text(path, "Path"), wide);  // a number stays one though scripts see it as text
  }
  set(object(object(path, "Keys"), "Item", {utf8("K")}), "Value", utf8("7"));
  EXPECT_EQ(text(path, "Path"), "C.K=\"7\"");
  EXPECT_EQ(set_error(path, "Path", utf8("a=b=c")), "0x80041021 SWbemObjectPath Invalid syntax ");
  EXPECT_EQ(set_error(path, "DisplayName", utf8("x")), "0x80041021 SWbemObjectPath Invalid syntax ");
  EXPECT_EQ(set_error(path, "RelPath", utf8("root\\x:Y")), "0x80041021 SWbemObjectPath Invalid syntax ");
}

TEST_F(Calls, SecuritySettingsAreKept) {
  const auto security = object(services, "Security_");
  EXPECT_EQ(number(security, "ImpersonationLevel"), 3);
  EXPECT_EQ(number(security, "AuthenticationLevel"), 6);
  set(security, "ImpersonationLevel", int32(4));
  EXPECT_EQ(number(object(services, "Security_"), "ImpersonationLevel"), 4);
  EXPECT_EQ(set_error(security, "ImpersonationLevel", int32(5)), "0x80041008 SWbemSecurity Invalid parameter ");
  EXPECT_EQ(set_error(security, "AuthenticationLevel", int32(7)), "0x80041008 SWbemSecurity Invalid parameter ");
  const auto privileges = object(security, "Privileges");
  const auto debug = object(privileges, "AddAsString", {utf8("SeDebugPrivilege")});
  EXPECT_EQ(text(debug, "Name"), "SeDebugPrivilege");
  EXPECT_EQ(text(debug, "DisplayName"), "Debug programs");
  EXPECT_EQ(number(debug, "Identifier"), 19);
  EXPECT_TRUE(truth(debug, "IsEnabled"));
  set(debug, "IsEnabled", Variant::boolean(false));
  EXPECT_FALSE(truth(object(privileges, "Item", {int32(19)}), "IsEnabled"));
  object(privileges, "Add", {int32(18)});
  EXPECT_EQ(number(privileges, "Count"), 2);
  EXPECT_EQ(each(privileges, "Identifier"), "19 18");
  EXPECT_EQ(error(privileges, "Add", {int32(28)}), "0x80041008 SWbemPrivilegeSet Invalid parameter ");
  EXPECT_EQ(error(privileges, "AddAsString", {utf8("SeNothing")}), "0x80041008 SWbemPrivilegeSet Invalid parameter ");
  EXPECT_EQ(error(privileges, "Item", {int32(1)}), "0x80041002 SWbemPrivilegeSet Not found ");
  run(privileges, "Remove", {int32(19)});
  EXPECT_EQ(error(privileges, "Remove", {int32(19)}), "0x80041002 SWbemPrivilegeSet Not found ");
  EXPECT_EQ(error(debug, "IsEnabled"), "0x80041002 SWbemPrivilege Not found ");
  run(privileges, "DeleteAll");
  EXPECT_EQ(number(privileges, "Count"), 0);
}

TEST_F(Calls, ChangedSecurityOpensANewConnectionElsewhere) {
  const auto there = moniker("winmgmts:\\\\box\\root\\cimv2");
  const std::size_t before = requests.size();
  object(there, "Get", {utf8("Thing")});
  EXPECT_EQ(requests.size(), before);
  set(object(there, "Security_"), "AuthenticationLevel", int32(5));
  object(there, "Get", {utf8("Thing")});
  ASSERT_EQ(requests.size(), before + 1);
  EXPECT_EQ(requests.back().security.authentication, 5);
  set(object(services, "Security_"), "AuthenticationLevel", int32(5));  // here it changes nothing
  object(services, "Get", {utf8("Thing")});
  EXPECT_EQ(requests.size(), before + 1);
}

TEST_F(Calls, InterruptionsEndWaits) {
  std::thread later([this] {
    gate.wait_for_visitor();
    apartment.interrupt();
  });
  EXPECT_EQ(error(services, "ExecMethod", {utf8("Machine"), utf8("Wait")}), "0x80041032 SWbemServicesEx Call cancelled ");
  later.join();
}

}  // namespace
}  // namespace scripting::testing
