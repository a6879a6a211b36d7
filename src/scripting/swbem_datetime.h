// SWbemDateTime: CIM datetimes and intervals, field by field.
#pragma once

#include <array>

#include "cim/datetime.h"
#include "scripting/swbem_base.h"

namespace scripting {

class SwbemDateTime final : public SwbemBase {
 public:
  SwbemDateTime() : SwbemBase(declaration()) {}
  static const Interface& declaration();

  enum Field : std::size_t { kYear, kMonth, kDay, kHours, kMinutes, kSeconds, kMicroseconds, kUtc, kFields };

  Outcome<Variant> value(MemberCall& call);
  template <std::size_t F>
  Outcome<Variant> field(MemberCall& call) {
    return field(F, call);
  }
  template <std::size_t F>
  Outcome<Variant> specified(MemberCall& call) {
    if (!call.is_put()) return Variant::boolean(fields_[F].specified);
    fields_[F].specified = call.value().as_boolean();
    return Variant();
  }
  Outcome<Variant> is_interval(MemberCall& call);
  Outcome<Variant> get_var_date(MemberCall& call);
  Outcome<Variant> set_var_date(MemberCall& call);
  Outcome<Variant> get_file_time(MemberCall& call);
  Outcome<Variant> set_file_time(MemberCall& call);

 private:
  struct Part {
    std::int32_t value = 0;
    bool specified = true;
  };
  Outcome<Variant> field(std::size_t which, MemberCall& call);
  std::string text() const;
  void set(const cim::DateTime& time);
  /// Microseconds since 1601, of the local clock or UTC; nullopt for intervals and for fields that are not there.
  std::optional<std::int64_t> microseconds(bool local) const;
  bool set_microseconds(std::int64_t since_1601, bool local);

  std::array<Part, kFields> fields_{{{0}, {1}, {1}, {0}, {0}, {0}, {0}, {0}}};
  bool interval_ = false;
};

}  // namespace scripting
