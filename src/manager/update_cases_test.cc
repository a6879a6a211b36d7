// Updates with classes and instances that clients hold in other forms than the repository: other machines, older parents, qualifiers of
// single properties, embedded objects, limits of length and depth.
#include <gtest/gtest.h>

#include "base/utf.h"
#include "cim/wmio.h"
#include "manager/testing.h"
#include "manager/update.h"

namespace manager {
namespace {

using testing::Store;

constexpr std::string_view kNs = "root\\test";
constexpr cim::Type kString{cim::CimType::kString, false};

class UpdateCasesTest : public ::testing::Test {
 protected:
  UpdateCasesTest() { compile("instance of __Namespace { Name = \"test\"; };", "root"); }

  void compile(std::string_view text, std::string_view name_space = kNs) {
    const auto status = store_.compile(name_space, text);
    ASSERT_TRUE(status.ok()) << status.to_string();
  }
  base::Hresult put(const cim::Instance& instance, std::uint32_t flags = 0) {
    return run(flags,
               [&](auto& view, auto& transaction, const auto& request) { return put_instance(view, transaction, request, instance); });
  }
  base::Hresult put(const cim::ClassPtr& cls, std::uint32_t flags = 0) {
    return run(flags, [&](auto& view, auto& transaction, const auto& request) { return put_class(view, transaction, request, cls); });
  }
  cim::ClassPtr get(std::string_view name) { return store_.get_class(kNs, name); }
  cim::InstanceBuilder spawn(std::string_view name, const char* id) {
    cim::InstanceBuilder out(get(name));
    EXPECT_TRUE(out.set("Id", cim::Value::text(id)).ok());
    return out;
  }
  cim::Instance stored(std::string_view path) {
    return store_.read(kNs, [&](SchemaView& view, const Namespace& ns) {
      const auto parsed = *cim::ObjectPath::parse(path);
      const auto cls = *view.find(ns, parsed.class_name);
      std::string key;
      EXPECT_TRUE(cim::canonical_key(*cls->cls, parsed, key).ok());
      const auto found = *view.find_instance(ns, cls, key);
      return cim::Instance::copy_trusted(found->cls->cls, found->octets);
    });
  }
  std::uint64_t count(std::string_view name) {
    return store_.read(kNs, [&](SchemaView& view, const Namespace& ns) { return *view.count_instances(ns, name); });
  }

  Store store_;
  UpdateResult result_;

 private:
  template <class Work>
  base::Hresult run(std::uint32_t flags, Work work) {
    return store_
        .write(kNs,
               [&](SchemaView& view, repository::WriteTransaction& transaction, UpdateRequest& request) -> base::Status {
                 request.flags = flags;
                 TRY_ASSIGN(result_, work(view, transaction, request));
                 return {};
               })
        .code();
  }
};

cim::Qualifier text_qualifier(const char* name, const char* text, std::uint8_t flavor = 0) {
  return {name, kString, cim::Value::text(text), flavor};
}

/// What another machine sends: the class through its octets, decorated there.
cim::ClassPtr from_elsewhere(const cim::ClassPtr& cls) {
  const std::string octets = cim::encode_class(*cls);
  return *cim::decode_class({reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()}, "FAR", "root\\elsewhere");
}

TEST_F(UpdateCasesTest, AnIdenticalClassOfAnotherMachineChangesNothing) {
  compile(
      "[Description(\"d\")] class A { [key] string Id; [MaxLen(5)] string P = \"p\"; uint32 M([in] string X, [out] uint32 Y[]); };"
      "class B : A { string Q; }; instance of B { Id = \"1\"; };");
  const auto before = get("A");
  for (const std::uint32_t flags : {0U, cim::flag::kUpdateSafeMode, cim::flag::kUpdateForceMode}) {
    EXPECT_EQ(put(from_elsewhere(get("A")), flags), WBEM_S_NO_ERROR);
    EXPECT_EQ(result_.path, "\\\\HOST\\root\\test:A");
    EXPECT_EQ(put(from_elsewhere(get("B")), flags), WBEM_S_NO_ERROR);
  }
  EXPECT_EQ(get("A"), before) << "not even decoded anew";
  EXPECT_EQ(get("B")->server(), "HOST");
  EXPECT_EQ(count("A"), 1U);
}

TEST_F(UpdateCasesTest, AnInstanceOfAnotherMachineIsOneOfTheStoredClass) {
  compile("class A { [key] string Id; uint32 P = 4; };");
  cim::InstanceBuilder builder(from_elsewhere(get("A")));
  ASSERT_TRUE(builder.set("Id", cim::Value::text("1")).ok());
  EXPECT_EQ(put(builder.build(true)), WBEM_S_NO_ERROR);
  EXPECT_EQ(result_.path, "\\\\HOST\\root\\test:A.Id=\"1\"");
  EXPECT_EQ(stored("A=\"1\"").path(), result_.path);
}

TEST_F(UpdateCasesTest, AClassWhoseParentChangedSinceItWasRead) {
  compile("class A { [key] string Id; uint32 P = 1; string Gone; }; class B : A { [MaxLen(3)] string Q; uint32 P = 2; };");
  const auto read = get("B");
  ASSERT_TRUE(store_.compile(kNs, "class A { [key] string Id; uint32 P = 5; string New = \"n\"; };", cim::flag::kUpdateSafeMode).ok());
  auto builder = cim::ClassBuilder::modify(*read);
  ASSERT_TRUE(builder.put_property("R", kString).ok());
  EXPECT_EQ(put(*builder.build()), WBEM_S_NO_ERROR);
  const auto now = get("B");
  EXPECT_EQ(now->property("New")->default_value, cim::Value::text("n"));
  EXPECT_TRUE(now->property("New")->inherited);
  EXPECT_EQ(now->property("Gone"), nullptr);
  EXPECT_EQ(now->property("P")->default_value, cim::Value::uint(2));
  EXPECT_NE(now->property("R"), nullptr);
  // And one whose parent now says otherwise what the class declares.
  compile("class C { [key] string Id; }; class D : C { };");
  auto declared = cim::ClassBuilder::modify(*get("D"));
  ASSERT_TRUE(declared.put_property("V", {cim::CimType::kUint32, false}).ok());
  ASSERT_TRUE(store_.compile(kNs, "class C { [key] string Id; string V; };", cim::flag::kUpdateSafeMode).ok());
  EXPECT_EQ(put(*declared.build()), WBEM_E_TYPE_MISMATCH);
  ASSERT_TRUE(store_.compile(kNs, "class C2 { [key] string Id; };").ok());
  EXPECT_EQ(put(*cim::ClassBuilder(get("C2"), "D").build(), cim::flag::kUpdateForceMode), WBEM_S_NO_ERROR);
  ASSERT_TRUE(store_
                  .write(kNs,
                         [](SchemaView& view, repository::WriteTransaction& transaction, UpdateRequest& request) -> base::Status {
                           TRY(delete_class(view, transaction, request, "C2"));
                           return {};
                         })
                  .ok());
  EXPECT_EQ(put(read), WBEM_S_NO_ERROR) << "its parent is there";
  EXPECT_EQ(put(*declared.build(), cim::flag::kUpdateOnly), WBEM_E_NOT_FOUND) << "it went with its new parent";
}

TEST_F(UpdateCasesTest, QualifiersOfSinglePropertiesAreKeptAcrossDefinitions) {
  compile("class A { [key] string Id; string P; string Q; };");
  auto builder = spawn("A", "1");
  ASSERT_TRUE(builder.set("P", cim::Value::text("p")).ok());
  ASSERT_TRUE(builder.put_property_qualifier("P", text_qualifier("Note", "of P")).ok());
  ASSERT_TRUE(builder.put_property_qualifier("Q", text_qualifier("Note", "of Q")).ok());
  ASSERT_TRUE(builder.put_qualifier(text_qualifier("Whole", "w")).ok());
  const auto spawned = builder.build();
  EXPECT_EQ(put(spawned), WBEM_S_NO_ERROR);
  const auto same = stored("A=\"1\"");
  EXPECT_EQ(same->own_property_qualifiers(*same.cls()->property("P")).text("Note"), "of P");
  // A newer definition, spelled so that look-ups are in another order too.
  ASSERT_TRUE(
      store_.compile(kNs, "class A { string Z; [key] string Id; string Q; string P; string B; };", cim::flag::kUpdateForceMode).ok());
  EXPECT_EQ(put(spawned), WBEM_S_NO_ERROR);
  const auto newer = stored("A=\"1\"");
  EXPECT_EQ(newer->own_property_qualifiers(*newer.cls()->property("P")).text("Note"), "of P");
  EXPECT_EQ(newer->own_property_qualifiers(*newer.cls()->property("Q")).text("Note"), "of Q");
  EXPECT_EQ(newer->own_qualifiers().text("Whole"), "w");
  EXPECT_EQ(newer.value("P"), cim::Value::text("p"));
}

TEST_F(UpdateCasesTest, AmendedQualifiersOfSinglePropertiesCountToo) {
  compile("class A { [key] string Id; string P; };");
  auto builder = spawn("A", "1");
  ASSERT_TRUE(builder.put_property_qualifier("P", text_qualifier("Note", "n", cim::flavor::kAmended)).ok());
  ASSERT_TRUE(builder.put_property_qualifier("P", text_qualifier("Plain", "p")).ok());
  EXPECT_EQ(put(builder.build()), WBEM_E_AMENDED_OBJECT);
  EXPECT_EQ(put(builder.build(), cim::flag::kUseAmendedQualifiers), WBEM_S_NO_ERROR);
  const auto found = stored("A=\"1\"");
  const auto set = found->own_property_qualifiers(*found.cls()->property("P"));
  EXPECT_EQ(set.find("Note"), nullptr);
  EXPECT_EQ(set.text("Plain"), "p");
}

TEST_F(UpdateCasesTest, AnInstanceSpawnedBeforeItsClassChanged) {
  compile("class A { [key] string Id; uint32 P = 1; string Q; };");
  auto builder = spawn("A", "1");
  ASSERT_TRUE(builder.set("Q", cim::Value::text("q")).ok());
  const auto spawned = builder.build();
  compile("class A { [key] string Id; string Q; uint32 P = 7; uint64 New = 9; };");
  EXPECT_EQ(put(spawned), WBEM_S_NO_ERROR);
  EXPECT_EQ(stored("A=\"1\"").value("P"), cim::Value::uint(7)) << "what was not set follows the class";
  EXPECT_EQ(stored("A=\"1\"").value("Q"), cim::Value::text("q"));
  EXPECT_EQ(stored("A=\"1\"").value("New"), cim::Value::uint(9));
  EXPECT_EQ(store_.compile(kNs, "class A { string Id; [key] uint32 P; };", cim::flag::kUpdateForceMode).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(put(spawned), WBEM_E_NO_KEY) << "its key is another one now";
}

TEST_F(UpdateCasesTest, ArraysWithNullElements) {
  compile("class E { uint32 V; }; class A { [key] string Id; string Names[]; E Objects[]; };");
  auto builder = spawn("A", "1");
  const auto embedded = std::make_shared<const cim::Object>(cim::InstanceBuilder(get("E")).build());
  ASSERT_TRUE(builder.set("Names", cim::Value::array({cim::Value::text("a"), cim::Value(), cim::Value::text("")})).ok());
  const auto objects = builder.set("Objects", cim::Value::array({cim::Value::object(embedded), cim::Value()}));
  EXPECT_EQ(put(builder.build()), WBEM_S_NO_ERROR) << objects.to_string();
  EXPECT_EQ(cim::to_display(stored("A=\"1\"").value("Names")), cim::to_display(builder.value(*get("A")->property("Names"))));
}

TEST_F(UpdateCasesTest, LongNamesAndPaths) {
  const std::string name(4096, 'n');
  cim::ClassBuilder builder(name);
  ASSERT_TRUE(builder.put_property("Id", kString).ok());
  ASSERT_TRUE(
      builder.put_property_qualifier("Id", {"key", {cim::CimType::kBoolean, false}, cim::Value::boolean(true), cim::default_flavor("key")})
          .ok());
  EXPECT_EQ(put(*builder.build(), cim::flag::kCreateOnly), WBEM_S_NO_ERROR);
  EXPECT_EQ(put(*builder.build(), cim::flag::kCreateOnly), WBEM_E_ALREADY_EXISTS);
  // name . Id = " key ": 4096 + 6 characters stand around the key
  EXPECT_EQ(put(spawn(name, std::string(8192 - 4096 - 6, 'k').c_str()).build()), WBEM_S_NO_ERROR);
  EXPECT_EQ(put(spawn(name, std::string(8192 - 4096 - 5, 'k').c_str()).build()), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(count(name), 1U);
  const std::string prefix(4095, 'n');
  EXPECT_EQ(put(*cim::ClassBuilder(prefix).build(), cim::flag::kCreateOnly), WBEM_S_NO_ERROR);
  EXPECT_EQ(put(*cim::ClassBuilder(prefix + "m").build(), cim::flag::kCreateOnly), WBEM_S_NO_ERROR) << "told apart by its last character";
}

TEST_F(UpdateCasesTest, DeepNamespaces) {
  std::string path(kNs);
  const std::string name(1000, 'd');
  for (int i = 0; i < 8; ++i) {
    compile("instance of __Namespace { Name = \"" + name + "\"; };", path);
    path += "\\" + name;
  }
  compile("class A { [key] string Id; }; instance of A { Id = \"1\"; };", path);
  EXPECT_NE(store_.get_class(path, "A"), nullptr);
  EXPECT_EQ(store_.compile(path, "instance of __Namespace { Name = \"" + name + "\"; };").code(), WBEM_E_QUOTA_VIOLATION);
  EXPECT_TRUE(store_
                  .write(kNs,
                         [&](SchemaView& view, repository::WriteTransaction& transaction, UpdateRequest& request) -> base::Status {
                           TRY_ASSIGN(const auto where, cim::ObjectPath::parse("__Namespace.Name=\"" + name + "\""));
                           TRY(delete_instance(view, transaction, request, where));
                           return {};
                         })
                  .ok());
  EXPECT_EQ(store_.get_class(path, "A"), nullptr);
}

TEST_F(UpdateCasesTest, DeepHierarchies) {
  compile("class C0 { [key] string Id; uint32 P = 0; };");
  std::string text;
  for (std::size_t i = 1; i < 40; ++i)
    text += "class C" + std::to_string(i) + " : C" + std::to_string(i - 1) + " { string P" + std::to_string(i) + "; };\n";
  compile(text);
  EXPECT_EQ(store_.compile(kNs, "class C0 { [key] string Id; uint32 P = 3; string More; };", cim::flag::kUpdateSafeMode).code(),
            WBEM_S_NO_ERROR);
  EXPECT_EQ(get("C39")->property("P")->default_value, cim::Value::uint(3));
  EXPECT_EQ(get("C39")->properties().size(), 42U);
  EXPECT_EQ(get("C39")->origin_name(get("C39")->property("P20")->origin), "C20");
  compile("instance of C39 { Id = \"1\"; };");
  EXPECT_EQ(store_.compile(kNs, "class C20 : C19 { };", cim::flag::kUpdateSafeMode).code(), WBEM_E_CLASS_HAS_INSTANCES);
  EXPECT_EQ(store_.compile(kNs, "class C20 : C19 { };", cim::flag::kUpdateForceMode).code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(get("C39")->property("P20"), nullptr);
  EXPECT_EQ(count("C0"), 0U);
}

TEST_F(UpdateCasesTest, ReferencesToWhatIsNotThere) {
  compile("[association] class L { [key] object REF From; [key] object REF To; };");
  cim::InstanceBuilder link(get("L"));
  const auto set = [&](const char* from, const char* to) {
    EXPECT_TRUE(link.set("From", cim::Value::text(from)).ok());
    EXPECT_TRUE(link.set("To", cim::Value::text(to)).ok());
  };
  set("NoClass.Id=\"1\"", "\\\\FAR\\root\\x:Y.Id=\"2\"");
  EXPECT_EQ(put(link.build()), WBEM_S_NO_ERROR);
  set("root\\nowhere:NoClass.Id=\"1\"", "Y=@");
  EXPECT_EQ(put(link.build()), WBEM_S_NO_ERROR);
  set("not a path", "Y=@");
  EXPECT_EQ(put(link.build()), WBEM_E_INVALID_OBJECT_PATH);
  EXPECT_EQ(count("L"), 2U);
}

}  // namespace
}  // namespace manager
