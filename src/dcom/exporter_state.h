// Inside of Exporter. Only for .cc files of this folder.
#pragma once

#include <memory>

#include "dcom/exporter.h"
#include "dcom/object_table.h"

namespace dcom {

struct Exporter::State {
  State(rpc::Server& server, Options options);

  /// A request on any of our interfaces, by its IPID whatever its presentation context (MS-DCOM 3.1.1.5.4).
  void dispatch(const std::shared_ptr<rpc::Call>& call);
  bool permitted(const rpc::Call& call) const;

  // rem_unknown.cc: the object that manages references (3.1.1.5.6, 3.1.1.5.7).
  void call_rem_unknown(ObjectCall& call);
  void query_interface(ObjectCall& call);
  void query_interface2(ObjectCall& call);
  void add_references(ObjectCall& call);
  void release(ObjectCall& call);
  /// One result for each IID; `whole` is that of the call.
  std::vector<QueryInterfaceResult> query(const QueryInterfaceRequest& request, base::Hresult& whole);
  QueryInterfaceResult query_self(const Guid& iid, std::uint32_t references) const;
  QueryInterfaceResult query_one(Exported& exported, const Guid& iid, std::uint32_t references);

  const base::SystemClock system_clock;
  base::SystemRandom system_random;
  const Options options;
  const base::Clock& clock;
  rpc::Server& server;
  ObjectTable table;
  const Oxid oxid;
  const Oid rem_unknown_oid;
  const Ipid rem_unknown;
};

}  // namespace dcom
