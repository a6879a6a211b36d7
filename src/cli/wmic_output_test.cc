#include "cli/wmic_output.h"

#include <gtest/gtest.h>

#include "cim/class.h"
#include "rpc/codes.h"
#include "security/sspi_status.h"

namespace cli {
namespace {

using cim::CimType;
using cim::Value;

cim::ClassPtr make_class(const std::string& name, const std::vector<std::pair<std::string, cim::Type>>& properties) {
  cim::ClassBuilder builder(name);
  for (const auto& [property, type] : properties) EXPECT_TRUE(builder.put_property(property, type).ok());
  return builder.build().value();
}

/// What the writer prints for these rows.
std::string printed(const std::vector<cim::Object>& rows, const std::string& delimiter = "|") {
  char* data = nullptr;
  std::size_t size = 0;
  Console console;
  console.out = ::open_memstream(&data, &size);
  const auto writer = make_wmic_writer(console, delimiter);
  for (const cim::Object& row : rows) writer->row(row);
  writer->finish();
  std::fclose(console.out);
  std::string text(data, size);
  std::free(data);
  return text;
}

TEST(WmicRows, EveryKindOfValue) {
  const auto cls = make_class("Win32_X", {{"Name", {CimType::kString, false}},
                                          {"CSName", {CimType::kString, false}},
                                          {"CreationClassName", {CimType::kString, false}},
                                          {"Alive", {CimType::kBoolean, false}},
                                          {"Free", {CimType::kUint64, false}},
                                          {"Langs", {CimType::kString, true}},
                                          {"Ports", {CimType::kUint16, true}},
                                          {"When", {CimType::kDatetime, false}},
                                          {"Zone", {CimType::kSint16, false}}});
  cim::InstanceBuilder full(cls);
  EXPECT_TRUE(full.set("Name", Value::text("a|b")).ok());
  EXPECT_TRUE(full.set("Alive", Value::boolean(true)).ok());
  EXPECT_TRUE(full.set("Free", Value::uint(18446744073709551615U)).ok());
  EXPECT_TRUE(full.set("Langs", Value::array({Value::text("en-US"), Value::text("de")})).ok());
  EXPECT_TRUE(full.set("Ports", Value::array({})).ok());
  EXPECT_TRUE(full.set("When", Value::text("20240102030405.000000+060")).ok());
  EXPECT_TRUE(full.set("Zone", Value::sint(-60)).ok());
  cim::InstanceBuilder empty(cls);
  EXPECT_EQ(printed({cim::Object(full.build()), cim::Object(empty.build())}),
            "CLASS: Win32_X\n"
            "Alive|CreationClassName|CSName|Free|Langs|Name|Ports|When|Zone\n"
            "True|(null)|(null)|18446744073709551615|(en-US,de)|a|b|()|20240102030405.000000+060|-60\n"
            "False|(null)|(null)|0|NULL|(null)|NULL|(null)|0\n");
}

TEST(WmicRows, ABlockForEachClass) {
  const auto a = make_class("A", {{"Id", {CimType::kUint32, false}}});
  const auto b = make_class("B", {{"Id", {CimType::kUint32, false}}, {"More", {CimType::kUint32, false}}});
  const auto row = [](const cim::ClassPtr& cls) { return cim::Object(cim::InstanceBuilder(cls).build()); };
  EXPECT_EQ(printed({row(a), row(a), row(b), row(a)}, "<|>"),
            "CLASS: A\nId\n0\n0\n"
            "CLASS: B\nId<|>More\n0<|>0\n"
            "CLASS: A\nId\n0\n");
  EXPECT_EQ(printed({}), "");
}

TEST(WmicFailure, LogonsAndTransport) {
  const auto status = [](base::Hresult code, std::optional<Reach> reach = Reach::kOpen) {
    return wmic_failure(WmicStage::kLogin, code, reach).status;
  };
  EXPECT_EQ(wmic_failure(WmicStage::kLogin, security::SEC_E_LOGON_DENIED, Reach::kOpen).error,
            "[wmi/wmic.c:196:main()] ERROR: Login to remote object.");
  EXPECT_EQ(status(security::SEC_E_LOGON_DENIED), "NTSTATUS: NT_STATUS_ACCESS_DENIED - Access denied");
  EXPECT_EQ(status(base::E_ACCESSDENIED), "NTSTATUS: NT_STATUS_ACCESS_DENIED - Access denied");
  EXPECT_EQ(status(rpc::RPC_S_TIMEOUT), "NTSTATUS: NT_STATUS_IO_TIMEOUT - NT_STATUS_IO_TIMEOUT");
  EXPECT_EQ(status(rpc::RPC_S_SERVER_UNAVAILABLE, Reach::kSilent), "NTSTATUS: NT_STATUS_IO_TIMEOUT - NT_STATUS_IO_TIMEOUT");
  EXPECT_EQ(status(rpc::RPC_S_SERVER_UNAVAILABLE, Reach::kUnreachable),
            "NTSTATUS: NT_STATUS_HOST_UNREACHABLE - NT_STATUS_HOST_UNREACHABLE");
  EXPECT_EQ(status(rpc::RPC_S_SERVER_UNAVAILABLE, Reach::kRefused),
            "NTSTATUS: NT_STATUS_CONNECTION_REFUSED - NT_STATUS_CONNECTION_REFUSED");
  EXPECT_EQ(status(rpc::RPC_S_SERVER_UNAVAILABLE, std::nullopt),
            "NTSTATUS: NT_STATUS_OBJECT_NAME_NOT_FOUND - NT_STATUS_OBJECT_NAME_NOT_FOUND");
}

TEST(WmicFailure, CodesOfWmiInSmallHexadecimals) {
  const WmicFailure rows = wmic_failure(WmicStage::kRows, base::WBEM_E_INVALID_CLASS, Reach::kOpen);
  EXPECT_EQ(rows.error, "[wmi/wmic.c:212:main()] ERROR: Retrieve result data.");
  EXPECT_EQ(rows.status, "NTSTATUS: NT code 0x80041010 - NT code 0x80041010");
  EXPECT_EQ(wmic_failure(WmicStage::kQuery, base::WBEM_E_QUOTA_VIOLATION, Reach::kOpen).status,
            "NTSTATUS: NT code 0x8004106c - NT code 0x8004106c");
}

}  // namespace
}  // namespace cli
