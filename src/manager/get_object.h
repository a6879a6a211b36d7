// GetObjectAsync (MS-WMI 3.1.4.3.5).
#pragma once

#include "manager/instance_lookup.h"

namespace manager {

/// Partial retrieval as the context asks for it (SDK "partial-instance retrieval", __GET_EXTENSIONS).
struct PartialGet {
  bool requested = false;
  bool keys_only = false;
  std::vector<std::string> properties;
};
/// WBEM_E_INVALID_CONTEXT for a list with "*", values of a wrong type, or a request without a list or __GET_EXT_KEYS_ONLY.
base::Result<PartialGet> partial_get(const cim::ContextPtr& context);

/// One class or instance. No path: an empty class.
class GetObjectOperation final : public ProviderOperation {
 public:
  GetObjectOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, std::optional<cim::ObjectPath> path,
                     PartialGet partial);

 private:
  base::Result<Step> next(cim::BatchBuilder& out) override;
  std::string describe() const override;

  base::Result<Step> resolve(cim::BatchBuilder& out);
  base::Result<Step> get_class(SchemaView& schema, const Place& place, cim::BatchBuilder& out);
  base::Result<Step> get_instance(SchemaView& schema, const Place& place, cim::BatchBuilder& out);
  base::Result<cim::ClassPtr> delivered_class(SchemaView& schema, const Place& place, const cim::ClassPtr& cls) const;
  base::Status deliver(const cim::ClassPtr& cls, cim::Instance instance, cim::BatchBuilder& out) const;
  base::Status not_found() const;
  Wanted wanted(const cim::Class& cls) const;

  const std::optional<cim::ObjectPath> path_;
  const PartialGet partial_;
  std::unique_ptr<InstanceLookup> lookup_;
};

}  // namespace manager
