// Declarations of a text back to MOF text, with or without amended qualifiers. Not for other folders.
#pragma once

#include <string>
#include <string_view>

#include "mof/ast.h"
#include "mof/qualifiers.h"

namespace mof {

enum class Language : std::uint8_t { kNeutral, kLocalized };

/// Follows the qualifier declarations as they pass. Not thread-safe.
class DeclarationPrinter {
 public:
  DeclarationPrinter(Language language, std::string_view locale) : language_(language), locale_(locale) {}

  void print(const QualifierDecl& decl);
  /// Localized: nothing for a class without amended qualifiers, and the parent only when it was printed too.
  void print(const ClassDecl& decl);
  void print(const InstanceDecl& decl);
  void line(std::string_view text);
  std::string take() { return std::move(out_); }
  bool wanted(const ClassDecl& decl) const;

 private:
  using Names = std::unordered_map<std::string, bool, base::IHash, base::IEqual>;

  bool keep(const QualifierUse& use) const;
  bool has_amended(const QualifierList& list) const;
  bool wanted(const PropertyDecl& decl) const;
  bool wanted(const MethodDecl& decl) const;
  void qualifiers(const QualifierList& list, std::string_view extra, std::string_view tail);
  void qualifier(const QualifierUse& use);
  void literal(const Literal& literal);
  void body(const ClassDecl& decl);
  void body(const InstanceDecl& decl);
  void variable(const PropertyDecl& decl);
  void property(const PropertyDecl& decl);
  void method(const MethodDecl& decl);

  Language language_;
  std::string locale_;
  QualifierTable table_;
  Names printed_;  // classes
  std::string out_;
};

/// "ToSubclass Amended" of marks; empty for none.
std::string flavor_words(std::uint16_t marks);

}  // namespace mof
