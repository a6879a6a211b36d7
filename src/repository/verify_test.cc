#include <lmdb.h>

#include "repository/keys.h"
#include "repository/test_store.h"

namespace repository {
namespace {

class VerifyTest : public test::StoreTest {
 protected:
  void fill() {
    open_with_class();
    ASSERT_TRUE(put(thing_, "a", "value a", {hash128("t")}).ok());
    ASSERT_TRUE(put(thing_, "b", "value b").ok());
    close();
  }
  /// Writes a record behind the repository's back.
  void forge(Table table, std::string_view key, std::string_view value, bool erase = false) {
    MDB_env* env = nullptr;
    MDB_txn* txn = nullptr;
    MDB_dbi dbi = 0;
    mdb_env_create(&env);
    mdb_env_set_maxdbs(env, kTableCount);
    ASSERT_EQ(mdb_env_open(env, path().c_str(), 0, 0600), 0);
    ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), 0);
    ASSERT_EQ(mdb_dbi_open(txn, kTableNames[index_of(table)], 0, &dbi), 0);
    MDB_val key_value{key.size(), const_cast<char*>(key.data())};
    MDB_val data{value.size(), const_cast<char*>(value.data())};
    ASSERT_EQ(erase ? mdb_del(txn, dbi, &key_value, nullptr) : mdb_put(txn, dbi, &key_value, &data, 0), 0);
    ASSERT_EQ(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
  }
  void erase(Table table, std::string_view key) { forge(table, key, {}, true); }
  /// All problems in one text.
  std::string problems() {
    const auto report = Repository::verify(path());
    if (!report) return report.error().to_string();
    std::string out;
    for (const std::string& problem : report->problems) out += problem + "\n";
    return out;
  }
};

TEST_F(VerifyTest, CountsASoundStore) {
  fill();
  const auto report = Repository::verify(path());
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->ok());
  EXPECT_EQ(report->namespaces, 1U);
  EXPECT_EQ(report->classes, 1U);
  EXPECT_EQ(report->instances, 2U);
  EXPECT_EQ(report->references, 1U);
  EXPECT_GT(report->pages, 5U);
}

TEST_F(VerifyTest, AsksTheCallerAboutTheOctets) {
  fill();
  int classes = 0, instances = 0;
  const auto report = Repository::verify(path(), [&](const ReadView&, const ClassRecord& cls, const InstanceRow* row) -> base::Status {
    EXPECT_EQ(cls.name, "thing");
    if (row == nullptr) return ++classes, base::Status();
    ++instances;
    if (row->key == "b") return {WBEM_E_INVALID_OBJECT, "offset 3: no"};
    return {};
  });
  ASSERT_TRUE(report);
  EXPECT_EQ(classes, 1);
  EXPECT_EQ(instances, 2);
  ASSERT_EQ(report->problem_count, 1U);
  EXPECT_NE(report->problems[0].find("offset 3: no"), std::string::npos);
}

TEST_F(VerifyTest, FindsWhatDoesNotFit) {
  const std::string a(view(instance_key({1, hash128("a")})));
  struct Case {
    Table table;
    std::string key;
    std::optional<std::string> value;  // nullopt: erased
    std::string found;
  };
  const std::vector<Case> cases = {
      {Table::kReferences, reference_key(hash128("t"), {1, hash128("a")}), std::nullopt, "has no back-link"},
      {Table::kReferences, reference_key(hash128("u"), {1, hash128("a")}), "", "does not refer to this target"},
      {Table::kReferences, reference_key(hash128("u"), {1, hash128("zz")}), "", "the instance that refers is not there"},
      {Table::kReferences, "short", "", "malformed key"},
      {Table::kInstances, a, "x", "a malformed record"},
      {Table::kInstances, a, std::string("\1\0\0\0xoctets", 11), "not the hash of the canonical key"},
      {Table::kInstances, std::string(view(instance_key({9, hash128("a")}))), std::string("\1\0\0\0aoctets", 11),
       "its class 9 is not there"},
      {Table::kClassIds, id_key(1), std::nullopt, "its number is not in the table class_ids"},
      {Table::kClassIds, id_key(5), "nothing", "refers to a class that is not there"},
      {Table::kHierarchy, hierarchy_key(1, "", "thing"), std::nullopt, "not among its parent's children"},
      {Table::kHierarchy, hierarchy_key(1, "thing", "ghost"), "ghost", "refers to the class ghost"},
      {Table::kClasses, scoped_key(1, "thing"), encode_class({1, 1, "thing", "thing", {}}), "it descends from itself"},
      {Table::kClasses, scoped_key(1, "thing"), encode_class({1, 1, "thing", "lost", {}}), "its ancestor lost is not there"},
      {Table::kClasses, scoped_key(7, "x"), encode_class({1, 7, "x", "", {}}), "its namespace is not there"},
      {Table::kPaths, "root", std::nullopt, "its path is not in the table paths"},
      {Table::kNamespaceTree, scoped_key(0, "root"), std::nullopt, "not among its parent's children"},
      {Table::kNamespaces, id_key(1), encode_namespace({1, 6, "root", "ROOT", {}}), "its parent 6 is not there"},
      {Table::kMeta, std::string(kNextClassKey), std::string("\1\0\0\0", 4), "but 1 is in use"},
  };
  for (const Case& one : cases) {
    fill();
    if (one.value) {
      forge(one.table, one.key, *one.value);
    } else {
      erase(one.table, one.key);
    }
    EXPECT_NE(problems().find(one.found), std::string::npos) << one.found << " expected in: " << problems();
    std::filesystem::remove_all(path());
  }
}

TEST_F(VerifyTest, ADamagedRecordIsAnErrorForReaders) {
  fill();
  forge(Table::kInstances, view(instance_key({1, hash128("a")})), "x");
  open();
  EXPECT_EQ(get(1, "a"), "WBEM_E_CRITICAL_ERROR");
  ExtentScan scan(*repository_, 1);
  EXPECT_EQ(scan.next_rows(10).error().code(), WBEM_E_CRITICAL_ERROR);
}

}  // namespace
}  // namespace repository
