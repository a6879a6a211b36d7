// A Target over any cim::Services, this machine's or another's: each object is its own put, nothing is taken back.
#pragma once

#include <string>
#include <unordered_map>

#include "base/utf.h"
#include "cim/services.h"
#include "mof/target.h"

namespace mof {

/// Blocks the calling thread during each call. Classes that were read are kept until something is put or deleted in their namespace.
class ServicesTarget final : public Target {
 public:
  /// `services`: a connection to any namespace; others are opened through it.
  explicit ServicesTarget(cim::ServicesPtr services);

  base::Result<cim::ClassPtr> get_class(std::string_view name_space, std::string_view name) override;
  base::Status put_class(std::string_view name_space, const cim::ClassPtr& cls, std::uint32_t flags) override;
  base::Status put_instance(std::string_view name_space, const cim::Instance& instance, std::uint32_t flags) override;
  base::Status delete_class(std::string_view name_space, std::string_view name) override;
  base::Status delete_instance(std::string_view name_space, std::string_view path) override;
  base::Status create_namespace(std::string_view name_space) override;
  base::Status begin() override { return {}; }
  base::Status commit() override { return {}; }
  void rollback() override {}

 private:
  struct Space {
    cim::ServicesPtr services;
    std::unordered_map<std::string, cim::ClassPtr, base::IHash, base::IEqual> classes;
  };
  base::Result<Space*> open(std::string_view name_space);

  cim::ServicesPtr first_;
  std::unordered_map<std::string, Space, base::IHash, base::IEqual> spaces_;
};

}  // namespace mof
