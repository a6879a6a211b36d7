// Opening a namespace: NTLMLogin's checks (MS-WMI 3.1.4.1.4) and OpenNamespace (3.1.4.3.1).
#include <algorithm>

#include "base/utf.h"
#include "manager/access.h"
#include "manager/core.h"
#include "manager/namespace_security.h"
#include "manager/services_impl.h"

namespace manager {

namespace {

constexpr std::size_t kMaxNamespace = 8173;  // MS-WMI: characters of the resource string
constexpr std::string_view kDefaultLocale = "MS_409";

class OpenTask final : public Task {
 public:
  OpenTask(ConnectionPtr connection, std::string name, cim::Services::NamespaceDone done)
      : connection_(std::move(connection)), name_(std::move(name)), done_(std::move(done)) {}
  void run() override {
    const std::unique_ptr<OpenTask> self(this);
    done_(open_services(connection_->core, name_, connection_->caller, connection_->locales));
  }

 private:
  const ConnectionPtr connection_;
  const std::string name_;
  const cim::Services::NamespaceDone done_;
};

bool is_hexadecimal(std::string_view text) {
  return !text.empty() && text.size() <= 8 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); });
}

/// Letters, digits and hyphens, starting with two or three letters: the shape of a BCP 47 tag.
bool is_language_tag(std::string_view text) {
  const std::size_t language = std::min(text.find('-'), text.size());
  const auto alpha = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  if (language < 2 || language > 3 || !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(language), alpha)) return false;
  return std::ranges::all_of(text, [&](char c) { return alpha(c) || (c >= '0' && c <= '9') || c == '-'; }) && text.back() != '-';
}

}  // namespace

base::Result<std::vector<std::string>> parse_locales(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view name = text.substr(0, comma);
    text.remove_prefix(std::min(text.size(), comma + 1));
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    if (base::starts_with_ignore_case(name, "MS_") ? !is_hexadecimal(name.substr(3)) : !is_language_tag(name)) {
      return base::fail(WBEM_E_INVALID_PARAMETER, fmt::format("\"{}\" is no locale such as MS_409 or en-US", name));
    }
    out.emplace_back(name);
  }
  if (out.empty()) out.emplace_back(kDefaultLocale);
  return out;
}

base::Result<std::string> normalize_namespace(std::string_view text) {
  if (text.size() > kMaxNamespace && base::utf16_length(text) > kMaxNamespace) {
    return base::fail(WBEM_E_QUOTA_VIOLATION, fmt::format("the namespace is longer than {} characters", kMaxNamespace));
  }
  std::string out(text);
  std::ranges::replace(out, '/', '\\');
  if (out.starts_with("\\\\")) {
    const std::size_t slash = out.find('\\', 2);
    if (slash == std::string::npos || slash == 2) return base::fail(WBEM_E_INVALID_NAMESPACE, fmt::format("{} names no namespace", text));
    out.erase(0, slash + 1);
  }
  if (out.empty()) return base::fail(WBEM_E_INVALID_NAMESPACE, "the namespace is empty");
  return out;
}

base::Result<cim::ServicesPtr> open_services(const std::shared_ptr<Core>& core, std::string_view name_space,
                                             std::shared_ptr<const cim::Caller> caller, std::vector<std::string> locales) {
  TRY_ASSIGN(const repository::ReadTransaction transaction, core->read());
  SchemaView schema(core->schema, transaction);
  TRY_ASSIGN(const NamespacePtr found, schema.name_space(name_space));
  const std::uint32_t rights = granted_access(*found, *caller);
  TRY(require_rights(rights, cim::right::kEnable, *caller, found->path));
  auto connection = std::make_shared<Connection>();
  connection->core = core;
  connection->name_space = found->path;
  connection->locales = std::move(locales);
  connection->impersonation = impersonation_of(*caller);
  connection->caller = std::move(caller);
  connection->rights = rights;
  TRY_ASSIGN(connection->requires_encryption, requires_encryption(schema, *found));
  connection->opened = found;
  connection->seen.store(transaction.schema_generation());
  return std::make_shared<ServicesImpl>(std::move(connection));
}

base::Status ServicesImpl::OpenNamespaceAsync(const cim::OptionalText& name, const cim::CallOptions& options, NamespaceDone done) {
  TRY(cim::check_flags(cim::Operation::kOpenNamespace, options.flags));
  if (!name) return {WBEM_E_INVALID_PARAMETER, "OpenNamespace needs the name of a namespace"};
  if (options.context != nullptr) return {WBEM_E_INVALID_PARAMETER, "OpenNamespace takes no context"};
  if (!done) return {WBEM_E_INVALID_PARAMETER, "OpenNamespace needs somebody to answer"};
  TRY_ASSIGN(std::string path, normalize_namespace(*name));
  const bool absolute = base::starts_with_ignore_case(path, "root") && (path.size() == 4 || path[4] == '\\');
  const bool with_server = name->starts_with("\\\\") || name->starts_with("//");
  if (!absolute && !with_server) path = connection_->name_space + "\\" + path;
  auto task = std::make_unique<OpenTask>(connection_, std::move(path), std::move(done));
  Task& queued = *task.release();  // it deletes itself when it has run
  if (options.caller_waits || !connection_->core->workers.post(queued)) queued.run();
  return {};
}

}  // namespace manager
