#include "cim/calls.h"

#include <fmt/format.h>

#include "cim/call_state.h"
#include "cim/result_set.h"

namespace cim {
namespace {

using internal::CallState;
using internal::CallStatePtr;
using internal::ResultSet;

/// Bits that say how the answer comes back: they are for this layer, the asynchronous operations do not take them.
std::uint32_t async_flags(Operation op, std::uint32_t flags) {
  const bool enumerates = op == Operation::kCreateClassEnum || op == Operation::kCreateInstanceEnum || op == Operation::kExecQuery ||
                          op == Operation::kExecNotificationQuery;
  return flags & ~(flag::kReturnImmediately | (enumerates ? flag::kForwardOnly : 0));
}

CallOptions options_of(Operation op, std::uint32_t flags, const ContextPtr& context, bool waits) {
  CallOptions options;
  options.flags = async_flags(op, flags);
  options.context = context;
  options.caller_waits = waits;
  return options;
}

/// Starts one operation of a single result. `start`: base::Status(const CallOptions&, CallStatePtr).
base::Result<CallStatePtr> begin(Operation op, std::uint32_t flags, const ContextPtr& context, bool waits, auto&& start) {
  TRY(check_flags(op, flags));
  auto state = std::make_shared<CallState>();
  TRY(start(options_of(op, flags, context, waits), state));
  return state;
}

/// The synchronous form: the ended call, or its failure.
base::Result<CallStatePtr> run(Operation op, std::uint32_t flags, const ContextPtr& context, auto&& start) {
  if ((flags & flag::kReturnImmediately) != 0) {
    return base::fail(WBEM_E_INVALID_PARAMETER, fmt::format("the synchronous {} does not return immediately", operation_name(op)));
  }
  TRY_ASSIGN(CallStatePtr state, begin(op, flags, context, true, start));
  state->wait(kInfinite);
  TRY(state->status());
  return state;
}

base::Result<CallResultPtr> run_semi(Operation op, std::uint32_t flags, const ContextPtr& context, auto&& start) {
  TRY_ASSIGN(CallStatePtr state, begin(op, flags, context, false, start));
  return internal::make_call_result(std::move(state));
}

/// `start`: base::Status(const CallOptions&, SinkPtr).
base::Result<RowReaderPtr> begin_rows(Operation op, const ServicesPtr& services, std::uint32_t flags, const ContextPtr& context,
                                      bool caller_waits, auto&& start, std::shared_ptr<RowAllowance> allowance = nullptr) {
  TRY(check_flags(op, flags));
  const bool forward_only = (flags & flag::kForwardOnly) != 0;
  const bool paced = forward_only && (flags & flag::kReturnImmediately) != 0;
  auto results = std::make_shared<ResultSet>(forward_only, paced, std::move(allowance));
  CallOptions options = options_of(op, flags, context, caller_waits);
  options.reader_paced = paced;
  TRY(start(options, results));
  if (caller_waits) TRY(results->wait_finished());
  return internal::make_enumerator(services, std::move(results));
}

base::Result<EnumeratorPtr> enumerate(Operation op, const ServicesPtr& services, std::uint32_t flags, const ContextPtr& context,
                                      auto&& start) {
  return begin_rows(op, services, flags, context, (flags & flag::kReturnImmediately) == 0, start);
}

// What each operation starts, for both forms.

auto open_namespace(Services& services, const OptionalText& name) {
  return [&](const CallOptions& options, const CallStatePtr& state) {
    return services.OpenNamespaceAsync(name, options, [state](base::Result<ServicesPtr> opened) { state->finish(std::move(opened)); });
  };
}

auto get_object(Services& services, const OptionalText& path) {
  return [&](const CallOptions& options, const CallStatePtr& state) { return services.GetObjectAsync(path, options, state); };
}

auto put_class(Services& services, const ClassPtr& cls) {
  return [&](const CallOptions& options, const CallStatePtr& state) { return services.PutClassAsync(cls, options, state); };
}

auto put_instance(Services& services, const std::optional<Instance>& instance) {
  return [&](const CallOptions& options, const CallStatePtr& state) { return services.PutInstanceAsync(instance, options, state); };
}

auto delete_class(Services& services, const OptionalText& name) {
  return [&](const CallOptions& options, const CallStatePtr& state) { return services.DeleteClassAsync(name, options, state); };
}

auto delete_instance(Services& services, const OptionalText& path) {
  return [&](const CallOptions& options, const CallStatePtr& state) { return services.DeleteInstanceAsync(path, options, state); };
}

auto exec_method(Services& services, const OptionalText& path, const OptionalText& method, const std::optional<Instance>& in) {
  return [&](const CallOptions& options, const CallStatePtr& state) { return services.ExecMethodAsync(path, method, in, options, state); };
}

}  // namespace

base::Result<ServicesPtr> OpenNamespace(Services& services, const OptionalText& name, std::uint32_t flags, const ContextPtr& ctx) {
  TRY_ASSIGN(const CallStatePtr state, run(Operation::kOpenNamespace, flags, ctx, open_namespace(services, name)));
  return state->services();
}

base::Result<Object> GetObject(Services& services, const OptionalText& path, std::uint32_t flags, const ContextPtr& ctx) {
  TRY_ASSIGN(const CallStatePtr state, run(Operation::kGetObject, flags, ctx, get_object(services, path)));
  if (!state->object()) return base::fail(WBEM_E_UNEXPECTED, "the operation ended well but gave no object");
  return *state->object();
}

base::Result<std::string> PutClass(Services& services, const ClassPtr& cls, std::uint32_t flags, const ContextPtr& ctx) {
  TRY_ASSIGN(const CallStatePtr state, run(Operation::kPutClass, flags, ctx, put_class(services, cls)));
  return state->text();
}

base::Result<std::string> PutInstance(Services& services, const Instance& instance, std::uint32_t flags, const ContextPtr& ctx) {
  const std::optional<Instance> put(instance);
  TRY_ASSIGN(const CallStatePtr state, run(Operation::kPutInstance, flags, ctx, put_instance(services, put)));
  return state->text();
}

base::Status DeleteClass(Services& services, const OptionalText& name, std::uint32_t flags, const ContextPtr& ctx) {
  TRY(run(Operation::kDeleteClass, flags, ctx, delete_class(services, name)));
  return {};
}

base::Status DeleteInstance(Services& services, const OptionalText& path, std::uint32_t flags, const ContextPtr& ctx) {
  TRY(run(Operation::kDeleteInstance, flags, ctx, delete_instance(services, path)));
  return {};
}

base::Result<std::optional<Instance>> ExecMethod(Services& services, const OptionalText& path, const OptionalText& method,
                                                 const std::optional<Instance>& in, std::uint32_t flags, const ContextPtr& ctx) {
  TRY_ASSIGN(const CallStatePtr state, run(Operation::kExecMethod, flags, ctx, exec_method(services, path, method, in)));
  if (!state->object()) return std::optional<Instance>();
  const Instance* out = state->object()->as_instance();
  if (!out) return base::fail(WBEM_E_UNEXPECTED, "the method gave a class in place of its out-parameters");
  return std::optional<Instance>(*out);
}

base::Result<EnumeratorPtr> CreateClassEnum(const ServicesPtr& services, const OptionalText& superclass, std::uint32_t flags,
                                            const ContextPtr& ctx) {
  return enumerate(Operation::kCreateClassEnum, services, flags, ctx, [&](const CallOptions& options, SinkPtr sink) {
    return services->CreateClassEnumAsync(superclass, options, std::move(sink));
  });
}

base::Result<EnumeratorPtr> CreateInstanceEnum(const ServicesPtr& services, const OptionalText& class_name, std::uint32_t flags,
                                               const ContextPtr& ctx) {
  return enumerate(Operation::kCreateInstanceEnum, services, flags, ctx, [&](const CallOptions& options, SinkPtr sink) {
    return services->CreateInstanceEnumAsync(class_name, options, std::move(sink));
  });
}

base::Result<EnumeratorPtr> ExecQuery(const ServicesPtr& services, const OptionalText& language, const OptionalText& query,
                                      std::uint32_t flags, const ContextPtr& ctx) {
  return enumerate(Operation::kExecQuery, services, flags, ctx, [&](const CallOptions& options, SinkPtr sink) {
    return services->ExecQueryAsync(language, query, options, std::move(sink));
  });
}

base::Result<EnumeratorPtr> ExecNotificationQuery(const ServicesPtr& services, const OptionalText& language, const OptionalText& query,
                                                  std::uint32_t flags, const ContextPtr& ctx) {
  return enumerate(Operation::kExecNotificationQuery, services, flags, ctx, [&](const CallOptions& options, SinkPtr sink) {
    return services->ExecNotificationQueryAsync(language, query, options, std::move(sink));
  });
}

base::Result<CallResultPtr> OpenNamespaceSemi(const ServicesPtr& s, const OptionalText& name, std::uint32_t flags, const ContextPtr& ctx) {
  return run_semi(Operation::kOpenNamespace, flags, ctx, open_namespace(*s, name));
}

base::Result<CallResultPtr> GetObjectSemi(const ServicesPtr& s, const OptionalText& path, std::uint32_t flags, const ContextPtr& ctx) {
  return run_semi(Operation::kGetObject, flags, ctx, get_object(*s, path));
}

base::Result<CallResultPtr> PutClassSemi(const ServicesPtr& s, const ClassPtr& cls, std::uint32_t flags, const ContextPtr& ctx) {
  return run_semi(Operation::kPutClass, flags, ctx, put_class(*s, cls));
}

base::Result<CallResultPtr> PutInstanceSemi(const ServicesPtr& s, const std::optional<Instance>& i, std::uint32_t flags,
                                            const ContextPtr& ctx) {
  return run_semi(Operation::kPutInstance, flags, ctx, put_instance(*s, i));
}

base::Result<CallResultPtr> DeleteClassSemi(const ServicesPtr& s, const OptionalText& name, std::uint32_t flags, const ContextPtr& ctx) {
  return run_semi(Operation::kDeleteClass, flags, ctx, delete_class(*s, name));
}

base::Result<CallResultPtr> DeleteInstanceSemi(const ServicesPtr& s, const OptionalText& path, std::uint32_t flags, const ContextPtr& ctx) {
  return run_semi(Operation::kDeleteInstance, flags, ctx, delete_instance(*s, path));
}

base::Result<CallResultPtr> ExecMethodSemi(const ServicesPtr& s, const OptionalText& path, const OptionalText& method,
                                           const std::optional<Instance>& in, std::uint32_t flags, const ContextPtr& ctx) {
  return run_semi(Operation::kExecMethod, flags, ctx, exec_method(*s, path, method, in));
}

base::Result<RowReaderPtr> open_rows(Operation operation, const ServicesPtr& services, const OptionalText& text,
                                     const OptionalText& more_text, std::uint32_t flags, const ContextPtr& context,
                                     std::shared_ptr<RowAllowance> allowance) {
  const auto start = [&](const CallOptions& options, SinkPtr sink) -> base::Status {
    switch (operation) {
      case Operation::kCreateClassEnum: return services->CreateClassEnumAsync(text, options, std::move(sink));
      case Operation::kCreateInstanceEnum: return services->CreateInstanceEnumAsync(text, options, std::move(sink));
      case Operation::kExecQuery: return services->ExecQueryAsync(text, more_text, options, std::move(sink));
      case Operation::kExecNotificationQuery: return services->ExecNotificationQueryAsync(text, more_text, options, std::move(sink));
      default: return WBEM_E_UNEXPECTED;
    }
  };
  return begin_rows(operation, services, flags, context, false, start, std::move(allowance));
}

}  // namespace cim
