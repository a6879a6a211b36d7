#include "mof/split.h"

#include <fmt/format.h>

#include "mof/declaration_printer.h"
#include "mof/printer.h"

namespace mof {
namespace {

std::string flags_text(const FlagsPragma& pragma) {
  std::string words;
  const auto add = [&](std::uint32_t flag, std::string_view word) {
    if ((pragma.flags & flag) == 0) return;
    words += words.empty() ? "" : ", ";
    words += fmt::format("\"{}\"", word);
  };
  add(cim::flag::kCreateOnly, "createonly");
  add(cim::flag::kUpdateOnly, "updateonly");
  add(cim::flag::kUpdateSafeMode, "safeupdate");
  add(cim::flag::kUpdateForceMode, "forceupdate");
  return fmt::format("#pragma {}({})", pragma.instances ? "instanceflags" : "classflags", words);
}

std::string namespace_text(std::string_view server, std::string_view name_space) {
  return fmt::format("#pragma namespace({})",
                     quote(fmt::format("\\\\{}\\{}", server.empty() ? std::string_view(".") : server, name_space)));
}

/// Writes both texts side by side; the localized one enters a namespace only where a class needs it.
class Splitter {
 public:
  Splitter(std::string_view locale, std::string_view name_space)
      : locale_(locale), name_space_(name_space), neutral_(Language::kNeutral, locale), localized_(Language::kLocalized, locale) {}

  void operator()(const ClassDecl& decl) {
    neutral_.print(decl);
    if (!localized_.wanted(decl)) return;
    enter_localized();
    localized_.print(decl);
  }
  void operator()(const InstanceDecl& decl) { neutral_.print(decl); }
  void operator()(const QualifierDecl& decl) {
    neutral_.print(decl);
    localized_.print(decl);
  }
  void operator()(const NamespacePragma& pragma) {
    server_ = pragma.server;
    name_space_ = pragma.name_space;
    entered_ = false;
    neutral_.line(namespace_text(server_, name_space_));
  }
  void operator()(const FlagsPragma& pragma) {
    neutral_.line(flags_text(pragma));
    if (!pragma.instances) localized_.line(flags_text(pragma));
  }
  void operator()(const DeletePragma& pragma) {
    neutral_.line(fmt::format("#pragma {}({}, {})", pragma.instance ? "deleteinstance" : "deleteclass", quote(pragma.what),
                              pragma.must_exist ? "FAIL" : "NOFAIL"));
  }
  void operator()(const AutorecoverPragma& /*pragma*/) {
    neutral_.line("#pragma autorecover");
    localized_.line("#pragma autorecover");
  }
  void operator()(const AmendmentPragma& /*pragma*/) {}

  SplitText take() { return {neutral_.take(), localized_.take()}; }

 private:
  void enter_localized() {
    if (entered_) return;
    entered_ = true;
    localized_.line(namespace_text(server_, name_space_));
    localized_.line(fmt::format("instance of __Namespace {{ Name = {}; }};", quote(locale_)));
    localized_.line(namespace_text(server_, fmt::format("{}\\{}", name_space_, locale_)));
    localized_.line("");
  }

  std::string locale_;
  std::string server_;
  std::string name_space_;
  bool entered_ = false;
  DeclarationPrinter neutral_;
  DeclarationPrinter localized_;
};

}  // namespace

SplitText split(const Unit& unit, std::string_view locale, std::string_view name_space) {
  Splitter splitter(locale, name_space);
  for (const Declaration& declaration : unit.declarations) std::visit(splitter, declaration);
  return splitter.take();
}

std::optional<std::string> amendment_locale(const Unit& unit) {
  for (const Declaration& declaration : unit.declarations) {
    if (const auto* pragma = std::get_if<AmendmentPragma>(&declaration)) return pragma->locale;
  }
  return std::nullopt;
}

}  // namespace mof
