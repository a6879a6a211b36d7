#include <map>
#include <random>

#include "repository/test_store.h"

namespace repository {
namespace {

using test::octets;
using test::text;

class InstancesTest : public test::StoreTest {
 protected:
  std::size_t referrers(std::string_view target) { return repository_->read()->referrers(hash128(target))->size(); }
};

TEST_F(InstancesTest, PutGetReplaceDelete) {
  open_with_class();
  EXPECT_EQ(get(thing_, "k"), "WBEM_E_NOT_FOUND");
  ASSERT_TRUE(put(thing_, "k", "first").ok());
  EXPECT_EQ(get(thing_, "k"), "first");
  ASSERT_TRUE(put(thing_, "k", "second, longer").ok());
  EXPECT_EQ(get(thing_, "k"), "second, longer");
  const base::Status erased = write([&](WriteTransaction& transaction) { return transaction.delete_instance(thing_, "k"); });
  EXPECT_TRUE(erased.ok());
  EXPECT_EQ(get(thing_, "k"), "WBEM_E_NOT_FOUND");
  EXPECT_EQ(write([&](WriteTransaction& transaction) { return transaction.delete_instance(thing_, "k"); }).code(), WBEM_E_NOT_FOUND);
}

TEST_F(InstancesTest, OctetsComeBackAsTheyWere) {
  open_with_class();
  for (const std::string& value :
       {std::string(), std::string("\0\0", 2), std::string(5000, '\xFF') + std::string("\0\0", 2), std::string(3 << 20, 'v')}) {
    ASSERT_TRUE(put(thing_, "k", value).ok());
    EXPECT_TRUE(get(thing_, "k") == value) << value.size();
  }
  const std::string key(9000, 'k');
  ASSERT_TRUE(put(thing_, key, "long key").ok());
  EXPECT_EQ(get(thing_, key), "long key");
  ASSERT_TRUE(put(thing_, "", "singleton").ok());
  EXPECT_EQ(get(thing_, ""), "singleton");
  const auto transaction = repository_->read();
  const auto row = transaction->get_instance(InstanceId{thing_, hash128(key)});
  ASSERT_TRUE(row);
  EXPECT_EQ(row->key, key);
  EXPECT_EQ(text(row->octets), "long key");
}

TEST_F(InstancesTest, Modes) {
  open_with_class();
  EXPECT_EQ(put(thing_, "k", "v", {}, PutMode::kReplaceOnly).code(), WBEM_E_NOT_FOUND);
  EXPECT_TRUE(put(thing_, "k", "v", {}, PutMode::kCreateOnly).ok());
  EXPECT_EQ(put(thing_, "k", "w", {}, PutMode::kCreateOnly).code(), WBEM_E_ALREADY_EXISTS);
  EXPECT_TRUE(put(thing_, "k", "w", {}, PutMode::kReplaceOnly).ok());
  EXPECT_EQ(get(thing_, "k"), "w");
  EXPECT_EQ(put(4711, "k", "w").code(), WBEM_E_INVALID_CLASS);
  EXPECT_EQ(put(thing_, std::string(70000, 'k'), "w").code(), WBEM_E_QUOTA_VIOLATION);
  std::vector<bool> created;
  ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                TRY_ASSIGN(bool was_created, transaction.put_instance(thing_, "n", octets("v"), {}));
                created.push_back(was_created);
                TRY_ASSIGN(was_created, transaction.put_instance(thing_, "n", octets("v"), {}));
                created.push_back(was_created);
                return {};
              }).ok());
  EXPECT_EQ(created, (std::vector<bool>{true, false}));
}

TEST_F(InstancesTest, AWorkSeesItsOwnChanges) {
  open_with_class();
  ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                TRY(transaction.put_instance(thing_, "k", octets("v"), {}));
                TRY_ASSIGN(const Octets found, transaction.get_instance(thing_, "k"));
                EXPECT_EQ(text(found), "v");
                EXPECT_EQ(*transaction.count_instances(thing_), 1U);
                TRY(transaction.delete_instance(thing_, "k"));
                EXPECT_FALSE(*transaction.has_instances(thing_));
                return {};
              }).ok());
}

TEST_F(InstancesTest, ExtentsAreSeparate) {
  open_with_class();
  ClassId other = 0;
  ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                TRY_ASSIGN(other, transaction.put_class(root_, "other", "thing", octets("o")));
                for (int i = 0; i < 50; ++i) TRY(transaction.put_instance(thing_, std::to_string(i), octets("t"), {}));
                for (int i = 0; i < 30; ++i) TRY(transaction.put_instance(other, std::to_string(i), octets("o"), {}));
                return {};
              }).ok());
  EXPECT_EQ(*repository_->read()->count_instances(thing_), 50U);
  EXPECT_EQ(*repository_->read()->count_instances(other), 30U);
  std::size_t seen = 0;
  ASSERT_TRUE(repository_->read()
                  ->for_each_instance(thing_,
                                      [&](const InstanceRow& row) {
                                        EXPECT_EQ(row.id.key, hash128(row.key));
                                        EXPECT_EQ(text(row.octets), "t");
                                        return ++seen < 20;
                                      })
                  .ok());
  EXPECT_EQ(seen, 20U);
  std::uint64_t deleted = 0;
  ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                TRY_ASSIGN(deleted, transaction.delete_instances(thing_));
                return {};
              }).ok());
  EXPECT_EQ(deleted, 50U);
  EXPECT_FALSE(*repository_->read()->has_instances(thing_));
  EXPECT_EQ(*repository_->read()->count_instances(other), 30U);
  expect_sound();
}

TEST_F(InstancesTest, BackLinksFollowTheInstance) {
  open_with_class();
  const Hash128 a = hash128("a"), b = hash128("b"), c = hash128("c");
  ASSERT_TRUE(put(thing_, "1", "v", {a, b, a}).ok());
  ASSERT_TRUE(put(thing_, "2", "v", {b}).ok());
  EXPECT_EQ(referrers("a"), 1U);
  EXPECT_EQ(referrers("b"), 2U);
  ASSERT_TRUE(put(thing_, "1", "w", {c, b}).ok());
  EXPECT_EQ(referrers("a"), 0U);
  EXPECT_EQ(referrers("c"), 1U);
  expect_sound();
  ASSERT_TRUE(put(thing_, "1", "x", {b, c}).ok());  // the same ones, in another order
  const auto transaction = repository_->read();
  const auto all = *transaction->referrers(b);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(transaction->referrers(b, 1)->front(), all[0]);
  EXPECT_EQ(*transaction->referrers(b, 10, all[0]), std::vector<InstanceId>{all[1]});
  EXPECT_TRUE(transaction->referrers(b, 10, all[1])->empty());
  ASSERT_TRUE(write([&](WriteTransaction& write) -> base::Status {
                TRY(write.delete_instance(thing_, "1"));
                return write.delete_class(root_, "thing");
              }).ok());
  EXPECT_EQ(referrers("b"), 0U);
  EXPECT_EQ(referrers("c"), 0U);
  expect_sound();
}

TEST_F(InstancesTest, AReadTransactionIsASnapshot) {
  open_with_class();
  ASSERT_TRUE(put(thing_, "k", "old").ok());
  const auto before = repository_->read();
  ASSERT_TRUE(put(thing_, "k", "new").ok());
  EXPECT_EQ(text(*before->get_instance(thing_, "k")), "old");
  EXPECT_EQ(get(thing_, "k"), "new");
}

TEST_F(InstancesTest, Settings) {
  open();
  EXPECT_EQ(repository_->read()->setting("version").error().code(), WBEM_E_NOT_FOUND);
  const auto set = [&](std::string name, std::string value) {
    return write([&](WriteTransaction& transaction) { return transaction.put_setting(name, octets(value)); });
  };
  ASSERT_TRUE(set("version", "7").ok());
  EXPECT_EQ(text(*repository_->read()->setting("version")), "7");
  ASSERT_TRUE(set("version", "").ok());
  ASSERT_TRUE(set("version", "").ok());
  EXPECT_FALSE(repository_->read()->setting("version"));
  EXPECT_EQ(set("", "x").code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(set(std::string(201, 'n'), "x").code(), WBEM_E_INVALID_PARAMETER);
}

TEST_F(InstancesTest, RandomChangesAgreeWithAModel) {
  open_with_class();
  std::mt19937 random(1);
  std::map<std::string, std::string> model;
  for (int round = 0; round < 40; ++round) {
    ASSERT_TRUE(write([&](WriteTransaction& transaction) -> base::Status {
                  for (int i = 0; i < 50; ++i) {
                    const std::string key = std::to_string(random() % 300);
                    if (random() % 3 == 0) {
                      const bool known = model.erase(key) != 0;
                      const base::Status status = transaction.delete_instance(thing_, key);
                      EXPECT_EQ(status.code(), known ? WBEM_S_NO_ERROR : WBEM_E_NOT_FOUND);
                    } else {
                      const std::string value(random() % 6000, static_cast<char>('a' + random() % 26));
                      const Hash128 target = hash128(std::to_string(random() % 10));
                      TRY(transaction.put_instance(thing_, key, octets(value), {&target, random() % 2}));
                      model[key] = value;
                    }
                  }
                  return {};
                }).ok());
  }
  EXPECT_EQ(*repository_->read()->count_instances(thing_), model.size());
  for (const auto& [key, value] : model) EXPECT_TRUE(get(thing_, key) == value) << key;
  expect_sound();
}

}  // namespace
}  // namespace repository
