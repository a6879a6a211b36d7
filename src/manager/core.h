// The parts of an object manager, shared by its connections and operations: it lives as long as the last of them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "manager/executor.h"
#include "manager/manager.h"
#include "manager/operation_table.h"
#include "manager/provider_table.h"
#include "manager/schema.h"
#include "manager/watchdog.h"

namespace manager {

struct Core {
  Core(Options given, std::unique_ptr<repository::Repository> store, ProviderTable table_of_providers);

  const Options options;
  const base::SystemClock system_clock;
  const base::Clock& clock;
  /// Closed by the end of the Manager, also when connections outlive it.
  std::unique_ptr<repository::Repository> repository;
  Schema schema;
  ProviderTable providers;
  OperationTable table;
  Executor workers;        // run operations
  Executor provider_pool;  // run providers
  Watchdog watchdog;
  std::atomic<bool> shutting_down{false};

  /// The way to the repository of all that may run late: WBEM_E_SHUTTING_DOWN from then on.
  base::Result<repository::ReadTransaction> read() {
    if (shutting_down.load()) return base::fail(WBEM_E_SHUTTING_DOWN, "the object manager is shutting down");
    return repository->read();
  }
};

}  // namespace manager
