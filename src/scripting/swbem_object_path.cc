#include "scripting/swbem_object_path.h"

#include <algorithm>

#include "base/utf.h"
#include "scripting/moniker.h"
#include "scripting/values.h"

namespace scripting {
namespace {

constexpr unsigned kRead = invoke::kGet;
constexpr unsigned kReadWrite = invoke::kGet | invoke::kPut;

std::string back_slashes(std::string text) {
  std::ranges::replace(text, '/', '\\');
  return text;
}

}  // namespace

const Interface& SwbemObjectPath::declaration() {
  using P = SwbemObjectPath;
  static const Interface made({.object = "SWbemObjectPath",
                               .interface = "ISWbemObjectPath",
                               .iid = "5791bc27-ce9c-11d1-97bf-0000f81e849c",
                               .clsid = "5791bc26-ce9c-11d1-97bf-0000f81e849c",
                               .prog_id = "WbemScripting.SWbemObjectPath"},
                              {{"Path", kValue, kReadWrite, 7, "", "BSTR", handler<&P::path>},
                               {"RelPath", 1, kReadWrite, 9, "", "BSTR", handler<&P::rel_path>},
                               {"Server", 2, kReadWrite, 11, "", "BSTR", handler<&P::server>},
                               {"Namespace", 3, kReadWrite, 13, "", "BSTR", handler<&P::name_space>},
                               {"ParentNamespace", 4, kRead, 15, "", "BSTR", handler<&P::parent_namespace>},
                               {"DisplayName", 5, kReadWrite, 16, "", "BSTR", handler<&P::display_name>},
                               {"Class", 6, kReadWrite, 18, "", "BSTR", handler<&P::class_name>},
                               {"IsClass", 7, kRead, 20, "", "VARIANT_BOOL", handler<&P::is_class>},
                               {"SetAsClass", 8, invoke::kMethod, 21, "", "void", handler<&P::set_as_class>},
                               {"IsSingleton", 9, kRead, 22, "", "VARIANT_BOOL", handler<&P::is_singleton>},
                               {"SetAsSingleton", 10, invoke::kMethod, 23, "", "void", handler<&P::set_as_singleton>},
                               {"Keys", 11, kRead, 24, "", "ISWbemNamedValueSet", handler<&P::keys>},
                               {"Security_", 12, kRead, 25, "", "ISWbemSecurity", handler<&P::security>},
                               {"Locale", 13, kReadWrite, 26, "", "BSTR", handler<&P::locale>},
                               {"Authority", 14, kReadWrite, 28, "", "BSTR", handler<&P::authority>}});
  return made;
}

SwbemObjectPath::SwbemObjectPath() : SwbemBase(declaration()), security_(std::make_shared<OwnSecurity>()) {}

SwbemObjectPath::SwbemObjectPath(const SessionPtr& session, cim::ObjectPath path, Ref<LiveObject> owner)
    : SwbemBase(declaration()),
      path_(std::move(path)),
      security_(std::make_shared<OwnSecurity>(session ? session->security() : SecuritySettings{})),
      owner_(std::move(owner)) {
  if (session) {
    locale_ = session->request().locale;
    authority_ = session->request().authority;
  }
  take_keys(std::exchange(path_.keys, {}));
  read_only_ = owner_ && !owner_->is_clone();
  keys_->read_only = read_only_;
}

void SwbemObjectPath::take_keys(std::vector<cim::PathKey> keys) {
  const auto type_of = [](const cim::Value& number) {
    const auto known = number.as_sint();
    if (known && *known >= INT32_MIN && *known <= INT32_MAX) return cim::CimType::kSint32;
    return known ? cim::CimType::kSint64 : cim::CimType::kUint64;
  };
  keys_->entries.clear();
  wide_.clear();
  for (cim::PathKey& key : keys) {
    Variant value = key.value.as_bool() != nullptr   ? Variant::boolean(key.value.is_true())
                    : key.value.as_text() != nullptr ? Variant::utf8(*key.value.as_text())
                                                     : to_variant(key.value, {type_of(key.value), false}, nullptr);
    const bool wide = key.value.as_text() == nullptr && value.is(VarType::kString);
    keys_->entries.push_back({Text::from_utf8(key.name), std::move(value)});
    if (wide) wide_.push_back(std::move(key));
  }
}

const cim::PathKey* SwbemObjectPath::wide_key(std::string_view name, const cim::Value& value) const {
  const std::string* text = value.as_text();
  const auto same = [&](const cim::PathKey& key) {
    return text != nullptr && base::equal_ignore_case(key.name, name) && cim::to_display(key.value) == *text;
  };
  const auto found = std::ranges::find_if(wide_, same);
  return found == wide_.end() ? nullptr : &*found;
}

base::Result<cim::ObjectPath> SwbemObjectPath::current() const {
  cim::ObjectPath path = path_;
  if (path.singleton) return path;
  for (const NamedValues::Entry& entry : keys_->entries) {
    TRY_ASSIGN(cim::Value value, to_value(entry.value));
    std::string name = entry.name.to_utf8();
    if (const cim::PathKey* wide = wide_key(name, value)) value = wide->value;
    path.keys.push_back({std::move(name), std::move(value)});
  }
  return path;
}

Outcome<Variant> SwbemObjectPath::path(MemberCall& call) {
  if (!call.is_put()) {
    const auto path = current();
    return path ? Outcome<Variant>(Variant::utf8(path->to_string())) : fail(path.error());
  }
  if (read_only_) return fail(WBEM_E_READ_ONLY);
  const std::string text = call.value().as_text().to_utf8();
  auto parsed = text.empty() ? base::Result<cim::ObjectPath>(cim::ObjectPath()) : cim::ObjectPath::parse(text);
  if (!parsed) return fail(WBEM_E_INVALID_SYNTAX);
  path_ = *std::move(parsed);
  take_keys(std::exchange(path_.keys, {}));
  return Variant();
}

void SwbemObjectPath::set_relative(cim::ObjectPath path) {
  path_.class_name = std::move(path.class_name);
  path_.singleton = path.singleton;
  take_keys(std::move(path.keys));
}

Outcome<Variant> SwbemObjectPath::rel_path(MemberCall& call) {
  if (!call.is_put()) {
    const auto path = current();
    return path ? Outcome<Variant>(Variant::utf8(path->relative())) : fail(path.error());
  }
  if (read_only_) return fail(WBEM_E_READ_ONLY);
  auto parsed = cim::ObjectPath::parse(call.value().as_text().to_utf8());
  if (!parsed || !parsed->server.empty() || !parsed->name_space.empty()) return fail(WBEM_E_INVALID_SYNTAX);
  set_relative(*std::move(parsed));
  return Variant();
}

Outcome<Variant> SwbemObjectPath::server(MemberCall& call) {
  if (!call.is_put()) return Variant::utf8(path_.server);
  if (read_only_) return fail(WBEM_E_READ_ONLY);
  path_.server = call.value().as_text().to_utf8();
  return Variant();
}

Outcome<Variant> SwbemObjectPath::name_space(MemberCall& call) {
  if (!call.is_put()) return Variant::utf8(path_.name_space);
  if (read_only_) return fail(WBEM_E_READ_ONLY);
  path_.name_space = back_slashes(call.value().as_text().to_utf8());
  return Variant();
}

Outcome<Variant> SwbemObjectPath::parent_namespace(MemberCall&) {
  const std::size_t slash = path_.name_space.rfind('\\');
  return Variant::utf8(slash == std::string::npos ? std::string_view() : std::string_view(path_.name_space).substr(0, slash));
}

Outcome<Variant> SwbemObjectPath::display_name(MemberCall& call) {
  if (!call.is_put()) {
    const auto path = current();
    if (!path) return fail(path.error());
    return Variant::utf8("winmgmts:" + security_prefix(security_->security(), authority_, locale_) + "!" + path->to_string());
  }
  if (read_only_) return fail(WBEM_E_READ_ONLY);
  auto moniker = parse_moniker(call.value().as_text().to_utf8());
  if (!moniker) return fail(WBEM_E_INVALID_SYNTAX);
  security_->set_security(moniker->security);
  locale_ = moniker->locale;
  authority_ = moniker->authority;
  path_ = std::move(moniker->path);
  take_keys(std::exchange(path_.keys, {}));
  return Variant();
}

Outcome<Variant> SwbemObjectPath::class_name(MemberCall& call) {
  if (!call.is_put()) return Variant::utf8(path_.class_name);
  std::string name = call.value().as_text().to_utf8();
  if (owner_ && owner_->is_class()) {
    if (const auto renamed = owner_->set_class_name(name); !renamed) return fail(renamed);
  }
  path_.class_name = std::move(name);
  return Variant();
}

Outcome<Variant> SwbemObjectPath::is_class(MemberCall&) {
  if (owner_ && !owner_->is_class()) return Variant::boolean(false);  // an instance without keys
  return Variant::boolean(!path_.class_name.empty() && !path_.singleton && keys_->entries.empty());
}

Outcome<Variant> SwbemObjectPath::set_as_class(MemberCall&) {
  if (read_only_) return fail(WBEM_E_READ_ONLY);
  path_.singleton = false;
  keys_->entries.clear();
  return Variant();
}

Outcome<Variant> SwbemObjectPath::is_singleton(MemberCall&) { return Variant::boolean(path_.singleton); }

Outcome<Variant> SwbemObjectPath::set_as_singleton(MemberCall&) {
  if (read_only_) return fail(WBEM_E_READ_ONLY);
  path_.singleton = true;
  keys_->entries.clear();
  return Variant();
}

Outcome<Variant> SwbemObjectPath::keys(MemberCall&) { return Variant::object(make<SwbemNamedValueSet>(keys_)); }
Outcome<Variant> SwbemObjectPath::security(MemberCall&) { return Variant::object(make<SwbemSecurity>(security_)); }

Outcome<Variant> SwbemObjectPath::locale(MemberCall& call) {
  if (!call.is_put()) return Variant::utf8(locale_);
  if (read_only_) return fail(WBEM_E_READ_ONLY);
  locale_ = call.value().as_text().to_utf8();
  return Variant();
}

Outcome<Variant> SwbemObjectPath::authority(MemberCall& call) {
  if (!call.is_put()) return Variant::utf8(authority_);
  if (read_only_) return fail(WBEM_E_READ_ONLY);
  authority_ = call.value().as_text().to_utf8();
  return Variant();
}

DispatchRef make_object_path(const SessionPtr& session, std::string_view text, Ref<LiveObject> owner) {
  auto parsed = text.empty() ? base::Result<cim::ObjectPath>(cim::ObjectPath()) : cim::ObjectPath::parse(text);
  if (!parsed) {
    cim::ObjectPath named;
    named.class_name = text;
    parsed = std::move(named);
  }
  if (text.empty() && owner) parsed->class_name = owner->class_name();
  return make<SwbemObjectPath>(session, *std::move(parsed), std::move(owner));
}

}  // namespace scripting
