// Properties, methods and parameters.
#include <charconv>

#include <fmt/format.h>

#include "mof/parser_impl.h"

namespace mof {
namespace {

/// A type keyword of MOF: type_by_name also knows "ref", "object" and perhaps more than MOF does.
bool keyword_type(std::string_view word, cim::CimType& type) {
  const std::optional<cim::CimType> found = cim::type_by_name(word);
  if (!found || *found == cim::CimType::kReference) return false;
  type = *found;
  return true;
}

}  // namespace

base::Status Parser::type(TypeUse& use, bool result) {
  if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_EXPECTED_TYPE_IDENTIFIER, "a type");
  const Token name = take();
  if (is_word(name.text, "void")) {
    if (!result || at_word("ref")) return fail(WBEMMOF_E_UNRECOGNIZED_TYPE, position(name), "void is the type of a method only");
    use.is_void = true;
    return {};
  }
  if (!keyword_type(name.text, use.type.base)) {
    use.type.base = cim::CimType::kObject;
    use.class_name = name.text;
  }
  if (at_word("ref")) {
    const bool weak = use.type.base == cim::CimType::kObject;
    if (!weak) return fail(WBEMMOF_E_UNRECOGNIZED_TYPE, position(name), fmt::format("'{} ref': a reference leads to a class", name.text));
    take();
    use.type.base = cim::CimType::kReference;
    if (use.class_name.empty()) use.class_name = "object";
  }
  return {};
}

base::Status Parser::array_suffix(TypeUse& use) {
  if (!accept(TokenKind::kOpenBracket)) return {};
  use.type.array = true;
  if (at(TokenKind::kInteger)) {
    const Token size = take();
    const char* const end = size.text.data() + size.text.size();
    const auto [stop, error] = std::from_chars(size.text.data(), end, use.array_size);
    if (error != std::errc() || stop != end || use.array_size == 0 || use.array_size > 0x7FFFFFFFU) {
      return fail(WBEMMOF_E_ILLEGAL_CONSTANT_VALUE, position(size), fmt::format("{} is no size of an array", size.text));
    }
  }
  return expect(TokenKind::kCloseBracket, WBEMMOF_E_EXPECTED_CLOSE_BRACKET, "']' behind the size of the array");
}

base::Status Parser::default_value(PropertyDecl& property) {
  if (!accept(TokenKind::kEquals)) return {};
  TRY(value(property.value));
  const LiteralKind kind = property.value.kind;
  const Position& at = property.value.position;
  if (kind == LiteralKind::kArray && !property.type.type.array) {
    return fail(WBEMMOF_E_UNEXPECTED_ARRAY_INIT, at, fmt::format("found '{{', expected one value: {} is no array", property.name));
  }
  if (kind != LiteralKind::kArray && kind != LiteralKind::kNull && property.type.type.array) {
    return fail(WBEMMOF_E_EXPECTED_BRACE_OR_BAD_TYPE, at, fmt::format("expected '{{': {} is an array", property.name));
  }
  return {};
}

base::Status Parser::member(ClassDecl& cls) {
  QualifierList qualifiers;
  if (at(TokenKind::kOpenBracket)) TRY(qualifier_list(qualifiers));
  TypeUse use;
  TRY(type(use, true));
  bool result_array = false;
  if (at(TokenKind::kOpenBracket)) {
    const Position bracket = here();
    TRY(array_suffix(use));
    result_array = true;
    if (!at(TokenKind::kIdentifier)) return fail(WBEMMOF_E_EXPECTED_PROPERTY_NAME, bracket, "found '[', expected the name of a member");
  }
  if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_EXPECTED_PROPERTY_NAME, "the name of a property or method");
  const Position at_name = here();
  const std::string_view name = take().text;
  if (at(TokenKind::kOpenParen)) {
    if (result_array) return fail(WBEMMOF_E_NO_ARRAYS_RETURNED, at_name, fmt::format("{}: a method can't return an array", name));
    return method(cls, std::move(qualifiers), use, name, at_name);
  }
  if (use.is_void) return fail(WBEMMOF_E_UNRECOGNIZED_TYPE, at_name, fmt::format("{}: void is the type of a method only", name));
  if (result_array)
    return fail(WBEMMOF_E_EXPECTED_PROPERTY_NAME, at_name, fmt::format("{}: the brackets of an array follow its name", name));
  PropertyDecl property{std::move(qualifiers), use, name, {}, at_name};
  TRY(array_suffix(property.type));
  TRY(default_value(property));
  TRY(expect(TokenKind::kSemicolon, WBEMMOF_E_EXPECTED_SEMI, property.value.present() ? "';' behind the value" : "';' or '='"));
  cls.properties.push_back(std::move(property));
  return {};
}

base::Status Parser::method(ClassDecl& cls, QualifierList qualifiers, TypeUse result, std::string_view name, Position at_name) {
  MethodDecl method{std::move(qualifiers), result, name, {}, at_name};
  take();  // (
  if (at_word("void")) take();
  while (!at(TokenKind::kCloseParen)) {
    if (!method.parameters.empty()) {
      TRY(expect(TokenKind::kComma, WBEMMOF_E_EXPECTED_CLOSE_PAREN, "',' or ')' behind a parameter"));
    }
    TRY(parameter(method));
  }
  take();
  TRY(expect(TokenKind::kSemicolon, WBEMMOF_E_EXPECTED_SEMI, "';' behind the method"));
  cls.methods.push_back(std::move(method));
  return {};
}

base::Status Parser::parameter(MethodDecl& method) {
  PropertyDecl parameter;
  if (at(TokenKind::kOpenBracket)) TRY(qualifier_list(parameter.qualifiers));
  TRY(type(parameter.type, false));
  if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_EXPECTED_PROPERTY_NAME, "the name of the parameter");
  parameter.position = here();
  parameter.name = take().text;
  TRY(array_suffix(parameter.type));
  TRY(default_value(parameter));
  method.parameters.push_back(std::move(parameter));
  return {};
}

}  // namespace mof
