// Objects that are declared by a table.
#include "scripting/table_object.h"

#include <gtest/gtest.h>

namespace scripting {
namespace {

class Sample final : public TableObject {
 public:
  Sample() : TableObject(table()) {}
  Outcome<Variant> item(MemberCall& call) {
    if (call.is_put()) {
      last = call.value();
      return Variant();
    }
    return Variant::int32(call.argument(0).as_int32() + 100);
  }
  Outcome<Variant> inner(MemberCall&) { return Variant::object(make<Sample>()); }
  Outcome<Variant> sum(MemberCall& call) {
    std::int32_t total = 0;
    for (std::size_t i = 0; i < call.arguments.size(); ++i) total = total * 10 + (call.has(i) ? call.argument(i).as_int32() : 0);
    call.assign(0, Variant::int32(7));
    return Variant::int32(total);
  }
  Outcome<Variant> any(MemberCall& call) { return Variant::int32(static_cast<std::int32_t>(call.arguments.size())); }
  Variant last;

 private:
  static const MemberTable& table() {
    static const MemberTable made("Sample", {
                                                {"Item", kValue, invoke::kGet | invoke::kPut, "Key", handler<&Sample::item>},
                                                {"Inner", 2, invoke::kGet, "", handler<&Sample::inner>},
                                                {"Sum", 3, invoke::kMethod, "First, [Second], [Third]", handler<&Sample::sum>},
                                                {"Any", 4, invoke::kMethod, "...", handler<&Sample::any>},
                                            });
    return made;
  }
};

std::vector<Variant> numbers(std::initializer_list<int> values) {
  std::vector<Variant> out;
  for (const int value : values) out.push_back(Variant::int32(value));
  return out;
}

TEST(TableObject, FindsMembersWithoutCase) {
  const auto sample = make<Sample>();
  EXPECT_EQ(sample->id_of(u"sUM"), 3);
  EXPECT_EQ(sample->id_of(u"item"), kValue);
  EXPECT_EQ(sample->id_of(u"sums"), kUnknownName);
  EXPECT_EQ(sample->id_of(u"s\u00FCm"), kUnknownName);
  EXPECT_EQ(sample->type_name(), "Sample");
  EXPECT_EQ(sample->parameter_id(3, u"THIRD"), 2);
  EXPECT_EQ(sample->parameter_id(3, u"Fourth"), kUnknownName);
}

TEST(TableObject, PlacesNamedAndLeftOutArguments) {
  const auto sample = make<Sample>();
  auto values = numbers({1, 3});
  const Dispid third[] = {2};
  EXPECT_EQ(sample->invoke(3, invoke::kMethod, {values, third})->as_int32(), 103);
  const Dispid first[] = {0};
  EXPECT_EQ(sample->invoke(3, invoke::kMethod, {values, first}).error().code, DISP_E_PARAMNOTFOUND);
  EXPECT_EQ(sample->invoke(3, invoke::kMethod, {{}, {}}).error().code, DISP_E_BADPARAMCOUNT);
  auto four = numbers({1, 2, 3, 4});
  EXPECT_EQ(sample->invoke(3, invoke::kMethod, {four, {}}).error().code, DISP_E_BADPARAMCOUNT);
  EXPECT_EQ(sample->invoke(4, invoke::kMethod, {four, {}})->as_int32(), 4);
  std::vector<Variant> missing{Variant::missing()};
  EXPECT_EQ(sample->invoke(3, invoke::kMethod, {missing, {}}).error().code, DISP_E_PARAMNOTOPTIONAL);
}

TEST(TableObject, PutsAndAssigns) {
  const auto sample = make<Sample>();
  auto values = numbers({1, 5});
  ASSERT_TRUE(sample->invoke(kValue, invoke::kPut, {values, {}}));
  EXPECT_EQ(sample->last.as_int32(), 5);
  EXPECT_EQ(sample->invoke(kValue, invoke::kPutRef, {values, {}}).error().code, DISP_E_MEMBERNOTFOUND);
  Variant out = Variant::int32(1);
  std::vector<Variant> reference{Variant::reference(&out)};
  EXPECT_EQ(sample->invoke(3, invoke::kMethod | invoke::kGet, {reference, {}})->as_int32(), 100);
  EXPECT_EQ(out.as_int32(), 7);
}

TEST(TableObject, HandsArgumentsToTheDefaultMember) {
  const auto sample = make<Sample>();
  auto values = numbers({1});
  EXPECT_EQ(sample->invoke(2, invoke::kGet | invoke::kMethod, {values, {}})->as_int32(), 101);
  EXPECT_EQ(sample->invoke(2, invoke::kPut, {values, {}}).error().code, DISP_E_BADPARAMCOUNT);  // the item's key is missing
  EXPECT_EQ(sample->invoke(3, invoke::kPut, {values, {}}).error().code, DISP_E_BADPARAMCOUNT);
}

TEST(TableObject, EnumeratesValues) {
  const auto all = enumerate_values(numbers({1, 2}));
  EXPECT_EQ(all->next().value()->as_int32(), 1);
  const auto other = all->clone().value();
  EXPECT_EQ(other->next().value()->as_int32(), 2);
  EXPECT_FALSE(other->next().value());
  EXPECT_TRUE(*all->reset());
  EXPECT_EQ(all->next().value()->as_int32(), 1);
}

}  // namespace
}  // namespace scripting
