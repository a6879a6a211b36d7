// Qualifier lists and qualifier declarations.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/utf.h"
#include "mof/parser_impl.h"

namespace mof {
namespace {

struct Word {
  std::string_view text;
  std::uint16_t mark;
};

constexpr std::array kFlavors = {
    Word{"toinstance", flavor_mark::kToInstance},         Word{"nottoinstance", flavor_mark::kNotToInstance},
    Word{"tosubclass", flavor_mark::kToSubclass},         Word{"nottosubclass", flavor_mark::kNotToSubclass},
    Word{"enableoverride", flavor_mark::kEnableOverride}, Word{"disableoverride", flavor_mark::kDisableOverride},
    Word{"restricted", flavor_mark::kRestricted},         Word{"amended", flavor_mark::kAmended},
    Word{"translatable", flavor_mark::kTranslatable},
};

constexpr std::array kScopes = {
    Word{"class", scope_mark::kClass},
    Word{"association", scope_mark::kAssociation},
    Word{"indication", scope_mark::kIndication},
    Word{"property", scope_mark::kProperty},
    Word{"reference", scope_mark::kReference},
    Word{"method", scope_mark::kMethod},
    Word{"parameter", scope_mark::kParameter},
    Word{"schema", scope_mark::kSchema},
    Word{"qualifier", scope_mark::kSchema},
    Word{"instance", scope_mark::kInstance},
    Word{"any", scope_mark::kAny},
};

template <std::size_t N>
std::uint16_t find_mark(const std::array<Word, N>& words, std::string_view text) {
  const auto* const found = std::ranges::find_if(words, [&](const Word& w) { return is_word(text, w.text); });
  return found == words.end() ? std::uint16_t{0} : found->mark;
}

bool both(std::uint16_t marks, std::uint16_t a, std::uint16_t b) { return (marks & a) != 0 && (marks & b) != 0; }

}  // namespace

base::Status Parser::qualifier_list(QualifierList& list) {
  take();  // [
  if (accept(TokenKind::kCloseBracket)) return {};
  while (true) {
    TRY(qualifier(list));
    if (accept(TokenKind::kCloseBracket)) return {};
    TRY(expect(TokenKind::kComma, WBEMMOF_E_EXPECTED_CLOSE_BRACKET, "',' or ']' in the list of qualifiers"));
  }
}

base::Status Parser::qualifier(QualifierList& list) {
  if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_EXPECTED_QUALIFIER_NAME, "the name of a qualifier");
  const Token name = take();
  const auto same = [&](const QualifierUse& q) { return q.name.size() == name.text.size() && base::equal_ignore_case(q.name, name.text); };
  if (std::ranges::any_of(list, same)) {
    return fail(WBEMMOF_E_DUPLICATE_QUALIFIER, position(name), fmt::format("the qualifier {} stands twice in one list", name.text));
  }
  if (list.size() >= kMaxQualifiers) {
    return fail(WBEMMOF_E_EXPECTED_CLOSE_BRACKET, position(name), fmt::format("more than {} qualifiers in one list", kMaxQualifiers));
  }
  QualifierUse& use = list.emplace_back();
  use.name = name.text;
  use.position = position(name);
  if (accept(TokenKind::kOpenParen)) {
    TRY(value(use.value));
    TRY(expect(TokenKind::kCloseParen, WBEMMOF_E_EXPECTED_CLOSE_PAREN, "')' behind the value of the qualifier"));
  } else if (at(TokenKind::kOpenBrace)) {
    TRY(array(use.value));
  }
  const auto forbidden = [](const Literal& l) {
    return l.kind == LiteralKind::kAlias || l.kind == LiteralKind::kInstance || l.kind == LiteralKind::kClass;
  };
  if (use.value.kind == LiteralKind::kAlias) {
    return fail(WBEMMOF_E_UNEXPECTED_ALIAS, use.value.position, fmt::format("the qualifier {} can't hold an alias", name.text));
  }
  if (forbidden(use.value) || std::ranges::any_of(use.value.elements, forbidden)) {
    return fail(WBEMMOF_E_ILLEGAL_CONSTANT_VALUE, use.value.position, fmt::format("the qualifier {} can't hold an object", name.text));
  }
  if (accept(TokenKind::kColon)) TRY(flavor_words(use.flavors, false));
  return {};
}

base::Status Parser::flavor_words(std::uint16_t& marks, bool comma_separated) {
  const Token first = peek();
  do {
    const std::uint16_t mark = at(TokenKind::kIdentifier) ? find_mark(kFlavors, token_.text) : std::uint16_t{0};
    if (mark == 0) return unexpected(WBEMMOF_E_EXPECTED_FLAVOR_TYPE, "a flavor (ToInstance, ToSubClass, DisableOverride, Amended ...)");
    marks |= mark;
    take();
  } while (comma_separated ? accept(TokenKind::kComma) || at(TokenKind::kIdentifier) : at(TokenKind::kIdentifier));
  return check_flavors(marks, first);
}

base::Status Parser::check_flavors(std::uint16_t marks, const Token& at) {
  using namespace flavor_mark;
  if (both(marks, kToInstance, kNotToInstance) || both(marks, kToSubclass, kNotToSubclass) ||
      both(marks, kRestricted, kToInstance | kToSubclass)) {
    return fail(WBEMMOF_E_INCOMPATIBLE_FLAVOR_TYPES, position(at), "flavors that contradict each other: propagated and not propagated");
  }
  if (both(marks, kEnableOverride, kDisableOverride)) {
    return fail(WBEMMOF_E_INCOMPATIBLE_FLAVOR_TYPES2, position(at), "EnableOverride and DisableOverride contradict each other");
  }
  return {};
}

base::Status Parser::qualifier_declaration() {
  QualifierDecl decl;
  take();  // qualifier
  if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_EXPECTED_QUALIFIER_NAME, "the name of the declared qualifier");
  decl.position = here();
  decl.name = take().text;
  TRY(expect(TokenKind::kColon, WBEMMOF_E_INVALID_QUALIFIER_SYNTAX, "':' behind the name of the qualifier"));
  if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_INVALID_QUALIFIER_SYNTAX, "a type or a flavor");
  if (const std::optional<cim::CimType> type = cim::type_by_name(token_.text)) {
    decl.typed = true;
    decl.type.base = *type;
    TRY(typed_qualifier(decl));
  } else {
    TRY(flavor_words(decl.flavors, false));
  }
  TRY(expect(TokenKind::kSemicolon, WBEMMOF_E_EXPECTED_SEMI, "';' behind the declaration of the qualifier"));
  unit_.declarations.emplace_back(std::move(decl));
  return {};
}

base::Status Parser::typed_qualifier(QualifierDecl& decl) {
  if (decl.type.base == cim::CimType::kObject || decl.type.base == cim::CimType::kReference) {
    return unexpected(WBEMMOF_E_UNSUPPORTED_CIMV22_DATA_TYPE, "a type that a qualifier can have");
  }
  take();
  if (at(TokenKind::kOpenBracket)) {
    TypeUse use;
    TRY(array_suffix(use));
    decl.type.array = true;
  }
  if (accept(TokenKind::kEquals)) {
    TRY(value(decl.value));
    const LiteralKind kind = decl.value.kind;
    if (kind == LiteralKind::kAlias || kind == LiteralKind::kInstance || kind == LiteralKind::kClass) {
      return fail(WBEMMOF_E_UNSUPPORTED_CIMV22_QUAL_VALUE, decl.value.position, "a qualifier's default is a plain constant");
    }
  }
  while (accept(TokenKind::kComma)) {
    const bool scope = at_word("scope");
    if (!scope && !at_word("flavor")) return unexpected(WBEMMOF_E_INVALID_QUALIFIER_SYNTAX, "'Scope' or 'Flavor'");
    take();
    TRY(expect(TokenKind::kOpenParen, WBEMMOF_E_EXPECTED_OPEN_PAREN, scope ? "'(' behind 'Scope'" : "'(' behind 'Flavor'"));
    if (scope) {
      TRY(scope_words(decl));
    } else {
      TRY(flavor_words(decl.flavors, true));
    }
    TRY(expect(TokenKind::kCloseParen, WBEMMOF_E_EXPECTED_CLOSE_PAREN, "')'"));
  }
  return {};
}

base::Status Parser::scope_words(QualifierDecl& decl) {
  decl.scope = 0;
  do {
    const std::uint16_t mark = at(TokenKind::kIdentifier) ? find_mark(kScopes, token_.text) : std::uint16_t{0};
    if (mark == 0) return unexpected(WBEMMOF_E_INVALID_QUALIFIER_SYNTAX, "a scope (class, property, method, parameter, any ...)");
    decl.scope |= mark;
    take();
  } while (accept(TokenKind::kComma));
  return {};
}

}  // namespace mof
