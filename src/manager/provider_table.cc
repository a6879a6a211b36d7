#include "manager/provider_table.h"

#include "manager/isolated_host.h"

namespace manager {

ProviderTable::ProviderTable() = default;
ProviderTable::ProviderTable(ProviderTable&&) noexcept = default;
ProviderTable::~ProviderTable() = default;

base::Status ProviderTable::fill(std::vector<ProviderRegistration> providers) {
  for (ProviderRegistration& registration : providers) {
    if (registration.provider == nullptr) return {WBEM_E_INITIALIZATION_FAILURE, "a provider is registered without its object"};
    auto entry = std::make_unique<ProviderEntry>();
    entry->capabilities = registration.provider->capabilities();
    if (registration.hosting == Hosting::kIsolated) {
      TRY_ASSIGN(entry->host, IsolatedHost::start(registration.provider));
      entry->capabilities.inline_calls = false;
    }
    std::vector<std::unique_ptr<ProviderEntry>>& same_name = entries_[registration.provider_name];
    entry->registration = std::move(registration);
    same_name.push_back(std::move(entry));
  }
  return {};
}

void ProviderTable::stop_hosts() {
  for (const auto& [name, entries] : entries_) {
    for (const std::unique_ptr<ProviderEntry>& entry : entries) {
      if (entry->host != nullptr) entry->host->stop();
    }
  }
}

namespace {

/// Steps from the class up to `ancestor`; -1 when it is none.
int distance(const cim::Class& cls, std::string_view ancestor) {
  if (base::equal_ignore_case(cls.name(), ancestor)) return 0;
  int steps = 1;
  for (const std::string& name : cls.derivation()) {
    if (base::equal_ignore_case(name, ancestor)) return steps;
    ++steps;
  }
  return -1;
}

/// All providers here are of this program's architecture.
base::Result<bool> architecture_fits(const cim::ContextPtr& context) {
  if (context == nullptr) return true;
  const cim::NamedValue* wanted = context->find("__ProviderArchitecture");
  if (wanted == nullptr || wanted->value.is_null()) return true;
  const std::optional<std::int64_t> bits = wanted->value.as_sint();
  if (!bits || (*bits != 32 && *bits != 64)) {
    return base::fail(WBEM_E_INVALID_PARAMETER, "__ProviderArchitecture must be 32 or 64");
  }
  return *bits == static_cast<std::int64_t>(8 * sizeof(void*)) || !context->is_true("__RequiredArchitecture");
}

}  // namespace

base::Result<const ProviderEntry*> ProviderTable::find(const cim::Class& cls, const cim::ContextPtr& context, base::Hresult missing) const {
  TRY_ASSIGN(const bool fits, architecture_fits(context));
  const ProviderEntry* best = nullptr;
  if (const auto found = entries_.find(cls.provider()); found != entries_.end() && fits) {
    int nearest = -1;
    for (const std::unique_ptr<ProviderEntry>& entry : found->second) {
      const int steps = distance(cls, entry->registration.class_name);
      if (steps < 0 || (nearest >= 0 && steps >= nearest)) continue;
      nearest = steps;
      best = entry.get();
    }
  }
  if (best != nullptr) return best;
  return base::fail(
      missing, fmt::format("no provider {} serves class {}{}", cls.provider(), cls.name(), fits ? "" : " in the required architecture"));
}

}  // namespace manager
