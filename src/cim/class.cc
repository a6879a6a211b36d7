#include "cim/class.h"

#include "base/utf.h"
#include "cim/class_data.h"

namespace cim {

std::string_view Property::reference_class() const {
  const std::string_view text = cim_type;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view referred = text.substr(colon + 1);
  return base::equal_ignore_case(referred, "object") ? std::string_view() : referred;
}

Class::Class(std::shared_ptr<const Data> data, std::string server, std::string name_space, bool decorated)
    : data_(std::move(data)), server_(std::move(server)), name_space_(std::move(name_space)), decorated_(decorated) {}

Class::~Class() = default;

const std::string& Class::name() const { return data_->model().name; }

const std::string& Class::superclass() const {
  static const std::string kNone;
  return derivation().empty() ? kNone : derivation().front();
}

const std::vector<std::string>& Class::derivation() const { return data_->model().derivation; }
const std::string& Class::dynasty() const { return derivation().empty() ? name() : derivation().back(); }
const std::string& Class::server() const { return server_; }
const std::string& Class::name_space() const { return name_space_; }
bool Class::decorated() const { return decorated_; }
const QualifierSet& Class::qualifiers() const { return data_->model().qualifiers; }
std::span<const Property> Class::properties() const { return data_->model().properties; }
const Property* Class::property(std::string_view name) const { return data_->model().property(name); }

std::optional<PropertyHandle> Class::handle(std::string_view name) const {
  const Property* found = property(name);
  return found ? std::optional(found->handle) : std::nullopt;
}

std::span<const std::uint16_t> Class::keys() const { return data_->facts().keys; }
std::span<const Method> Class::methods() const { return data_->model().methods; }

const Method* Class::method(std::string_view name) const {
  for (const Method& method : methods()) {
    if (base::equal_ignore_case(method.name, name)) return &method;
  }
  return nullptr;
}

std::string_view Class::origin_name(std::uint32_t origin) const {
  const auto& ancestors = derivation();
  if (origin == ancestors.size()) return name();
  return origin < ancestors.size() ? std::string_view(ancestors[ancestors.size() - 1 - origin]) : std::string_view();
}

bool Class::abstract() const { return data_->facts().abstract; }
bool Class::singleton() const { return data_->facts().singleton; }
bool Class::association() const { return data_->facts().association; }
bool Class::dynamic() const { return data_->facts().dynamic; }
bool Class::has_amended_qualifiers() const { return data_->facts().amended; }
std::string_view Class::provider() const { return qualifiers().text("provider"); }

bool Class::inherits_from(std::string_view ancestor) const {
  if (base::equal_ignore_case(name(), ancestor)) return true;
  for (const std::string& candidate : derivation()) {
    if (base::equal_ignore_case(candidate, ancestor)) return true;
  }
  return false;
}

std::span<const std::uint16_t> Class::lookup_order() const { return data_->model().lookup_order; }
std::span<const std::uint8_t> Class::blank_instance() const { return wire::span(data_->facts().blank); }
std::span<const std::uint8_t> Class::class_part() const { return data_->class_part; }
std::span<const std::uint8_t> Class::methods_part() const { return data_->methods_part; }
std::span<const std::uint8_t> Class::parent_octets() const { return data_->parent; }
std::uint32_t Class::tables_length() const { return data_->tables_length; }
std::uint32_t Class::nd_length() const { return data_->nd_length; }
const std::uint8_t* Class::default_tables() const { return data_->tables; }
std::span<const std::uint8_t> Class::default_heap() const { return data_->heap; }

ClassPtr Class::decorate(std::string server, std::string name_space) const {
  return std::make_shared<const Class>(data_, std::move(server), std::move(name_space), true);
}

ClassPtr Class::empty() {
  static const ClassPtr kEmpty = std::make_shared<const Class>(
      std::make_shared<const Data>(nullptr, wire::span(kNoParent.substr(0, 29)), wire::span(kNoMethods), wire::span(kNoParent)));
  return kEmpty;
}

}  // namespace cim
