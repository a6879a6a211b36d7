// Calls thrown at an exporter and a resolver, with time passing between them. A piece: operation, choice, a length of two octets and as
// many octets of stub. Ids come from a fixed seed, so that a corpus can name them.
#include <cstdlib>

#include "dcom/activation.h"
#include "dcom/testing/direct_server.h"

namespace {

using namespace dcom;
using namespace dcom::testing;

void check(bool condition) {
  if (!condition) std::abort();
}

class Run {
 public:
  Run() : server_(exporting(), resolving()) {
    server_.resolver->add_class(kClass, [this](const rpc::Call&) -> base::Result<ObjectPtr> {
      objects_.push_back(std::make_shared<TestObject>());
      return objects_.back();
    });
    for (int i = 0; i < 2; ++i) activate({kFirst, kSecond});
  }

  void piece(std::uint8_t operation, std::uint8_t choice, std::string stub) {
    const Ipid ipid = ipids_[choice % ipids_.size()];
    switch (operation % 8) {
      case 0: return once(server_.call(iid::kObjectExporter, choice, std::move(stub)));
      case 1: return once(server_.call(choice & 1 ? iid::kActivation : iid::kRemoteScmActivator, choice >> 1, std::move(stub)));
      case 2: return once(server_.call(iid::kRemUnknown2, choice, std::move(stub), server_.exporter->rem_unknown()));
      case 3:
        // A request with a sound header on an object or on none that is known.
        return call_object(ipid, stub.empty() ? 3 : static_cast<std::uint8_t>(stub[0]), orpc_stub());
      case 4: return call_object(ipid, 3, std::move(stub));
      case 5: return references(choice, ipid, stub);
      case 6: return ping(choice, stub);
      default:
        if (choice % 4 == 0 && objects_.size() < 50) return activate({kFirst, iid::kUnknown});
        server_.clock.advance(std::chrono::seconds(choice * 3));
        server_.resolver->check_time();
    }
  }

  /// Nobody calls or pings any more: all goes.
  void finish() {
    const auto figures = server_.exporter->figures();
    check(figures.objects <= 30 && figures.interfaces <= figures.objects * 3);
    for (const auto& object : objects_) {
      const std::lock_guard lock(object->mutex);
      object->kept.clear();
    }
    for (int i = 0; i < 3; ++i) {
      server_.clock.advance(std::chrono::hours(1));
      server_.resolver->check_time();
    }
    check(server_.exporter->figures().objects == 0 && server_.exporter->figures().interfaces == 0);
    check(server_.resolver->figures().sets == 0 && server_.resolver->figures().oids == 0);
    for (const auto& object : objects_) check(object.use_count() == 1);
  }

 private:
  Exporter::Options exporting() {
    Exporter::Options out;
    out.random = &random_;
    out.max_objects = 30;
    out.max_objects_per_peer = 20;
    return out;
  }
  Resolver::Options resolving() {
    Resolver::Options out;
    out.random = &random_;
    out.max_sets_per_peer = 5;
    out.max_oids_per_set = 10;
    return out;
  }

  static void once(const Answer& answer) { check(answer.count == 1); }
  void call_object(const Ipid& ipid, std::uint16_t opnum, std::string stub) {
    const Answer answer = server_.call(kFirst, opnum, std::move(stub), ipid);
    check(answer.count == 1 || (opnum == 4 && answer.count == 0));
  }
  void activate(std::vector<Guid> iids) {
    ActivationRequest request;
    request.clsid = kClass;
    request.iids = std::move(iids);
    const Answer answer = server_.call(iid::kActivation, kRemoteActivation, write_remote_activation(request, {}));
    const auto reply = read_remote_activation_reply(answer.stub, request.iids.size());
    check(reply.has_value());
    for (const auto& one : reply->interfaces) {
      if (!one.object) continue;
      ipids_.push_back(one.object->remote()->standard.ipid);
      oids_.push_back(one.object->remote()->standard.oid);
    }
  }
  void references(std::uint8_t choice, const Ipid& ipid, std::string_view stub) {
    std::vector<InterfaceReferences> list;
    for (const char count : stub.substr(0, 20)) {
      const auto number = static_cast<std::uint8_t>(count);
      list.push_back({number & 0x80 ? ipids_[number % ipids_.size()] : ipid, number & 7U, (number >> 3) & 7U});
    }
    const std::string octets = orpc_stub([&](rpc::NdrWriter& out) { write_references(out, list); });
    once(server_.call(iid::kRemUnknown, choice & 1 ? kRemAddRef : kRemRelease, octets, server_.exporter->rem_unknown()));
  }
  void ping(std::uint8_t choice, std::string_view stub) {
    ComplexPingRequest request;
    if (!sets_.empty() && choice % 3 != 0) request.set = sets_[choice % sets_.size()];
    request.sequence = choice;
    for (const char each : stub.substr(0, 30)) {
      const auto number = static_cast<std::uint8_t>(each);
      (number & 0x80 ? request.remove : request.add).push_back(oids_[number % oids_.size()]);
    }
    const Answer answer = server_.call(iid::kObjectExporter, kComplexPing, write_complex_ping(request));
    const auto reply = read_complex_ping_reply(answer.stub);
    check(reply.has_value());
    if (reply->set != 0 && sets_.size() < 50) sets_.push_back(reply->set);
  }

  base::SeededRandom random_{1};
  std::vector<std::shared_ptr<TestObject>> objects_;
  std::vector<Ipid> ipids_{Ipid{}};
  std::vector<Oid> oids_{12345};
  std::vector<SetId> sets_;
  DirectServer server_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 65536) return 0;
  std::string_view octets(reinterpret_cast<const char*>(data), size);
  Run run;
  while (octets.size() > 4) {
    const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(octets[i]); };
    const std::size_t wanted = octet(2) | std::size_t{octet(3)} << 8;
    const std::uint8_t operation = octet(0);
    const std::uint8_t choice = octet(1);
    octets.remove_prefix(4);
    const std::size_t count = std::min(wanted, octets.size());
    run.piece(operation, choice, std::string(octets.substr(0, count)));
    octets.remove_prefix(count);
  }
  run.finish();
  return 0;
}
