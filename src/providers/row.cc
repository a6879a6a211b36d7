#include "providers/row.h"

#include <ctime>
#include <limits>

#include "base/utf.h"
#include "cim/datetime.h"

namespace providers {
namespace {

template <class T>
T cut(std::int64_t v) {
  using L = std::numeric_limits<T>;
  if (v < 0) return v < static_cast<std::int64_t>(L::min()) ? L::min() : static_cast<T>(v);
  return static_cast<std::uint64_t>(v) > static_cast<std::uint64_t>(L::max()) ? L::max() : static_cast<T>(v);
}

template <class T>
T cut(std::uint64_t v) {
  const auto max = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
  return static_cast<T>(v > max ? max : v);
}

template <class V>
void store(cim::InstanceBuilder& builder, const cim::Property& p, V value) {
  switch (p.type.base) {
    case cim::CimType::kSint8: return builder.set_number(p.handle, cut<std::int8_t>(value));
    case cim::CimType::kUint8: return builder.set_number(p.handle, cut<std::uint8_t>(value));
    case cim::CimType::kSint16: return builder.set_number(p.handle, cut<std::int16_t>(value));
    case cim::CimType::kUint16: return builder.set_number(p.handle, cut<std::uint16_t>(value));
    case cim::CimType::kSint32: return builder.set_number(p.handle, cut<std::int32_t>(value));
    case cim::CimType::kUint32: return builder.set_number(p.handle, cut<std::uint32_t>(value));
    case cim::CimType::kSint64: return builder.set_number(p.handle, cut<std::int64_t>(value));
    case cim::CimType::kUint64: return builder.set_number(p.handle, cut<std::uint64_t>(value));
    default: return;  // a schema that declares it otherwise shows NULL
  }
}

const wql::Constraint* equality(const manager::Wanted& wanted, std::string_view property) {
  for (const wql::Constraint& c : wanted.constraints)
    if (c.op == wql::Operator::kEqual && base::equal_ignore_case(c.property, property)) return &c;
  return nullptr;
}

}  // namespace

const cim::Property* Row::property(std::string_view name) const { return wanted_.needs(name) ? builder_.cls()->property(name) : nullptr; }

void Row::text(std::string_view name, std::string_view utf8) {
  const cim::Property* p = property(name);
  if (p != nullptr && cim::is_text(p->type.base) && !p->type.array) builder_.set_text(p->handle, utf8);
}

void Row::text_if(std::string_view name, std::string_view utf8) {
  if (!utf8.empty()) text(name, utf8);
}

void Row::number(std::string_view name, std::uint64_t value) {
  if (const cim::Property* p = property(name); p != nullptr && !p->type.array) store(builder_, *p, value);
}

void Row::signed_number(std::string_view name, std::int64_t value) {
  if (const cim::Property* p = property(name); p != nullptr && !p->type.array) store(builder_, *p, value);
}

void Row::boolean(std::string_view name, bool value) {
  const cim::Property* p = property(name);
  if (p != nullptr && p->type == cim::Type{cim::CimType::kBoolean, false}) builder_.set_boolean(p->handle, value);
}

void Row::null(std::string_view name) {
  if (const cim::Property* p = property(name)) builder_.set_null(p->handle);
}

void Row::time(std::string_view name, std::chrono::system_clock::time_point when) {
  if (property(name) != nullptr) text(name, cim::DateTime::from_time(when, local_offset_minutes(when)).to_string());
}

void Row::texts(std::string_view name, const std::vector<std::string>& values) {
  const cim::Property* p = property(name);
  if (p == nullptr) return;
  cim::Value::Array array;
  for (const std::string& v : values) array.push_back(cim::Value::text(v));
  (void)builder_.set(*p, cim::Value::array(std::move(array)));
}

void Row::numbers(std::string_view name, const std::vector<std::uint64_t>& values) {
  const cim::Property* p = property(name);
  if (p == nullptr) return;
  cim::Value::Array array;
  for (const std::uint64_t v : values) array.push_back(cim::Value::uint(v));
  (void)builder_.set(*p, cim::Value::array(std::move(array)));
}

std::string wanted_text(const manager::Wanted& wanted, std::string_view property) {
  const wql::Constraint* c = equality(wanted, property);
  return c != nullptr && c->value.as_text() != nullptr ? *c->value.as_text() : std::string();
}

std::optional<std::uint64_t> wanted_number(const manager::Wanted& wanted, std::string_view property) {
  const wql::Constraint* c = equality(wanted, property);
  if (c == nullptr) return std::nullopt;
  if (const auto number = c->value.as_uint()) return number;
  const auto coerced = cim::coerce(c->value, {cim::CimType::kUint64, false});
  return coerced ? coerced->as_uint() : std::nullopt;
}

std::int32_t local_offset_minutes(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return 0;
  return static_cast<std::int32_t>(local.tm_gmtoff / 60);
}

}  // namespace providers
