#include "remote/enumerator_stub.h"

#include "remote/server_sinks.h"

namespace remote {

namespace {

std::string_view name_of(EnumOp method) {
  switch (method) {
    case EnumOp::kReset: return "IEnumWbemClassObject::Reset";
    case EnumOp::kNext: return "IEnumWbemClassObject::Next";
    case EnumOp::kNextAsync: return "IEnumWbemClassObject::NextAsync";
    case EnumOp::kClone: return "IEnumWbemClassObject::Clone";
    case EnumOp::kSkip: return "IEnumWbemClassObject::Skip";
  }
  return {};
}

void write_no_interface(rpc::NdrWriter& out) { write_interface_reply(out, std::nullopt); }

/// Of a row as an object of its own, which brings its class.
std::size_t plain_cost(const cim::Batch& batch, std::size_t row) {
  constexpr std::size_t kFrame = 256;  // OBJREF, decoration
  const std::size_t instance = batch.is_class(row) ? 0 : batch.view(row).octets().size();
  return kFrame + instance + batch.cls(row)->class_part().size();
}

}  // namespace

void EnumeratorStub::call(dcom::ObjectCallPtr call) {
  if (call->iid() == iid::kFetchSmartEnum) return get_smart_enum(std::move(call));
  const auto method = static_cast<EnumOp>(call->opnum());
  if (name_of(method).empty()) return call->fault(rpc::fault::kOpnumRange);
  rpc::NdrReader in = call->parameters();
  begin(method, std::make_shared<Invocation>(enumeration_->owner().core, std::move(call), name_of(method)), in);
}

/// Reads the parameters and checks the caller, then passes the gate.
void EnumeratorStub::begin(EnumOp method, const InvocationPtr& invocation, rpc::NdrReader& in) {
  const auto enter = [&](std::function<void()> work) {
    // Only the principal that made it may call any of its methods.
    if (base::Status status = enumeration_->owner().check(invocation->call()); !status.ok()) return invocation->fail(std::move(status));
    Invocation::admit(invocation, false, std::move(work));
  };
  const auto self = shared_from_this();
  switch (method) {
    case EnumOp::kReset: return enter([self, invocation] { self->reset(invocation); });
    case EnumOp::kClone: invocation->set_nothing(write_no_interface); return enter([self, invocation] { self->clone(invocation); });
    case EnumOp::kNextAsync: {
      const base::Result<NextAsyncRequest> request = read_next_async(in);
      if (!request) return invocation->fail_to_read(request.error());
      return enter([self, invocation, request = *request] { self->next_async(invocation, request); });
    }
    case EnumOp::kNext:
    case EnumOp::kSkip: break;
  }
  const base::Result<NextRequest> request = read_next(in);
  if (!request) return invocation->fail_to_read(request.error());
  if (method == EnumOp::kSkip) return enter([self, invocation, request = *request] { self->skip(invocation, request); });
  invocation->set_nothing([count = request->count](rpc::NdrWriter& out) { write_next_reply(out, count, {}); });
  enter([self, invocation, request = *request] { self->next(invocation, request); });
}

void EnumeratorStub::next(const InvocationPtr& invocation, const NextRequest& request) {
  const auto begin = [&](cim::RowReader& reader, cim::RowReader::Done done) {
    return reader.begin_next(request.count, {invocation->core().options().max_reply, plain_cost}, std::move(done));
  };
  enumeration_->read(invocation, request.timeout, begin,
                     [invocation, count = request.count](const base::Status& status, const std::vector<cim::Slice>& rows) {
                       if (!status.ok()) return invocation->fail(status);
                       std::vector<cim::Object> objects;
                       for (const cim::Slice& slice : rows) {
                         for (std::size_t i = 0; i < slice.count; ++i) objects.push_back(slice.batch->object(slice.first + i));
                       }
                       invocation->succeed(status.code(), [&](rpc::NdrWriter& out) { write_next_reply(out, count, objects); });
                     });
}

void EnumeratorStub::skip(const InvocationPtr& invocation, const NextRequest& request) {
  const auto begin = [&](cim::RowReader& reader, cim::RowReader::Done done) { return reader.begin_skip(request.count, std::move(done)); };
  enumeration_->read(invocation, request.timeout, begin,
                     [invocation](const base::Status& status, const std::vector<cim::Slice>&) { invocation->answer(status); });
}

// Reset and Clone take their turn among Next and NextAsync (3.1.4.4.3).
void EnumeratorStub::reset(const InvocationPtr& invocation) {
  const cim::RowReaderPtr reader = enumeration_->reader();
  if (!reader) return invocation->fail(WBEM_E_CALL_CANCELLED);
  reader->begin_turn([invocation, weak = std::weak_ptr(reader)](const base::Status& turn, const std::vector<cim::Slice>&) {
    const cim::RowReaderPtr kept = turn.ok() ? weak.lock() : nullptr;
    invocation->answer(kept ? kept->Reset() : base::Status(WBEM_E_CALL_CANCELLED));
  });
}

void EnumeratorStub::clone(const InvocationPtr& invocation) {
  const cim::RowReaderPtr reader = enumeration_->reader();
  if (!reader) return invocation->fail(WBEM_E_CALL_CANCELLED);
  const Owner& owner = enumeration_->owner();
  base::Result<std::shared_ptr<void>> room = owner.core->enumerator_of(owner.principal);
  if (!room) return invocation->fail(room.error());
  reader->begin_turn(
      [invocation, weak = std::weak_ptr(reader), owner, room = *room](const base::Status& turn, const std::vector<cim::Slice>&) {
        const cim::RowReaderPtr kept = turn.ok() ? weak.lock() : nullptr;
        if (!kept) return invocation->fail(WBEM_E_CALL_CANCELLED);
        const base::Result<cim::EnumeratorPtr> copy = kept->Clone();
        if (!copy) return invocation->fail(copy.error());
        const EnumerationPtr enumeration = Enumeration::make(owner, std::static_pointer_cast<cim::RowReader>(*copy), room);
        const auto reference = owner.core->marshal(std::make_shared<EnumeratorStub>(enumeration), iid::kEnum, invocation->call());
        if (!reference) return invocation->fail(reference.error());
        invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_interface_reply(out, *reference); });
      });
}

void EnumeratorStub::next_async(const InvocationPtr& invocation, const NextAsyncRequest& request) {
  const cim::RowReaderPtr reader = enumeration_->reader();
  if (!reader) return invocation->fail(WBEM_E_CALL_CANCELLED);
  if (!request.sink) return invocation->fail({WBEM_E_INVALID_PARAMETER, "NextAsync needs a sink"});
  if (request.count == 0) return invocation->succeed(WBEM_S_FALSE);
  const Owner& owner = enumeration_->owner();
  const base::Result<AsyncCallPtr> call = make_async_call(invocation, owner.principal, *request.sink, "NextAsync", false);
  if (!call) return invocation->fail(call.error());
  const base::Status status = reader->NextAsync(request.count, *call);
  if (!status.ok()) owner.core->async_calls().remove(*call);
  invocation->answer(status);
}

// MS-WMI 3.1.4.6.1
void EnumeratorStub::get_smart_enum(dcom::ObjectCallPtr call) {
  if (call->opnum() != 3) return call->fault(rpc::fault::kOpnumRange);
  const Owner& owner = enumeration_->owner();
  auto invocation = std::make_shared<Invocation>(owner.core, std::move(call), "GetSmartEnum", write_no_interface);
  if (base::Status status = owner.check(invocation->call()); !status.ok()) return invocation->fail(std::move(status));
  Invocation::admit(invocation, false, [self = shared_from_this(), invocation] {
    const auto stub = std::make_shared<SmartEnumStub>(self->enumeration_);
    const auto reference = invocation->core().marshal(stub, iid::kSmartEnum, invocation->call());
    if (!reference) return invocation->fail(reference.error());
    invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_interface_reply(out, *reference); });
  });
}

}  // namespace remote
