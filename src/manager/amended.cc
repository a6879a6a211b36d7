#include "manager/amended.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/utf.h"
#include "manager/schema.h"

namespace manager {

namespace {

bool own_amended(const cim::Qualifier& q) { return q.amended() && !q.propagated(); }
bool any_amended(const cim::QualifierSet& set) { return std::ranges::any_of(set, own_amended); }

bool any_amended(const cim::ClassPtr& parameters) {
  return parameters && std::ranges::any_of(parameters->properties(), [](const auto& p) { return any_amended(p.qualifiers); });
}

bool amended_member(const cim::Method& m) { return any_amended(m.qualifiers) || any_amended(m.in) || any_amended(m.out); }

std::vector<std::string> names_of_amended(const cim::QualifierSet& set) {
  std::vector<std::string> out;
  for (const auto& q : set)
    if (own_amended(q)) out.push_back(q.name);
  return out;
}

base::Result<cim::ClassPtr> strip_parameters(const cim::ClassPtr& parameters) {
  if (!any_amended(parameters)) return parameters;
  auto builder = cim::ClassBuilder::modify(*parameters);
  for (const auto& p : parameters->properties())
    for (const auto& name : names_of_amended(p.qualifiers)) TRY(builder.delete_property_qualifier(p.name, name));
  return builder.build();
}

/// Puts what `from` has and `own` lacks; `put` takes one qualifier. True when there was any.
template <class Put>
base::Result<bool> merge_set(const cim::QualifierSet& own, const cim::QualifierSet& from, Put&& put) {
  // What makes a class an amendment is not part of the class that it amends.
  static constexpr std::array<std::string_view, 4> kMarks{"amendment", "locale", "abstract", "cimtype"};
  bool merged = false;
  for (const auto& q : from) {
    // What the localised class inherits is there for its text alone.
    if ((q.propagated() && !q.amended()) || own.find(q.name) ||
        std::ranges::any_of(kMarks, [&](std::string_view n) { return base::equal_ignore_case(n, q.name); }))
      continue;
    cim::Qualifier copy = q;
    copy.flavor |= cim::flavor::kAmended;
    TRY(put(std::move(copy)));
    merged = true;
  }
  return merged;
}

base::Result<cim::ClassPtr> merge_parameters(const cim::ClassPtr& own, const cim::ClassPtr& from, bool& merged) {
  if (!own || !from) return own;
  auto builder = cim::ClassBuilder::modify(*own);
  bool any = false;
  for (const auto& p : from->properties()) {
    const auto* mine = own->property(p.name);
    if (!mine) continue;
    cim::QualifierSet amended;
    for (const auto& q : p.qualifiers)
      if (q.amended()) amended.put(q);
    TRY_ASSIGN(const bool some, merge_set(mine->qualifiers, amended,
                                          [&](cim::Qualifier q) { return builder.put_property_qualifier(mine->name, std::move(q)); }));
    any |= some;
  }
  if (!any) return own;
  merged = true;
  return builder.build();
}

base::Status merge_method(cim::ClassBuilder& builder, const cim::Method& own, const cim::Method& from) {
  TRY(merge_set(own.qualifiers, from.qualifiers, [&](cim::Qualifier q) { return builder.put_method_qualifier(own.name, std::move(q)); }));
  bool merged = false;
  TRY_ASSIGN(auto in, merge_parameters(own.in, from.in, merged));
  TRY_ASSIGN(auto out, merge_parameters(own.out, from.out, merged));
  if (merged) TRY(builder.put_method(own.name, std::move(in), std::move(out)));
  return {};
}

}  // namespace

base::Result<cim::ClassPtr> strip_amended(const cim::Class& cls) {
  auto builder = cim::ClassBuilder::modify(cls);
  for (const auto& name : names_of_amended(cls.qualifiers())) TRY(builder.delete_qualifier(name));
  for (const auto& p : cls.properties())
    for (const auto& name : names_of_amended(p.qualifiers)) TRY(builder.delete_property_qualifier(p.name, name));
  for (const auto& m : cls.methods()) {
    for (const auto& name : names_of_amended(m.qualifiers)) TRY(builder.delete_method_qualifier(m.name, name));
    if (!any_amended(m.in) && !any_amended(m.out)) continue;
    TRY_ASSIGN(auto in, strip_parameters(m.in));
    TRY_ASSIGN(auto out, strip_parameters(m.out));
    TRY(builder.put_method(m.name, std::move(in), std::move(out)));
  }
  return builder.build();
}

base::Result<cim::ClassPtr> amendment_of(const cim::Class& cls, const cim::ClassPtr& parent, std::string_view locale) {
  auto builder = parent ? cim::ClassBuilder(parent, cls.name()) : cim::ClassBuilder(cls.name());
  const auto mark = [&](const char* name, cim::CimType type, cim::Value value) {
    return builder.put_qualifier({name, {type, false}, std::move(value), cim::default_flavor(name)});
  };
  TRY(mark("Amendment", cim::CimType::kBoolean, cim::Value::boolean(true)));
  for (const auto& q : cls.qualifiers())
    if (own_amended(q)) TRY(builder.put_qualifier(q));
  std::int64_t number = 0;
  if (locale.size() > 3 && base::starts_with_ignore_case(locale, "ms_") &&
      std::from_chars(locale.data() + 3, locale.data() + locale.size(), number, 16).ptr == locale.data() + locale.size())
    TRY(mark("LOCALE", cim::CimType::kSint32, cim::Value::sint(number)));
  for (const auto& p : cls.properties()) {
    if (!any_amended(p.qualifiers)) continue;
    TRY(builder.put_property(p.name, p.type, {}, p.cim_type));
    for (const auto& q : p.qualifiers)
      if (own_amended(q)) TRY(builder.put_property_qualifier(p.name, q));
  }
  for (const auto& m : cls.methods()) {
    if (!amended_member(m)) continue;
    TRY(builder.put_method(m.name, m.in, m.out));
    for (const auto& q : m.qualifiers)
      if (own_amended(q)) TRY(builder.put_method_qualifier(m.name, q));
  }
  return builder.build();
}

base::Result<cim::ClassPtr> merge_amended(const cim::Class& neutral, const cim::Class& amendment) {
  auto builder = cim::ClassBuilder::modify(neutral);
  TRY(merge_set(neutral.qualifiers(), amendment.qualifiers(), [&](cim::Qualifier q) { return builder.put_qualifier(std::move(q)); }));
  for (const auto& p : amendment.properties()) {
    const auto* own = neutral.property(p.name);
    if (!own) continue;
    TRY(merge_set(own->qualifiers, p.qualifiers,
                  [&](cim::Qualifier q) { return builder.put_property_qualifier(own->name, std::move(q)); }));
  }
  for (const auto& m : amendment.methods())
    if (const auto* own = neutral.method(m.name)) TRY(merge_method(builder, *own, m));
  TRY_ASSIGN(auto merged, builder.build());
  return neutral.decorated() ? merged->decorate(neutral.server(), neutral.name_space()) : merged;
}

bool has_foreign_amendments(const cim::Class& seen, const cim::Class& stored) {
  if (!seen.has_amended_qualifiers()) return false;
  const auto foreign = [](const cim::QualifierSet& a, const cim::QualifierSet* b) {
    return std::ranges::any_of(a, [&](const auto& q) { return q.amended() && !(b && b->find(q.name)); });
  };
  if (foreign(seen.qualifiers(), &stored.qualifiers())) return true;
  return std::ranges::any_of(seen.properties(), [&](const auto& p) {
    const auto* other = stored.property(p.name);
    return foreign(p.qualifiers, other ? &other->qualifiers : nullptr);
  });
}

// Here, and not in schema.cc, because only localised reads come this way.
base::Result<cim::ClassPtr> SchemaView::amended(const Namespace& name_space, const cim::ClassPtr& cls,
                                                std::span<const std::string> locales) {
  for (const auto& locale : locales) {
    auto child = this->name_space(name_space.path + "\\" + locale);
    if (!child && child.error().code() == WBEM_E_INVALID_NAMESPACE) continue;
    if (!child) return base::fail(child.error());
    TRY_ASSIGN(const auto amendment, find(**child, cls->name()));
    if (amendment) return merge_amended(*cls, *amendment->cls);
  }
  return cls;
}

}  // namespace manager
