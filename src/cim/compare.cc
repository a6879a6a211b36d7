// IWbemClassObject::CompareTo.
#include <algorithm>

#include "base/utf.h"
#include "cim/class_data.h"
#include "cim/object.h"

namespace cim {
namespace {

constexpr std::uint32_t kIgnoreQualifiers = 0x1;
constexpr std::uint32_t kIgnoreSource = 0x2;
constexpr std::uint32_t kIgnoreDefaults = 0x4;
constexpr std::uint32_t kIgnoreClass = 0x8;
constexpr std::uint32_t kIgnoreCase = 0x10;
constexpr std::uint32_t kIgnoreFlavor = 0x20;
constexpr std::uint32_t kAll = 0x3F;

using base::equal_ignore_case;

class Comparison {
 public:
  explicit Comparison(std::uint32_t flags) : flags_(flags) {}

  bool same(const Object& a, const Object& b) const {
    if (a.is_class() != b.is_class()) return false;
    if (!ignores(kIgnoreSource) && !same_source(a, b)) return false;
    if (a.is_class()) return same(*a.cls(), *b.cls());
    if (!ignores(kIgnoreClass) && a.cls() != b.cls() && !same(*a.cls(), *b.cls())) return false;
    return same(a.instance(), b.instance());
  }

 private:
  bool ignores(std::uint32_t flag) const { return (flags_ & flag) != 0; }

  static bool same_source(const Object& a, const Object& b) {
    const auto decorated = [](const Object& o) { return o.cls()->decorated() && (!o.as_instance() || o.instance().decorated()); };
    if (decorated(a) != decorated(b)) return false;
    return !decorated(a) ||
           (equal_ignore_case(a.cls()->server(), b.cls()->server()) && equal_ignore_case(a.cls()->name_space(), b.cls()->name_space()));
  }

  bool same(const Class& a, const Class& b) const {
    if (&a.data() == &b.data()) return true;
    if (!equal_ignore_case(a.name(), b.name())) return false;
    if (!std::equal(a.derivation().begin(), a.derivation().end(), b.derivation().begin(), b.derivation().end(), equal_ignore_case)) {
      return false;
    }
    if (!same(a.qualifiers(), b.qualifiers())) return false;
    if (a.properties().size() != b.properties().size() || a.methods().size() != b.methods().size()) return false;
    const auto property_in_b = [&](const Property& p) {
      const Property* other = b.property(p.name);
      return other && same(p, *other);
    };
    const auto method_in_b = [&](const Method& m) {
      const Method* other = b.method(m.name);
      return other && same(m.qualifiers, other->qualifiers) && same(m.in, other->in) && same(m.out, other->out);
    };
    return std::all_of(a.properties().begin(), a.properties().end(), property_in_b) &&
           std::all_of(a.methods().begin(), a.methods().end(), method_in_b);
  }

  bool same(const ClassPtr& a, const ClassPtr& b) const { return a == b || (a && b && same(*a, *b)); }

  bool same(const Property& a, const Property& b) const {
    if (a.type != b.type || !equal_ignore_case(a.cim_type, b.cim_type)) return false;
    if (!ignores(kIgnoreDefaults) && !same(a.default_value, b.default_value)) return false;
    return same(a.qualifiers, b.qualifiers);
  }

  bool same(const QualifierSet& a, const QualifierSet& b) const {
    if (ignores(kIgnoreQualifiers)) return true;
    if (a.size() != b.size()) return false;
    return std::all_of(a.begin(), a.end(), [&](const Qualifier& q) {
      const Qualifier* other = b.find(q.name);
      return other && q.type == other->type && same(q.value, other->value) && (ignores(kIgnoreFlavor) || q.flavor == other->flavor);
    });
  }

  bool same(const Instance& a, const Instance& b) const {
    const auto octets_a = a->octets();
    const auto octets_b = b->octets();
    if (a.cls() == b.cls() && octets_a.size() == octets_b.size() && std::equal(octets_a.begin(), octets_a.end(), octets_b.begin())) {
      return true;
    }
    if (a.cls()->properties().size() != b.cls()->properties().size()) return false;
    if (!same(a->own_qualifiers(), b->own_qualifiers())) return false;
    for (const Property& property : a.cls()->properties()) {
      const Property* other = b.cls()->property(property.name);
      if (!other || property.type != other->type || !same(a->value(property), b->value(*other))) return false;
      if (!same(a->own_property_qualifiers(property), b->own_property_qualifiers(*other))) return false;
    }
    return true;
  }

  bool same(const Value& a, const Value& b) const {
    if (const Value::Array* items = a.as_array()) {
      const Value::Array* others = b.as_array();
      return others && std::equal(items->begin(), items->end(), others->begin(), others->end(),
                                  [this](const Value& x, const Value& y) { return same(x, y); });
    }
    if (const ObjectPtr* object = a.as_object()) {
      const ObjectPtr* other = b.as_object();
      return other && (*object == *other || (*object && *other && same(**object, **other)));
    }
    if (const std::string* text = a.as_text(); text && ignores(kIgnoreCase)) {
      const std::string* other = b.as_text();
      return other && equal_ignore_case(*text, *other);
    }
    return a == b;
  }

  std::uint32_t flags_;
};

}  // namespace

base::Hresult compare(const Object& a, const Object& b, std::uint32_t flags) {
  if ((flags & ~kAll) != 0) return WBEM_E_INVALID_PARAMETER;
  return Comparison(flags).same(a, b) ? WBEM_S_SAME : WBEM_S_DIFFERENT;
}

}  // namespace cim
