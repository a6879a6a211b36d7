// IWbemWCOSmartEnum::Next (MS-WMI 3.1.4.7.1): rows go from the slabs of the result set into one ObjectArray.
#include "remote/enumerator_stub.h"

namespace remote {

namespace {

void write_no_rows(rpc::NdrWriter& out) { write_smart_next_reply(out, {}); }

}  // namespace

void SmartEnumStub::call(dcom::ObjectCallPtr call) {
  if (call->opnum() != 3) return call->fault(rpc::fault::kOpnumRange);
  rpc::NdrReader in = call->parameters();
  const Owner& owner = enumeration_->owner();
  auto invocation = std::make_shared<Invocation>(owner.core, std::move(call), "IWbemWCOSmartEnum::Next", write_no_rows);
  const base::Result<SmartNextRequest> request = read_smart_next(in);
  if (!request) return invocation->fail_to_read(request.error());
  if (base::Status status = owner.check(invocation->call()); !status.ok()) return invocation->fail(std::move(status));
  Invocation::admit(invocation, false, [self = shared_from_this(), invocation, request = *request] {
    const auto begin = [&](cim::RowReader& reader, cim::RowReader::Done done) {
      return reader.begin_next(request.count, {invocation->core().options().max_reply, {}}, std::move(done));
    };
    self->enumeration_->read(invocation, request.timeout, begin,
                             [self, invocation, proxy = request.proxy](const base::Status& status, const std::vector<cim::Slice>& rows) {
                               self->answer(invocation, proxy, status, rows);
                             });
  });
}

ClassIds& SmartEnumStub::classes_of(const Guid& proxy) {
  const auto found = std::ranges::find(proxies_, proxy, &Proxy::id);
  if (found != proxies_.end()) {
    proxies_.splice(proxies_.begin(), proxies_, found);
  } else {
    if (proxies_.size() >= kMaxProxies) proxies_.pop_back();
    proxies_.push_front({proxy, ClassIds(*enumeration_->owner().core->options().random)});
  }
  return proxies_.front().classes;
}

void SmartEnumStub::answer(const InvocationPtr& invocation, const Guid& proxy, const base::Status& status,
                           const std::vector<cim::Slice>& rows) {
  if (!status.ok()) return invocation->fail(status);
  std::string buffer;
  SmartNextReply reply;
  if (!rows.empty()) {
    const std::scoped_lock lock(mutex_);
    ClassIds& classes = classes_of(proxy);
    std::size_t octets = 0;
    for (const cim::Slice& slice : rows) octets += slice.batch->octets() * slice.count / slice.batch->size() + slice.count * 96;
    buffer.reserve(octets);
    ObjectArrayWriter writer(buffer, PacketType::kNext, classes);
    for (const cim::Slice& slice : rows) {
      for (std::size_t i = 0; i < slice.count; ++i) writer.add(*slice.batch, slice.first + i);
    }
    writer.finish();
    reply.returned = static_cast<std::uint32_t>(writer.rows());
    if (invocation->call().cancelled()) classes.clear();  // nobody will have read of these
  }
  reply.buffer = buffer;
  invocation->succeed(status.code(), [&](rpc::NdrWriter& out) { write_smart_next_reply(out, reply); });
}

}  // namespace remote
