#include <fmt/format.h>

#include <algorithm>

#include "base/utf.h"
#include "cim/class_builder_state.h"
#include "cim/path.h"

namespace cim {
namespace {

/// The parent that a class carries in its octets; null when it has none.
ClassPtr carried_parent(const Class& cls) {
  const Class::Data& data = cls.data();
  if (cls.derivation().empty()) return nullptr;
  ClassPartFields fields;
  const char* problem = nullptr;
  if (!locate_class_part(data.parent, fields, problem) || fields.name == wire::kNullRef) return nullptr;
  BlockFields block;
  block.class_part = fields.part;
  block.methods_part = data.parent.subspan(fields.part.size());
  return class_over(data.parent_owner ? data.parent_owner : data.owner, block);
}

}  // namespace

Qualifier cimtype_qualifier(std::string_view text, std::uint8_t flavors) {
  return {"CIMTYPE", {CimType::kString, false}, Value::text(std::string(text)), flavors};
}

Property inherit(const Property& from) {
  Property out = from;
  out.inherited = true;
  out.default_inherited = true;
  out.qualifiers = from.qualifiers.propagate(flavor::kToSubclass);
  if (!out.qualifiers.find("CIMTYPE")) {
    out.qualifiers.put(cimtype_qualifier(from.cim_type, flavor::kToInstance | flavor::kToSubclass | flavor::kPropagated));
  }
  return out;
}

Method inherit(const Method& from) {
  Method out = from;
  out.inherited = true;
  out.qualifiers = from.qualifiers.propagate(flavor::kToSubclass);
  return out;
}

bool has_local_qualifiers(const QualifierSet& set) {
  return std::any_of(set.begin(), set.end(), [](const Qualifier& q) { return !q.propagated(); });
}

base::Status check_member_name(std::string_view name) {
  if (name.starts_with("__")) return {WBEM_E_SYSTEM_PROPERTY, fmt::format("{} is a name of the system", name)};
  if (!valid_identifier(name) || name.front() == '_' || name.back() == '_' || base::utf16_length(name) > kMaxNameLength) {
    return {WBEM_E_INVALID_PARAMETER,
            fmt::format("{} is no name: letters, digits and underscores, with a letter first and no underscore last", name)};
  }
  return {};
}

Property* ClassBuilder::State::property(std::string_view name) { return const_cast<Property*>(model.property(name)); }

Method* ClassBuilder::State::method(std::string_view name) {
  const auto found =
      std::find_if(model.methods.begin(), model.methods.end(), [name](const Method& m) { return base::equal_ignore_case(m.name, name); });
  return found == model.methods.end() ? nullptr : &*found;
}

void ClassBuilder::State::rebuild_index() {
  model.index.reset(model.properties.size());
  for (std::size_t i = 0; i < model.properties.size(); ++i) {
    model.index.insert(model.properties[i].name, static_cast<std::uint32_t>(i));
  }
}

ClassBuilder::ClassBuilder(std::string name) : state_(std::make_unique<State>()) {
  state_->model.name = std::move(name);
  state_->rebuild_index();
}

ClassBuilder::ClassBuilder(ClassPtr parent, std::string name) : ClassBuilder(std::move(name)) {
  if (!parent) return;
  ClassModel& model = state_->model;
  const ClassModel& from = parent->data().model();
  model.derivation.reserve(from.derivation.size() + 1);
  model.derivation.push_back(from.name);
  model.derivation.insert(model.derivation.end(), from.derivation.begin(), from.derivation.end());
  model.qualifiers = from.qualifiers.propagate(flavor::kToSubclass);
  model.properties.reserve(from.properties.size() + 8);
  for (const Property& property : from.properties) model.properties.push_back(inherit(property));
  model.methods.reserve(from.methods.size());
  for (const Method& method : from.methods) model.methods.push_back(inherit(method));
  model.index = from.index;
  model.lookup_order = from.lookup_order;
  state_->parent = std::move(parent);
}

ClassBuilder ClassBuilder::modify(const Class& existing) {
  ClassBuilder out{std::string()};
  out.state_->model = existing.data().model();
  out.state_->parent = carried_parent(existing);
  out.state_->server = existing.server();
  out.state_->name_space = existing.name_space();
  out.state_->decorated = existing.decorated();
  return out;
}

ClassBuilder::ClassBuilder(ClassBuilder&&) noexcept = default;
ClassBuilder& ClassBuilder::operator=(ClassBuilder&&) noexcept = default;
ClassBuilder::ClassBuilder(const ClassBuilder& other) : state_(std::make_unique<State>(*other.state_)) {}
ClassBuilder::~ClassBuilder() = default;

const std::string& ClassBuilder::name() const { return state_->model.name; }
void ClassBuilder::set_name(std::string name) { state_->model.name = std::move(name); }

void ClassBuilder::set_decoration(std::string server, std::string name_space) {
  state_->server = std::move(server);
  state_->name_space = std::move(name_space);
  state_->decorated = true;
}

std::span<const Property> ClassBuilder::properties() const { return state_->model.properties; }
std::span<const Method> ClassBuilder::methods() const { return state_->model.methods; }
const QualifierSet& ClassBuilder::qualifiers() const { return state_->model.qualifiers; }

base::Result<ClassPtr> ClassBuilder::build() const {
  const ClassModel& model = state_->model;
  if (model.name.empty()) return base::fail(WBEM_E_INVALID_CLASS, "a class needs a name");
  if (!valid_identifier(model.name)) return base::fail(WBEM_E_INVALID_PARAMETER, fmt::format("{} is no class name", model.name));
  if (base::utf16_length(model.name) > kMaxNameLength) return base::fail(WBEM_E_QUOTA_VIOLATION, "the class name is too long");
  if (model.derivation.size() > kMaxDerivation)
    return base::fail(WBEM_E_QUOTA_VIOLATION, fmt::format("{} has too many ancestors", model.name));
  for (const std::string& ancestor : model.derivation) {
    if (base::equal_ignore_case(ancestor, model.name)) {
      return base::fail(WBEM_E_CIRCULAR_REFERENCE, fmt::format("{} would be its own ancestor", model.name));
    }
  }
  TRY(state_->check_singleton());
  return encode_model(model, state_->parent.get(), state_->server, state_->name_space, state_->decorated);
}

}  // namespace cim
