// What the text tests of tests/manager cannot say: names and lengths, partial updates, classes of other definitions, back-links, results.
#include "manager/update.h"

#include <gtest/gtest.h>

#include "base/utf.h"
#include "cim/wmio.h"
#include "manager/amended.h"
#include "manager/class_rules.h"
#include "manager/references.h"
#include "manager/testing.h"

namespace manager {
namespace {

using testing::Store;

constexpr std::string_view kNs = "root\\test";

class UpdateTest : public ::testing::Test {
 protected:
  UpdateTest() { EXPECT_TRUE(store_.compile("root", "instance of __Namespace { Name = \"test\"; };").ok()); }

  void compile(std::string_view text) {
    const auto status = store_.compile(kNs, text);
    ASSERT_TRUE(status.ok()) << status.to_string();
  }

  base::Status put(const cim::Instance& instance, std::uint32_t flags = 0, cim::ContextPtr context = {}) {
    return store_.write(kNs, [&](SchemaView& view, repository::WriteTransaction& transaction, UpdateRequest& request) -> base::Status {
      request.flags = flags;
      request.context = context;
      request.want_objects = true;
      TRY_ASSIGN(result_, put_instance(view, transaction, request, instance));
      return {};
    });
  }

  base::Status put(const cim::ClassPtr& cls, std::uint32_t flags = 0) {
    return store_.write(kNs, [&](SchemaView& view, repository::WriteTransaction& transaction, UpdateRequest& request) -> base::Status {
      request.flags = flags;
      request.want_objects = true;
      TRY_ASSIGN(result_, put_class(view, transaction, request, cls));
      return {};
    });
  }

  /// The stored instance by its path, as display text of one property.
  std::string read(std::string_view path, std::string_view property) { return store_.read_property(kNs, path, property); }

  cim::InstanceBuilder spawn(std::string_view name) { return cim::InstanceBuilder(store_.get_class(kNs, name)); }

  Store store_;
  UpdateResult result_;
};

TEST(ClassName, Rules) {
  EXPECT_EQ(check_class_name("Ok_1").code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(check_class_name("").code(), WBEM_E_INCOMPLETE_CLASS);
  EXPECT_EQ(check_class_name("a b").code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(check_class_name("1a").code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(check_class_name("_a").code(), WBEM_E_INVALID_OPERATION);
  EXPECT_EQ(check_class_name("a_").code(), WBEM_E_INVALID_OBJECT);
  EXPECT_EQ(check_class_name(std::string(4096, 'a')).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(check_class_name(std::string(4097, 'a')).code(), WBEM_E_QUOTA_VIOLATION);
}

TEST(Unimportant, Names) {
  for (const char* name : {"key", "Indexed", "not_null", "abstract", "singleton", "association", "dynamic", "provider", "static",
                           "implemented", "disabled", "CIMTYPE", "in", "out", "ID"})
    EXPECT_FALSE(unimportant({name, {}, cim::Value::boolean(true), 0})) << name;
  EXPECT_TRUE(unimportant({"Description", {}, cim::Value::boolean(true), cim::flavor::kToSubclass}));
  EXPECT_FALSE(unimportant({"Description", {}, cim::Value::boolean(true), cim::flavor::kNotOverridable}));
}

TEST_F(UpdateTest, ResultSaysWhatHappened) {
  compile("class A { [key] string Id; string P; };");
  EXPECT_EQ(put(store_.get_class(kNs, "A")).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(result_.path, "\\\\HOST\\root\\test:A");
  EXPECT_EQ(result_.change, Change::kModified);

  auto builder = spawn("A");
  ASSERT_TRUE(builder.set("Id", cim::Value::text("it's \"1\"\\")).ok());
  ASSERT_TRUE(put(builder.build()).ok());
  EXPECT_EQ(result_.path, "\\\\HOST\\root\\test:A.Id=\"it's \\\"1\\\"\\\\\"");
  EXPECT_EQ(result_.change, Change::kCreated);
  EXPECT_FALSE(result_.previous.has_value());
  ASSERT_TRUE(builder.set("P", cim::Value::text("x")).ok());
  ASSERT_TRUE(put(builder.build()).ok());
  EXPECT_EQ(result_.change, Change::kModified);
  EXPECT_TRUE(result_.previous->instance().value("P").is_null());
  EXPECT_EQ(result_.current->instance().value("P"), cim::Value::text("x"));
  EXPECT_EQ(result_.current->path(), result_.path);
}

TEST_F(UpdateTest, ForceSaysHowManyInstancesItDeleted) {
  compile("class A { [key] string Id; }; class B : A {}; instance of A { Id = \"1\"; }; instance of B { Id = \"2\"; };");
  cim::ClassBuilder builder("A");
  ASSERT_TRUE(builder.put_property("Other", {cim::CimType::kUint32, false}).ok());
  ASSERT_TRUE(
      builder
          .put_property_qualifier("Other", {"key", {cim::CimType::kBoolean, false}, cim::Value::boolean(true), cim::default_flavor("key")})
          .ok());
  ASSERT_TRUE(put(*builder.build(), cim::flag::kUpdateForceMode).ok());
  EXPECT_EQ(result_.instances_deleted, 2U);
}

TEST_F(UpdateTest, RefusedUpdateLeavesNothing) {
  compile("class A { [key] string Id; }; class B : A {}; class C : B { string P; };");
  const auto before = store_.repository().schema_generation();
  EXPECT_EQ(store_.compile(kNs, "class A { [key] string Id; uint32 P; };", cim::flag::kUpdateSafeMode).code(), WBEM_E_CLASS_HAS_CHILDREN);
  EXPECT_EQ(store_.repository().schema_generation(), before);
  EXPECT_EQ(store_.get_class(kNs, "B")->property("P"), nullptr);
}

TEST_F(UpdateTest, UnknownAndNamelessClasses) {
  cim::ClassBuilder builder("Missing");
  ASSERT_TRUE(builder.put_property("Id", {}).ok());
  const auto cls = *builder.build();
  const auto status = put(cim::InstanceBuilder(cls).build());
  EXPECT_EQ(status.code(), WBEM_E_INVALID_CLASS);
  EXPECT_EQ(put(cim::InstanceBuilder(cim::Class::empty()).build()).code(), WBEM_E_INCOMPLETE_CLASS);
  EXPECT_EQ(put(cim::Class::empty()).code(), WBEM_E_INCOMPLETE_CLASS);
}

TEST_F(UpdateTest, MisspeltClassIsAnsweredWithTheNearest) {
  compile("class Win32_Thing { [key] string Id; };");
  const auto status = store_.write(kNs, [](SchemaView& view, repository::WriteTransaction&, UpdateRequest& request) -> base::Status {
    TRY(view.get(*request.name_space, "Win32_Thin", WBEM_E_INVALID_CLASS));
    return {};
  });
  EXPECT_EQ(status.text(), "no class Win32_Thin in root\\test; did you mean Win32_Thing?");
}

TEST_F(UpdateTest, OverlongPath) {
  compile("class A { [key] string Id; };");
  auto builder = spawn("A");
  ASSERT_TRUE(builder.set("Id", cim::Value::text(std::string(8192 - 7, 'x'))).ok());  // A.Id="..." makes 8,192
  EXPECT_EQ(put(builder.build()).code(), WBEM_S_NO_ERROR);
  ASSERT_TRUE(builder.set("Id", cim::Value::text(std::string(8192 - 6, 'x'))).ok());
  EXPECT_EQ(put(builder.build()).code(), WBEM_E_QUOTA_VIOLATION);
}

TEST_F(UpdateTest, InstancesOfAnOlderDefinitionAreCarriedOverByName) {
  compile("class A { [key] string Id; uint32 P; string Gone; };");
  auto old = spawn("A");
  ASSERT_TRUE(old.set("Id", cim::Value::text("1")).ok());
  ASSERT_TRUE(old.set("P", cim::Value::uint(7)).ok());
  ASSERT_TRUE(old.set("Gone", cim::Value::text("x")).ok());
  compile("class A { string New = \"n\"; uint64 P; [key] string Id; };");
  ASSERT_TRUE(put(old.build()).ok());
  EXPECT_EQ(read("A.Id=\"1\"", "P"), "7");
  EXPECT_EQ(read("A.Id=\"1\"", "New"), "\"n\"");
}

TEST_F(UpdateTest, DeclarationOnAnOlderParentIsPutOntoTheStoredOne) {
  compile("class A { [key] string Id; };");
  cim::ClassBuilder builder(store_.get_class(kNs, "A"), "B");
  ASSERT_TRUE(builder.put_property("Q", {}).ok());
  const auto declaration = *builder.build();
  compile("class A { [key] string Id; uint32 P; };");
  const auto foreign = *cim::decode_unit([&] {
    static std::string octets;
    octets = cim::encode_unit(cim::Object(declaration));
    return std::span(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  }());
  ASSERT_TRUE(put(foreign.cls()).ok());
  const auto stored = store_.get_class(kNs, "B");
  ASSERT_NE(stored->property("P"), nullptr);
  EXPECT_TRUE(stored->property("P")->inherited);
  EXPECT_NE(stored->property("Q"), nullptr);
}

// __PUT_EXTENSIONS ---------------------------------------------------------------------------------------------------

cim::ContextPtr context(std::vector<std::string> properties, bool strict_nulls = false, std::string_view extra = {}) {
  auto out = std::make_shared<cim::Context>();
  const auto truth = [&](std::string_view name, bool value) {
    out->put(std::string(name), {cim::CimType::kBoolean, false}, cim::Value::boolean(value));
  };
  truth("__PUT_EXTENSIONS", true);
  truth("__PUT_EXT_CLIENT_REQUEST", true);
  truth("__PUT_EXT_ATOMIC", true);
  if (strict_nulls) truth("__PUT_EXT_STRICT_NULLS", true);
  if (!extra.empty()) truth(extra, true);
  cim::Value::Array names;
  for (auto& name : properties) names.push_back(cim::Value::text(std::move(name)));
  out->put("__PUT_EXT_PROPERTIES", {cim::CimType::kString, true}, cim::Value::array(std::move(names)));
  return out;
}

class PartialTest : public UpdateTest {
 protected:
  PartialTest() {
    compile(
        "class A { [key] string Id; string P; uint32 Q = 3; [not_null] string R; };"
        "instance of A { Id = \"1\"; P = \"p\"; Q = 5; R = \"r\"; };");
  }
  cim::InstanceBuilder change() {
    auto builder = spawn("A");
    EXPECT_TRUE(builder.set("Id", cim::Value::text("1")).ok());
    return builder;
  }
};

TEST_F(PartialTest, OnlyListedPropertiesChange) {
  auto builder = change();
  ASSERT_TRUE(builder.set("P", cim::Value::text("new")).ok());
  ASSERT_TRUE(builder.set("Q", cim::Value::uint(9)).ok());
  const auto status = put(builder.build(), cim::flag::kUpdateOnly, context({"p"}));
  ASSERT_TRUE(status.ok()) << status.to_string();
  EXPECT_EQ(read("A=\"1\"", "P"), "\"new\"");
  EXPECT_EQ(read("A=\"1\"", "Q"), "5");
  EXPECT_EQ(read("A=\"1\"", "R"), "\"r\"");
}

TEST_F(PartialTest, NullsCountOnlyWhenStrict) {
  auto builder = change();
  builder.set_null(*builder.cls()->handle("P"));
  ASSERT_TRUE(put(builder.build(), cim::flag::kUpdateOnly, context({"P"})).ok());
  EXPECT_EQ(read("A=\"1\"", "P"), "\"p\"");
  ASSERT_TRUE(put(builder.build(), cim::flag::kUpdateOnly, context({"P"}, true)).ok());
  EXPECT_EQ(read("A=\"1\"", "P"), "NULL");
  EXPECT_EQ(put(builder.build(), cim::flag::kUpdateOnly, context({"R"}, true)).code(), WBEM_E_ILLEGAL_NULL);
}

TEST_F(PartialTest, Refusals) {
  auto builder = change();
  const auto instance = builder.build();
  EXPECT_EQ(put(instance, cim::flag::kUpdateOnly, context({"Nothing"})).code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(put(instance, 0, context({"P"})).code(), WBEM_E_INVALID_CONTEXT);
  EXPECT_EQ(put(instance, cim::flag::kUpdateOnly, context({"P"}, false, "__PUT_EXT_WHATEVER")).code(), WBEM_E_UNSUPPORTED_PUT_EXTENSION);
  ASSERT_TRUE(builder.set("Id", cim::Value::text("2")).ok());
  EXPECT_EQ(put(builder.build(), cim::flag::kUpdateOnly, context({"P"})).code(), WBEM_E_NOT_FOUND);
}

TEST(PartialContext, Rules) {
  const auto code = [](const cim::Context& c) {
    const auto r = partial_update(std::make_shared<cim::Context>(c), cim::flag::kUpdateOnly);
    return r ? WBEM_S_NO_ERROR : r.error().code();
  };
  cim::Context c;
  c.put("Anything", {}, cim::Value::text("x"));
  EXPECT_EQ(code(c), WBEM_S_NO_ERROR);
  c.put("__PUT_EXT_PROPERTIES", {}, cim::Value::array({cim::Value::text("P")}));
  EXPECT_EQ(code(c), WBEM_E_INVALID_CONTEXT);
  c.put("__PUT_EXTENSIONS", {}, cim::Value::boolean(true));
  EXPECT_EQ(code(c), WBEM_S_NO_ERROR);
  c.put("__PUT_EXT_PROPERTIES", {}, cim::Value::text("P"));
  EXPECT_EQ(code(c), WBEM_E_INVALID_CONTEXT);
  c.erase("__PUT_EXT_PROPERTIES");
  EXPECT_EQ(code(c), WBEM_E_INVALID_CONTEXT);
  c.put("__PUT_EXTENSIONS", {}, cim::Value::text("yes"));
  EXPECT_EQ(code(c), WBEM_E_INVALID_CONTEXT);
}

// Localised classes --------------------------------------------------------------------------------------------------

TEST_F(UpdateTest, LocalisedInstancesNeedTheFlag) {
  compile("class A { [key] string Id; };");
  ASSERT_TRUE(store_.compile(kNs, "[Description(\"d\") : Amended] class A { [key] string Id; };", cim::flag::kUseAmendedQualifiers).ok());
  const auto merged = store_.read(kNs, [](SchemaView& view, const Namespace& ns) {
    const std::vector<std::string> locales{"MS_409"};
    return *view.amended(ns, (*view.find(ns, "A"))->cls, locales);
  });
  ASSERT_TRUE(merged->has_amended_qualifiers());
  cim::InstanceBuilder builder(merged);
  ASSERT_TRUE(builder.set("Id", cim::Value::text("1")).ok());
  EXPECT_EQ(put(builder.build()).code(), WBEM_E_AMENDED_OBJECT);
  EXPECT_EQ(put(builder.build(), cim::flag::kUseAmendedQualifiers).code(), WBEM_S_NO_ERROR);
}

TEST_F(UpdateTest, InstancesOfAClassStoredWithItsAmendedQualifiersNeedNone) {
  compile("[Description(\"d\") : Amended] class A { [key] string Id; };");
  auto builder = spawn("A");
  ASSERT_TRUE(builder.set("Id", cim::Value::text("1")).ok());
  EXPECT_EQ(put(builder.build()).code(), WBEM_S_NO_ERROR);
}

// Back-links ---------------------------------------------------------------------------------------------------------

TEST_F(UpdateTest, ReferencesFindTheirTargetInEverySpelling) {
  compile(
      "class A { [key] string Id; }; class B : A { }; instance of B { Id = \"x\"; };"
      "[association] class L { [key] uint32 N; A REF T; };");
  for (const char* path : {"B.Id='X'", "a.ID=\\\"x\\\"", "\\\\\\\\HOST\\\\root\\\\test:B=\\\"x\\\"", "//./root/TEST:A.Id=\\\"x\\\""}) {
    static int n = 0;
    compile("instance of L { N = " + std::to_string(n++) + "; T = \"" + path + "\"; };");
  }
  compile("instance of L { N = 100; T = \"\\\\\\\\other\\\\root\\\\test:B.Id='x'\"; }; instance of L { N = 101; T = \"A.Id='y'\"; };");
  store_.read(kNs, [](SchemaView& view, const Namespace& ns) {
    const auto cls = *view.find(ns, "B");
    std::string key;
    EXPECT_TRUE(cim::canonical_key(*cls->cls, *cim::ObjectPath::parse("B.Id=\"x\""), key).ok());
    EXPECT_EQ(view.view().referrers(object_target(ns, *cls, key))->size(), 4U);
    return 0;
  });
}

// The cache ----------------------------------------------------------------------------------------------------------

TEST_F(UpdateTest, UnchangedClassesKeepTheirPointer) {
  compile("class A { [key] string Id; }; class B { [key] string Id; };");
  const auto a = store_.get_class(kNs, "A");
  const auto b = store_.get_class(kNs, "b");
  EXPECT_EQ(store_.get_class(kNs, "a"), a);
  compile("class B { [key] string Id; string P; };");
  EXPECT_EQ(store_.get_class(kNs, "A"), a);
  EXPECT_NE(store_.get_class(kNs, "B"), b);
}

TEST_F(UpdateTest, AFailedWorkLeavesNoTraceInTheCache) {
  compile("class A { [key] string Id; };");
  const auto status =
      store_.write(kNs, [&](SchemaView& view, repository::WriteTransaction& transaction, UpdateRequest& request) -> base::Status {
        cim::ClassBuilder builder = cim::ClassBuilder::modify(*(*view.find(*request.name_space, "A"))->cls);
        TRY(builder.put_property("P", {}));
        TRY_ASSIGN(const auto cls, builder.build());
        TRY(put_class(view, transaction, request, cls));
        EXPECT_NE((*view.find(*request.name_space, "A"))->cls->property("P"), nullptr);
        return {WBEM_E_FAILED, "on purpose"};
      });
  EXPECT_EQ(status.code(), WBEM_E_FAILED);
  EXPECT_EQ(store_.get_class(kNs, "A")->property("P"), nullptr);
}

TEST_F(UpdateTest, AnotherProcessesChangeIsSeen) {
  compile("class A { [key] string Id; };");
  EXPECT_EQ(store_.get_class(kNs, "A")->property("P"), nullptr);
  Schema other(store_.repository(), "HOST");
  const auto status = store_.repository().write([&](repository::WriteTransaction& transaction) -> base::Status {
    UpdateRequest request;
    request.rights = cim::right::kAll;
    MofTarget target(other, transaction, request);
    cim::ClassBuilder builder("A");
    TRY(builder.put_property("P", {}));
    TRY_ASSIGN(const auto cls, builder.build());
    return target.put_class(kNs, cls, 0);
  });
  ASSERT_TRUE(status.ok()) << status.to_string();
  EXPECT_NE(store_.get_class(kNs, "A")->property("P"), nullptr);
}

// First use ----------------------------------------------------------------------------------------------------------

TEST(Bootstrap, NamespacesAndSystemClasses) {
  Store store;
  for (const char* ns : {"root", "root\\default", "root\\cimv2", "root\\subscription", "root\\wmi"}) {
    for (const char* name : {"__SystemClass", "__Namespace", "__EventFilter", "__InstanceModificationEvent", "__Win32Provider",
                             "__ExtendedStatus", "__PARAMETERS", "__SystemSecurity", "__ArbitratorConfiguration", "__SecurityDescriptor"})
      EXPECT_NE(store.get_class(ns, name), nullptr) << ns << ":" << name;
    store.read(ns, [&](SchemaView& view, const Namespace& here) {
      for (const char* name : {"__SystemSecurity", "__thisNAMESPACE", "__CIMOMIdentification"})
        EXPECT_EQ(*view.count_instances(here, name), 1U) << ns << ":" << name;
      return 0;
    });
  }
  store.read("root", [&](SchemaView& view, const Namespace& root) {
    EXPECT_EQ(*view.count_instances(root, "__Namespace"), 4U);
    EXPECT_EQ(view.child_namespaces(root)->size(), 4U);
    return 0;
  });
}

TEST(Bootstrap, SecondTimeChangesNothing) {
  Store store;
  const auto before = store.repository().schema_generation();
  EXPECT_TRUE(bootstrap(store.schema(), base::ManualClock()).ok());
  EXPECT_EQ(store.repository().schema_generation(), before);
}

TEST(Bootstrap, ANewerProgramUpdatesTheShippedClassesAndKeepsInstances) {
  Store store;
  ASSERT_TRUE(store.compile("root\\cimv2", "instance of __EventFilter { Name = \"f\"; };").ok());
  // As if an older program had shipped the class without one of its properties.
  const auto status =
      store.write("root\\cimv2", [](SchemaView& view, repository::WriteTransaction& transaction, UpdateRequest& request) -> base::Status {
        request.system = true;
        request.flags = cim::flag::kUpdateForceMode;
        auto builder = cim::ClassBuilder::modify(*(*view.find(*request.name_space, "__EventFilter"))->cls);
        TRY(builder.delete_property("EventAccess"));
        TRY_ASSIGN(const auto cls, builder.build());
        TRY(put_class(view, transaction, request, cls));
        const std::string_view old = "0 old";
        return transaction.put_setting("schema", {reinterpret_cast<const std::uint8_t*>(old.data()), old.size()});
      });
  ASSERT_TRUE(status.ok()) << status.to_string();
  EXPECT_EQ(store.get_class("root\\cimv2", "__EventFilter")->property("EventAccess"), nullptr);
  const auto again = bootstrap(store.schema(), base::ManualClock());
  ASSERT_TRUE(again.ok()) << again.to_string();
  EXPECT_NE(store.get_class("root\\cimv2", "__EventFilter")->property("EventAccess"), nullptr);
  store.read("root\\cimv2", [](SchemaView& view, const Namespace& ns) {
    EXPECT_EQ(*view.count_instances(ns, "__EventFilter"), 1U);
    return 0;
  });
}

}  // namespace
}  // namespace manager
