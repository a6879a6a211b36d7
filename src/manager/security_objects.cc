#include "manager/security_objects.h"

#include <fmt/format.h>

#include "security/sid_names.h"

namespace manager {

namespace {

using security::Ace;
using security::Acl;
using security::Sid;

constexpr std::size_t kMaxSidOctets = 8 + 4 * Sid::kMaxSubAuthorities;

cim::Value wrapped(const cim::InstanceBuilder& builder) { return cim::Value::object(std::make_shared<const cim::Object>(builder.build())); }

/// Makes objects of one namespace's classes.
class Writer {
 public:
  static base::Result<Writer> make(SchemaView& schema, const Namespace& name_space) {
    Writer out;
    TRY_ASSIGN(out.descriptor_, schema.get(name_space, "__SecurityDescriptor", WBEM_E_INVALID_CLASS));
    TRY_ASSIGN(out.ace_, schema.get(name_space, "__ACE", WBEM_E_INVALID_CLASS));
    TRY_ASSIGN(out.trustee_, schema.get(name_space, "__Trustee", WBEM_E_INVALID_CLASS));
    return out;
  }

  base::Result<cim::Value> descriptor(const security::SecurityDescriptor& descriptor) const {
    cim::InstanceBuilder out(descriptor_->cls);
    TRY(out.set("ControlFlags", cim::Value::uint(descriptor.control)));
    if (descriptor.owner) TRY(set_trustee(out, "Owner", *descriptor.owner));
    if (descriptor.group) TRY(set_trustee(out, "Group", *descriptor.group));
    if (descriptor.dacl) TRY(set_list(out, "DACL", *descriptor.dacl));
    if (descriptor.sacl) TRY(set_list(out, "SACL", *descriptor.sacl));
    return wrapped(out);
  }

 private:
  base::Status set_trustee(cim::InstanceBuilder& out, std::string_view property, const Sid& sid) const {
    cim::InstanceBuilder trustee(trustee_->cls);
    if (const auto name = security::name_of_sid(sid, names_)) {
      TRY(trustee.set("Domain", cim::Value::text(name->domain)));
      TRY(trustee.set("Name", cim::Value::text(name->name)));
    }
    std::string octets;
    sid.append_octets(octets);
    TRY(trustee.set("SID", octets_value(octets)));
    TRY(trustee.set("SidLength", cim::Value::uint(octets.size())));
    TRY(trustee.set("SIDString", cim::Value::text(sid.to_string())));
    return out.set(property, wrapped(trustee));
  }

  base::Status set_list(cim::InstanceBuilder& out, std::string_view property, const Acl& list) const {
    cim::Value::Array items;
    for (const Ace& ace : list.aces) {
      if (!security::is_simple(ace.type)) continue;
      cim::InstanceBuilder item(ace_->cls);
      TRY(item.set("AccessMask", cim::Value::uint(ace.mask)));
      TRY(item.set("AceFlags", cim::Value::uint(ace.flags)));
      TRY(item.set("AceType", cim::Value::uint(static_cast<std::uint8_t>(ace.type))));
      TRY(set_trustee(item, "Trustee", ace.sid));
      items.push_back(wrapped(item));
    }
    return out.set(property, cim::Value::array(std::move(items)));
  }

  StoredClassPtr descriptor_;
  StoredClassPtr ace_;
  StoredClassPtr trustee_;
  security::SystemUnixNames names_;
};

base::Status wrong(std::string_view what) { return {WBEM_E_INVALID_PARAMETER, fmt::format("the security descriptor's {}", what)}; }

/// The embedded instance; null when there is none.
const cim::Instance* embedded(const cim::Value& value) {
  const cim::ObjectPtr* object = value.as_object();
  return object != nullptr && *object != nullptr && !(*object)->is_class() ? &(*object)->instance() : nullptr;
}

base::Result<Sid> read_trustee(const cim::Value& value, std::string_view where) {
  const cim::Instance* trustee = embedded(value);
  if (trustee == nullptr) return base::fail(wrong(fmt::format("{} is no __Trustee", where)));
  const cim::Value octets_given = trustee->value("SID");
  if (const auto* array = octets_given.as_array(); array != nullptr && array->size() <= kMaxSidOctets) {
    std::string octets;
    for (const cim::Value& octet : *array) octets += static_cast<char>(octet.as_uint().value_or(0));
    if (auto sid = Sid::from_octets(octets); sid && sid->size() == octets.size()) return *std::move(sid);
  } else {
    const cim::Value text = trustee->value("SIDString");
    if (text.as_text() != nullptr) {
      if (auto sid = Sid::parse(*text.as_text())) return *std::move(sid);
    } else if (const cim::Value name = trustee->value("Name"); name.as_text() != nullptr) {
      const cim::Value domain = trustee->value("Domain");
      const bool bare = domain.as_text() == nullptr || domain.as_text()->empty();
      const std::string full = bare ? *name.as_text() : *domain.as_text() + "\\" + *name.as_text();
      if (auto sid = security::sid_of_name(full, security::SystemUnixNames())) return *std::move(sid);
    }
  }
  return base::fail(wrong(fmt::format("{} names nobody", where)));
}

base::Result<std::optional<Acl>> read_list(const cim::Instance& object, std::string_view property) {
  const cim::Value value = object.value(property);
  const auto* items = value.as_array();
  if (items == nullptr) return std::nullopt;
  if (items->size() > security::SecurityDescriptor::kMaxAces) return base::fail(wrong(fmt::format("{} is too long", property)));
  Acl out;
  for (const cim::Value& item : *items) {
    const cim::Instance* ace = embedded(item);
    if (ace == nullptr) return base::fail(wrong(fmt::format("{} holds what is no __ACE", property)));
    const auto type = ace->value("AceType").as_uint();
    const auto flags = ace->value("AceFlags").as_uint();
    const auto mask = ace->value("AccessMask").as_uint();
    if (!type || *type > 0xFF || !security::is_simple(static_cast<security::AceType>(*type)) || flags.value_or(0) > 0xFF || !mask)
      return base::fail(wrong(fmt::format("{} has an ACE without AccessMask or with a wrong AceType or AceFlags", property)));
    TRY_ASSIGN(Sid sid, read_trustee(ace->value("Trustee"), "ACE's Trustee"));
    out.aces.push_back({static_cast<security::AceType>(*type),
                        static_cast<std::uint8_t>(flags.value_or(0)),
                        static_cast<std::uint32_t>(*mask),
                        std::move(sid),
                        {}});
  }
  return out;
}

}  // namespace

cim::Value octets_value(std::string_view octets) {
  cim::Value::Array out;
  out.reserve(octets.size());
  for (const char c : octets) out.push_back(cim::Value::uint(static_cast<std::uint8_t>(c)));
  return cim::Value::array(std::move(out));
}

base::Result<cim::Value> descriptor_object(SchemaView& schema, const Namespace& name_space,
                                           const security::SecurityDescriptor& descriptor) {
  TRY_ASSIGN(const Writer writer, Writer::make(schema, name_space));
  return writer.descriptor(descriptor);
}

base::Result<security::SecurityDescriptor> descriptor_of_object(const cim::Instance& object) {
  security::SecurityDescriptor out;
  const std::uint64_t control = object.value("ControlFlags").as_uint().value_or(0);
  if (control > 0xFFFF) return base::fail(wrong("ControlFlags have more than 16 bits"));
  out.control = static_cast<std::uint16_t>(control | security::control::kSelfRelative);
  TRY_ASSIGN(out.dacl, read_list(object, "DACL"));
  TRY_ASSIGN(out.sacl, read_list(object, "SACL"));
  const auto present = [&](std::uint16_t bit, bool there) {
    out.control = static_cast<std::uint16_t>(there ? out.control | bit : out.control & ~bit);
  };
  present(security::control::kDaclPresent, out.dacl.has_value());
  present(security::control::kSaclPresent, out.sacl.has_value());
  for (const auto& [property, member] : {std::pair{"Owner", &out.owner}, std::pair{"Group", &out.group}}) {
    const cim::Value value = object.value(property);
    if (value.is_null()) continue;
    TRY_ASSIGN(*member, read_trustee(value, property));
  }
  return out;
}

}  // namespace manager
