// Where compiled declarations go.
#pragma once

#include <cstdint>
#include <string_view>

#include "cim/object.h"

namespace mof {

/// Classes and instances by namespace (root\cimv2, any case). `flags` are cim::flag bits of PutClass and PutInstance.
/// Every call is made between begin() and commit() or rollback(); an implementation without transactions stores at once and ignores
/// these three. Used by one thread.
class Target {
 public:
  virtual ~Target() = default;
  /// Errors: WBEM_E_NOT_FOUND, WBEM_E_INVALID_NAMESPACE.
  virtual base::Result<cim::ClassPtr> get_class(std::string_view name_space, std::string_view name) = 0;
  /// Errors: those of PutClass (MS-WMI 3.1.4.3.8).
  virtual base::Status put_class(std::string_view name_space, const cim::ClassPtr& cls, std::uint32_t flags) = 0;
  /// Errors: those of PutInstance. An instance of __Namespace creates the namespace.
  virtual base::Status put_instance(std::string_view name_space, const cim::Instance& instance, std::uint32_t flags) = 0;
  /// WBEM_E_NOT_FOUND when there is none. Takes derived classes and instances with it.
  virtual base::Status delete_class(std::string_view name_space, std::string_view name) = 0;
  virtual base::Status delete_instance(std::string_view name_space, std::string_view path) = 0;
  /// With those above it; success when it exists.
  virtual base::Status create_namespace(std::string_view name_space) = 0;

  virtual base::Status begin() = 0;
  virtual base::Status commit() = 0;
  virtual void rollback() = 0;
};

}  // namespace mof
