// The members of SWbemObject that call its namespace.
#include "scripting/method_call.h"
#include "scripting/operations.h"
#include "scripting/swbem_named_values.h"
#include "scripting/swbem_object.h"
#include "scripting/swbem_object_path.h"

namespace scripting {

using cim::Operation;

Outcome<CallOutput> SwbemObject::run(MemberCall& call, std::size_t flags, CallSubject subject, const World::Start& start) {
  if (!session_) return fail(WBEM_E_INVALID_OBJECT);
  auto values = context_of(object_argument(call, flags + 1));
  if (!values) return fail(values.error());
  auto output = session_->world().call(*session_, subject, flags_argument(call, flags), *values, start);
  if (!output) return fail(output.error());
  return *std::move(output);
}

Outcome<Variant> SwbemObject::begin(MemberCall& call, std::size_t flags, CallSubject subject, const World::Start& start, bool puts) {
  if (!session_) return fail(WBEM_E_INVALID_OBJECT);
  auto given = async_arguments(call, 0, flags + 1, flags + 2);
  if (!given) return fail(given.error());
  const std::uint32_t bits = flags_argument(call, flags) & ~cim::flag::kReturnImmediately;
  const base::Status status = session_->world().begin(session_, std::move(given->sink), std::move(given->context), std::move(subject), bits,
                                                      std::move(given->values), puts, start);
  if (!status.ok()) return fail(status);
  return Variant();
}

Outcome<Variant> SwbemObject::set_of(MemberCall& call, std::size_t flags, Operation operation, const std::string& text,
                                     const std::string& more) {
  if (!session_) return fail(WBEM_E_INVALID_OBJECT);
  auto values = context_of(object_argument(call, flags + 1));
  if (!values) return fail(values.error());
  auto set = open_set(session_, operation, text, more, flags_argument(call, flags), *values);
  if (!set) return fail(set.error());
  return Variant::object(*std::move(set));
}

std::string SwbemObject::own_path() const { return session_ ? path_for(*session_, *live_) : live_->relative_path(); }

Outcome<Variant> SwbemObject::put(MemberCall& call) {
  auto now = live_->snapshot();
  if (!now) return fail(now.error());
  const Operation operation = now->is_class() ? Operation::kPutClass : Operation::kPutInstance;
  auto output = run(call, 0, {operation, now->relative_path()}, start_put(*now));
  if (!output) return std::unexpected(output.error());
  return Variant::object(make_object_path(session_, output->text.empty() ? now->relative_path() : output->text));
}

Outcome<Variant> SwbemObject::put_async(MemberCall& call) {
  auto now = live_->snapshot();
  if (!now) return fail(now.error());
  const Operation operation = now->is_class() ? Operation::kPutClassAsync : Operation::kPutInstanceAsync;
  return begin(call, 1, {operation, now->relative_path()}, start_put(*now), true);
}

Outcome<Variant> SwbemObject::remove(MemberCall& call) {
  const std::string path = own_path();
  auto output = run(call, 0, {live_->is_class() ? Operation::kDeleteClass : Operation::kDeleteInstance, path}, start_delete(path));
  if (!output) return std::unexpected(output.error());
  return Variant();
}

Outcome<Variant> SwbemObject::remove_async(MemberCall& call) {
  const std::string path = own_path();
  return begin(call, 1, {live_->is_class() ? Operation::kDeleteClassAsync : Operation::kDeleteInstanceAsync, path}, start_delete(path));
}

Outcome<Variant> SwbemObject::instances(MemberCall& call) { return set_of(call, 0, Operation::kCreateInstanceEnum, live_->class_name()); }

Outcome<Variant> SwbemObject::instances_async(MemberCall& call) {
  const std::string name = live_->class_name();
  return begin(call, 1, {Operation::kCreateInstanceEnumAsync, name}, start_instances(name));
}

Outcome<Variant> SwbemObject::subclasses(MemberCall& call) { return set_of(call, 0, Operation::kCreateClassEnum, live_->class_name()); }

Outcome<Variant> SwbemObject::subclasses_async(MemberCall& call) {
  const std::string name = live_->class_name();
  return begin(call, 1, {Operation::kCreateClassEnumAsync, name}, start_subclasses(name));
}

Outcome<Variant> SwbemObject::associators(MemberCall& call) {
  return set_of(call, 8, Operation::kExecQuery, "WQL", associators_query(own_path(), call, 0));
}

Outcome<Variant> SwbemObject::associators_async(MemberCall& call) {
  const std::string query = associators_query(own_path(), call, 1);
  return begin(call, 9, {Operation::kExecQueryAsync, query}, start_query("WQL", query));
}

Outcome<Variant> SwbemObject::references(MemberCall& call) {
  return set_of(call, 5, Operation::kExecQuery, "WQL", references_query(own_path(), call, 0));
}

Outcome<Variant> SwbemObject::references_async(MemberCall& call) {
  const std::string query = references_query(own_path(), call, 1);
  return begin(call, 6, {Operation::kExecQueryAsync, query}, start_query("WQL", query));
}

Outcome<Variant> SwbemObject::exec_method(MemberCall& call) {
  auto in = in_parameters(object_argument(call, 1));
  if (!in) return fail(in.error());
  const std::string path = own_path();
  auto output = run(call, 2, {Operation::kExecMethod, path}, start_method(path, text_argument(call, 0), *std::move(in)));
  if (!output) return std::unexpected(output.error());
  return Variant::object(output->object ? make_object(session_, *std::move(output->object)) : DispatchRef());
}

Outcome<Variant> SwbemObject::exec_method_async(MemberCall& call) {
  auto in = in_parameters(object_argument(call, 2));
  if (!in) return fail(in.error());
  const std::string path = own_path();
  return begin(call, 3, {Operation::kExecMethodAsync, path}, start_method(path, text_argument(call, 1), *std::move(in)));
}

Outcome<Variant> SwbemObject::refresh(MemberCall& call) {
  const std::string path = own_path();
  auto output = run(call, 0, {Operation::kGetObject, path}, start_get(path));
  if (!output) return std::unexpected(output.error());
  if (!output->object) return fail(WBEM_E_UNEXPECTED);
  live_->replace(*std::move(output->object));
  return Variant();
}

}  // namespace scripting
