// Caller, Context and the helpers of services.h.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "cim/services.h"

namespace cim {
namespace {

TEST(Caller, ProcessUserIsKnown) {
  const Caller caller = Caller::process_user();
  EXPECT_EQ(caller.uid, geteuid());
  EXPECT_EQ(caller.gid, getegid());
  EXPECT_FALSE(caller.account.empty());
  EXPECT_FALSE(caller.remote);
  ASSERT_GE(caller.sids.size(), 2U);
  EXPECT_EQ(caller.sids[0], "S-1-22-1-" + std::to_string(geteuid()));
  EXPECT_EQ(caller.sids[1], "S-1-22-2-" + std::to_string(getegid()));
  EXPECT_EQ(caller.administrator, geteuid() == 0);
}

TEST(Context, NamesIgnoreCaseAndKeepTheirOrder) {
  Context context;
  context.put("__PUT_EXTENSIONS", {CimType::kBoolean}, Value::boolean(true));
  context.put("other", {CimType::kSint32}, Value::sint(1));
  context.put("__put_extensions", {CimType::kBoolean}, Value::boolean(false));
  ASSERT_EQ(context.values().size(), 2U);
  EXPECT_EQ(context.values()[0].name, "__PUT_EXTENSIONS");
  EXPECT_FALSE(context.is_true("__PUT_EXTENSIONS"));
  EXPECT_EQ(context.get("OTHER"), Value::sint(1));
  EXPECT_TRUE(context.get("absent").is_null());
  EXPECT_EQ(context.find("absent"), nullptr);
  EXPECT_TRUE(context.erase("Other"));
  EXPECT_FALSE(context.erase("Other"));
}

TEST(SinkStatus, ProgressPacksTwoHalves) {
  const SinkStatus status = SinkStatus::progress(3, 10, "half way");
  EXPECT_EQ(status.type, StatusType::kProgress);
  EXPECT_EQ(status.code, base::Hresult{10U << 16U | 3U});
  EXPECT_EQ(status.done(), 3U);
  EXPECT_EQ(status.total(), 10U);
  const SinkStatus large = SinkStatus::progress(500'000, 1'000'000, "");
  EXPECT_EQ(large.total(), 65'535U);
  EXPECT_EQ(large.done(), 32'767U);
}

TEST(Flags, QueriesTakeEnsureLocatable) {
  EXPECT_TRUE(check_flags(Operation::kExecQuery, 0x110).ok());
  EXPECT_TRUE(check_flags(Operation::kExecQueryAsync, 0x100).ok());
  EXPECT_EQ(check_flags(Operation::kCreateInstanceEnum, 0x100).code(), WBEM_E_INVALID_PARAMETER);
}

TEST(Flags, AsTheTablesHaveThem) {
  const std::pair<Operation, std::uint32_t> table[] = {
      {Operation::kOpenNamespace, 0x10},
      {Operation::kCancelAsyncCall, 0},
      {Operation::kQueryObjectSink, 0},
      {Operation::kGetObject, 0x20210},
      {Operation::kGetObjectAsync, 0x20280},
      {Operation::kPutClass, 0x20073},
      {Operation::kPutClassAsync, 0x200E3},
      {Operation::kDeleteClass, 0x10},
      {Operation::kDeleteClassAsync, 0x80},
      {Operation::kCreateClassEnum, 0x20031},
      {Operation::kCreateClassEnumAsync, 0x20081},
      {Operation::kPutInstance, 0x20013},
      {Operation::kPutInstanceAsync, 0x20083},
      {Operation::kDeleteInstance, 0x10},
      {Operation::kDeleteInstanceAsync, 0x80},
      {Operation::kCreateInstanceEnum, 0x20231},
      {Operation::kCreateInstanceEnumAsync, 0x20281},
      {Operation::kExecQuery, 0x20232},
      {Operation::kExecQueryAsync, 0x20282},
      {Operation::kExecNotificationQuery, 0x20030},
      {Operation::kExecNotificationQueryAsync, 0x20080},
      {Operation::kExecMethod, 0x10},
      {Operation::kExecMethodAsync, 0x80},
  };
  for (const auto& [op, flags] : table) {
    EXPECT_EQ(allowed_flags(op), flags) << operation_name(op);
    EXPECT_EQ(check_flags(op, 0x400).code(), WBEM_E_INVALID_PARAMETER) << operation_name(op);
    EXPECT_EQ(check_flags(op, 0x80000000).code(), WBEM_E_INVALID_PARAMETER) << operation_name(op);
    if (op != Operation::kExecNotificationQuery) {
      EXPECT_TRUE(check_flags(op, 0x101000).ok()) << operation_name(op);
    }
  }
}

TEST(Flags, PairsThatExcludeEachOther) {
  EXPECT_EQ(check_flags(Operation::kPutClassAsync, 3).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(check_flags(Operation::kPutInstanceAsync, 3).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(check_flags(Operation::kPutClassAsync, 0x60).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_TRUE(check_flags(Operation::kPutClassAsync, 0x41).ok());
  EXPECT_TRUE(check_flags(Operation::kPutClassAsync, 0x200A2).ok());
  EXPECT_EQ(check_flags(Operation::kPutInstanceAsync, 0x40).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(check_flags(Operation::kPutInstanceAsync, 0x20).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_TRUE(check_flags(Operation::kGetObjectAsync, 0x40).ok());
  EXPECT_EQ(check_flags(Operation::kExecNotificationQuery, 0x10).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_TRUE(check_flags(Operation::kExecNotificationQuery, 0x30).ok());
  EXPECT_EQ(check_flags(Operation::kGetObjectAsync, 0x404).text(), "GetObjectAsync does not take the flags 0x404");
}

}  // namespace
}  // namespace cim
