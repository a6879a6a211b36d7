#include "base/status.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Status, PrintsCodeNameAndText) {
  EXPECT_EQ(Status(WBEM_E_INVALID_CLASS, "no class Foo").to_string(), "0x80041010 WBEM_E_INVALID_CLASS: no class Foo");
  EXPECT_EQ(Status(WBEM_E_NO_KEY).to_string(), "0x80041089 WBEM_E_NO_KEY: the key of the instance has no value");
  EXPECT_EQ(Status(Hresult{0x80070002}).to_string(), "0x80070002");
}

TEST(Status, SeverityBitDecides) {
  EXPECT_TRUE(Status().ok());
  EXPECT_TRUE(Status(WBEM_S_FALSE).ok());
  EXPECT_FALSE(Status(WBEM_E_FAILED).ok());
}

TEST(Hresult, NamesAndBack) {
  EXPECT_EQ(hresult_name(WBEM_S_NO_ERROR), "WBEM_S_NO_ERROR");
  EXPECT_EQ(hresult_name(WBEM_E_ILLEGAL_NULL), "WBEM_E_ILLEGAL_NULL");
  EXPECT_EQ(hresult_name(Hresult{0x12345678}), "");
  EXPECT_EQ(hresult_by_name("WBEM_E_ILLEGAL_NULL"), Hresult{0x80041028});
  EXPECT_EQ(hresult_by_name("S_OK"), Hresult{0});
  EXPECT_EQ(hresult_by_name("WBEM_E_RESERVED_001"), WBEM_E_TRANSACTION_CONFLICT);
  EXPECT_EQ(hresult_by_name("wbem_e_failed"), std::nullopt);
}

TEST(Hresult, EveryNamedCodeHasASentence) {
  int named = 0;
  for (std::uint32_t low = 0x1000; low < 0x4100; ++low) {
    const Hresult code{0x80040000U | low};
    if (hresult_name(code).empty()) continue;
    ++named;
    EXPECT_FALSE(hresult_text(code).empty()) << hresult_name(code);
    EXPECT_EQ(hresult_by_name(hresult_name(code)), code);
  }
  EXPECT_GT(named, 150);
}

Result<int> half(int value) {
  if (value % 2 != 0) return fail(WBEM_E_VALUE_OUT_OF_RANGE, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  TRY_ASSIGN(const int once, half(value));
  TRY(half(once));
  return once / 2;
}

Status only_status(int value) {
  TRY(half(value));
  TRY(Status());
  return {};
}

TEST(Try, ReturnsTheFirstFailure) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().text(), "odd");
  EXPECT_EQ(quarter(5).error().code(), WBEM_E_VALUE_OUT_OF_RANGE);
  EXPECT_TRUE(only_status(2).ok());
  EXPECT_EQ(only_status(3).code(), WBEM_E_VALUE_OUT_OF_RANGE);
}

}  // namespace
}  // namespace base
