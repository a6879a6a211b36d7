// Login, client information, fixed answers and access checks (MS-WMI 3.1.4, 3.1.4.1, 3.1.4.8, 3.1.4.9, 3.1.4.14 to 3.1.4.16).
#include "remote/testing/served.h"

namespace remote {
namespace {

using namespace remote::testing;

class ServerLogin : public ServerTest {
 protected:
  static NtlmLoginRequest to(std::optional<std::string> resource, std::uint32_t flags = 0) {
    NtlmLoginRequest request;
    request.network_resource = std::move(resource);
    request.flags = flags;
    return request;
  }
};

TEST_F(ServerLogin, EstablishPositionSaysVersionOne) {
  const auto login = activate(clsid::kLevel1Login, iid::kLevel1Login);
  const auto reply = login->call(3, [](rpc::NdrWriter& out) { write_establish_position(out, {}); });
  EXPECT_EQ(reply.status.code(), WBEM_S_NO_ERROR);
  rpc::NdrReader in = reply.results();
  EXPECT_EQ(*read_establish_position_reply(in), 1U);
}

TEST_F(ServerLogin, OldLoginsDoNothing) {
  const auto login = activate(clsid::kLevel1Login, iid::kLevel1Login);
  const auto challenge = login->call(4, [](rpc::NdrWriter& out) { write_request_challenge(out, {}); });
  EXPECT_EQ(challenge.status.code(), WBEM_E_NOT_SUPPORTED);
  EXPECT_TRUE(challenge.delivered);
  const auto old = login->call(5, [](rpc::NdrWriter& out) { write_wbem_login(out, {}); });
  EXPECT_EQ(old.status.code(), E_NOTIMPL);
  EXPECT_EQ(fault_or_code(login, 7), 0x800706D1U);
}

TEST_F(ServerLogin, GivesServicesForTheCaller) {
  const auto login = activate(clsid::kLevel1Login, iid::kLevel1Login);
  NtlmLoginRequest request = to("\\\\host\\ROOT\\CIMV2");
  request.locales = "ms_409,en-US,en";
  const auto reply = log_in(login, request);
  ASSERT_TRUE(reply.status.ok()) << reply.status.to_string();
  ASSERT_NE(reply.value, nullptr);
  EXPECT_EQ(reply.value->iid(), iid::kServices);
  EXPECT_EQ(last_login_, "\\\\host\\ROOT\\CIMV2|alice|ms_409,en-US,en");
  EXPECT_EQ(server_->figures().connections, 1U);
  EXPECT_TRUE(reply.value->query_interface(iid::kRefreshingServices));
}

TEST_F(ServerLogin, RefusesWhatIsWrong) {
  const auto login = activate(clsid::kLevel1Login, iid::kLevel1Login);
  EXPECT_EQ(log_in(login, to(std::nullopt)).status.code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(log_in(login, to("root\\cimv2", 1)).status.code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(log_in(login, to(std::string(8174, 'r'))).status.code(), WBEM_E_QUOTA_VIOLATION);
  NtlmLoginRequest locales = to("root\\cimv2");
  locales.locales = std::string(4097, 'l');
  EXPECT_EQ(log_in(login, locales).status.code(), WBEM_E_QUOTA_VIOLATION);
  const auto missing = log_in(login, to("root\\missing"));
  EXPECT_EQ(missing.status.code(), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(missing.status.text(), "no such namespace");
  EXPECT_EQ(missing.value, nullptr);
  EXPECT_TRUE(log_.have("127.0.0.1: "));
  EXPECT_TRUE(log_.have("alice: NTLMLogin: 0x8004100E WBEM_E_INVALID_NAMESPACE: no such namespace"));
}

TEST_F(ServerLogin, NeedsImpersonation) {
  dcom::Security security = alice();
  security.impersonation = security::Impersonation::kIdentify;
  const auto login = activate(clsid::kLevel1Login, iid::kLevel1Login, security);
  EXPECT_EQ(log_in(login, to("root")).status.code(), WBEM_E_ACCESS_DENIED);
}

TEST_F(ServerLogin, EncryptedNamespacesNeedPrivacy) {
  services_->encrypted = true;
  dcom::Security signs = alice();
  signs.level = security::Level::kIntegrity;
  EXPECT_EQ(log_in(activate(clsid::kLevel1Login, iid::kLevel1Login, signs), to("root")).status.code(), WBEM_E_ACCESS_DENIED);
  services_->encrypted = false;
  const auto open = services(signs);
  services_->encrypted = true;
  EXPECT_EQ(code_of(open, Operation::kDeleteClass, text("Row")), WBEM_E_ACCESS_DENIED);
  EXPECT_TRUE(services_->calls().empty());
  EXPECT_TRUE(log_in(activate(clsid::kLevel1Login, iid::kLevel1Login), to("root")).status.ok());
}

TEST_F(ServerLogin, ClientInformationIsTaken) {
  const auto login = activate(clsid::kLevel1Login, iid::kLevel1Login);
  const auto id = login->query_interface(iid::kLoginClientId);
  ASSERT_TRUE(id) << id.error().to_string();
  EXPECT_EQ(fault_or_code(*id, 3, [](rpc::NdrWriter& out) { write_client_info(out, {"HOST", 42, 0}); }), 0U);
  const auto helper = login->query_interface(iid::kLoginHelper);
  ASSERT_TRUE(helper);
  EXPECT_EQ(fault_or_code(*helper, 3, [](rpc::NdrWriter& out) { out.octet_string("event"); }), 0U);
  EXPECT_TRUE(login->query_interface(iid::kOpenWmi));
  EXPECT_EQ(login->query_interface(iid::kLoginClientIdEx).error().code(), E_NOINTERFACE);
}

TEST_F(ServerLogin, FixedAnswers) {
  const auto apartment = activate(clsid::kUnsecuredApartment, iid::kUnsecuredApartment);
  EXPECT_EQ(fault_or_code(apartment, 3, [](rpc::NdrWriter& out) { out.pointer(false); }), static_cast<std::uint32_t>(E_UNEXPECTED));
  const auto sinks = activate(clsid::kUnsecuredApartment, iid::kWbemUnsecuredApartment);
  EXPECT_EQ(fault_or_code(sinks, 3), static_cast<std::uint32_t>(E_UNEXPECTED));
  EXPECT_EQ(fault_or_code(sinks, 4), 0x800706D1U);
  for (const Guid& clsid : {clsid::kShutdown1, clsid::kShutdown2}) {
    const auto shutdown = activate(clsid, iid::kShutdown);
    const auto reply = shutdown->call(3, [](rpc::NdrWriter&) {}, 20s);
    EXPECT_TRUE(reply.delivered);
    EXPECT_EQ(static_cast<std::uint32_t>(reply.result), 0x800706BAU);
  }
}

TEST_F(ServerLogin, BrokenStubsAreFaults) {
  const auto login = activate(clsid::kLevel1Login, iid::kLevel1Login);
  const auto reply = login->call(6, [](rpc::NdrWriter& out) { out.u32(1); }, 20s);
  EXPECT_FALSE(reply.delivered);
  EXPECT_EQ(reply.status.code(), rpc::RPC_X_BAD_STUB_DATA);
}

}  // namespace
}  // namespace remote
