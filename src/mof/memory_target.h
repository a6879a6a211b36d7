// A Target without a repository: for checks, tests and conversions.
#pragma once

#include <map>
#include <string>

#include "base/utf.h"
#include "mof/target.h"

namespace mof {

/// Namespaces in memory; root and root\default exist from the start, every namespace has __SystemClass and __Namespace. Classes follow
/// their parent's rules for keys, abstract and singleton; what depends on instances or derived classes is not checked here.
class MemoryTarget final : public Target {
 public:
  /// With `any_namespace` unknown namespaces come into being when something is put there.
  explicit MemoryTarget(bool any_namespace = true);

  base::Result<cim::ClassPtr> get_class(std::string_view name_space, std::string_view name) override;
  base::Status put_class(std::string_view name_space, const cim::ClassPtr& cls, std::uint32_t flags) override;
  base::Status put_instance(std::string_view name_space, const cim::Instance& instance, std::uint32_t flags) override;
  base::Status delete_class(std::string_view name_space, std::string_view name) override;
  base::Status delete_instance(std::string_view name_space, std::string_view path) override;
  base::Status create_namespace(std::string_view name_space) override;
  base::Status begin() override;
  base::Status commit() override;
  void rollback() override;

  using Classes = std::map<std::string, cim::ClassPtr, base::ILess>;
  using Instances = std::map<std::string, cim::Instance, base::ILess>;  // by relative path
  struct Space {
    Classes classes;
    Instances instances;
  };
  using Spaces = std::map<std::string, Space, base::ILess>;

  const Spaces& spaces() const { return spaces_; }
  /// Null when it is not there.
  const Space* space(std::string_view name_space) const;

 private:
  base::Result<Space*> writable(std::string_view name_space);
  Space make_space() const;

  bool any_namespace_;
  Spaces spaces_;
  Spaces before_;  // at begin()
};

}  // namespace mof
