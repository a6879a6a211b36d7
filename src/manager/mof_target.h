// MOF into the repository: a whole unit in one transaction.
#pragma once

#include "manager/update.h"
#include "mof/compiler.h"

namespace manager {

/// A mof::Target over an open write transaction. begin() and commit() do nothing: the transaction is its owner's; after rollback() the
/// owner must fail its work.
class MofTarget final : public mof::Target {
 public:
  /// `request`: rights, locales and `system` of every put; namespace and flags are set per call. With a caller its rights are instead what
  /// each namespace grants it.
  MofTarget(const Schema& schema, repository::WriteTransaction& transaction, UpdateRequest request,
            std::optional<cim::Caller> caller = std::nullopt);
  MofTarget(const MofTarget&) = delete;
  MofTarget& operator=(const MofTarget&) = delete;

  base::Result<cim::ClassPtr> get_class(std::string_view name_space, std::string_view name) override;
  base::Status put_class(std::string_view name_space, const cim::ClassPtr& cls, std::uint32_t flags) override;
  base::Status put_instance(std::string_view name_space, const cim::Instance& instance, std::uint32_t flags) override;
  base::Status delete_class(std::string_view name_space, std::string_view name) override;
  base::Status delete_instance(std::string_view name_space, std::string_view path) override;
  base::Status create_namespace(std::string_view name_space) override;
  base::Status begin() override { return {}; }
  base::Status commit() override { return {}; }
  void rollback() override {}

  SchemaView& schema() { return schema_; }

 private:
  std::uint32_t rights_on(const Namespace& name_space) const;
  /// Sets the request's namespace; looked up again only when it changes. ACCESS_DENIED without ENABLE on it.
  base::Status enter(std::string_view name_space, std::uint32_t flags);

  SchemaView schema_;
  repository::WriteTransaction& transaction_;
  UpdateRequest request_;
  const std::optional<cim::Caller> caller_;
  std::string entered_;
};

/// Compiles a checked unit into the repository, all or nothing (with options.keep_going: all that was accepted). Waits for the commit.
/// Classes of providers take no instances here (PROVIDER_NOT_CAPABLE). Errors: those of mof::compile and of Repository::write.
base::Result<mof::CompileCounts> compile_mof(const Schema& schema, const cim::Caller& caller, const mof::Unit& unit,
                                             const mof::CompileOptions& options, mof::Diagnostics& diagnostics);

}  // namespace manager
