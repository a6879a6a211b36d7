// Namespaces, classes and their hierarchy.
#include "repository/test_store.h"

namespace repository {
namespace {

using test::octets;
using test::text;

class ClassesTest : public test::StoreTest {
 protected:
  base::Status put_class(std::string name, std::string parent, std::string value = "c") {
    return write([&](WriteTransaction& transaction) -> base::Status {
      TRY(transaction.put_class(root_, name, parent, octets(value)));
      return {};
    });
  }
  base::Status delete_class(std::string name) {
    return write([&](WriteTransaction& transaction) { return transaction.delete_class(root_, name); });
  }
  std::string children(std::string parent) {
    const auto transaction = repository_->read();
    std::string out;
    const auto found = transaction->child_classes(root_, parent);
    for (const std::string& child : *found) out += child + " ";
    return out;
  }
};

TEST_F(ClassesTest, NamespacesNestAndAreFoundByPath) {
  open();
  const base::Status status = write([](WriteTransaction& transaction) -> base::Status {
    TRY_ASSIGN(const NamespaceId root, transaction.create_namespace(0, "root", "ROOT", octets("sd0")));
    TRY_ASSIGN(const NamespaceId cimv2, transaction.create_namespace(root, "cimv2", "CIMV2", octets("sd1")));
    TRY(transaction.create_namespace(cimv2, "ms_409", "ms_409", {}));
    TRY(transaction.create_namespace(root, "default", "Default", {}));
    return {};
  });
  ASSERT_TRUE(status.ok()) << status.to_string();
  close();
  open();
  const auto transaction = repository_->read();
  const auto cimv2 = transaction->find_namespace("root\\cimv2");
  ASSERT_TRUE(cimv2);
  EXPECT_EQ(cimv2->path, "ROOT\\CIMV2");
  EXPECT_EQ(text(cimv2->security_descriptor), "sd1");
  const auto children = transaction->child_namespaces(cimv2->parent);
  ASSERT_EQ(children->size(), 2U);
  EXPECT_EQ((*children)[0].path, "ROOT\\CIMV2");
  EXPECT_EQ((*children)[1].path, "ROOT\\Default");
  EXPECT_EQ(transaction->child_namespaces(0)->size(), 1U);
  EXPECT_EQ(transaction->find_namespace("root\\nope").error().code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(transaction->find_namespace("").error().code(), WBEM_E_NOT_FOUND);
}

TEST_F(ClassesTest, NamespaceErrors) {
  open_with_class();
  const auto create = [&](NamespaceId parent, std::string name) {
    return write([&](WriteTransaction& transaction) -> base::Status {
             TRY(transaction.create_namespace(parent, name, name, {}));
             return {};
           })
        .code();
  };
  EXPECT_EQ(create(0, "root"), WBEM_E_ALREADY_EXISTS);
  EXPECT_EQ(create(99, "x"), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(create(root_, ""), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(create(root_, std::string(70000, 'x')), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(create(root_, std::string(7000, 'x')), WBEM_S_NO_ERROR);
  EXPECT_TRUE(repository_->read()->find_namespace("root\\" + std::string(7000, 'x')));
  EXPECT_EQ(write([](WriteTransaction& transaction) { return transaction.delete_namespace(99); }).code(), WBEM_E_NOT_FOUND);
  expect_sound();
}

TEST_F(ClassesTest, DeletingANamespaceTakesEverythingInIt) {
  open_with_class();
  NamespaceId inner = 0;
  ClassId in_inner = 0;
  ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                TRY_ASSIGN(inner, transaction.create_namespace(root_, "inner", "inner", {}));
                TRY_ASSIGN(const NamespaceId below, transaction.create_namespace(inner, "below", "below", {}));
                TRY(transaction.put_class(below, "x", "", octets("x")));
                TRY(transaction.put_class(inner, "base", "", octets("b")));
                TRY_ASSIGN(in_inner, transaction.put_class(inner, "derived", "base", octets("d")));
                const Hash128 target = hash128("target");
                TRY(transaction.put_instance(in_inner, "k", octets("v"), {&target, 1}));
                return {};
              }).ok());
  const std::uint64_t before = repository_->schema_generation();
  ASSERT_TRUE(write([&](WriteTransaction& transaction) { return transaction.delete_namespace(inner); }).ok());
  EXPECT_NE(repository_->schema_generation(), before);
  const auto transaction = repository_->read();
  EXPECT_FALSE(transaction->find_namespace("root\\inner\\below"));
  EXPECT_FALSE(transaction->get_class(in_inner));
  EXPECT_FALSE(*transaction->has_instances(in_inner));
  EXPECT_TRUE(transaction->referrers(hash128("target"))->empty());
  EXPECT_TRUE(transaction->get_class(thing_));
  expect_sound();
}

TEST_F(ClassesTest, HierarchyIsListedSorted) {
  open_with_class();
  for (const char* name : {"zeta", "alpha", "mid"}) ASSERT_TRUE(put_class(name, "thing").ok());
  ASSERT_TRUE(put_class("deep", "mid").ok());
  EXPECT_EQ(children("thing"), "alpha mid zeta ");
  EXPECT_EQ(children("mid"), "deep ");
  EXPECT_EQ(children(""), "thing ");
  EXPECT_EQ(children("deep"), "");
  const auto transaction = repository_->read();
  EXPECT_TRUE(*transaction->has_child_classes(root_, "mid"));
  EXPECT_FALSE(*transaction->has_child_classes(root_, "deep"));
  std::string all;
  ASSERT_TRUE(transaction
                  ->for_each_class(root_,
                                   [&](const ClassRecord& record) {
                                     all += std::string(record.name) + ":" + std::string(record.parent) + " ";
                                     return true;
                                   })
                  .ok());
  EXPECT_EQ(all, "alpha:thing deep:mid mid:thing thing: zeta:thing ");
}

TEST_F(ClassesTest, ReplacingKeepsNumberAndInstancesAndMayMove) {
  open_with_class();
  ASSERT_TRUE(put_class("other", "").ok());
  ASSERT_TRUE(put_class("child", "thing").ok());
  const ClassId child = repository_->read()->find_class(root_, "child")->id;
  ASSERT_TRUE(put(child, "k", "v").ok());
  ASSERT_TRUE(put_class("child", "other", "new").ok());
  EXPECT_EQ(children("thing"), "");
  EXPECT_EQ(children("other"), "child ");
  EXPECT_EQ(repository_->read()->get_class(child)->parent, "other");
  EXPECT_EQ(text(repository_->read()->get_class(child)->octets), "new");
  EXPECT_EQ(get(child, "k"), "v");
  expect_sound();
}

TEST_F(ClassesTest, ClassErrors) {
  open_with_class();
  ASSERT_TRUE(put_class("child", "thing").ok());
  EXPECT_EQ(put_class("x", "nowhere").code(), WBEM_E_INVALID_SUPERCLASS);
  EXPECT_EQ(put_class("thing", "child").code(), WBEM_E_CIRCULAR_REFERENCE);
  EXPECT_EQ(put_class("thing", "thing").code(), WBEM_E_CIRCULAR_REFERENCE);
  EXPECT_EQ(put_class("", "").code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(delete_class("thing").code(), WBEM_E_CLASS_HAS_CHILDREN);
  EXPECT_EQ(delete_class("nowhere").code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(write([](WriteTransaction& transaction) -> base::Status {
              TRY(transaction.put_class(77, "x", "", {}));
              return {};
            }).code(),
            WBEM_E_INVALID_NAMESPACE);
  EXPECT_TRUE(delete_class("child").ok());
  EXPECT_TRUE(delete_class("thing").ok());
  EXPECT_FALSE(repository_->read()->get_class(thing_));
  expect_sound();
}

TEST_F(ClassesTest, NumbersAreNeverUsedAgain) {
  open_with_class();
  ASSERT_TRUE(delete_class("thing").ok());
  ASSERT_TRUE(put_class("thing", "").ok());
  EXPECT_GT(repository_->read()->find_class(root_, "thing")->id, thing_);
}

TEST_F(ClassesTest, GenerationFollowsTheSchemaOnly) {
  open_with_class();
  const std::uint64_t first = repository_->schema_generation();
  ASSERT_TRUE(put(thing_, "k", "v").ok());
  EXPECT_EQ(repository_->schema_generation(), first);
  EXPECT_EQ(put_class("x", "nowhere").code(), WBEM_E_INVALID_SUPERCLASS);
  EXPECT_EQ(repository_->schema_generation(), first);
  ASSERT_TRUE(put_class("x", "").ok());
  const std::uint64_t second = repository_->schema_generation();
  EXPECT_NE(second, first);
  close();
  open();
  EXPECT_EQ(repository_->schema_generation(), second);
  EXPECT_EQ(repository_->read()->schema_generation(), second);
}

TEST_F(ClassesTest, UncommittedSchemaHasGenerationsOfItsOwn) {
  open_with_class();
  const std::uint64_t first = repository_->schema_generation();
  std::vector<std::uint64_t> seen;
  ASSERT_FALSE(write([&](WriteTransaction& transaction) -> base::Status {
                 seen.push_back(transaction.schema_generation());
                 TRY(transaction.put_class(root_, "a", "", {}));
                 seen.push_back(transaction.schema_generation());
                 TRY(transaction.put_class(root_, "b", "a", {}));
                 seen.push_back(transaction.schema_generation());
                 return WBEM_E_FAILED;
               }).ok());
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0], first);
  ASSERT_TRUE(put_class("c", "").ok());
  const std::uint64_t second = repository_->schema_generation();
  EXPECT_NE(seen[1], seen[2]);
  for (const std::uint64_t generation : {seen[1], seen[2]}) {
    EXPECT_NE(generation, first);
    EXPECT_NE(generation, second);
  }
}

TEST_F(ClassesTest, OverlongClassNamesWork) {
  open_with_class();
  const std::string a = std::string(3000, 'n') + "a";
  const std::string b = std::string(3000, 'n') + "b";
  ASSERT_TRUE(put_class(b, "thing", "B").ok());
  ASSERT_TRUE(put_class(a, "thing", "A").ok());
  ASSERT_TRUE(put_class("below", a).ok());
  EXPECT_EQ(text(repository_->read()->find_class(root_, a)->octets), "A");
  EXPECT_EQ(children("thing"), a + " " + b + " ");
  EXPECT_EQ(children(a), "below ");
  expect_sound();
}

}  // namespace
}  // namespace repository
