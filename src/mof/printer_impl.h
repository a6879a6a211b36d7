// The printer's state. Not for other folders.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "cim/object.h"

namespace mof {

class Printer {
 public:
  void cls(const cim::Class& cls);  // print_class.cc
  void instance(const cim::Instance& object);
  void value(const cim::Value& value, cim::Type type);
  std::string take() { return std::move(out_); }

 private:
  using Skip = std::function<bool(const cim::Qualifier&)>;
  /// `lead` q, q `tail`; nothing, and false, when none is left.
  bool qualifiers(const cim::QualifierSet& set, std::string_view lead, std::string_view tail, const Skip& skip = {});
  void qualifier(const cim::Qualifier& qualifier);
  void property(const cim::Property& property);
  void method(const cim::Method& method);
  void parameter(const cim::Property& parameter, std::int64_t position);
  void declaration(const cim::Property& property);  // type and name
  void embedded(const cim::Object& object);
  void indent();

  std::string out_;
  int depth_ = 0;
};

}  // namespace mof
