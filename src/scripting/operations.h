// What SWbemServices and SWbemObject have in common: operations as World runs them, their arguments, and the sets that they give.
#pragma once

#include <string>
#include <string_view>

#include "scripting/swbem_base.h"
#include "scripting/swbem_sink.h"
#include "scripting/world.h"

namespace scripting {

World::Start start_get(std::string path);
World::Start start_put(cim::Object object);
/// Of a class path the class, else the instance.
World::Start start_delete(std::string path);
World::Start start_instances(std::string class_name);
World::Start start_subclasses(std::string superclass);
World::Start start_query(std::string language, std::string query);
World::Start start_notification(std::string language, std::string query);
World::Start start_method(std::string path, std::string method, std::optional<cim::Instance> in);

/// True when the text is the path of a class.
bool is_class_path(std::string_view path);

/// The last arguments of asynchronous members.
struct AsyncArguments {
  Ref<SwbemSink> sink;
  cim::ContextPtr values;
  DispatchRef context;
};
/// By their positions. WBEM_E_INVALID_PARAMETER for no sink, and for other objects than sinks and named value sets.
base::Result<AsyncArguments> async_arguments(const MemberCall& call, std::size_t sink, std::size_t values, std::size_t context);

/// WQL of AssociatorsOf and ReferencesTo. `first`: the position of the first of their arguments in the call.
std::string associators_query(const std::string& path, const MemberCall& call, std::size_t first);
std::string references_query(const std::string& path, const MemberCall& call, std::size_t first);

/// An SWbemObjectSet of CreateClassEnum, CreateInstanceEnum (`text`) or ExecQuery (`text` the language). With wbemFlagReturnImmediately
/// failures of the operation come on the first access, else here.
base::Result<DispatchRef> open_set(const SessionPtr& session, cim::Operation operation, const std::string& text, const std::string& more,
                                   std::uint32_t flags, const cim::ContextPtr& context);

}  // namespace scripting
