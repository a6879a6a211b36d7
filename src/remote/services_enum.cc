// Methods of IWbemServices that give an enumerator (MS-WMI 3.1.4.3.10, .16, .18, .20).
#include "remote/enumerator_stub.h"
#include "remote/services_stub.h"

namespace remote {

using cim::Operation;

void ServicesStub::begin_enumeration(Operation operation, const InvocationPtr& invocation, const RequestPtr& request) {
  base::Result<std::shared_ptr<void>> room = owner_.core->enumerator_of(owner_.principal);
  if (!room) return invocation->fail(room.error());
  base::Result<cim::RowReaderPtr> reader = cim::open_rows(operation, owner_.services, request->text, request->more_text, request->flags,
                                                          request->context, owner_.core->allowance_of(owner_.principal));
  if (!reader) return invocation->fail(reader.error());
  const EnumerationPtr enumeration = Enumeration::make(owner_, *reader, *std::move(room));
  const auto answer = [operation, request, enumeration, invocation] {
    const auto reference = invocation->core().marshal(std::make_shared<EnumeratorStub>(enumeration), iid::kEnum, invocation->call());
    if (!reference) return invocation->fail(reference.error());
    ServicesReply reply;
    reply.reference = *reference;
    invocation->succeed(WBEM_S_NO_ERROR, [&](rpc::NdrWriter& out) { write_reply(out, operation, *request, reply); });
  };
  if ((request->flags & cim::flag::kReturnImmediately) != 0) return answer();
  invocation->call().on_cancel([enumeration] { enumeration->end(); });  // whoever asked is gone
  (*reader)->when_finished([invocation, answer](const base::Status& status) {
    if (status.ok()) {
      answer();
    } else {
      invocation->fail(status);
    }
  });
}

}  // namespace remote
