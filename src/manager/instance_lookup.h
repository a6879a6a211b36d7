// One instance by its path, asked of the providers of a class and of its subclasses. (The repository is asked by
// SchemaView::find_instance.)
#pragma once

#include <optional>
#include <vector>

#include "manager/place.h"
#include "manager/provider_job.h"

namespace manager {

/// A step machine inside an operation: used by that operation's next() only. Its job lies in the operation's slot.
class InstanceLookup {
 public:
  InstanceLookup(Operation& operation, JobSlot& slot) : operation_(operation), slot_(slot) {}

  /// Prepares the question. `path` was checked against `cls`. Errors as SchemaView.
  base::Status begin(SchemaView& schema, const Place& place, const StoredClassPtr& cls, const cim::ObjectPath& path, Wanted wanted);
  /// kDone: found() holds the outcome; kWait: call again after wake(). Errors: of the only provider that could know,
  /// WBEM_E_PROVIDER_NOT_FOUND, WBEM_E_PROVIDER_NOT_CAPABLE.
  base::Result<Step> next();
  const std::optional<cim::Instance>& found() const { return found_; }

 private:
  struct Candidate {
    cim::ClassPtr cls;
    cim::ObjectPath path;
  };
  base::Status ask(Candidate& candidate);

  Operation& operation_;
  JobSlot& slot_;
  std::string name_space_;
  Wanted wanted_;
  std::vector<Candidate> candidates_;
  std::size_t position_ = 0;
  std::optional<base::Status> failure_;
  std::optional<cim::Instance> found_;
  ProviderJobPtr job_;
};

}  // namespace manager
