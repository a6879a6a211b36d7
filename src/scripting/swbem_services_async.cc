#include "scripting/method_call.h"
#include "scripting/swbem_object.h"
#include "scripting/swbem_services.h"

namespace scripting {

using cim::Operation;

Outcome<Variant> SwbemServices::begin(MemberCall& call, std::size_t sink, std::size_t flags, Operation operation,
                                      const std::string& subject, const World::Start& start, bool puts) {
  auto given = async_arguments(call, sink, flags + 1, flags + 2);
  if (!given) return fail(given.error());
  // Says how a synchronous call comes back: accepted everywhere, without effect here.
  std::uint32_t bits = flags_argument(call, flags) & ~cim::flag::kReturnImmediately;
  if (operation == Operation::kExecQueryAsync) bits |= cim::flag::kEnsureLocatable;  // a script's queries bring the keys along
  const base::Status status = session_->world().begin(session_, std::move(given->sink), std::move(given->context), {operation, subject},
                                                      bits, std::move(given->values), puts, start);
  if (!status.ok()) return fail(status);
  return Variant();
}

Outcome<Variant> SwbemServices::get_async(MemberCall& call) {
  const std::string path = text_argument(call, 1);
  return begin(call, 0, 2, Operation::kGetObjectAsync, path, start_get(path));
}

Outcome<Variant> SwbemServices::remove_async(MemberCall& call) {
  const std::string path = text_argument(call, 1);
  const Operation operation = is_class_path(path) ? Operation::kDeleteClassAsync : Operation::kDeleteInstanceAsync;
  return begin(call, 0, 2, operation, path, start_delete(path));
}

Outcome<Variant> SwbemServices::instances_of_async(MemberCall& call) {
  const std::string name = text_argument(call, 1);
  return begin(call, 0, 2, Operation::kCreateInstanceEnumAsync, name, start_instances(name));
}

Outcome<Variant> SwbemServices::subclasses_of_async(MemberCall& call) {
  const std::string name = text_argument(call, 1);
  return begin(call, 0, 2, Operation::kCreateClassEnumAsync, name, start_subclasses(name));
}

Outcome<Variant> SwbemServices::exec_query_async(MemberCall& call) {
  const std::string query = text_argument(call, 1);
  return begin(call, 0, 3, Operation::kExecQueryAsync, query, start_query(text_argument(call, 2), query));
}

Outcome<Variant> SwbemServices::associators_of_async(MemberCall& call) {
  const std::string query = associators_query(text_argument(call, 1), call, 2);
  return begin(call, 0, 10, Operation::kExecQueryAsync, query, start_query("WQL", query));
}

Outcome<Variant> SwbemServices::references_to_async(MemberCall& call) {
  const std::string query = references_query(text_argument(call, 1), call, 2);
  return begin(call, 0, 7, Operation::kExecQueryAsync, query, start_query("WQL", query));
}

Outcome<Variant> SwbemServices::exec_notification_query_async(MemberCall& call) {
  const std::string query = text_argument(call, 1);
  return begin(call, 0, 3, Operation::kExecNotificationQueryAsync, query, start_notification(text_argument(call, 2), query));
}

Outcome<Variant> SwbemServices::exec_method_async(MemberCall& call) {
  auto in = in_parameters(object_argument(call, 3));
  if (!in) return fail(in.error());
  const std::string path = text_argument(call, 1);
  return begin(call, 0, 4, Operation::kExecMethodAsync, path, start_method(path, text_argument(call, 2), *std::move(in)));
}

Outcome<Variant> SwbemServices::put_async(MemberCall& call) {
  const auto* object = dynamic_cast<const SwbemObject*>(object_argument(call, 1));
  if (object == nullptr) return fail(WBEM_E_INVALID_PARAMETER);
  auto now = object->live().snapshot();
  if (!now) return fail(now.error());
  const Operation operation = now->is_class() ? Operation::kPutClassAsync : Operation::kPutInstanceAsync;
  return begin(call, 0, 2, operation, now->relative_path(), start_put(*now), true);
}

}  // namespace scripting
