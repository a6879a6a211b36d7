// CreateClassEnumAsync (MS-WMI 3.1.4.3.11).
#pragma once

#include <vector>

#include "manager/operation.h"
#include "manager/place.h"

namespace manager {

/// The subclasses of a class, or all classes; not a snapshot of their definitions.
class ClassEnumOperation final : public Operation {
 public:
  ClassEnumOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, std::string superclass);

 private:
  base::Result<Step> next(cim::BatchBuilder& out) override;
  std::string describe() const override { return superclass_; }
  base::Status list(SchemaView& schema, const Place& place);

  const std::string superclass_;
  std::vector<StoredClassPtr> classes_;
  std::size_t position_ = 0;
  bool listed_ = false;
};

}  // namespace manager
