// ExecMethodAsync (MS-WMI 3.1.4.3.23). After start: class (INVALID_CLASS), instance (NOT_FOUND), method (INVALID_METHOD), `disabled`
// (METHOD_DISABLED), a class on the way up that implements it (METHOD_NOT_IMPLEMENTED), in-parameters (INVALID_METHOD_PARAMETERS), in this
// order; then the provider. An instance method on a class path is INVALID_METHOD_PARAMETERS, as Windows answers; a static one runs on an
// instance path too.
#pragma once

#include <optional>

#include "manager/instance_lookup.h"

namespace manager {

class ExecMethodOperation final : public ProviderOperation {
 public:
  ExecMethodOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, cim::ObjectPath path,
                      std::string method, std::optional<cim::Instance> in);

 private:
  base::Result<Step> next(cim::BatchBuilder& out) override;
  std::string describe() const override { return path_.to_string() + " " + method_name_; }

  /// nullopt: lookup_ has to find the instance first.
  base::Result<std::optional<ProviderRequest>> resolve();
  base::Result<ProviderRequest> resolve_found();
  /// `real`: the class of the instance, else the one of the path.
  base::Result<ProviderRequest> resolve_method(SchemaView& schema, const Place& place, const StoredClassPtr& real);
  base::Result<const ProviderEntry*> find_implementation(SchemaView& schema, const Place& place, const StoredClassPtr& real) const;

  const cim::ObjectPath path_;
  const std::string method_name_;
  std::optional<cim::Instance> in_;
  bool resolved_ = false;
  std::unique_ptr<InstanceLookup> lookup_;
  ProviderJobPtr job_;
};

/// WBEM_E_INVALID_METHOD with the nearest name.
base::Status no_method(const cim::Class& cls, std::string_view name);

/// The in-parameters against the signature (`signature` null: no inputs). WBEM_E_INVALID_METHOD_PARAMETERS for an unknown name, another
/// type, an embedded object of another class, or one that is missing without a default and not `optional`.
base::Status check_in_parameters(const cim::Method& method, const std::optional<cim::Instance>& in);

}  // namespace manager
