#include "manager/manager.h"

#include <thread>

#include "base/host_name.h"
#include "base/utf.h"
#include "manager/access.h"
#include "manager/bootstrap.h"
#include "manager/core.h"
#include "manager/mof_target.h"
#include "manager/services_impl.h"

namespace manager {

bool same_caller(const cim::Caller& a, const cim::Caller& b) {
  return &a == &b || (a.uid == b.uid && a.remote == b.remote && a.account == b.account && a.sids == b.sids);
}

namespace {

constexpr std::chrono::milliseconds kWatchInterval{50};
/// How long a shutdown waits for operations and threads that were told to end.
constexpr std::chrono::seconds kShutdownPatience{5};

std::string host_name() {
  const std::string name = base::host_name();
  return name.empty() ? "LOCALHOST" : base::fold_case(base::first_label(name));
}

unsigned worker_count(unsigned asked) {
  if (asked != 0) return asked;
  return std::clamp(std::thread::hardware_concurrency(), 4U, 16U);
}

class ManagerImpl final : public Manager {
 public:
  explicit ManagerImpl(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  ~ManagerImpl() override;

  base::Result<cim::ServicesPtr> connect(std::string_view name_space, const cim::Caller& caller, std::string_view locales) override;
  cim::Caller local_caller() const override { return manager::local_caller(core_->repository->access()); }
  repository::Repository& repository() override { return *core_->repository; }
  base::Result<mof::CompileCounts> compile_mof(const cim::Caller& caller, const mof::Unit& unit, const mof::CompileOptions& options,
                                               mof::Diagnostics& diagnostics) override {
    return manager::compile_mof(core_->schema, caller, unit, options, diagnostics);
  }
  std::vector<OperationRow> operations() const override;
  void drain() override {
    while (!core_->table.drain(std::chrono::hours(1))) {
    }
  }

 private:
  const std::shared_ptr<Core> core_;
};

ManagerImpl::~ManagerImpl() {
  core_->shutting_down.store(true);
  core_->table.close();
  for (const OperationPtr& operation : core_->table.all()) operation->cancel();
  core_->table.drain(kShutdownPatience);
  core_->watchdog.stop();
  core_->provider_pool.shutdown(kShutdownPatience);
  core_->workers.shutdown(kShutdownPatience);
  core_->providers.stop_hosts();
  core_->repository.reset();
}

base::Result<cim::ServicesPtr> ManagerImpl::connect(std::string_view name_space, const cim::Caller& caller, std::string_view locales) {
  TRY_ASSIGN(const std::string path, normalize_namespace(name_space));
  TRY_ASSIGN(std::vector<std::string> names, parse_locales(locales));
  return open_services(core_, path, std::make_shared<const cim::Caller>(caller), std::move(names));
}

std::vector<Manager::OperationRow> ManagerImpl::operations() const {
  std::vector<OperationRow> out;
  for (const OperationPtr& operation : core_->table.all()) {
    const Operation::Flags flags = operation->flags();
    out.push_back({operation->what(), flags.callback_in_progress, flags.call_cancelled, flags.set_status_with_final_result_called});
  }
  return out;
}

}  // namespace

Core::Core(Options given, std::unique_ptr<repository::Repository> store, ProviderTable table_of_providers)
    : options(std::move(given)),
      clock(options.clock != nullptr ? *options.clock : system_clock),
      repository(std::move(store)),
      schema(*repository, options.server_name.empty() ? host_name() : options.server_name),
      providers(std::move(table_of_providers)),
      table(options.max_operations),
      workers(worker_count(options.workers), 4 * worker_count(options.workers)),
      provider_pool(options.provider_threads, 4 * options.provider_threads),
      watchdog(kWatchInterval, [this] {
        const auto now = clock.steady_now();
        for (const OperationPtr& operation : table.all()) operation->watch(now, options.sink_timeout);
        return !table.empty();
      }) {}

base::Result<std::unique_ptr<Manager>> Manager::open(Options options, std::vector<ProviderRegistration> providers) {
  // First of all: hosts of isolated providers are forked, and shall inherit neither threads' locks nor an open store.
  ProviderTable table;
  TRY(table.fill(std::move(providers)));
  repository::Options store;
  store.create = options.create;
  TRY_ASSIGN(std::unique_ptr<repository::Repository> repository, repository::Repository::open(options.directory, store));
  auto core = std::make_shared<Core>(std::move(options), std::move(repository), std::move(table));
  TRY(bootstrap(core->schema, core->clock));
  return std::make_unique<ManagerImpl>(std::move(core));
}

}  // namespace manager
