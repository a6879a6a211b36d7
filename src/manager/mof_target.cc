#include "manager/mof_target.h"

#include "manager/access.h"
#include "manager/name_spaces.h"

namespace manager {

MofTarget::MofTarget(const Schema& schema, repository::WriteTransaction& transaction, UpdateRequest request,
                     std::optional<cim::Caller> caller)
    : schema_(schema, transaction), transaction_(transaction), request_(std::move(request)), caller_(std::move(caller)) {
  if (caller_) request_.caller = &*caller_;
}

std::uint32_t MofTarget::rights_on(const Namespace& name_space) const {
  return caller_ ? granted_access(name_space, *caller_) : request_.rights;
}

base::Status MofTarget::enter(std::string_view name_space, std::uint32_t flags) {
  request_.flags = flags;
  if (!entered_.empty() && entered_ == name_space) return {};
  entered_.clear();
  TRY_ASSIGN(request_.name_space, schema_.name_space(name_space));
  if (caller_) {
    request_.rights = rights_on(*request_.name_space);
    TRY(require_rights(request_.rights, cim::right::kEnable, *caller_, request_.name_space->path));
  }
  entered_ = name_space;
  return {};
}

base::Result<cim::ClassPtr> MofTarget::get_class(std::string_view name_space, std::string_view name) {
  TRY(enter(name_space, 0));
  TRY_ASSIGN(const auto stored, schema_.find(*request_.name_space, name));
  if (!stored) return base::fail(WBEM_E_NOT_FOUND, "no class " + std::string(name) + " in " + request_.name_space->path);
  return stored->cls;
}

base::Status MofTarget::put_class(std::string_view name_space, const cim::ClassPtr& cls, std::uint32_t flags) {
  TRY(enter(name_space, flags));
  TRY(manager::put_class(schema_, transaction_, request_, cls));
  return {};
}

base::Status MofTarget::put_instance(std::string_view name_space, const cim::Instance& instance, std::uint32_t flags) {
  TRY(enter(name_space, flags));
  TRY(manager::put_instance(schema_, transaction_, request_, instance));
  return {};
}

base::Status MofTarget::delete_class(std::string_view name_space, std::string_view name) {
  TRY(enter(name_space, 0));
  TRY(manager::delete_class(schema_, transaction_, request_, name));
  return {};
}

base::Status MofTarget::delete_instance(std::string_view name_space, std::string_view text) {
  TRY_ASSIGN(const auto path, cim::ObjectPath::parse(text));
  if (!cim::is_local_server(path.server, schema_.server_name()))
    return {WBEM_E_INVALID_NAMESPACE, path.server + " is not this server (" + schema_.server_name() + ")"};
  TRY(enter(path.name_space.empty() ? name_space : std::string_view(path.name_space), 0));
  TRY(manager::delete_instance(schema_, transaction_, request_, path));
  entered_.clear();  // it may have been a namespace
  return {};
}

base::Status MofTarget::create_namespace(std::string_view name_space) {
  const std::string folded = fold_namespace(name_space);
  if (schema_.view().find_namespace(folded)) return {};
  std::string path(name_space);
  for (auto& c : path)
    if (c == '/') c = '\\';
  path = path.substr(path.find_first_not_of('\\'));
  NamespacePtr parent;
  for (std::size_t start = 0; start <= path.size();) {
    const auto end = std::min(path.find('\\', start), path.size());
    const auto so_far = path.substr(0, end);
    auto found = schema_.name_space(so_far);
    if (!found) {
      if (found.error().code() != WBEM_E_INVALID_NAMESPACE || !parent) return found.error();
      if ((rights_on(*parent) & cim::right::kFullWrite) == 0)
        return {WBEM_E_ACCESS_DENIED, "creating a namespace takes the right FULL_WRITE on " + parent->path};
      TRY(manager::create_namespace(schema_, transaction_, *parent, std::string_view(path).substr(start, end - start)));
      found = schema_.name_space(so_far);
      if (!found) return found.error();
    }
    parent = *std::move(found);
    start = end + 1;
  }
  return {};
}

base::Result<mof::CompileCounts> compile_mof(const Schema& schema, const cim::Caller& caller, const mof::Unit& unit,
                                             const mof::CompileOptions& options, mof::Diagnostics& diagnostics) {
  mof::CompileCounts counts;
  const auto before = diagnostics.size();
  const auto status = schema.repository().write([&](repository::WriteTransaction& transaction) -> base::Status {
    diagnostics.resize(before);
    MofTarget target(schema, transaction, {}, caller);
    TRY_ASSIGN(counts, mof::compile(unit, target, options, diagnostics));
    return {};
  });
  TRY(status);
  return counts;
}

}  // namespace manager
