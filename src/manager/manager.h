// The object manager: cim::Locator and cim::Services over the repository and providers of this machine.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cim/services.h"
#include "manager/provider.h"
#include "mof/compiler.h"
#include "repository/repository.h"

namespace manager {

struct Options {
  std::filesystem::path directory;  // of the repository; created and filled with the shipped schema when absent
  bool create = true;
  std::string server_name;         // __SERVER; empty: this host's name
  unsigned workers = 0;            // threads that run operations; 0: by the machine
  unsigned provider_threads = 16;  // bound of the provider pool (a stuck thread is replaced, up to four times this)
  std::chrono::milliseconds sink_timeout{std::chrono::seconds(30)};
  std::size_t max_operations = 5000;   // MaxRequestLimit: more are WBEM_E_SERVER_TOO_BUSY
  const base::Clock* clock = nullptr;  // null: the system's
};

/// Thread-safe. Destruction cancels what runs, waits for providers no longer than their time-outs and closes the repository.
class Manager : public cim::Locator {
 public:
  /// Errors: what Repository::open says of a damaged, foreign or inaccessible store, WBEM_E_INITIALIZATION_FAILURE for a bad schema.
  static base::Result<std::unique_ptr<Manager>> open(Options options, std::vector<ProviderRegistration> providers);

  /// Caller of this process with the rights that the repository's file mode gives it.
  virtual cim::Caller local_caller() const = 0;
  virtual repository::Repository& repository() = 0;

  /// Compiles a checked unit into the repository as one transaction, on the calling thread, with what each namespace grants the caller.
  /// Counts and errors: compile_mof of mof_target.h.
  virtual base::Result<mof::CompileCounts> compile_mof(const cim::Caller& caller, const mof::Unit& unit, const mof::CompileOptions& options,
                                                       mof::Diagnostics& diagnostics) = 0;

  /// Rows of the AsyncOperationTable now in use (MS-WMI 3.1.1.1.3), for tests and diagnosis.
  struct OperationRow {
    std::string what;  // "ExecMethodAsync Win32_Process Create"
    bool callback_in_progress = false;
    bool call_cancelled = false;
    bool set_status_with_final_result_called = false;
  };
  virtual std::vector<OperationRow> operations() const = 0;
  /// Returns when no operation runs (tests, orderly shutdown).
  virtual void drain() = 0;
};

}  // namespace manager
