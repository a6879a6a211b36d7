// Inside of Resolver. Only for .cc files of this folder.
#pragma once

#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "dcom/ping_sets.h"
#include "dcom/resolver.h"
#include "dcom/ticker.h"

namespace dcom {

struct Resolver::State final : Ticking {
  explicit State(const Options& options);
  bool tick() override;

  // resolver.cc: IObjectExporter (MS-DCOM 3.1.2.5.1)
  void call_object_exporter(rpc::Call& call);
  void resolve_oxid(rpc::Call& call, bool two);
  void simple_ping(rpc::Call& call);
  void complex_ping(rpc::Call& call);
  void server_alive2(rpc::Call& call) const;
  void check_time();

  // activator.cc: IActivation, IRemoteSCMActivator (3.1.2.5.2)
  void call_activation(rpc::Call& call);
  void call_scm_activator(rpc::Call& call);
  ActivationReply activate(const rpc::Call& call, const ActivationRequest& request);
  base::Status create(const rpc::Call& call, const ActivationRequest& request, ActivationReply& reply);

  const base::SystemClock system_clock;
  base::SystemRandom system_random;
  const Options options;
  const base::Clock& clock;
  Exporter& exporter;

  std::shared_mutex classes_mutex;
  std::map<Guid, Factory> classes;

  mutable std::mutex mutex;  // of what follows; before those of the exporter
  PingSets sets;
  std::unordered_map<Oxid, Foreign> foreign;

  Ticker ticker;
};

}  // namespace dcom
