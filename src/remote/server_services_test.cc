// IWbemServices with one result: synchronous, semi-synchronous, what is checked before start (MS-WMI 3.1.4.3, 3.1.4.5).
#include "remote/testing/served.h"

namespace remote {
namespace {

using namespace remote::testing;
using cim::flag::kReturnImmediately;

class ServerServices : public ServerTest {
 protected:
  ServicesRequest put_row() {
    ServicesRequest request;
    request.object = cim::Object(row(7));
    return request;
  }
  ServicesRequest method(bool wants_object = true) {
    ServicesRequest request = text("Row");
    request.more_text = "Do";
    request.wants_object = wants_object;
    return request;
  }
  dcom::ProxyPtr result_of(const dcom::ProxyPtr& services, const Reply<ServicesReply>& reply) {
    EXPECT_TRUE(reply.status.ok()) << reply.status.to_string();
    EXPECT_TRUE(reply.value.call_result.has_value());
    return reply.value.call_result ? *services->unmarshal(*reply.value.call_result) : nullptr;
  }
};

TEST_F(ServerServices, GetObjectGivesTheObject) {
  services_->set_script({.batches = {rows(7, 1)}, .on_thread = true});
  const auto reply = call(services(), Operation::kGetObject, text("Row=7", cim::flag::kUseAmendedQualifiers));
  ASSERT_TRUE(reply.status.ok()) << reply.status.to_string();
  ASSERT_TRUE(reply.value.object);
  EXPECT_EQ(id_of(*reply.value.object), 7U);
  ASSERT_EQ(services_->calls().size(), 1U);
  EXPECT_EQ(services_->calls()[0].text, "Row=7");
  EXPECT_EQ(services_->calls()[0].options.flags, cim::flag::kUseAmendedQualifiers);
  EXPECT_FALSE(services_->calls()[0].options.caller_waits);  // no network thread waits
}

TEST_F(ServerServices, GetObjectWithoutTheFlagHasNoCallResult) {
  services_->set_script({.batches = {rows(7, 1)}});
  ServicesRequest request = text("Row=7");
  request.wants_result = true;
  const auto reply = call(services(), Operation::kGetObject, request);
  EXPECT_TRUE(reply.status.ok());
  EXPECT_TRUE(reply.value.object);
  EXPECT_FALSE(reply.value.call_result);
}

TEST_F(ServerServices, FailuresCarryCodeAndText) {
  const auto proxy = services();
  services_->set_script({.end = WBEM_E_NOT_FOUND, .error = extended_status("no Row 7 here")});
  auto reply = call(proxy, Operation::kGetObject, text("Row=7"));
  EXPECT_EQ(reply.status.code(), WBEM_E_NOT_FOUND);
  EXPECT_EQ(reply.status.text(), "no Row 7 here");
  EXPECT_FALSE(reply.value.object);
  EXPECT_TRUE(log_.have("GetObject: 0x80041002 WBEM_E_NOT_FOUND: no Row 7 here"));
  services_->set_script({.start = base::Status(WBEM_E_ACCESS_DENIED, "rights missing")});
  for (int op = 3; op <= 25; ++op) {
    const auto operation = static_cast<Operation>(op);
    if (operation == Operation::kCancelAsyncCall || operation == Operation::kQueryObjectSink) continue;
    ServicesRequest request = text("Row");
    request.more_text = "SELECT * FROM Row";
    if (operation == Operation::kExecNotificationQuery) request.flags = 0x30;
    if (operation == Operation::kPutClass || operation == Operation::kPutClassAsync) request.object = cim::Object(row_class());
    if (operation == Operation::kPutInstance || operation == Operation::kPutInstanceAsync) request.object = cim::Object(row(1));
    const auto sink = std::make_shared<TestSink>();
    request.sink = reference(sink);
    EXPECT_EQ(code_of(proxy, operation, request), WBEM_E_ACCESS_DENIED) << cim::operation_name(operation);
    EXPECT_TRUE(sink->statuses.empty());
  }
  EXPECT_EQ(server_->figures().operations, 0U);
}

TEST_F(ServerServices, FlagsOutsideTheListAreRefused) {
  const auto proxy = services();
  for (int op = 3; op <= 25; ++op) {
    const auto operation = static_cast<Operation>(op);
    if (operation == Operation::kCancelAsyncCall) continue;
    ServicesRequest request = text("Row", 0x400000);
    request.more_text = "x";
    if (operation == Operation::kPutClass || operation == Operation::kPutClassAsync) request.object = cim::Object(row_class());
    if (operation == Operation::kPutInstance || operation == Operation::kPutInstanceAsync) request.object = cim::Object(row(1));
    request.sink = reference(std::make_shared<TestSink>());
    EXPECT_EQ(code_of(proxy, operation, request), WBEM_E_INVALID_PARAMETER) << cim::operation_name(operation);
  }
  EXPECT_EQ(code_of(proxy, Operation::kGetObjectAsync,
                    [&] {
                      ServicesRequest request = text("Row", kReturnImmediately);  // of the synchronous list alone
                      request.sink = reference(std::make_shared<TestSink>());
                      return request;
                    }()),
            WBEM_E_INVALID_PARAMETER);
  EXPECT_TRUE(services_->calls().empty());
}

TEST_F(ServerServices, OverlongTextsAreRefused) {
  const auto proxy = services();
  const auto with = [&](std::size_t length, std::size_t more = 0) {
    ServicesRequest request = text(std::string(length, 'x'));
    if (more != 0) request.more_text = std::string(more, 'y');
    request.sink = reference(std::make_shared<TestSink>());
    return request;
  };
  for (const auto& [operation, most] : {std::pair{Operation::kDeleteClass, kMaxIdentifier},
                                        {Operation::kDeleteClassAsync, kMaxIdentifier},
                                        {Operation::kCreateClassEnum, kMaxIdentifier},
                                        {Operation::kCreateInstanceEnumAsync, kMaxIdentifier},
                                        {Operation::kDeleteInstance, kMaxPath},
                                        {Operation::kDeleteInstanceAsync, kMaxPath}}) {
    EXPECT_EQ(code_of(proxy, operation, with(most + 1)), WBEM_E_QUOTA_VIOLATION) << cim::operation_name(operation);
    EXPECT_NE(code_of(proxy, operation, with(most)), WBEM_E_QUOTA_VIOLATION) << cim::operation_name(operation);
  }
  EXPECT_EQ(code_of(proxy, Operation::kExecQuery, with(3, kMaxQuery + 1)), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(code_of(proxy, Operation::kExecQueryAsync, with(3, kMaxQuery + 1)), WBEM_E_QUOTA_VIOLATION);
  EXPECT_NE(code_of(proxy, Operation::kExecQuery, with(3, kMaxQuery)), WBEM_E_QUOTA_VIOLATION);
}

TEST_F(ServerServices, NullsAreRefused) {
  const auto proxy = services();
  ServicesRequest nothing;
  for (const Operation operation : {Operation::kOpenNamespace, Operation::kPutClass, Operation::kPutInstance}) {
    EXPECT_EQ(code_of(proxy, operation, nothing), WBEM_E_INVALID_PARAMETER) << cim::operation_name(operation);
  }
  EXPECT_EQ(code_of(proxy, Operation::kExecMethod, method(false)), WBEM_E_INVALID_PARAMETER);
  for (int op = 7; op <= 25; op += 2) {
    ServicesRequest request = text("Row");
    request.object = cim::Object(row_class());
    if (op == 15) request.object = cim::Object(row(1));
    if (op == 25) request.object.reset();
    EXPECT_EQ(code_of(proxy, static_cast<Operation>(op), request), WBEM_E_INVALID_PARAMETER) << op;
  }
  EXPECT_EQ(code_of(proxy, Operation::kCancelAsyncCall, nothing), WBEM_E_INVALID_PARAMETER);
  // Immediate without a pointer for the call result
  for (const Operation operation :
       {Operation::kOpenNamespace, Operation::kGetObject, Operation::kDeleteClass, Operation::kDeleteInstance, Operation::kExecMethod}) {
    EXPECT_EQ(code_of(proxy, operation, text("Row", kReturnImmediately)), WBEM_E_INVALID_PARAMETER) << cim::operation_name(operation);
  }
  EXPECT_TRUE(services_->calls().empty());
}

TEST_F(ServerServices, PutsOfTheWrongKindAreRefused) {
  const auto proxy = services();
  ServicesRequest request;
  request.object = cim::Object(row_class());
  EXPECT_EQ(code_of(proxy, Operation::kPutInstance, request), WBEM_E_INVALID_PARAMETER);
  request.object = cim::Object(row(1));
  EXPECT_EQ(code_of(proxy, Operation::kPutClass, request), WBEM_E_INVALID_PARAMETER);
}

TEST_F(ServerServices, SynchronousCallsAnswerThroughACallResultTooWhenAsked) {
  const auto proxy = services();
  services_->set_script({.text = "Row=7", .on_thread = true});
  ServicesRequest request = put_row();
  request.wants_result = true;
  const auto result = result_of(proxy, call(proxy, Operation::kPutInstance, request));
  const auto status = call_status(result, 0);  // as impacket asks
  EXPECT_EQ(status.status.code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(status.value, WBEM_S_NO_ERROR);
  const auto reply = result->call(4, [](rpc::NdrWriter& out) { write_timeout(out, 0); });
  rpc::NdrReader in = reply.results();
  EXPECT_EQ(*read_result_string(in), "Row=7");

  services_->set_script({.end = WBEM_E_ACCESS_DENIED});
  const auto failed = call(proxy, Operation::kPutInstance, request);
  EXPECT_EQ(failed.status.code(), WBEM_E_ACCESS_DENIED);
  EXPECT_FALSE(failed.value.call_result);
}

TEST_F(ServerServices, SemiSynchronousCallsGiveACallResult) {
  const auto proxy = services();
  services_->set_script({.batches = {rows(7, 1)}, .on_thread = true, .pause = 50ms});
  ServicesRequest request = text("Row=7", kReturnImmediately);
  request.wants_result = true;
  const auto reply = call(proxy, Operation::kGetObject, request);
  EXPECT_FALSE(reply.value.object);
  const auto result = result_of(proxy, reply);
  EXPECT_EQ(call_status(result, 0).status.code(), WBEM_S_TIMEDOUT);
  const auto got = result->call(3, [](rpc::NdrWriter& out) { write_timeout(out, cim::kInfinite); });
  ASSERT_TRUE(got.status.ok());
  rpc::NdrReader in = got.results();
  EXPECT_EQ(id_of(**read_object(in, nullptr)), 7U);
  EXPECT_EQ(fault_or_code(result, 4, [](rpc::NdrWriter& out) { write_timeout(out, 0); }),
            static_cast<std::uint32_t>(WBEM_E_INVALID_OPERATION));
  EXPECT_EQ(fault_or_code(result, 5, [](rpc::NdrWriter& out) { write_timeout(out, 0); }),
            static_cast<std::uint32_t>(WBEM_E_INVALID_OPERATION));
  EXPECT_EQ(fault_or_code(result, 7), 0x800706D1U);
}

TEST_F(ServerServices, CallResultsTimeOutByTheClock) {
  const auto proxy = services();
  services_->set_script({.ends = false});
  ServicesRequest request = text("Row=7", kReturnImmediately);
  request.wants_result = true;
  const auto result = result_of(proxy, call(proxy, Operation::kDeleteInstance, request));
  std::atomic<bool> answered{false};
  base::Hresult code = WBEM_S_PENDING;
  result->call(
      6, [](rpc::NdrWriter& out) { write_timeout(out, 5000); }, 20s,
      [&](const dcom::ObjectReply& reply) {
        code = reply.status.code();
        answered = true;
      });
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(answered);
  EXPECT_TRUE(eventually([&] {
    advance(1s);
    return answered.load();
  }));
  EXPECT_EQ(code, WBEM_S_TIMEDOUT);
}

TEST_F(ServerServices, SemiSynchronousFailures) {
  const auto proxy = services();
  services_->set_script({.end = WBEM_E_NOT_FOUND});
  ServicesRequest request = text("Row=7", kReturnImmediately);
  request.wants_result = true;
  const auto result = result_of(proxy, call(proxy, Operation::kDeleteInstance, request));
  const auto status = call_status(result, 0);
  EXPECT_EQ(status.status.code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(status.value, WBEM_E_NOT_FOUND);
  EXPECT_EQ(fault_or_code(result, 3, [](rpc::NdrWriter& out) { write_timeout(out, 0); }), static_cast<std::uint32_t>(WBEM_E_NOT_FOUND));
  services_->set_script({.start = base::Status(WBEM_E_INVALID_OBJECT_PATH)});
  const auto refused = call(proxy, Operation::kDeleteInstance, request);
  EXPECT_EQ(refused.status.code(), WBEM_E_INVALID_OBJECT_PATH);
  EXPECT_FALSE(refused.value.call_result);
}

TEST_F(ServerServices, OfAPutClassNoPathComesBack) {
  const auto proxy = services();
  services_->set_script({.text = "Row"});
  ServicesRequest request;
  request.object = cim::Object(row_class());
  request.wants_result = true;
  const auto result = result_of(proxy, call(proxy, Operation::kPutClass, request));
  EXPECT_EQ(fault_or_code(result, 4, [](rpc::NdrWriter& out) { write_timeout(out, 0); }),
            static_cast<std::uint32_t>(WBEM_E_INVALID_OPERATION));
}

TEST_F(ServerServices, OpenNamespaceBothWays) {
  const auto proxy = services();
  auto child = std::make_shared<Namespace>();
  services_->set_script({.opened = child});
  const auto sync = call(proxy, Operation::kOpenNamespace, text("child"));
  ASSERT_TRUE(sync.status.ok());
  ASSERT_TRUE(sync.value.reference);
  const auto opened = *proxy->unmarshal(*sync.value.reference);
  EXPECT_EQ(code_of(opened, Operation::kDeleteClass, text("Row")), WBEM_S_NO_ERROR);
  EXPECT_EQ(child->calls().size(), 1U);

  ServicesRequest semi = text("child", kReturnImmediately);
  semi.wants_result = true;
  const auto reply = call(proxy, Operation::kOpenNamespace, semi);
  EXPECT_FALSE(reply.value.reference);
  const auto result = result_of(proxy, reply);
  const auto got = result->call(5, [](rpc::NdrWriter& out) { write_timeout(out, cim::kInfinite); });
  EXPECT_NE(proxy_in(*result, got), nullptr);

  ServicesRequest with_context = text("child");
  auto context = std::make_shared<cim::Context>();
  context->put("x", {cim::CimType::kSint32}, cim::Value::sint(1));
  with_context.context = context;
  EXPECT_EQ(code_of(proxy, Operation::kOpenNamespace, with_context), WBEM_E_INVALID_PARAMETER);
  child->encrypted = true;
  dcom::Security signs = alice();
  signs.level = security::Level::kIntegrity;
  EXPECT_EQ(code_of(services(signs), Operation::kOpenNamespace, text("child")), WBEM_E_ACCESS_DENIED);
  services_->set_script({});  // lets go of the child
}

TEST_F(ServerServices, ExecMethodGivesItsOutParameters) {
  const auto proxy = services();
  services_->set_script({.batches = {rows(0, 1)}});
  const auto reply = call(proxy, Operation::kExecMethod, method());
  ASSERT_TRUE(reply.status.ok());
  EXPECT_TRUE(reply.value.object);
  services_->set_script({});
  const auto nothing = call(proxy, Operation::kExecMethod, method());
  EXPECT_TRUE(nothing.status.ok());
  EXPECT_FALSE(nothing.value.object);
}

TEST_F(ServerServices, ObjectsServeTheirPrincipalAlone) {
  const auto proxy = services();
  const auto theirs = services(bob());
  services_->set_script({.text = "Row=7", .opened = nullptr});
  // bob's connection, alice's object
  const auto other = activate(clsid::kLevel1Login, iid::kLevel1Login, bob());
  rpc::ConnectionEnds ends;
  const auto object = served_->exporter->find(
      dcom::Objref{iid::kServices, dcom::RemoteObject{{0, 5, served_->exporter->oxid(), proxy->oid(), proxy->ipid()}, {}, {}}});
  ASSERT_NE(object, nullptr);
  dcom::RemoteObject stolen;
  stolen.standard = {dcom::StdObjref::kNoPing, 5, served_->exporter->oxid(), proxy->oid(), proxy->ipid()};
  const auto thief = other->unmarshal(dcom::Objref{iid::kServices, stolen});
  ASSERT_TRUE(thief) << thief.error().to_string();
  EXPECT_EQ(code_of(*thief, Operation::kDeleteClass, text("Row")), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(code_of(proxy, Operation::kDeleteClass, text("Row")), WBEM_S_NO_ERROR);
  EXPECT_TRUE(log_.have("bob: DeleteClass: 0x80041003"));
}

TEST_F(ServerServices, UnknownOpnumsAreFaults) {
  const auto proxy = services();
  for (const std::uint16_t opnum : {26, 259}) EXPECT_EQ(fault_or_code(proxy, opnum), 0x800706D1U);
}

TEST_F(ServerServices, BrokenAndMalformedRequests) {
  const auto proxy = services();
  EXPECT_EQ(fault_or_code(proxy, 6, [](rpc::NdrWriter& out) { out.u32(5); }), static_cast<std::uint32_t>(rpc::RPC_X_BAD_STUB_DATA));
  // Sound NDR around an object that is none: an HRESULT (3.1.4)
  const auto reply = proxy->call(
      14,
      [](rpc::NdrWriter& out) {
        std::string octets;
        dcom::append_custom(octets, iid::kClassObject, clsid::kClassObjectUnmarshaler, "rubbish");
        out.pointer();
        dcom::write_interface(out, octets);
        out.u32(0);
        out.pointer(false);
        out.pointer(false);
      },
      20s);
  EXPECT_TRUE(reply.delivered) << reply.status.to_string();
  EXPECT_EQ(reply.status.code(), WBEM_E_INVALID_OBJECT);
}

TEST_F(ServerServices, AVanishedCallerCancels) {
  services_->set_script({.ends = false});
  const auto proxy = services();
  const auto id = proxy->call(
      16, [](rpc::NdrWriter& out) { write_request(out, Operation::kDeleteInstance, text("Row=1")); }, 60s, [](const dcom::ObjectReply&) {});
  EXPECT_TRUE(eventually([&] { return services_->calls().size() == 1; }));
  proxy->cancel(id);
  EXPECT_TRUE(eventually([&] { return services_->ended() == 1; }));
  EXPECT_EQ(services_->cancellations(), 1);
}

TEST_F(ServerServices, TooManyRequests) {
  Server::Options options;
  options.max_requests = 2;
  client_.reset();
  start(options);
  services_->set_script({.ends = false});
  const auto proxy = services();
  std::atomic<int> answers{0};
  for (int i = 0; i < 2; ++i) {
    proxy->call(
        16, [](rpc::NdrWriter& out) { write_request(out, Operation::kDeleteInstance, text("Row=1")); }, 60s,
        [&](const dcom::ObjectReply&) { ++answers; });
  }
  EXPECT_TRUE(eventually([&] { return services_->calls().size() == 2; }));
  EXPECT_EQ(code_of(proxy, Operation::kDeleteInstance, text("Row=1")), WBEM_E_SERVER_TOO_BUSY);
  server_->shut_down(0ms);
  EXPECT_TRUE(eventually([&] { return answers == 2; }));
}

TEST_F(ServerServices, ShuttingDown) {
  services_->set_script({.ends = false});
  const auto proxy = services();
  std::atomic<int> ended{0};
  proxy->call(
      16, [](rpc::NdrWriter& out) { write_request(out, Operation::kDeleteInstance, text("Row=1")); }, 60s,
      [&](const dcom::ObjectReply& reply) { ended = reply.status.code() == WBEM_E_SHUTTING_DOWN ? 1 : -1; });
  EXPECT_TRUE(eventually([&] { return services_->calls().size() == 1; }));
  const auto enumerator = query(proxy, 0x30);
  std::atomic<int> read{0};
  enumerator->call(
      4, [](rpc::NdrWriter& out) { write_next(out, {cim::kInfinite, 1}); }, 60s,
      [&](const dcom::ObjectReply& reply) { read = reply.status.code() == WBEM_E_SHUTTING_DOWN ? 1 : -1; });
  std::this_thread::sleep_for(50ms);
  server_->shut_down(100ms);
  EXPECT_TRUE(eventually([&] { return ended != 0 && read != 0; }));
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(read, 1);
  EXPECT_EQ(code_of(proxy, Operation::kDeleteInstance, text("Row=1")), WBEM_E_SHUTTING_DOWN);
}

}  // namespace
}  // namespace remote
