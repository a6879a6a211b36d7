// Filling one row by property names: what every provider here uses. A name that the class lacks is ignored, so that a provider can
// serve a class of an older schema; a property that was not asked for is skipped before its value is made.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "cim/instance.h"
#include "manager/provider.h"

namespace providers {

/// Not thread-safe. One Row serves many instances: start() between them.
class Row {
 public:
  Row(const cim::ClassPtr& cls, const manager::Wanted& wanted) : builder_(cls), wanted_(wanted) {}
  void start() { builder_.reset(); }
  /// Whether a value is worth the work of reading it.
  bool needs(std::string_view name) const { return wanted_.needs(name) && builder_.cls()->property(name) != nullptr; }
  bool needs_any(std::initializer_list<std::string_view> names) const {
    return std::ranges::any_of(names, [this](std::string_view name) { return needs(name); });
  }

  void text(std::string_view name, std::string_view utf8);
  /// Skips the property when the text is empty (NULL instead of "").
  void text_if(std::string_view name, std::string_view utf8);
  /// Any integer property; the value is cut to the property's range.
  void number(std::string_view name, std::uint64_t value);
  void signed_number(std::string_view name, std::int64_t value);
  void boolean(std::string_view name, bool value);
  /// For a property whose class gives it a default value that is not true here.
  void null(std::string_view name);
  /// A moment in local time with its offset.
  void time(std::string_view name, std::chrono::system_clock::time_point when);
  void texts(std::string_view name, const std::vector<std::string>& values);
  void numbers(std::string_view name, const std::vector<std::uint64_t>& values);

  const cim::InstanceBuilder& builder() const { return builder_; }

 private:
  const cim::Property* property(std::string_view name) const;
  cim::InstanceBuilder builder_;
  const manager::Wanted& wanted_;
};

/// The text of an equality constraint on a property, when there is one: `WHERE Name = "x"`. Empty otherwise.
std::string wanted_text(const manager::Wanted& wanted, std::string_view property);
/// Idem for a number, also one written as text.
std::optional<std::uint64_t> wanted_number(const manager::Wanted& wanted, std::string_view property);

/// Minutes east of UTC of the local zone at that moment.
std::int32_t local_offset_minutes(std::chrono::system_clock::time_point when);

}  // namespace providers
