// The shipped classes, for tests of their providers.
#pragma once

#include "manager/testing.h"

namespace providers::testing {

/// A class of the shipped schema in root\cimv2; null when there is none.
inline cim::ClassPtr shipped_class(std::string_view name) {
  static manager::testing::Store store;
  return store.get_class("root\\cimv2", name);
}

}  // namespace providers::testing
