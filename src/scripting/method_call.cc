#include "scripting/method_call.h"

#include <algorithm>

#include "base/utf.h"
#include "scripting/operations.h"
#include "scripting/swbem_object.h"
#include "scripting/values.h"

namespace scripting {
namespace {

constexpr std::string_view kReturnValue = "ReturnValue";

struct Numbered {
  std::int64_t id;
  std::size_t order;
  MethodParameter parameter;
};

void collect(const cim::ClassPtr& parameters, bool in, std::vector<Numbered>& out) {
  if (!parameters) return;
  for (const cim::Property& property : parameters->properties()) {
    if (base::equal_ignore_case(property.name, kReturnValue)) continue;
    const cim::Qualifier* qualifier = property.qualifiers.find("ID");
    const std::int64_t id = qualifier != nullptr ? qualifier->value.as_sint().value_or(INT32_MAX) : INT32_MAX;
    const auto same = [&](const Numbered& known) { return base::equal_ignore_case(known.parameter.name, property.name); };
    auto found = std::ranges::find_if(out, same);
    if (found == out.end()) found = out.insert(out.end(), {id, out.size(), {property.name, nullptr, nullptr}});
    (in ? found->parameter.in : found->parameter.out) = &property;
  }
}

/// Where each parameter's argument stands; null for those left out.
Outcome<std::vector<Variant*>> place(std::size_t parameters, Arguments arguments) {
  if (arguments.named.size() > arguments.values.size()) return failure(DISP_E_BADPARAMCOUNT);
  const std::size_t positional = arguments.values.size() - arguments.named.size();
  if (positional > parameters) return failure(DISP_E_BADPARAMCOUNT);
  std::vector<Variant*> placed(parameters, nullptr);
  for (std::size_t i = 0; i < positional; ++i) placed[i] = &arguments.values[i];
  for (std::size_t i = 0; i < arguments.named.size(); ++i) {
    const auto at = static_cast<std::size_t>(arguments.named[i]);
    if (arguments.named[i] < 0 || at >= parameters || at < positional) return failure(DISP_E_PARAMNOTFOUND);
    placed[at] = &arguments.values[positional + i];
  }
  return placed;
}

Outcome<std::optional<cim::Instance>> fill_in(const cim::Method& method, const std::vector<MethodParameter>& parameters,
                                              const std::vector<Variant*>& placed) {
  if (!method.in) return std::nullopt;
  cim::InstanceBuilder builder(method.in);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].in == nullptr || placed[i] == nullptr || placed[i]->target().is_missing()) continue;
    auto value = to_value(*placed[i], parameters[i].in->type);
    if (!value) return failure(value.error().code());
    if (const auto status = builder.set(*parameters[i].in, *value); !status) return failure(status.code());
  }
  return builder.build();
}

bool is_here(Session& session, const cim::ClassPtr& cls) {
  auto services = session.services();
  return !cls || cls->name_space().empty() || (services && base::equal_ignore_case(cls->name_space(), (*services)->name_space()));
}

}  // namespace

std::vector<MethodParameter> method_parameters(const cim::Method& method) {
  std::vector<Numbered> found;
  collect(method.in, true, found);
  collect(method.out, false, found);
  std::ranges::sort(found, {}, [](const Numbered& numbered) { return std::pair(numbered.id, numbered.order); });
  std::vector<MethodParameter> out;
  out.reserve(found.size());
  for (Numbered& numbered : found) out.push_back(std::move(numbered.parameter));
  return out;
}

std::string path_for(Session& session, const LiveObject& object) {
  return is_here(session, object.cls()) ? object.relative_path() : object.path();
}

void find_methods(const SessionPtr& session, LiveObject& object) {
  if (!session || !object.lacks_methods()) return;
  const cim::ClassPtr cls = object.cls();
  const std::string path = is_here(*session, cls) ? cls->name() : cls->name_space() + ":" + cls->name();
  std::map<std::string, cim::ClassPtr>& known = session->known_classes();
  if (const auto found = known.find(path); found != known.end()) return object.lend_methods(found->second);
  World& world = session->world();
  const cim::ObjectPtr last = world.last_error();
  const auto output = world.call(*session, {cim::Operation::kGetObject, path}, 0, nullptr, start_get(path));
  world.restore_last_error(last);
  // A machine that does not answer now may do so later.
  if (!output && output.error().code() != WBEM_E_NOT_FOUND && output.error().code() != WBEM_E_INVALID_CLASS) return;
  cim::ClassPtr whole = output && output->object && output->object->is_class() ? output->object->cls() : nullptr;
  known.emplace(path, whole);
  object.lend_methods(std::move(whole));
}

Outcome<Variant> call_method(const SessionPtr& session, const LiveObject& object, const cim::Method& method, Arguments arguments) {
  const std::vector<MethodParameter> parameters = method_parameters(method);
  const auto placed = place(parameters.size(), arguments);
  if (!placed) return std::unexpected(placed.error());
  auto in = fill_in(method, parameters, *placed);
  if (!in) return std::unexpected(in.error());
  const std::string path = path_for(*session, object);
  const auto start = [&](cim::Services& services, const cim::CallOptions& options, cim::SinkPtr sink) {
    return services.ExecMethodAsync(path, method.name, *in, options, std::move(sink));
  };
  auto output = session->world().call(*session, {cim::Operation::kExecMethod, path}, 0, nullptr, start);
  if (!output) return failure(output.error().code());
  if (!output->object) return Variant();
  const cim::Object& result = *output->object;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].out == nullptr || (*placed)[i] == nullptr || !(*placed)[i]->is_reference()) continue;
    const auto value = result.get(parameters[i].name);
    if (value) (*placed)[i]->target() = to_variant(*value, parameters[i].out->type, session);
  }
  const cim::Property* returned = result.cls()->property(kReturnValue);
  if (returned == nullptr) return Variant();
  return to_variant(result.get(kReturnValue).value_or(cim::Value()), returned->type, session);
}

base::Result<std::optional<cim::Instance>> in_parameters(Dispatch* argument) {
  if (argument == nullptr) return std::optional<cim::Instance>();
  const auto* object = dynamic_cast<const SwbemObject*>(argument);
  if (object == nullptr) return base::fail(WBEM_E_INVALID_PARAMETER, "objWbemInParameters is no SWbemObject");
  TRY_ASSIGN(const cim::Object now, object->live().snapshot());
  if (const cim::Instance* instance = now.as_instance()) return std::optional(*instance);
  return std::optional(cim::InstanceBuilder(now.cls()).build());
}

}  // namespace scripting
