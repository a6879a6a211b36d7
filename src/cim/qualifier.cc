#include "cim/qualifier.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/utf.h"

namespace cim {
namespace {

struct Standard {
  std::string_view name;
  std::uint8_t flavor;
};

// What Windows' own objects carry (MS-WMIO examples, captures): the qualifiers that shape a class keep to it and its descendants.
constexpr std::array<Standard, 9> kStandard = {{
    {"key", flavor::kToInstance | flavor::kToSubclass | flavor::kNotOverridable},
    {"CIMTYPE", flavor::kToInstance | flavor::kToSubclass},
    {"singleton", flavor::kToInstance | flavor::kToSubclass | flavor::kNotOverridable},
    {"association", flavor::kToInstance | flavor::kToSubclass | flavor::kNotOverridable},
    {"ID", flavor::kToInstance | flavor::kNotOverridable},
    {"dynamic", flavor::kToInstance},
    {"provider", flavor::kToInstance},
    {"locale", flavor::kToInstance},
    {"UUID", flavor::kToInstance},
}};

}  // namespace

const Qualifier* QualifierSet::find(std::string_view name) const {
  for (const Qualifier& qualifier : *this) {
    if (base::equal_ignore_case(qualifier.name, name)) return &qualifier;
  }
  return nullptr;
}

bool QualifierSet::is_true(std::string_view name) const {
  const Qualifier* found = find(name);
  return found && found->value.is_true();
}

std::string_view QualifierSet::text(std::string_view name) const {
  const Qualifier* found = find(name);
  const std::string* text = found ? found->value.as_text() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

std::vector<Qualifier>& QualifierSet::own() {
  if (!items_) {
    items_ = std::make_shared<std::vector<Qualifier>>();
  } else if (items_.use_count() > 1) {
    items_ = std::make_shared<std::vector<Qualifier>>(*items_);
  }
  return *items_;
}

void QualifierSet::put(Qualifier qualifier) {
  const Qualifier* found = find(qualifier.name);
  const std::size_t position = found ? static_cast<std::size_t>(found - begin()) : size();
  std::vector<Qualifier>& items = own();
  if (position < items.size()) {
    items[position] = std::move(qualifier);
  } else {
    items.push_back(std::move(qualifier));
  }
}

bool QualifierSet::erase(std::string_view name) {
  const Qualifier* found = find(name);
  if (!found) return false;
  const auto position = found - begin();
  std::vector<Qualifier>& items = own();
  items.erase(items.begin() + position);
  if (items.empty()) items_.reset();
  return true;
}

QualifierSet QualifierSet::propagate(std::uint8_t flavor_bit) const {
  const auto unchanged = [flavor_bit](const Qualifier& q) { return (q.flavor & flavor_bit) != 0 && q.propagated(); };
  if (std::all_of(begin(), end(), unchanged)) return *this;
  QualifierSet out;
  std::vector<Qualifier>& items = out.own();
  items.reserve(size());
  for (const Qualifier& qualifier : *this) {
    if ((qualifier.flavor & flavor_bit) == 0) continue;
    items.push_back(qualifier);
    items.back().flavor |= flavor::kPropagated;
  }
  if (items.empty()) out.items_.reset();
  return out;
}

bool operator==(const QualifierSet& a, const QualifierSet& b) {
  return a.items_ == b.items_ || std::equal(a.begin(), a.end(), b.begin(), b.end());
}

std::uint8_t default_flavor(std::string_view qualifier_name) {
  for (const Standard& standard : kStandard) {
    if (base::equal_ignore_case(standard.name, qualifier_name)) return standard.flavor;
  }
  return 0;
}

}  // namespace cim
