// #pragma and #include.
#include <algorithm>

#include <fmt/format.h>

#include "mof/literal.h"
#include "mof/parser_impl.h"

namespace mof {

bool split_namespace(std::string_view text, std::string& server, std::string& name_space) {
  std::string path(text);
  std::ranges::replace(path, '/', '\\');
  std::string_view rest = path;
  server.clear();
  if (rest.starts_with("\\\\")) {
    rest.remove_prefix(2);
    const std::size_t end = rest.find('\\');
    if (end == std::string_view::npos || end == 0) return false;
    server = rest.substr(0, end);
    if (server == ".") server.clear();
    rest.remove_prefix(end + 1);
  }
  name_space = rest;
  if (rest.empty() || rest.front() == '\\' || rest.back() == '\\' || rest.find("\\\\") != std::string_view::npos) return false;
  return rest.find_first_of(":\"'=, \t\r\n") == std::string_view::npos;
}

std::uint32_t flag_of_word(std::string_view word, bool instances) {
  if (is_word(word, "createonly")) return cim::flag::kCreateOnly;
  if (is_word(word, "updateonly")) return cim::flag::kUpdateOnly;
  if (instances) return 0;
  if (is_word(word, "safeupdate")) return cim::flag::kUpdateSafeMode;
  if (is_word(word, "forceupdate")) return cim::flag::kUpdateForceMode;
  return 0;
}

bool is_locale_name(std::string_view text) {
  if (text.size() < 4 || text.size() > 11 || !is_word(text.substr(0, 3), "ms_")) return false;
  return text.find_first_not_of("0123456789abcdefABCDEF", 3) == std::string_view::npos;
}

base::Status Parser::directive() {
  take();  // #
  if (at_word("include")) {
    take();
    return include();
  }
  if (!at_word("pragma")) return unexpected(WBEMMOF_E_INVALID_PRAGMA, "'pragma' or 'include' behind '#'");
  take();
  if (!at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_INVALID_PRAGMA, "the name of the pragma");
  return pragma(take());
}

base::Status Parser::pragma(const Token& name) {
  if (is_word(name.text, "include")) return include();
  if (is_word(name.text, "namespace")) return namespace_pragma(name);
  if (is_word(name.text, "classflags")) return flags_pragma(name, false);
  if (is_word(name.text, "instanceflags")) return flags_pragma(name, true);
  if (is_word(name.text, "deleteclass")) return delete_pragma(name, false);
  if (is_word(name.text, "deleteinstance")) return delete_pragma(name, true);
  if (is_word(name.text, "amendment")) return amendment_pragma(name);
  if (is_word(name.text, "autorecover")) {
    unit_.declarations.emplace_back(AutorecoverPragma{position(name)});
    return {};
  }
  return skip_pragma(name);
}

/// `("text")`, the shape of most pragmas.
base::Status Parser::one_string(base::Hresult code, std::string& text, Token& token) {
  TRY(expect(TokenKind::kOpenParen, WBEMMOF_E_EXPECTED_OPEN_PAREN, "'('"));
  if (!at(TokenKind::kString)) return unexpected(code, "a string");
  token = token_;
  Literal literal;
  TRY(string_text(literal));
  text = decode_string(literal.text);
  return expect(TokenKind::kCloseParen, WBEMMOF_E_EXPECTED_CLOSE_PAREN, "')'");
}

base::Status Parser::include() {
  std::string path;
  Token token;
  TRY(one_string(WBEMMOF_E_ERROR_INVALID_INCLUDE_FILE, path, token));
  const auto refuse = [&](std::string_view why) {
    return fail(WBEMMOF_E_ERROR_INVALID_INCLUDE_FILE, position(token), fmt::format("can't include \"{}\": {}", path, why));
  };
  if (loader_ == nullptr) return refuse("this text can't include others");
  if (depth_ >= kMaxIncludeDepth) return refuse(fmt::format("includes are nested more than {} deep", kMaxIncludeDepth));
  if (unit_.sources.size() >= kMaxSources) return refuse("too many files in one compilation");
  base::Result<Source> source = loader_->load(unit_.sources[source_].name, path);
  if (!source) return refuse(source.error().text());
  unit_.sources.push_back(*std::move(source));
  return parse_source(static_cast<std::uint32_t>(unit_.sources.size() - 1), depth_ + 1);
}

base::Status Parser::namespace_pragma(const Token& name) {
  NamespacePragma pragma;
  std::string path;
  Token token;
  TRY(one_string(WBEMMOF_E_INVALID_NAMESPACE_SYNTAX, path, token));
  if (!split_namespace(path, pragma.server, pragma.name_space)) {
    return fail(WBEMMOF_E_INVALID_NAMESPACE_SPECIFICATION, position(token),
                fmt::format("\"{}\" is no namespace, expected \"root\\\\name\" or \"\\\\\\\\.\\\\root\\\\name\"", path));
  }
  pragma.position = position(name);
  unit_.declarations.emplace_back(std::move(pragma));
  return {};
}

base::Status Parser::flags_pragma(const Token& name, bool instances) {
  constexpr std::string_view kClassWords = "createonly, updateonly, safeupdate or forceupdate";
  constexpr std::string_view kInstanceWords = "createonly or updateonly";
  const std::string_view expected = instances ? kInstanceWords : kClassWords;
  FlagsPragma pragma{instances, 0, position(name)};
  TRY(expect(TokenKind::kOpenParen, WBEMMOF_E_INVALID_FLAGS_SYNTAX, "'('"));
  while (true) {
    if (!at(TokenKind::kString) && !at(TokenKind::kIdentifier)) return unexpected(WBEMMOF_E_INVALID_FLAGS_SYNTAX, expected);
    const Token token = take();
    const std::string words = token.kind == TokenKind::kString ? decode_string(token.text) : std::string(token.text);
    constexpr std::string_view kBlanks = ", \t";
    for (std::size_t i = words.find_first_not_of(kBlanks); i != std::string::npos; i = words.find_first_not_of(kBlanks, i)) {
      const std::size_t end = std::min(words.find_first_of(kBlanks, i), words.size());
      const std::string word = words.substr(i, end - i);
      const std::uint32_t flag = flag_of_word(word, instances);
      if (flag == 0) return fail(WBEMMOF_E_INVALID_FLAGS_SYNTAX, position(token), fmt::format("found {}, expected {}", word, expected));
      pragma.flags |= flag;
      i = end;
    }
    if (!accept(TokenKind::kComma)) break;
  }
  TRY(expect(TokenKind::kCloseParen, WBEMMOF_E_INVALID_FLAGS_SYNTAX, "',' or ')'"));
  constexpr std::uint32_t kOnly = cim::flag::kCreateOnly | cim::flag::kUpdateOnly;
  constexpr std::uint32_t kModes = cim::flag::kUpdateSafeMode | cim::flag::kUpdateForceMode;
  if ((pragma.flags & kOnly) == kOnly || (pragma.flags & kModes) == kModes) {
    return fail(WBEMMOF_E_INVALID_FLAGS_SYNTAX, pragma.position, "flags that exclude each other");
  }
  unit_.declarations.emplace_back(pragma);
  return {};
}

base::Status Parser::delete_pragma(const Token& name, bool instance) {
  const base::Hresult code = instance ? WBEMMOF_E_INVALID_DELETEINSTANCE_SYNTAX : WBEMMOF_E_INVALID_DELETECLASS_SYNTAX;
  DeletePragma pragma{instance, {}, false, position(name)};
  TRY(expect(TokenKind::kOpenParen, code, "'('"));
  if (!at(TokenKind::kString))
    return unexpected(code, instance ? "the path of an instance as a string" : "the name of a class as a string");
  Literal literal;
  TRY(string_text(literal));
  pragma.what = decode_string(literal.text);
  TRY(expect(TokenKind::kComma, code, "',' and FAIL or NOFAIL"));
  std::string word(token_.text);
  if (at(TokenKind::kString)) word = decode_string(token_.text);
  pragma.must_exist = is_word(word, "fail");
  if (!pragma.must_exist && !is_word(word, "nofail")) return unexpected(code, "FAIL or NOFAIL");
  take();
  TRY(expect(TokenKind::kCloseParen, code, "')'"));
  unit_.declarations.emplace_back(std::move(pragma));
  return {};
}

base::Status Parser::amendment_pragma(const Token& name) {
  AmendmentPragma pragma;
  Token token;
  TRY(one_string(WBEMMOF_E_INVALID_AMENDMENT_SYNTAX, pragma.locale, token));
  if (!is_locale_name(pragma.locale)) {
    return fail(WBEMMOF_E_INVALID_AMENDMENT_SYNTAX, position(token),
                fmt::format("found \"{}\", expected a locale such as \"MS_409\"", pragma.locale));
  }
  const auto earlier = [](const Declaration& d) { return std::holds_alternative<AmendmentPragma>(d); };
  if (std::ranges::any_of(unit_.declarations, earlier)) {
    return fail(WBEMMOF_E_INVALID_DUPLICATE_AMENDMENT, position(token), "a file has one amendment only");
  }
  pragma.position = position(name);
  unit_.declarations.emplace_back(std::move(pragma));
  return {};
}

/// locale, instancelocale, source ... of DMTF say nothing to WMI; words that nobody knows get a warning.
base::Status Parser::skip_pragma(const Token& name) {
  const auto known = {"locale", "instancelocale", "source", "nonlocal", "nonlocaltype", "sourcetype"};
  if (std::ranges::none_of(known, [&](std::string_view word) { return is_word(name.text, word); })) {
    warn(position(name), fmt::format("the pragma {} is unknown and has no effect", name.text));
  }
  if (!accept(TokenKind::kOpenParen)) return {};
  while (!at(TokenKind::kCloseParen)) {
    switch (token_.kind) {
      case TokenKind::kString:
      case TokenKind::kInteger:
      case TokenKind::kIdentifier:
      case TokenKind::kComma:
      case TokenKind::kEquals: take(); break;
      default: return unexpected(WBEMMOF_E_INVALID_PRAGMA, "')' behind the pragma");
    }
  }
  take();
  return {};
}

}  // namespace mof
