// What a Repository consists of.
#pragma once

#include "repository/store.h"

namespace repository {

class Repository::Impl {
 public:
  explicit Impl(std::shared_ptr<Store> opened) : store(std::move(opened)) {}

  std::shared_ptr<Store> store;
};

}  // namespace repository
