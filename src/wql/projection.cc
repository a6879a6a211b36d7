// The SELECT list: a class trimmed to the selected properties, and rows of it.
#include <algorithm>
#include <string>

#include "base/utf.h"
#include "cim/qualifier.h"
#include "wql/program.h"

namespace wql {
namespace {

bool selects(const Query& query, std::string_view name) {
  return query.select_all ||
         std::ranges::any_of(query.select, [&](const PropertyName& n) { return base::equal_ignore_case(n.top(), name); });
}

/// The keys come along when the path is asked for: it is made of them.
bool selects(const Query& query, const cim::Property& property) {
  return selects(query, property.name) || (property.key() && (query.with_keys || selects(query, "__PATH") || selects(query, "__RELPATH")));
}

bool wants_ancestry(const Query& query) {
  return selects(query, "__SUPERCLASS") || selects(query, "__DYNASTY") || selects(query, "__DERIVATION");
}

/// Empty classes that only carry the names of the ancestors.
base::Result<cim::ClassPtr> ancestry(const cim::Class& cls) {
  cim::ClassPtr parent;
  for (auto name = cls.derivation().rbegin(); name != cls.derivation().rend(); ++name) {
    TRY_ASSIGN(parent, (parent ? cim::ClassBuilder(parent, *name) : cim::ClassBuilder(*name)).build());
  }
  return parent;
}

/// Qualifiers that are facts of the declaration, not of the place in the hierarchy.
cim::Qualifier local(cim::Qualifier qualifier) {
  qualifier.flavor &= static_cast<std::uint8_t>(~cim::flavor::kPropagated);
  return qualifier;
}

bool is_cimtype(const cim::Qualifier& q) { return base::equal_ignore_case(q.name, "CIMTYPE"); }
bool is_key(const cim::Qualifier& q) { return base::equal_ignore_case(q.name, "key"); }

/// `cut`: some key is missing, so that the others are none: half a key would give a wrong path.
base::Status add_property(cim::ClassBuilder& builder, const cim::Property& property, bool cut) {
  TRY(builder.put_property(property.name, property.type, property.default_value, property.cim_type));
  for (const cim::Qualifier& qualifier : property.qualifiers) {
    if (is_cimtype(qualifier) || (cut && is_key(qualifier))) continue;
    // What a stored class has beyond the builder's rules is left out rather than fail the query; a key is needed for the path.
    const base::Status status = builder.put_property_qualifier(property.name, local(qualifier));
    if (is_key(qualifier)) TRY(status);
  }
  return {};
}

bool cuts_key(const Query& query, const cim::Class& cls) {
  return std::ranges::any_of(cls.keys(), [&](std::uint16_t key) { return !selects(query, cls.properties()[key]); });
}

base::Result<cim::ClassBuilder> trimmed(const Query& query, const cim::Class& cls) {
  cim::ClassPtr parent;
  if (wants_ancestry(query)) {
    TRY_ASSIGN(parent, ancestry(cls));
  }
  cim::ClassBuilder builder = parent ? cim::ClassBuilder(parent, cls.name()) : cim::ClassBuilder(cls.name());
  for (const cim::Qualifier& qualifier : cls.qualifiers()) static_cast<void>(builder.put_qualifier(local(qualifier)));
  const bool cut = cuts_key(query, cls);
  for (const cim::Property& property : cls.properties()) {
    if (selects(query, property)) TRY(add_property(builder, property, cut));
  }
  if (cls.decorated()) builder.set_decoration(cls.server(), cls.name_space());
  return builder;
}

}  // namespace

base::Result<Projection> Plan::project(const cim::ClassPtr& cls) const {
  Projection out;
  out.source_ = cls;
  out.cls_ = cls;
  if (query().select_all) return out;
  out.identity_ = false;
  out.key_cut_ = cuts_key(query(), *cls);
  TRY_ASSIGN(const cim::ClassBuilder builder, trimmed(query(), *cls));
  TRY_ASSIGN(out.cls_, builder.build());
  for (std::size_t i = 0; i < cls->properties().size(); ++i) {
    const cim::Property* target = out.cls_->property(cls->properties()[i].name);
    if (target == nullptr) continue;
    const auto to = static_cast<std::uint16_t>(target - out.cls_->properties().data());
    out.columns_.push_back({static_cast<std::uint16_t>(i), to});
  }
  return out;
}

base::Result<cim::ClassPtr> Plan::prototype() const {
  if (query().select_all) return from();
  TRY_ASSIGN(cim::ClassBuilder builder, trimmed(query(), *from()));
  for (const cim::Property& property : from()->properties()) {
    cim::Value::Array positions;
    for (std::size_t i = 0; i < query().select.size(); ++i) {
      const bool named = base::equal_ignore_case(query().select[i].top(), property.name);
      if (named) positions.push_back(cim::Value::sint(static_cast<std::int64_t>(i)));
    }
    if (positions.empty()) continue;
    cim::Qualifier order{"Order", {cim::CimType::kSint32, true}, cim::Value::array(std::move(positions)), 0};
    TRY(builder.put_property_qualifier(property.name, std::move(order)));
  }
  return builder.build();
}

namespace {

/// Numbers and text move without a detour; arrays and objects are decoded.
void copy_value(const cim::InstanceView& row, const cim::Property& from, const cim::Property& to, cim::InstanceBuilder& out) {
  if (row.is_null(from.handle)) return row.is_default(from.handle) ? out.set_default(to.handle) : out.set_null(to.handle);
  if (!cim::in_heap(from.type)) {
    switch (cim::slot_size(from.type)) {
      case 1: return out.set_number(to.handle, row.number<std::uint8_t>(from.handle));
      case 2: return out.set_number(to.handle, row.number<std::uint16_t>(from.handle));
      case 4: return out.set_number(to.handle, row.number<std::uint32_t>(from.handle));
      default: return out.set_number(to.handle, row.number<std::uint64_t>(from.handle));
    }
  }
  if (!from.type.array && cim::is_text(from.type.base)) return out.set_text(to.handle, row.text(from.handle).to_utf8());
  // The types are the same and the value was valid, so this cannot fail.
  static_cast<void>(out.set(to, row.value(from)));
}

cim::InstanceBuilder filled(const cim::InstanceView& row, const cim::ClassPtr& cls, std::span<const cim::Property> from, auto&& columns) {
  cim::InstanceBuilder out(cls);
  for (const auto& column : columns) copy_value(row, from[column.from], cls->properties()[column.to], out);
  return out;
}

}  // namespace

void Projection::append_to(const cim::InstanceView& row, std::string& out) const {
  if (identity_) {
    out.append(reinterpret_cast<const char*>(row.octets().data()), row.octets().size());
    return;
  }
  filled(row, cls_, source_->properties(), columns_).append_to(out);
}

cim::Instance Projection::apply(const cim::Instance& row) const {
  if (identity_) return row;
  return filled(row.view(), cls_, source_->properties(), columns_).build(row.decorated());
}

}  // namespace wql
