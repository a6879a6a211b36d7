// Texts, variants, arrays and the apartment.
#include <gtest/gtest.h>

#include <thread>

#include "scripting/apartment.h"
#include "scripting/dispatch.h"

namespace scripting {
namespace {

using namespace std::chrono_literals;

TEST(Text, SharesUntilItIsWritten) {
  Text one(u"ab");
  Text other = one;
  EXPECT_EQ(one.view().data(), other.view().data());
  other.append(u"c");
  EXPECT_EQ(one.view(), u"ab");
  EXPECT_EQ(other.view(), u"abc");
}

TEST(Text, AppendsInPlace) {
  Text text;
  EXPECT_TRUE(text.empty());
  text.append(u"x");
  int moves = 0;
  for (int i = 0; i < 10'000; ++i) {
    const char16_t* before = text.view().data();
    text.append(u"x");
    if (text.view().data() != before) ++moves;
  }
  EXPECT_LT(moves, 20);
  EXPECT_EQ(text.size(), 10'001U);
}

TEST(Text, AppendsItself) {
  Text text(u"abc");
  for (int i = 0; i < 3; ++i) text.append(text.view());
  EXPECT_EQ(text.view(), u"abcabcabcabcabcabcabcabc");
}

TEST(Text, Utf8) {
  EXPECT_EQ(Text::from_utf8("a\xC3\xA9\xF0\x9F\x98\x80").size(), 4U);
  EXPECT_EQ(Text(u"\xD83D\xDE00").to_utf8(), "\xF0\x9F\x98\x80");
  EXPECT_EQ(Text(u"a\xD800z").to_utf8(), "a\xEF\xBF\xBDz");
}

TEST(Text, CountsWhatLives) {
  const std::size_t before = live_octets();
  {
    const Text text(std::u16string(1000, u'x'));
    EXPECT_GE(live_octets(), before + 2000);
  }
  EXPECT_EQ(live_octets(), before);
}

TEST(Variant, HoldsTypes) {
  EXPECT_TRUE(Variant().is(VarType::kEmpty));
  EXPECT_TRUE(Variant::boolean(true).as_boolean());
  EXPECT_EQ(Variant::boolean(true).as_int16(), -1);
  EXPECT_EQ(Variant::integer(VarType::kUInt32, 0xFFFFFFFF).as_integer(), 0xFFFFFFFF);
  EXPECT_EQ(Variant::integer(VarType::kInt32, -5).as_int32(), -5);
  EXPECT_TRUE(Variant::missing().is_missing());
  EXPECT_FALSE(Variant::error(1).is_missing());
  Variant value = Variant::utf8("abc");
  EXPECT_EQ(value.as_text().view(), u"abc");
  value.as_text().append(u"d");
  EXPECT_EQ(value.as_text().view(), u"abcd");
  Variant reference = Variant::reference(&value);
  reference.target() = Variant::int16(3);
  EXPECT_EQ(value.as_int16(), 3);
}

struct Probe : Dispatch {
  Probe(int& count) : alive(count) { ++alive; }  // NOLINT(google-explicit-constructor)
  ~Probe() override { --alive; }
  Dispid id_of(std::u16string_view name) override { return name == u"Value" ? kValue : kUnknownName; }
  Outcome<Variant> invoke(Dispid member, unsigned how, Arguments arguments) override {
    if (member != kValue) return failure(DISP_E_MEMBERNOTFOUND);
    if ((how & invoke::kPut) != 0) next = arguments.values[0];
    return next;
  }
  std::string type_name() const override { return "Probe"; }
  int& alive;
  Variant next;
};

TEST(Variant, CountsReferences) {
  int alive = 0;
  {
    Variant one = Variant::object(make<Probe>(alive));
    Variant other = one;
    one = Variant();
    EXPECT_EQ(alive, 1);
    EXPECT_EQ(other.as_object()->references(), 1U);
  }
  EXPECT_EQ(alive, 0);
}

TEST(Variant, LongChainsEndWithoutDepth) {
  int alive = 0;
  {
    Variant head;
    for (int i = 0; i < 300'000; ++i) {
      auto probe = make<Probe>(alive);
      probe->next = std::move(head);
      head = Variant::object(probe);
    }
  }
  EXPECT_EQ(alive, 0);
  Variant nested;
  for (int i = 0; i < 300'000; ++i) {
    std::vector<Variant> items(1);
    items[0] = std::move(nested);
    nested = Variant::array(Array::of(VarType::kVariant, std::move(items)));
  }
}

TEST(Array, Bounds) {
  auto array = Array::create(VarType::kVariant, {{0, 3}, {1, 2}});
  ASSERT_TRUE(array);
  const std::int32_t good[] = {2, 2};
  const std::int32_t bad[] = {3, 1};
  ASSERT_NE(array->at(good, 2), nullptr);
  *array->at(good, 2) = Variant::int16(7);
  EXPECT_EQ(array->at(bad, 2), nullptr);
  EXPECT_EQ(array->at(good, 1), nullptr);
  EXPECT_TRUE(array->resize_last(3));
  EXPECT_EQ(array->at(good, 2)->as_int16(), 7);
  EXPECT_FALSE(array->resize_last(-5));
  EXPECT_FALSE(Array::create(VarType::kVariant, {{0, 1U << 20}, {0, 1U << 20}}));
  EXPECT_FALSE(Array::create(VarType::kVariant, std::vector<Array::Bound>(61, {0, 1})));
  EXPECT_EQ(Array::create(VarType::kVariant, {})->at(good, 0), nullptr);
}

TEST(Array, CopiesDeeply) {
  auto inner = Array::of(VarType::kVariant, {Variant::int16(1)});
  auto outer = Array::of(VarType::kVariant, {Variant::array(inner)});
  auto copy = outer->copy();
  copy->items()[0].as_array()->items()[0] = Variant::int16(2);
  EXPECT_EQ(inner->items()[0].as_int16(), 1);
}

TEST(Dispatch, Shorthands) {
  int alive = 0;
  auto probe = make<Probe>(alive);
  ASSERT_TRUE(put(*probe, "Value", Variant::int16(4)));
  EXPECT_EQ(get(*probe, "Value")->as_int16(), 4);
  EXPECT_EQ(get(*probe, "Other").error().code, DISP_E_UNKNOWNNAME);
  EXPECT_EQ(probe->enumerate().error().code, DISP_E_MEMBERNOTFOUND);
  EXPECT_EQ(event_source_of(*probe), nullptr);
}

TEST(Apartment, RunsInOrderWhilePumping) {
  Apartment apartment;
  std::string order;
  std::jthread poster([&] {
    for (char c = 'a'; c < 'f'; ++c) apartment.post([&order, c] { order += c; });
  });
  EXPECT_TRUE(apartment.pump({}, [&] { return order.size() == 5; }));
  EXPECT_EQ(order, "abcde");
  EXPECT_FALSE(apartment.pump(Apartment::Clock::now() + 1ms));
}

TEST(Apartment, HandlersNeverNest) {
  Apartment apartment;
  std::string order;
  apartment.post([&] {
    order += '(';
    apartment.pump(Apartment::Clock::now() + 5ms);
    apartment.drain();
    order += ')';
  });
  apartment.post([&] { order += 'x'; });
  apartment.drain();
  EXPECT_EQ(order, "()x");
}

TEST(Apartment, InterruptAndClose) {
  Apartment apartment;
  std::jthread interrupter([&] { apartment.interrupt(); });
  EXPECT_FALSE(apartment.pump({}));
  EXPECT_TRUE(apartment.interrupted());
  Apartment closed;
  closed.close();
  closed.post([] { FAIL(); });
  closed.drain();
}

}  // namespace
}  // namespace scripting
