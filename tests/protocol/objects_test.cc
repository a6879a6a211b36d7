// Wrong calls on objects, as a whole server answers them: unknown names, broken headers, missing rights, over-long texts
// (MS-DCOM 3.1.1.5, 3.1.2.5; MS-WMI 3.1.4).
#include <gtest/gtest.h>

#include "lab.h"
#include "manager/manager_testing.h"

namespace protocol {
namespace {

using namespace base::codes;

constexpr std::uint32_t number(base::Hresult code) { return static_cast<std::uint32_t>(code); }

class Objects : public ::testing::Test {
 protected:
  Objects() { open(lab_); }
  void open(Lab& lab, const Login& login = {}) {
    client_ = std::make_unique<RawClient>(lab.port());
    EXPECT_TRUE(client_->log_in(login));
    login_ = client_->activate(remote::clsid::kLevel1Login, remote::iid::kLevel1Login);
    services_ = client_->open_namespace(login_);
    EXPECT_NE(services_, Guid{});
  }
  Answer rem_unknown(std::uint16_t opnum, const std::function<void(rpc::NdrWriter&)>& parameters) {
    return client_->exchange({kRemUnknownContext, opnum, lab_.exporter->rem_unknown(), RawClient::orpc(parameters)});
  }
  static rpc::NdrReader behind_header(const Answer& answer) {
    rpc::NdrReader in(answer.stub);
    (void)dcom::OrpcThat::read(in);
    return in;
  }
  Answer exporter(std::uint16_t opnum, std::string stub) { return client_->exchange({kExporterContext, opnum, {}, std::move(stub)}); }

  Lab lab_;
  std::unique_ptr<RawClient> client_;
  Guid login_;
  Guid services_;
};

TEST_F(Objects, UnknownIpids) {
  const Guid unknown{9, 9, 9, {}};
  const Answer answer = client_->services(unknown, Operation::kDeleteInstance, text("Row=1"));
  EXPECT_EQ(answer.fault, 0x80010108U);
  EXPECT_FALSE(answer.executed);
  auto without = RawClient::services_request(unknown, Operation::kDeleteInstance, text("Row=1"));
  without.object.reset();
  EXPECT_EQ(client_->exchange(without).fault, 0x80010108U);

  const Answer queried = rem_unknown(
      dcom::kRemQueryInterface, [&](rpc::NdrWriter& out) { dcom::write_query_interface(out, {unknown, 1, {remote::iid::kServices}}); });
  EXPECT_EQ(queried.code(), number(dcom::RPC_E_INVALID_OBJECT));
  const Answer added = rem_unknown(dcom::kRemAddRef, [&](rpc::NdrWriter& out) { dcom::write_references(out, {{unknown, 1, 0}}); });
  rpc::NdrReader in = behind_header(added);
  const auto results = dcom::read_add_ref_reply(in);
  ASSERT_TRUE(results);
  EXPECT_EQ(results->at(0), dcom::CO_E_OBJNOTREG);
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Objects, UnknownInterfaces) {
  const Answer queried = rem_unknown(dcom::kRemQueryInterface,
                                     [&](rpc::NdrWriter& out) { dcom::write_query_interface(out, {services_, 1, {Guid{8, 8, 8, {}}}}); });
  rpc::NdrReader in = behind_header(queried);
  const auto results = dcom::read_query_interface_reply(in);
  ASSERT_TRUE(results);
  EXPECT_EQ(results->at(0).result, E_NOINTERFACE);
  // The one that Windows' clients ask for and that nobody has described.
  const Answer ex = rem_unknown(dcom::kRemQueryInterface, [&](rpc::NdrWriter& out) {
    dcom::write_query_interface(out, {login_, 1, {remote::iid::kLoginClientIdEx}});
  });
  rpc::NdrReader ex_in = behind_header(ex);
  EXPECT_EQ(dcom::read_query_interface_reply(ex_in)->at(0).result, E_NOINTERFACE);
}

TEST_F(Objects, ReleasedObjectsAreDisconnected) {
  rem_unknown(dcom::kRemRelease, [&](rpc::NdrWriter& out) { dcom::write_references(out, {{services_, 5, 0}}); });
  EXPECT_EQ(client_->services(services_, Operation::kDeleteInstance, text("Row=1")).fault, 0x80010108U);
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Objects, UnknownOxidOidAndSet) {
  for (const bool two : {false, true}) {
    const Answer answer = exporter(two ? dcom::kResolveOxid2 : dcom::kResolveOxid, dcom::write_resolve_oxid({4711, {dcom::kTowerTcp}}));
    const auto reply = dcom::read_resolve_oxid_reply(answer.stub, two);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 0x776U);
  }
  const auto made = dcom::read_complex_ping_reply(exporter(dcom::kComplexPing, dcom::write_complex_ping({0, 1, {}, {}})).stub);
  ASSERT_TRUE(made);
  EXPECT_EQ(dcom::read_complex_ping_reply(exporter(dcom::kComplexPing, dcom::write_complex_ping({made->set, 2, {12345}, {}})).stub)->status,
            0x777U);
  EXPECT_EQ(dcom::read_complex_ping_reply(exporter(dcom::kComplexPing, dcom::write_complex_ping({99, 2, {}, {}})).stub)->status, 0x778U);
  EXPECT_EQ(dcom::read_status(exporter(dcom::kSimplePing, dcom::write_simple_ping(99)).stub), 0x778U);
}

TEST_F(Objects, ExpiredPingSet) {
  const auto write = [&](rpc::NdrWriter& out) {
    remote::write_ntlm_login(out, {.network_resource = "root", .locales = {}, .flags = 0, .context = {}});
  };
  const auto held = RawClient::reference_in(client_->exchange({kLoginContext, 6, login_, RawClient::orpc(write)}));
  ASSERT_TRUE(held);
  const auto made = dcom::read_complex_ping_reply(
      exporter(dcom::kComplexPing, dcom::write_complex_ping({0, 1, {held->remote()->standard.oid}, {}})).stub);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->status, 0U);
  // Kept as long as it is pinged, whatever time goes by.
  for (int i = 0; i < 8; ++i) {
    lab_.advance(120s);
    EXPECT_EQ(dcom::read_status(exporter(dcom::kSimplePing, dcom::write_simple_ping(made->set)).stub), 0U);
  }
  const Guid ipid = held->remote()->standard.ipid;
  EXPECT_EQ(client_->services(ipid, Operation::kDeleteInstance, text("Row=1")).code(), 0U);
  lab_.advance(361s);
  EXPECT_EQ(dcom::read_status(exporter(dcom::kSimplePing, dcom::write_simple_ping(made->set)).stub), 0x778U);
  EXPECT_TRUE(lab_.lets_go([&] { return lab_.exporter->figures().objects == 0; }));
  EXPECT_EQ(client_->services(ipid, Operation::kDeleteInstance, text("Row=1")).fault, 0x80010108U);
  EXPECT_EQ(lab_.executed(), 1U);
}

TEST_F(Objects, OrpcThisFlagsAndVersion) {
  const auto with = [&](dcom::OrpcThis header) {
    const auto write = [](rpc::NdrWriter& out) { remote::write_request(out, Operation::kDeleteInstance, text("Row=1")); };
    return client_->exchange({kServicesContext, 16, services_, RawClient::orpc(write, std::move(header))});
  };
  for (const std::uint32_t flags : {1U, 2U, 0x80000000U}) {
    dcom::OrpcThis header;
    header.flags = flags;
    EXPECT_EQ(with(header).fault, 0x80010111U) << flags;
  }
  for (const dcom::Version version : {dcom::Version{5, 8}, {6, 1}, {4, 7}, {5, 0}, {0, 0}}) {
    dcom::OrpcThis header;
    header.version = version;
    EXPECT_EQ(with(header).fault, 0x80010110U) << version.major << "." << version.minor;
  }
  EXPECT_EQ(client_->exchange({kServicesContext, 16, services_, "short"}).fault, rpc::fault::kBadStubData);
  EXPECT_EQ(lab_.executed(), 0U);
  dcom::OrpcThis old;
  old.version = {5, 1};
  EXPECT_EQ(with(old).code(), 0U);
  EXPECT_EQ(lab_.executed(), 1U);
}

TEST_F(Objects, OverLongNames) {
  const auto name = std::string(4097, 'x');
  const auto path = std::string(8193, 'x');
  const auto sink = std::make_shared<TestSink>();
  const auto refused = [&](Operation operation, remote::ServicesRequest request) {
    if (remote::is_async(operation)) request.sink = lab_.reference(sink);
    EXPECT_EQ(client_->services(services_, operation, request).code(), 0x8004106CU) << cim::operation_name(operation);
  };
  const auto query_of = [](std::size_t length) {
    auto request = text("WQL");
    request.more_text = std::string(length, 'x');
    return request;
  };
  const auto method_of = [](std::string path_text, std::string method) {
    auto request = text(std::move(path_text));
    request.more_text = std::move(method);
    return request;
  };
  refused(Operation::kOpenNamespace, text(std::string(8174, 'x')));
  refused(Operation::kGetObject, text(path));
  refused(Operation::kGetObjectAsync, text(path));
  refused(Operation::kDeleteClass, text(name));
  refused(Operation::kDeleteClassAsync, text(name));
  refused(Operation::kCreateClassEnum, text(name));
  refused(Operation::kCreateClassEnumAsync, text(name));
  refused(Operation::kDeleteInstance, text(path));
  refused(Operation::kDeleteInstanceAsync, text(path));
  refused(Operation::kCreateInstanceEnum, text(name));
  refused(Operation::kCreateInstanceEnumAsync, text(name));
  refused(Operation::kExecQuery, query_of(16385));
  refused(Operation::kExecQueryAsync, query_of(16385));
  refused(Operation::kExecNotificationQuery, [&] {
    auto request = query_of(16385);
    request.flags = 0x30;  // semi-synchronous and forward only, as it must be
    return request;
  }());
  refused(Operation::kExecNotificationQueryAsync, query_of(16385));
  refused(Operation::kExecMethod, method_of(path, "Do"));
  refused(Operation::kExecMethodAsync, method_of("Row=1", name));
  EXPECT_EQ(lab_.executed(), 0U);
  EXPECT_TRUE(sink->batches.empty() && sink->statuses.empty());

  const auto write = [&](rpc::NdrWriter& out) {
    remote::write_ntlm_login(out, {.network_resource = std::string(8174, 'x'), .locales = {}, .flags = 0, .context = {}});
  };
  EXPECT_EQ(client_->exchange({kLoginContext, 6, login_, RawClient::orpc(write)}).code(), 0x8004106CU);
}

TEST_F(Objects, AnothersObjectIsRefused) {
  RawClient bob(lab_.port());
  ASSERT_TRUE(bob.log_in({.user = "bob", .password = "builder"}));
  EXPECT_EQ(bob.services(services_, Operation::kDeleteInstance, text("Row=1")).code(), 0x80041003U);
  EXPECT_EQ(lab_.executed(), 0U);
}

TEST_F(Objects, ARefusedStartLeavesTheSinkAlone) {
  lab_.services->set_script({.start = base::Status(WBEM_E_ACCESS_DENIED, "a right is missing")});
  const auto sink = std::make_shared<TestSink>();
  for (int op = 7; op <= 25; op += 2) {
    remote::ServicesRequest request = query(0);
    request.sink = lab_.reference(sink);
    if (op == 9) request.object = cim::Object(remote::testing::row_class());
    if (op == 15) request.object = cim::Object(row(1));
    EXPECT_EQ(client_->services(services_, static_cast<Operation>(op), request).code(), 0x80041003U) << op;
  }
  EXPECT_EQ(lab_.wmi->figures().operations, 0U);
  EXPECT_TRUE(sink->batches.empty() && sink->statuses.empty());
}

// Rights, over a real object manager.

constexpr const char* kClasses = R"(
class Note { [key] string Name; uint32 Version; };
instance of Note { Name = "a"; Version = 1; };
[dynamic, provider("TestProvider")] class Live { [key] uint32 Number; [static, implemented] uint32 Do([in] uint32 X); };
)";

class Rights : public ::testing::Test {
 protected:
  Rights() {
    auto provider = std::make_shared<manager::testing::FunctionProvider>();
    provider->caps.methods = true;
    provider->on_method = [this](manager::MethodCall& call) -> base::Status {
      ++methods_;
      return call.out("ReturnValue", cim::Value::uint(0));
    };
    manager_ = std::make_unique<manager::testing::TestManager>(
        std::vector<manager::ProviderRegistration>{{"TestProvider", "Live", std::move(provider)}});
    manager_->compile(kClasses);
    Lab::Options options;
    options.locator = manager_->manager.get();
    options.caller_of = [this](const security::Peer& peer) {
      cim::Caller caller;
      caller.account = peer.user;
      caller.embedded = true;  // so that max_rights are the rights
      caller.max_rights = rights_;
      caller.administrator = peer.user == "alice";
      caller.remote = remote_;
      caller.sids = {"S-1-5-11"};
      return caller;
    };
    lab_ = std::make_unique<Lab>(std::move(options));
  }
  ~Rights() override {
    client_.reset();
    lab_.reset();
  }

  std::uint32_t log_in() {
    client_ = std::make_unique<RawClient>(lab_->port());
    EXPECT_TRUE(client_->log_in({.user = "bob", .password = "builder"}));
    const Guid login = client_->activate(remote::clsid::kLevel1Login, remote::iid::kLevel1Login);
    const auto write = [&](rpc::NdrWriter& out) {
      remote::write_ntlm_login(out, {.network_resource = "root\\cimv2", .locales = {}, .flags = 0, .context = {}});
    };
    const Answer answer = client_->exchange({kLoginContext, 6, login, RawClient::orpc(write)});
    const auto reference = RawClient::reference_in(answer);
    if (reference) services_ = reference->remote()->standard.ipid;
    return answer.code();
  }
  /// The start of an asynchronous operation, then its final status; the latter 0xFFFFFFFF when the sink was not called.
  std::pair<std::uint32_t, std::uint32_t> start(Operation operation, remote::ServicesRequest request) {
    const auto sink = std::make_shared<TestSink>();
    request.sink = lab_->reference(sink);
    const std::uint32_t started = client_->services(services_, operation, request).code();
    if (started == 0) {
      EXPECT_TRUE(sink->wait_final());
    }
    EXPECT_TRUE(eventually([&] { return lab_->wmi->figures().operations == 0; }));
    return {started, sink->statuses.empty() ? 0xFFFFFFFF : number(sink->final_code())};
  }
  remote::ServicesRequest note() const {
    cim::ClassBuilder builder("Other");
    EXPECT_TRUE(builder.put_property("Name", {cim::CimType::kString}).ok());
    remote::ServicesRequest out = text("");
    out.text.reset();
    out.object = cim::Object(*builder.build());
    return out;
  }
  remote::ServicesRequest note_instance() const {
    cim::ClassBuilder builder("Note");
    EXPECT_TRUE(builder.put_property("Name", {cim::CimType::kString}).ok());
    EXPECT_TRUE(builder.put_property("Version", {cim::CimType::kUint32}).ok());
    EXPECT_TRUE(builder.put_property_qualifier("Name", cim::Qualifier{"key", {cim::CimType::kBoolean}, cim::Value::boolean(true), 0}).ok());
    cim::InstanceBuilder instance(*builder.build());
    EXPECT_TRUE(instance.set("Name", cim::Value::text("b")).ok());
    remote::ServicesRequest out;
    out.object = cim::Object(instance.build());
    return out;
  }
  static remote::ServicesRequest method() {
    auto out = text("Live");
    out.more_text = "Do";
    return out;
  }

  std::uint32_t rights_ = cim::right::kEnable;
  bool remote_ = false;
  std::atomic<int> methods_{0};
  std::unique_ptr<manager::testing::TestManager> manager_;
  std::unique_ptr<Lab> lab_;
  std::unique_ptr<RawClient> client_;
  Guid services_;
};

TEST_F(Rights, LoginNeedsEnableAndRemoteEnable) {
  remote_ = true;
  rights_ = cim::right::kAll;  // but the namespace's descriptor gives no REMOTE_ENABLE to everybody
  EXPECT_EQ(log_in(), 0x80041003U);
  remote_ = false;
  rights_ = 0;
  EXPECT_EQ(log_in(), 0x80041003U);
  rights_ = cim::right::kEnable;
  EXPECT_EQ(log_in(), 0U);
}

TEST_F(Rights, OperationsThatAreRefusedBeforeTheyStart) {
  constexpr auto kNever = std::pair{0x80041003U, 0xFFFFFFFFU};
  ASSERT_EQ(log_in(), 0U);
  EXPECT_EQ(client_->services(services_, Operation::kExecMethod, method()).code(), 0x80041003U);
  EXPECT_EQ(start(Operation::kExecMethodAsync, method()), kNever);
  EXPECT_EQ(client_->services(services_, Operation::kQueryObjectSink, {}).code(), 0x80041003U);
  EXPECT_EQ(methods_, 0);
  rights_ = cim::right::kEnable | cim::right::kMethodExecute;
  ASSERT_EQ(log_in(), 0U);
  EXPECT_NE(start(Operation::kExecMethodAsync, method()).first, 0x80041003U);
}

TEST_F(Rights, WhatDoesNotExistFailsBeforeTheStart) {
  // MS-WMI 3.1.4.3.15, .17.
  rights_ = cim::right::kAll;
  ASSERT_EQ(log_in(), 0U);
  EXPECT_EQ(start(Operation::kCreateInstanceEnumAsync, text("Missing")), std::pair(0x80041010U, 0xFFFFFFFFU));
  EXPECT_EQ(start(Operation::kCreateInstanceEnumAsync, text("Note")), std::pair(0U, 0U));
  EXPECT_EQ(start(Operation::kDeleteInstanceAsync, text("Note.Name=\"missing\"")), std::pair(0x80041002U, 0xFFFFFFFFU));
  EXPECT_EQ(start(Operation::kDeleteInstanceAsync, text("Missing.Name=\"a\"")), std::pair(0x80041010U, 0xFFFFFFFFU));
  EXPECT_EQ(start(Operation::kDeleteInstanceAsync, text("Note.Name=\"a\"")), std::pair(0U, 0U));
}

TEST_F(Rights, WritesAreRefused) {
  // MS-WMI 3.1.4.3.7, .9, .13, .15: the synchronous form says it itself, the asynchronous one after its start.
  constexpr auto kLater = std::pair{0U, 0x80041003U};
  ASSERT_EQ(log_in(), 0U);
  EXPECT_EQ(client_->services(services_, Operation::kPutClass, note()).code(), 0x80041003U);
  EXPECT_EQ(start(Operation::kPutClassAsync, note()), kLater);
  EXPECT_EQ(client_->services(services_, Operation::kDeleteClass, text("Note")).code(), 0x80041003U);
  EXPECT_EQ(start(Operation::kDeleteClassAsync, text("Note")), kLater);
  EXPECT_EQ(client_->services(services_, Operation::kPutInstance, note_instance()).code(), 0x80041003U);
  EXPECT_EQ(start(Operation::kPutInstanceAsync, note_instance()), kLater);
  EXPECT_EQ(client_->services(services_, Operation::kDeleteInstance, text("Note.Name=\"a\"")).code(), 0x80041003U);
  EXPECT_EQ(start(Operation::kDeleteInstanceAsync, text("Note.Name=\"a\"")), kLater);
  // Reading is allowed, and what was to be written is as it was.
  EXPECT_EQ(client_->services(services_, Operation::kGetObject, text("Note.Name=\"a\"")).code(), 0U);
  EXPECT_EQ(client_->services(services_, Operation::kGetObject, text("Note.Name=\"b\"")).code(), 0x80041002U);
  EXPECT_EQ(client_->services(services_, Operation::kGetObject, text("Other")).code(), 0x80041002U);
}

}  // namespace
}  // namespace protocol
