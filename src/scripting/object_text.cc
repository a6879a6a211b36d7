#include "scripting/object_text.h"

#include <algorithm>
#include <charconv>

#include "base/utf.h"
#include "scripting/swbem_properties.h"
#include "scripting/xml_reader.h"

namespace scripting {
namespace {

using cim::CimType;

/// As the DTD writes values: TRUE and FALSE in capitals, numbers in decimal.
std::string plain_text(const cim::Value& value) {
  if (const std::string* text = value.as_text()) return *text;
  if (const bool* truth = value.as_bool()) return *truth ? "TRUE" : "FALSE";
  if (const double* real = value.as_real()) return fmt::format("{}", *real);
  if (const auto number = value.as_sint()) return std::to_string(*number);
  return std::to_string(value.as_uint().value_or(0));
}

class Writer {
 public:
  explicit Writer(const XmlOptions& options, bool system) : options_(options), system_(system) {}

  std::string object(const cim::Object& object) {
    if (object.is_class()) {
      write_class(object);
    } else {
      write_instance(object);
    }
    return std::move(out_);
  }

 private:
  void attribute(std::string_view name, std::string_view value) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    append_xml(out_, value);
    out_ += '"';
  }
  void element(std::string_view name, std::string_view text) {
    out_ += fmt::format("<{}>", name);
    append_xml(out_, text);
    out_ += fmt::format("</{}>", name);
  }

  void value(const cim::Value& value, CimType type) {
    if (const cim::ObjectPtr* embedded = value.as_object()) {
      out_ += "<VALUE.OBJECT>";
      out_ += Writer(options_, false).object(**embedded);
      out_ += "</VALUE.OBJECT>";
    } else {
      element(type == CimType::kReference ? "VALUE.REFERENCE" : "VALUE", plain_text(value));
    }
  }
  void values(const cim::Value& whole, CimType type) {
    if (whole.is_null()) return;
    const cim::Value::Array* items = whole.as_array();
    if (items == nullptr) return value(whole, type);
    const std::string_view name = type == CimType::kObject      ? "VALUE.OBJECTARRAY"
                                  : type == CimType::kReference ? "VALUE.REFARRAY"
                                                                : "VALUE.ARRAY";
    out_ += fmt::format("<{}>", name);
    for (const cim::Value& item : *items) {
      if (item.is_null()) {
        out_ += "<VALUE/>";
      } else {
        value(item, type);
      }
    }
    out_ += fmt::format("</{}>", name);
  }

  void qualifiers(const cim::QualifierSet& set) {
    if (!options_.qualifiers) return;
    for (const cim::Qualifier& qualifier : set) {
      if (options_.local_only && qualifier.propagated()) continue;
      out_ += "<QUALIFIER";
      attribute("NAME", qualifier.name);
      attribute("PROPAGATED", qualifier.propagated() ? "true" : "false");
      attribute("TYPE", cim::type_name(qualifier.type.base));
      attribute("OVERRIDABLE", (qualifier.flavor & cim::flavor::kNotOverridable) != 0 ? "false" : "true");
      attribute("TOSUBCLASS", (qualifier.flavor & cim::flavor::kToSubclass) != 0 ? "true" : "false");
      attribute("TOINSTANCE", (qualifier.flavor & cim::flavor::kToInstance) != 0 ? "true" : "false");
      attribute("AMENDED", qualifier.amended() ? "true" : "false");
      out_ += '>';
      values(qualifier.value, qualifier.type.base);
      out_ += "</QUALIFIER>";
    }
  }

  void property(std::string_view name, std::string_view origin, bool propagated, cim::Type type, std::string_view reference_class,
                const cim::QualifierSet& set, const cim::Value& held) {
    const std::string_view kind = type.base == CimType::kReference ? "PROPERTY.REFERENCE"
                                  : type.base == CimType::kObject  ? (type.array ? "PROPERTY.OBJECTARRAY" : "PROPERTY.OBJECT")
                                  : type.array                     ? "PROPERTY.ARRAY"
                                                                   : "PROPERTY";
    out_ += fmt::format("<{}", kind);
    attribute("NAME", name);
    if (!origin.empty()) attribute("CLASSORIGIN", origin);
    if (propagated) attribute("PROPAGATED", "true");
    if (type.base == CimType::kReference || type.base == CimType::kObject) {
      if (!reference_class.empty()) attribute("REFERENCECLASS", reference_class);
    } else {
      attribute("TYPE", cim::type_name(type.base));
    }
    out_ += '>';
    qualifiers(set);
    values(held, type.base);
    out_ += fmt::format("</{}>", kind);
  }

  void properties(const cim::Object& object) {
    if (system_ && !options_.exclude_system_properties) {
      for (const std::string_view name : cim::system_property_names()) {
        const auto held = object.get(name);
        if (held) property(name, "___SYSTEM", false, system_property_type(name), {}, {}, *held);
      }
    }
    const cim::Class& cls = *object.cls();
    for (const cim::Property& declared : cls.properties()) {
      if (options_.local_only && declared.inherited) continue;
      const cim::Value held = object.is_class() ? declared.default_value : object.instance()->value(declared);
      property(declared.name, cls.origin_name(declared.origin), declared.inherited, declared.type, declared.reference_class(),
               declared.qualifiers, held);
    }
  }

  void write_instance(const cim::Object& object) {
    out_ += "<INSTANCE";
    attribute("CLASSNAME", object.cls()->name());
    out_ += '>';
    qualifiers(object.instance()->own_qualifiers());
    properties(object);
    out_ += "</INSTANCE>";
  }

  void write_class(const cim::Object& object) {
    const cim::Class& cls = *object.cls();
    out_ += "<CLASS";
    attribute("NAME", cls.name());
    if (!cls.superclass().empty()) attribute("SUPERCLASS", cls.superclass());
    out_ += '>';
    qualifiers(cls.qualifiers());
    properties(object);
    for (const cim::Method& method : cls.methods()) {
      if (!options_.local_only || !method.inherited) write_method(cls, method);
    }
    out_ += "</CLASS>";
  }

  void parameter(const cim::Property& declared) {
    const bool reference = declared.type.base == CimType::kReference;
    const std::string kind =
        std::string("PARAMETER") + (reference ? ".REFERENCE" : "") + (declared.type.array ? (reference ? "" : ".ARRAY") : "");
    out_ += "<" + kind;
    attribute("NAME", declared.name);
    if (!reference) attribute("TYPE", cim::type_name(declared.type.base));
    out_ += '>';
    qualifiers(declared.qualifiers);
    out_ += "</" + kind + ">";
  }

  void write_method(const cim::Class& cls, const cim::Method& method) {
    out_ += "<METHOD";
    attribute("NAME", method.name);
    const cim::Property* returned = method.out ? method.out->property("ReturnValue") : nullptr;
    if (returned != nullptr) attribute("TYPE", cim::type_name(returned->type.base));
    attribute("CLASSORIGIN", cls.origin_name(method.origin));
    if (method.inherited) attribute("PROPAGATED", "true");
    out_ += '>';
    qualifiers(method.qualifiers);
    if (method.in) {
      for (const cim::Property& declared : method.in->properties()) parameter(declared);
    }
    if (method.out) {
      for (const cim::Property& declared : method.out->properties()) {
        const bool twin = method.in && method.in->property(declared.name) != nullptr;
        if (&declared != returned && !twin) parameter(declared);
      }
    }
    out_ += "</METHOD>";
  }

  const XmlOptions options_;
  const bool system_;
  std::string out_;
};

base::Status wrong(std::string what) { return {WBEM_E_INVALID_SYNTAX, std::move(what)}; }

base::Result<cim::Value> read_scalar(const XmlElement& element, CimType type) {
  if (element.name == "VALUE.OBJECT") return base::fail(WBEM_E_NOT_SUPPORTED, "embedded objects are not read from XML");
  if (type == CimType::kBoolean) {
    if (base::equal_ignore_case(element.text, "true")) return cim::Value::boolean(true);
    if (base::equal_ignore_case(element.text, "false")) return cim::Value::boolean(false);
    return base::fail(wrong("'" + element.text + "' is neither TRUE nor FALSE"));
  }
  if (type == CimType::kReal32 || type == CimType::kReal64) {
    double number = 0;
    const char* const last = element.text.data() + element.text.size();
    const auto [end, error] = std::from_chars(element.text.data(), last, number);
    if (error != std::errc() || end != last) return base::fail(wrong("'" + element.text + "' is no number"));
    return cim::Value::real(number);
  }
  if (type == CimType::kChar16) {
    TRY_ASSIGN(const cim::Value number, cim::coerce(cim::Value::text(element.text), {CimType::kUint16, false}));
    return cim::coerce(number, {type, false});
  }
  return cim::coerce(cim::Value::text(element.text), {type, false});
}

/// The value among the children of a PROPERTY or QUALIFIER; NULL when there is none.
base::Result<cim::Value> read_value(const XmlElement& element, cim::Type type) {
  for (const XmlElement& child : element.children) {
    if (!child.name.starts_with("VALUE")) continue;
    if (!type.array) return read_scalar(child, type.base);
    cim::Value::Array items;
    for (const XmlElement& item : child.children) {
      TRY_ASSIGN(cim::Value value, read_scalar(item, type.base));
      items.push_back(std::move(value));
    }
    return cim::Value::array(std::move(items));
  }
  return cim::Value::null();
}

base::Result<cim::Type> read_type(const XmlElement& element) {
  if (element.name == "PROPERTY.REFERENCE") return cim::Type{CimType::kReference, false};
  if (element.name.starts_with("PROPERTY.OBJECT")) return cim::Type{CimType::kObject, element.name == "PROPERTY.OBJECTARRAY"};
  const auto base = cim::type_by_name(element.attribute("TYPE"));
  if (!base) return base::fail(wrong("TYPE=\"" + std::string(element.attribute("TYPE")) + "\" is no type of CIM"));
  return cim::Type{*base, element.name == "PROPERTY.ARRAY"};
}

base::Result<cim::Qualifier> read_qualifier(const XmlElement& element) {
  cim::Qualifier made;
  made.name = element.attribute("NAME");
  const auto base = cim::type_by_name(element.attribute("TYPE"));
  if (made.name.empty() || !base) return base::fail(wrong("a QUALIFIER needs NAME and a TYPE of CIM"));
  const bool array = std::ranges::any_of(element.children, [](const XmlElement& child) { return child.name == "VALUE.ARRAY"; });
  made.type = {*base, array};
  TRY_ASSIGN(made.value, read_value(element, made.type));
  if (element.attribute("TOSUBCLASS") != "false") made.flavor |= cim::flavor::kToSubclass;
  if (element.attribute("TOINSTANCE") == "true") made.flavor |= cim::flavor::kToInstance;
  if (element.attribute("OVERRIDABLE") == "false") made.flavor |= cim::flavor::kNotOverridable;
  return made;
}

base::Result<cim::Object> read_instance(const XmlElement& root, const cim::ClassPtr& cls) {
  if (!cls || !base::equal_ignore_case(root.attribute("CLASSNAME"), cls->name())) {
    return base::fail(WBEM_E_INVALID_CLASS, "the text is an instance of " + std::string(root.attribute("CLASSNAME")));
  }
  cim::InstanceBuilder builder(cls);
  for (const XmlElement& child : root.children) {
    const std::string name(child.attribute("NAME"));
    if (!child.name.starts_with("PROPERTY") || is_system_name(name)) continue;
    const cim::Property* property = cls->property(name);
    if (property == nullptr) return base::fail(WBEM_E_NOT_FOUND, cls->name() + " has no property " + name);
    TRY_ASSIGN(const cim::Value value, read_value(child, property->type));
    TRY(builder.set(*property, value));
  }
  return cim::Object(builder.build());
}

base::Result<cim::ClassBuilder> builder_for(const XmlElement& root, const cim::ClassPtr& cls) {
  const std::string name(root.attribute("NAME"));
  const std::string_view parent = root.attribute("SUPERCLASS");
  if (name.empty()) return base::fail(wrong("a CLASS needs a NAME"));
  if (cls && base::equal_ignore_case(name, cls->name()) && base::equal_ignore_case(parent, cls->superclass())) {
    return cim::ClassBuilder::modify(*cls);
  }
  if (parent.empty()) return cim::ClassBuilder(name);
  if (cls && base::equal_ignore_case(parent, cls->name())) return cim::ClassBuilder(cls, name);
  return base::fail(WBEM_E_INVALID_SUPERCLASS, "the class " + std::string(parent) + " is not at hand");
}

base::Result<cim::Object> read_class(const XmlElement& root, const cim::ClassPtr& cls) {
  TRY_ASSIGN(cim::ClassBuilder builder, builder_for(root, cls));
  for (const XmlElement& child : root.children) {
    const std::string name(child.attribute("NAME"));
    if (child.attribute("PROPAGATED") == "true" || is_system_name(name)) continue;
    if (child.name == "QUALIFIER") {
      TRY_ASSIGN(cim::Qualifier qualifier, read_qualifier(child));
      TRY(builder.put_qualifier(std::move(qualifier)));
    } else if (child.name.starts_with("PROPERTY")) {
      TRY_ASSIGN(const cim::Type type, read_type(child));
      TRY_ASSIGN(cim::Value value, read_value(child, type));
      const std::string_view target = child.attribute("REFERENCECLASS");
      const std::string cim_type = target.empty() ? std::string() : std::string(cim::type_name(type.base)) + ":" + std::string(target);
      TRY(builder.put_property(name, type, std::move(value), cim_type));
      for (const XmlElement& inner : child.children) {
        if (inner.name != "QUALIFIER" || inner.attribute("PROPAGATED") == "true" || inner.attribute("NAME") == "CIMTYPE") continue;
        TRY_ASSIGN(cim::Qualifier qualifier, read_qualifier(inner));
        TRY(builder.put_property_qualifier(name, std::move(qualifier)));
      }
    } else if (child.name == "METHOD") {
      return base::fail(WBEM_E_NOT_SUPPORTED, "methods are not read from XML");
    }
  }
  TRY_ASSIGN(cim::ClassPtr built, builder.build());
  return cim::Object(std::move(built));
}

}  // namespace

base::Result<std::string> object_xml(const cim::Object& object, std::int32_t format, const XmlOptions& options) {
  if (format != kCimDtd && format != kWmiDtd) return base::fail(WBEM_E_INVALID_PARAMETER, "an unknown format of text");
  return Writer(options, format == kWmiDtd).object(object);
}

base::Result<cim::Object> object_from_xml(std::string_view text, std::int32_t format, const cim::ClassPtr& cls) {
  if (format != kCimDtd && format != kWmiDtd) return base::fail(WBEM_E_INVALID_PARAMETER, "an unknown format of text");
  TRY_ASSIGN(const XmlElement root, read_xml(text));
  if (root.name == "INSTANCE") return read_instance(root, cls);
  if (root.name == "CLASS") return read_class(root, cls);
  return base::fail(wrong("the text holds " + root.name + ", neither INSTANCE nor CLASS"));
}

cim::Object without_flavors(const cim::Object& object) {
  if (!object.is_class()) return object;
  const cim::Class& cls = *object.cls();
  cim::ClassBuilder builder = cim::ClassBuilder::modify(cls);
  const auto plain = [](cim::Qualifier qualifier) {
    qualifier.flavor = cim::default_flavor(qualifier.name);
    return qualifier;
  };
  for (const cim::Qualifier& own : cls.qualifiers()) {
    if (!own.propagated()) (void)builder.put_qualifier(plain(own));
  }
  for (const cim::Property& property : cls.properties()) {
    for (const cim::Qualifier& own : property.qualifiers) {
      if (!own.propagated()) (void)builder.put_property_qualifier(property.name, plain(own));
    }
  }
  auto built = builder.build();
  return built ? cim::Object(*std::move(built)) : object;
}

}  // namespace scripting
