// Calls thrown at a whole server of MS-WMI: login, namespace, enumerators, results, refreshers. A piece: object, operation, a length of two
// octets and as many octets of parameters; with the high bit of the operation they are the whole stub, ORPCTHIS included. Ids come from a
// fixed seed. References to sinks lead nowhere: there are no credentials for calling back.
#include <cstdlib>
#include <thread>

#include "cim/testing/fake_services.h"
#include "dcom/activation.h"
#include "dcom/testing/direct_server.h"
#include "remote/ids.h"
#include "remote/messages.h"
#include "remote/server.h"

namespace {

using namespace dcom::testing;
using namespace std::chrono_literals;
using dcom::Guid;
using dcom::Ipid;

void check(bool condition) {
  if (!condition) std::abort();
}

cim::Batch rows() {
  static const cim::ClassPtr cls = [] {
    cim::ClassBuilder builder("Row");
    check(builder.put_property("Id", {cim::CimType::kUint32}).ok());
    check(builder.put_property_qualifier("Id", cim::Qualifier{"key", {cim::CimType::kBoolean}, cim::Value::boolean(true), 0}).ok());
    return *builder.build();
  }();
  cim::BatchBuilder batch;
  batch.set_decorated(false);
  for (std::uint32_t i = 0; i < 5; ++i) {
    cim::InstanceBuilder row(cls);
    check(row.set("Id", cim::Value::uint(i)).ok());
    batch.add(cim::Object(row.build()));
  }
  return batch.take();
}

class Run final : cim::Locator {
 public:
  Run() : server_(exporting()), callbacks_(idle_network(), {}), wmi_(*server_.exporter, *server_.resolver, callbacks_, options()) {
    services_->set_script({.batches = {rows(), rows()}});
    add(remote::iid::kLevel1Login, activate(remote::clsid::kLevel1Login, remote::iid::kLevel1Login));
    const Ipid login = objects_.back().ipid;
    query(login, remote::iid::kLoginClientId);
    query(login, remote::iid::kLoginHelper);
    const auto write_login = [](rpc::NdrWriter& out) {
      remote::write_ntlm_login(out, {.network_resource = "root", .locales = {}, .flags = 0, .context = {}});
    };
    add(remote::iid::kServices, reference_in(call({remote::iid::kLevel1Login, login}, 6, orpc_stub(write_login))));
    const Target services = objects_.back();
    query(services.ipid, remote::iid::kRefreshingServices);
    for (const std::uint32_t flags : {0x10U, 0x30U}) {
      remote::ServicesRequest request;
      request.text = "WQL";
      request.more_text = "SELECT * FROM Row";
      request.flags = flags;
      const auto write = [&](rpc::NdrWriter& out) { remote::write_request(out, cim::Operation::kExecQuery, request); };
      add(remote::iid::kEnum, reference_in(call(services, 20, orpc_stub(write))));
      query(objects_.back().ipid, remote::iid::kFetchSmartEnum);
      const auto nothing = [](rpc::NdrWriter&) {};
      add(remote::iid::kSmartEnum, reference_in(call(objects_.back(), 3, orpc_stub(nothing))));
    }
  }
  ~Run() override {
    server_.server.shutdown(0ms);
    services_->join();
  }

  void piece(std::uint8_t target, std::uint8_t operation, std::string stub) {
    if ((operation & 0x80) == 0) stub.insert(0, orpc_stub());
    const Answer answer = call(objects_[target % objects_.size()], operation & 0x7F, std::move(stub));
    check(answer.count == 1);
    if (target >= 0xF0) {
      server_.clock.advance(std::chrono::seconds(target & 0xF) * 30);
      server_.resolver->check_time();
      wmi_.check_time();
    }
  }

 private:
  struct Target {
    Guid iid;
    Ipid ipid;
  };

  dcom::Exporter::Options exporting() {
    dcom::Exporter::Options out;
    out.random = &random_;
    out.max_objects_per_peer = 40;
    return out;
  }
  remote::Server::Options options() {
    remote::Server::Options out;
    out.locator = this;
    out.caller_of = [](const security::Peer& peer, const rpc::ConnectionEnds&) -> base::Result<cim::Caller> {
      cim::Caller caller;
      caller.account = peer.user;
      caller.remote = true;
      return caller;
    };
    out.callbacks.security_for = [](const security::Peer&) -> base::Result<dcom::Security> {
      return base::fail(base::codes::WBEM_E_ACCESS_DENIED, "nobody is called back");
    };
    out.max_requests = 20;
    out.max_reply = 100'000;
    out.blocking_threads = 1;
    out.clock = &server_.clock;
    out.random = &random_;
    return out;
  }
  base::Result<cim::ServicesPtr> connect(std::string_view, const cim::Caller&, std::string_view) override { return services_; }

  /// Waits for answers that other threads give.
  Answer call(const Target& target, std::uint16_t opnum, std::string stub) {
    const auto sink = std::make_shared<AnswerSink>();
    Answer answer = server_.call(target.iid, opnum, std::move(stub), target.ipid, {}, sink);
    for (int i = 0; answer.count == 0 && i < 100'000; ++i) {
      if (i > 100) std::this_thread::sleep_for(50us);
      answer = sink->answer();
    }
    return answer;
  }
  void add(const Guid& iid, const Ipid& ipid) {
    check(ipid != Ipid{});
    objects_.push_back({iid, ipid});
  }
  Ipid activate(const Guid& clsid, const Guid& iid) {
    dcom::ActivationRequest request;
    request.clsid = clsid;
    request.iids = {iid};
    request.protocols = {dcom::kTowerTcp};
    const Answer answer = server_.call(dcom::iid::kRemoteScmActivator, dcom::kRemoteCreateInstance, write_create_instance(request, {}));
    const auto reply = dcom::read_create_instance_reply(answer.stub);
    check(reply && reply->interfaces.size() == 1 && reply->interfaces[0].object);
    return reply->interfaces[0].object->remote()->standard.ipid;
  }
  void query(const Ipid& ipid, const Guid& iid) {
    const std::string stub = orpc_stub([&](rpc::NdrWriter& out) { dcom::write_query_interface(out, {ipid, 5, {iid}}); });
    const Answer answer = server_.call(dcom::iid::kRemUnknown, dcom::kRemQueryInterface, stub, server_.exporter->rem_unknown());
    rpc::NdrReader in(answer.stub);
    (void)dcom::OrpcThat::read(in);
    const auto results = dcom::read_query_interface_reply(in);
    check(results && results->size() == 1 && !base::failed(results->at(0).result));
    add(iid, results->at(0).object.ipid);
  }
  static Ipid reference_in(const Answer& answer) {
    rpc::NdrReader in(answer.stub);
    (void)dcom::OrpcThat::read(in);
    const auto reference = remote::read_interface_reply(in);
    check(reference && *reference);
    return (**reference).remote()->standard.ipid;
  }

  base::SeededRandom random_{1};
  const std::shared_ptr<cim::testing::FakeServices> services_ = std::make_shared<cim::testing::FakeServices>();
  std::vector<Target> objects_;
  DirectServer server_;
  dcom::Client callbacks_;
  remote::Server wmi_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 65536) return 0;
  std::string_view octets(reinterpret_cast<const char*>(data), size);
  Run run;
  while (octets.size() > 4) {
    const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(octets[i]); };
    const std::size_t wanted = octet(2) | std::size_t{octet(3)} << 8;
    const std::uint8_t target = octet(0);
    const std::uint8_t operation = octet(1);
    octets.remove_prefix(4);
    const std::size_t count = std::min(wanted, octets.size());
    run.piece(target, operation, std::string(octets.substr(0, count)));
    octets.remove_prefix(count);
  }
  return 0;
}
