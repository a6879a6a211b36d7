// Random puts and deletions of classes in all modes: whatever was accepted, every stored class is what its own declarations make on its
// stored parent, its rules hold, its instances are valid; force never fails for a reason of the derived classes.
#include <gtest/gtest.h>

#include <random>

#include "cim/wmio.h"
#include "manager/class_rules.h"
#include "manager/testing.h"

namespace manager {
namespace {

using testing::Store;

constexpr int kSteps = 6000;
constexpr int kClasses = 7;

class RandomUpdates {
 public:
  RandomUpdates(SchemaView& view, repository::WriteTransaction& transaction, UpdateRequest request, unsigned seed)
      : view_(view), transaction_(transaction), request_(std::move(request)), random_(seed) {}

  void run() {
    for (int step = 0; step < kSteps && !::testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      const auto what = pick(20);
      if (what == 0)
        remove();
      else if (what < 4)
        put_an_instance();
      else
        put();
      if (step % 20 == 0) check();
    }
    check();
    EXPECT_GT(accepted_, kSteps / 20);
    EXPECT_GT(forced_, 20);
  }

 private:
  unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }
  std::string name(unsigned n) const { return "C" + std::to_string(n); }

  std::uint8_t flavor() {
    static constexpr std::uint8_t kFlavors[] = {0, cim::flavor::kToSubclass, cim::flavor::kToSubclass | cim::flavor::kNotOverridable,
                                                cim::flavor::kToInstance};
    return kFlavors[pick(4)];
  }

  /// A class of at most three properties, two methods and some qualifiers out of few names, so that they meet. Its number is its depth at
  /// least: a parent has a lower one.
  base::Result<cim::ClassPtr> declare(unsigned n) {
    cim::ClassBuilder builder(name(n));
    StoredClassPtr parent;
    if (n > 0 && pick(8) != 0) {
      TRY_ASSIGN(parent, view_.find(*request_.name_space, name(pick(n))));
      if (parent) builder = cim::ClassBuilder(parent->cls, name(n));
    }
    if (!parent) {
      TRY(builder.put_property("Id", {}));
      if (pick(6) != 0)
        TRY(builder.put_property_qualifier(
            "Id", {"key", {cim::CimType::kBoolean, false}, cim::Value::boolean(true), cim::default_flavor("key")}));
    }
    static constexpr cim::CimType kTypes[] = {cim::CimType::kString, cim::CimType::kUint32, cim::CimType::kUint8};
    for (unsigned i = pick(4); i > 0; --i) {
      const std::string property = "P" + std::to_string(pick(3));
      TRY(builder.put_property(property, {kTypes[pick(3)], pick(5) == 0}));
      if (pick(3) == 0)
        TRY(builder.put_property_qualifier(property,
                                           {"Q" + std::to_string(pick(2)), {}, cim::Value::text(std::to_string(pick(2))), flavor()}));
    }
    if (pick(3) == 0) TRY(builder.put_qualifier({"Q" + std::to_string(pick(2)), {}, cim::Value::text(std::to_string(pick(3))), flavor()}));
    if (pick(3) == 0) TRY(declare_method(builder));
    if (pick(12) == 0) TRY(mark(builder, "singleton"));
    if (pick(12) == 0) TRY(mark(builder, "abstract"));
    if (pick(12) == 0) TRY(mark(builder, "dynamic"));
    return builder.build();
  }

  static base::Status mark(cim::ClassBuilder& builder, const char* qualifier) {
    return builder.put_qualifier({qualifier, {cim::CimType::kBoolean, false}, cim::Value::boolean(true), cim::default_flavor(qualifier)});
  }

  base::Status declare_method(cim::ClassBuilder& builder) {
    const std::string method = "M" + std::to_string(pick(2));
    cim::ClassBuilder in("__PARAMETERS");
    TRY(in.put_property("X", {pick(2) == 0 ? cim::CimType::kString : cim::CimType::kUint32, false}));
    TRY(in.put_property_qualifier("X", {"in", {cim::CimType::kBoolean, false}, cim::Value::boolean(true), 0}));
    TRY(in.put_property_qualifier("X", {"ID", {cim::CimType::kSint32, false}, cim::Value::sint(0), cim::default_flavor("ID")}));
    TRY_ASSIGN(auto parameters, in.build());
    TRY(builder.put_method(method, std::move(parameters), nullptr));
    if (pick(3) != 0) return {};
    return builder.put_method_qualifier(method, {"Q" + std::to_string(pick(2)), {}, cim::Value::text(std::to_string(pick(2))), flavor()});
  }

  void put() {
    static constexpr std::uint32_t kModes[] = {0, cim::flag::kUpdateSafeMode, cim::flag::kUpdateForceMode, cim::flag::kUpdateForceMode};
    request_.flags = kModes[pick(4)];
    const auto declaration = declare(pick(kClasses));
    if (!declaration) return;
    const auto before = *view_.find(*request_.name_space, (*declaration)->name());
    const auto instances = *view_.count_instances(*request_.name_space, (*declaration)->name());
    const auto result = put_class(view_, transaction_, request_, *declaration);
    const auto code = result ? WBEM_S_NO_ERROR : result.error().code();
    EXPECT_TRUE(code != WBEM_E_CLASS_HAS_INSTANCES || instances > 0);
    const bool forced = (request_.flags & cim::flag::kUpdateForceMode) != 0;
    EXPECT_FALSE(forced && (code == WBEM_E_CLASS_HAS_CHILDREN || code == WBEM_E_CLASS_HAS_INSTANCES)) << result.error().to_string();
    EXPECT_TRUE(forced || !result || *view_.count_instances(*request_.name_space, (*declaration)->name()) == instances);
    accepted_ += result ? 1 : 0;
    forced_ += result && before && forced ? 1 : 0;
  }

  void put_an_instance() {
    request_.flags = 0;
    const auto cls = *view_.find(*request_.name_space, name(pick(kClasses)));
    if (!cls || cls->cls->properties().empty()) return;
    cim::InstanceBuilder builder(cls->cls);
    for (const auto& p : cls->cls->properties())
      if (!p.type.array) {
        EXPECT_TRUE(builder.set(p, p.type.base == cim::CimType::kString ? cim::Value::text("v") : cim::Value::uint(pick(5))).ok());
      }
    (void)put_instance(view_, transaction_, request_, builder.build());
  }

  void remove() {
    request_.flags = 0;
    (void)delete_class(view_, transaction_, request_, name(pick(kClasses)));
  }

  void check() {
    SchemaView fresh(view_.schema(), transaction_);
    for (unsigned n = 0; n < kClasses; ++n) {
      const auto cls = *fresh.find(*request_.name_space, name(n));
      if (!cls) continue;
      cim::ClassPtr parent;
      if (!cls->cls->superclass().empty()) {
        const auto stored = *fresh.find(*request_.name_space, cls->cls->superclass());
        ASSERT_NE(stored, nullptr);
        parent = stored->cls;
      }
      const auto again = cim::ClassBuilder::rebase(*cls->cls, parent);
      ASSERT_TRUE(again.has_value()) << again.error().to_string();
      const auto rebuilt = *again->build();
      EXPECT_EQ(compare_definitions(*cls->cls, *rebuilt), Difference::kNone) << cls->cls->name();
      EXPECT_EQ(compare_definitions(*rebuilt, *cls->cls), Difference::kNone) << cls->cls->name();
      EXPECT_TRUE(check_class(*cls->cls, parent.get()).ok()) << cls->cls->name();
      EXPECT_TRUE(fresh.view()
                      .for_each_instance(cls->id,
                                         [&](const repository::InstanceRow& row) {
                                           EXPECT_TRUE(cim::validate_instance(*cls->cls, row.octets).ok()) << cls->cls->name();
                                           return true;
                                         })
                      .ok());
    }
  }

  SchemaView& view_;
  repository::WriteTransaction& transaction_;
  UpdateRequest request_;
  std::mt19937 random_;
  int accepted_ = 0;
  int forced_ = 0;
};

TEST(RandomUpdatesTest, EveryStoredClassFollowsItsParent) {
  Store store;
  for (unsigned seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    (void)store.write("root\\default",
                      [&](SchemaView& view, repository::WriteTransaction& transaction, UpdateRequest& request) -> base::Status {
                        RandomUpdates(view, transaction, request, seed).run();
                        return {WBEM_E_FAILED, "leave nothing"};
                      });
  }
}

}  // namespace
}  // namespace manager
