#include "dcom/exporter.h"
#include "dcom/object_table.h"

namespace dcom {

std::string owner_of(const security::Peer* peer, const rpc::ConnectionEnds& ends) {
  return (peer ? peer->account.name : std::string()) + "@" + ends.remote.address;
}

ObjectCall::ObjectCall(std::shared_ptr<rpc::Call> call, const Guid& iid, OrpcThis header, std::size_t stub_offset,
                       std::shared_ptr<Activity> activity)
    : call_(std::move(call)), iid_(iid), header_(std::move(header)), stub_offset_(stub_offset), activity_(std::move(activity)) {
  if (activity_) activity_->begin();
}

ObjectCall::~ObjectCall() {
  // A fault, as nobody knows which outputs an answer would need before its HRESULT.
  call_->fault(static_cast<std::uint32_t>(E_UNEXPECTED));
  if (activity_) activity_->end();
}

rpc::NdrReader ObjectCall::parameters() const {
  rpc::NdrReader in(call_->stub());
  in.octets(stub_offset_);
  return in;
}

void ObjectCall::respond(base::Hresult result, const std::function<void(rpc::NdrWriter&)>& outputs) {
  respond(base::Status(result), outputs);
}

void ObjectCall::respond(const base::Status& result, const std::function<void(rpc::NdrWriter&)>& outputs) {
  OrpcThat header;
  if (!result.ok() && !result.text().empty()) {
    ErrorInfo info;
    info.iid = iid_;
    info.description = result.text();
    header.extents.push_back(info.to_extent());
  }
  std::string stub;
  rpc::NdrWriter out(stub);
  header.write(out);
  if (outputs) outputs(out);
  out.hresult(result.code());
  call_->respond(stub);
}

}  // namespace dcom
