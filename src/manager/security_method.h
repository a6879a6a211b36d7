// The methods of __SystemSecurity (MS-WMI 2.2.30), which the object manager itself implements. Errors are the call's own, not return
// values (notes 8 and 9).
#pragma once

#include "manager/update_operation.h"
#include "security/descriptor.h"

namespace manager {

/// ExecMethod on __SystemSecurity. GetSD and GetSecurityDescriptor take READ_CONTROL, SetSD and SetSecurityDescriptor WRITE_DAC;
/// connections that are open keep the rights that they were given. Get9XUserList and Set9XUserList: WBEM_E_NOT_SUPPORTED.
class SecurityMethodOperation final : public UpdateOperation {
 public:
  SecurityMethodOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, cim::ObjectPath path,
                          std::string method, std::optional<cim::Instance> in);

  static bool serves(const cim::ObjectPath& path);

 private:
  base::Result<Step> begin() override;
  base::Result<UpdateResult> write(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request) override;
  base::Status answer(cim::BatchBuilder& out) override;
  const cim::ObjectPath& place() const override { return path_; }
  std::uint32_t needed_right() const override { return cim::right::kEnable | cim::right::kMethodExecute; }
  std::string describe() const override { return path_.to_string() + " " + method_name_; }

  base::Status dispatch(SchemaView& schema, const Place& place, const cim::Method& method);
  base::Status read(SchemaView& schema, const Place& place);
  base::Result<security::SecurityDescriptor> given() const;
  bool is(std::string_view name) const;

  const cim::ObjectPath path_;
  const std::string method_name_;
  const std::optional<cim::Instance> in_;
  std::optional<cim::InstanceBuilder> out_;
  std::optional<security::SecurityDescriptor> descriptor_;  // to be set
};

}  // namespace manager
