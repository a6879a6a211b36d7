// Asynchronous operations and their callbacks (MS-WMI 3.1.1.1.1, 3.1.2.2, 3.1.4.2, 3.1.4.3.2, 3.1.6.1).
#include "remote/async_call.h"
#include "remote/testing/served.h"

namespace remote {
namespace {

using namespace remote::testing;

class ServerAsync : public ServerTest {
 protected:
  base::Hresult start_query(const dcom::ProxyPtr& services, const std::shared_ptr<TestSink>& sink, std::uint32_t flags = 0) {
    ServicesRequest request = with_sink(sink, text("WQL", flags));
    request.more_text = "SELECT * FROM Row";
    return code_of(services, Operation::kExecQueryAsync, request);
  }
  base::Hresult cancel(const dcom::ProxyPtr& services, const std::shared_ptr<TestSink>& sink) {
    return code_of(services, Operation::kCancelAsyncCall, with_sink(sink));
  }
  std::shared_ptr<TestSink> sink_ = std::make_shared<TestSink>();
};

TEST_F(ServerAsync, RowsThenOneFinalStatus) {
  services_->set_script({.batches = {rows(0, 3), rows(3, 2)}, .on_thread = true});
  EXPECT_EQ(start_query(services(), sink_), WBEM_S_NO_ERROR);
  ASSERT_TRUE(sink_->wait_final());
  EXPECT_EQ(sink_->rows(), 5U);
  EXPECT_EQ(sink_->batches.size(), 2U);
  EXPECT_EQ(sink_->statuses.size(), 1U);
  EXPECT_EQ(sink_->final_code(), WBEM_S_NO_ERROR);
  EXPECT_FALSE(sink_->statuses[0].text);
  EXPECT_FALSE(sink_->statuses[0].object);
  EXPECT_EQ(sink_->outstanding, 1);
  EXPECT_EQ(sink_->last_level, security::Level::kPrivacy);
  // The reference goes with the operation
  EXPECT_TRUE(eventually([&] { return server_->figures().operations == 0 && sink_->releases == 1; }));
}

TEST_F(ServerAsync, EveryMethodStartsItsOperation) {
  const auto proxy = services();
  for (int op = 7; op <= 25; op += 2) {
    ServicesRequest request = with_sink(std::make_shared<TestSink>());
    request.more_text = "SELECT * FROM Row";
    if (op == 9) request.object = cim::Object(row_class());
    if (op == 15) request.object = cim::Object(row(1));
    EXPECT_EQ(code_of(proxy, static_cast<Operation>(op), request), WBEM_S_NO_ERROR) << op;
    EXPECT_EQ(services_->calls().back().op, static_cast<Operation>(op));
  }
}

TEST_F(ServerAsync, FailuresBringTheErrorObject) {
  services_->set_script({.end = WBEM_E_INVALID_CLASS, .error = extended_status("no class Row")});
  EXPECT_EQ(start_query(services(), sink_), WBEM_S_NO_ERROR);
  ASSERT_TRUE(sink_->wait_final());
  EXPECT_EQ(sink_->final_code(), WBEM_E_INVALID_CLASS);
  ASSERT_TRUE(sink_->statuses[0].object);
  EXPECT_EQ(*sink_->statuses[0].object->get("Description"), cim::Value::text("no class Row"));
  EXPECT_FALSE(sink_->statuses[0].text);
  EXPECT_TRUE(log_.have("127.0.0.1: alice: ExecQueryAsync: 0x80041010 WBEM_E_INVALID_CLASS: no class Row"));
}

TEST_F(ServerAsync, PathOfAPutInstanceOnly) {
  const auto proxy = services();
  services_->set_script({.text = "Row=7"});
  ServicesRequest request = with_sink(sink_);
  request.object = cim::Object(row(7));
  EXPECT_EQ(code_of(proxy, Operation::kPutInstanceAsync, request), WBEM_S_NO_ERROR);
  ASSERT_TRUE(sink_->wait_final());
  EXPECT_EQ(sink_->statuses[0].text, "Row=7");
  const auto other = std::make_shared<TestSink>();
  request = with_sink(other);
  request.object = cim::Object(row_class());
  EXPECT_EQ(code_of(proxy, Operation::kPutClassAsync, request), WBEM_S_NO_ERROR);
  ASSERT_TRUE(other->wait_final());
  EXPECT_FALSE(other->statuses[0].text);
}

TEST_F(ServerAsync, RefusedCallsDoNotTouchTheSink) {
  services_->set_script({.start = base::Status(WBEM_E_INVALID_QUERY, "no")});
  const auto proxy = services();
  EXPECT_EQ(start_query(proxy, sink_), WBEM_E_INVALID_QUERY);
  EXPECT_EQ(server_->figures().operations, 0U);
  EXPECT_EQ(callbacks_->figures().connections, 0U);
}

TEST_F(ServerAsync, WithoutCredentialsForTheSinkItIsRefused) {
  Server::Options options;
  options.callbacks.security_for = [](const security::Peer&) -> base::Result<dcom::Security> {
    return base::fail(WBEM_E_ACCESS_DENIED, "no hash of that account");
  };
  client_.reset();
  start(options);
  const auto proxy = services();
  const auto reply = call(proxy, Operation::kExecQueryAsync, [&] {
    ServicesRequest request = with_sink(sink_, text("WQL"));
    request.more_text = "x";
    return request;
  }());
  EXPECT_EQ(reply.status.code(), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(reply.status.text(), "no hash of that account");
  EXPECT_TRUE(services_->calls().empty());
}

TEST_F(ServerAsync, FirstIndicateIsPlainThenAsTheSinkSays) {
  const auto proxy = services();
  services_->set_script({.batches = {rows(0, 3), rows(3, 2), rows(5, 1)}});
  sink_->answer = WBEM_S_NEW_STYLE;
  EXPECT_EQ(start_query(proxy, sink_), WBEM_S_NO_ERROR);
  ASSERT_TRUE(sink_->wait_final());
  EXPECT_EQ(sink_->rows(), 6U);
  EXPECT_EQ(sink_->plain_calls, (std::vector<bool>{true, false, false}));
  const auto old = std::make_shared<TestSink>();
  EXPECT_EQ(start_query(proxy, old), WBEM_S_NO_ERROR);
  ASSERT_TRUE(old->wait_final());
  EXPECT_EQ(old->plain_calls, (std::vector<bool>{true, true, true}));
}

TEST_F(ServerAsync, LargeBatchesAreSplit) {
  services_->set_script({.batches = {rows(0, 100, 10'000)}});
  EXPECT_EQ(start_query(services(), sink_), WBEM_S_NO_ERROR);
  ASSERT_TRUE(sink_->wait_final());
  EXPECT_EQ(sink_->rows(), 100U);
  EXPECT_GE(sink_->batches.size(), 4U);
  EXPECT_EQ(sink_->outstanding, 1);
  std::uint64_t id = 0;
  for (const cim::Batch& batch : sink_->batches) {
    EXPECT_LE(batch.octets(), AsyncCall::kMaxBatchOctets);
    for (std::size_t i = 0; i < batch.size(); ++i) EXPECT_EQ(id_of(batch.object(i)), id++);
  }
}

TEST_F(ServerAsync, ASlowSinkSlowsTheOperation) {
  services_->set_script({.batches = {rows(0, 1), rows(1, 1), rows(2, 1)}, .on_thread = true});
  sink_->hang = true;
  EXPECT_EQ(start_query(services(), sink_), WBEM_S_NO_ERROR);
  EXPECT_TRUE(sink_->wait_for([&] { return sink_->batches.size() == 1; }));
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(services_->indicated(), 1);
  EXPECT_EQ(services_->waiting(), 1);
  sink_->hang = false;
  sink_->let_go();
  ASSERT_TRUE(sink_->wait_final());
  EXPECT_EQ(sink_->rows(), 3U);
  EXPECT_EQ(sink_->outstanding, 1);
}

TEST_F(ServerAsync, AFailingSinkEndsTheOperation) {
  services_->set_script({.batches = {rows(0, 1), rows(1, 1)}});
  sink_->answer = E_FAIL;
  EXPECT_EQ(start_query(services(), sink_), WBEM_S_NO_ERROR);
  ASSERT_TRUE(sink_->wait_final());
  EXPECT_EQ(sink_->rows(), 1U);
  EXPECT_EQ(sink_->final_code(), WBEM_E_CALL_CANCELLED);
  EXPECT_TRUE(eventually([&] { return server_->figures().operations == 0; }));
  EXPECT_TRUE(log_.have("127.0.0.1: alice: ExecQueryAsync: callback failed: 0x80004005"));
}

TEST_F(ServerAsync, TheSinkTimerEndsIt) {
  services_->set_script({.batches = {rows(0, 1), rows(1, 1)}});
  sink_->hang = true;
  EXPECT_EQ(start_query(services(), sink_), WBEM_S_NO_ERROR);
  EXPECT_TRUE(sink_->wait_for([&] { return sink_->batches.size() == 1; }));
  advance(29s);
  std::this_thread::sleep_for(30ms);
  EXPECT_EQ(services_->ended(), 0);
  advance(2s);
  EXPECT_TRUE(eventually([&] { return services_->ended() == 1; }));
  EXPECT_TRUE(sink_->wait_final());
  EXPECT_EQ(sink_->final_code(), WBEM_E_CALL_CANCELLED);
  EXPECT_EQ(server_->figures().operations, 1U);  // its last callback is not answered either
  advance(31s);
  EXPECT_TRUE(eventually([&] { return server_->figures().operations == 0; }));
  sink_->let_go();
}

TEST_F(ServerAsync, ASinkThatIsNotThere) {
  services_->set_script({.batches = {rows(0, 1), rows(1, 1)}});
  ServicesRequest request = with_sink(sink_, text("WQL"));
  request.more_text = "x";
  sink_side_.reset();
  EXPECT_EQ(code_of(services(), Operation::kExecQueryAsync, request), WBEM_S_NO_ERROR);
  EXPECT_TRUE(eventually([&] { return services_->ended() == 1 && server_->figures().operations == 0; }));
  EXPECT_TRUE(log_.have("cannot be reached"));
}

TEST_F(ServerAsync, CancelEndsAllOperationsOfTheSink) {
  services_->set_script({.batches = {rows(0, 1)}, .ends = false});
  const auto one = services();
  const auto two = services();
  EXPECT_EQ(start_query(one, sink_), WBEM_S_NO_ERROR);
  EXPECT_EQ(start_query(two, sink_), WBEM_S_NO_ERROR);
  const auto other = std::make_shared<TestSink>();
  EXPECT_EQ(start_query(one, other), WBEM_S_NO_ERROR);
  EXPECT_EQ(server_->figures().operations, 3U);
  EXPECT_EQ(server_->figures().sinks, 2U);
  EXPECT_TRUE(sink_->wait_for([&] { return sink_->batches.size() == 2; }));
  EXPECT_EQ(cancel(one, sink_), WBEM_S_NO_ERROR);
  EXPECT_TRUE(sink_->wait_for([&] { return sink_->statuses.size() == 2; }));
  for (const auto& status : sink_->statuses) EXPECT_EQ(base::Hresult{status.result}, WBEM_E_CALL_CANCELLED);
  EXPECT_EQ(services_->ended(), 2);
  EXPECT_TRUE(other->statuses.empty());
  EXPECT_TRUE(eventually([&] { return server_->figures().operations == 1 && sink_->releases == 1; }));
  EXPECT_EQ(cancel(one, sink_), WBEM_E_NOT_FOUND);
  EXPECT_EQ(cancel(one, std::make_shared<TestSink>()), WBEM_E_NOT_FOUND);
  EXPECT_EQ(cancel(services(bob()), other), WBEM_E_NOT_FOUND);
  EXPECT_EQ(cancel(one, other), WBEM_S_NO_ERROR);
  EXPECT_TRUE(eventually([&] { return server_->figures().operations == 0; }));
}

TEST_F(ServerAsync, CancelDoesNotWaitForTheClient) {
  services_->set_script({.batches = {rows(0, 1), rows(1, 1)}, .on_thread = true});
  sink_->hang = true;
  const auto proxy = services();
  EXPECT_EQ(start_query(proxy, sink_), WBEM_S_NO_ERROR);
  EXPECT_TRUE(sink_->wait_for([&] { return sink_->batches.size() == 1; }));
  EXPECT_EQ(cancel(proxy, sink_), WBEM_S_NO_ERROR);
  EXPECT_TRUE(eventually([&] { return services_->ended() == 1; }));
  EXPECT_TRUE(sink_->wait_final());
  EXPECT_EQ(sink_->final_code(), WBEM_E_CALL_CANCELLED);
  sink_->let_go();
  EXPECT_TRUE(eventually([&] { return server_->figures().operations == 0; }));
  EXPECT_EQ(sink_->batches.size(), 1U);
}

TEST_F(ServerAsync, ShutdownTellsTheSinks) {
  services_->set_script({.batches = {rows(0, 1)}, .ends = false});
  EXPECT_EQ(start_query(services(), sink_), WBEM_S_NO_ERROR);
  EXPECT_TRUE(sink_->wait_for([&] { return sink_->batches.size() == 1; }));
  server_->shut_down(10s);
  EXPECT_EQ(sink_->final_code(), WBEM_E_SHUTTING_DOWN);
  EXPECT_EQ(server_->figures().operations, 0U);
  EXPECT_EQ(services_->ended(), 1);
}

TEST_F(ServerAsync, OperationsPerAccountAreBounded) {
  Server::Options options;
  options.max_requests = 2;
  client_.reset();
  start(options);
  services_->set_script({.ends = false});
  const auto proxy = services();
  EXPECT_EQ(start_query(proxy, sink_), WBEM_S_NO_ERROR);
  EXPECT_EQ(start_query(proxy, sink_), WBEM_S_NO_ERROR);
  EXPECT_EQ(start_query(proxy, sink_), WBEM_E_SERVER_TOO_BUSY);
  EXPECT_EQ(start_query(services(bob()), std::make_shared<TestSink>()), WBEM_S_NO_ERROR);
}

TEST_F(ServerAsync, EventSinks) {
  const auto proxy = services();
  ServicesRequest request;
  EXPECT_EQ(code_of(proxy, Operation::kQueryObjectSink, request), WBEM_E_NOT_SUPPORTED);
  request.flags = 1;
  EXPECT_EQ(code_of(proxy, Operation::kQueryObjectSink, request), WBEM_E_INVALID_PARAMETER);
  request.flags = 0;
  const auto events = std::make_shared<cim::testing::RecordingSink>();
  services_->events = events;
  const auto reply = call(proxy, Operation::kQueryObjectSink, request);
  ASSERT_TRUE(reply.value.reference);
  const auto sink = *proxy->unmarshal(*reply.value.reference);
  const auto indicate = [&] { return sink->call(3, [](rpc::NdrWriter& out) { write_indicate(out, rows(0, 2)); }, 20s).status.code(); };
  EXPECT_EQ(indicate(), WBEM_S_NEW_STYLE);
  EXPECT_EQ(indicate(), WBEM_S_NO_ERROR);
  EXPECT_EQ(events->rows(), 4U);
  SetStatusRequest status;
  status.flags = 1;
  EXPECT_EQ(fault_or_code(sink, 4, [&](rpc::NdrWriter& out) { write_set_status(out, status); }),
            static_cast<std::uint32_t>(WBEM_E_INVALID_PARAMETER));
  status.flags = 0;
  EXPECT_EQ(fault_or_code(sink, 4, [&](rpc::NdrWriter& out) { write_set_status(out, status); }), 0U);
  EXPECT_EQ(events->code(), WBEM_S_NO_ERROR);
}

}  // namespace
}  // namespace remote
