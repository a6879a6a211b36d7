#include "apps/mofcomp/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/utf.h"
#include "mof/parser.h"

namespace mofcomp {
namespace {

using namespace base::codes;

constexpr std::string_view kUsage =
    "usage: mofcomp [switches] FILE.mof\n"
    "  -check                    check the text only; excludes the other switches\n"
    "  -N:NAMESPACE              namespace until a #pragma namespace (root\\default)\n"
    "  -class:createonly|updateonly|safeupdate|forceupdate\n"
    "  -instance:createonly|updateonly\n"
    "  -AMENDMENT:MS_409 -MOF:NEUTRAL -MFL:LOCALIZED\n"
    "                            split the text into a neutral and a localized one\n"
    "  -B:FILE                   write the binary form, which mofcomp also reads; -WMI with it\n"
    "  -autorecover              note the file for recovery, as #pragma autorecover does\n"
    "  -U:USER -P:PASSWORD -A:AUTHORITY  for a namespace of another machine\n"
    "  -ER:RESOURCE -L:LOCALE    not available here\n"
    "  -continue                 store what is accepted although other objects are refused\n"
    "  --repository DIR          of the local repository ($OPENWMI_REPOSITORY, else this user's own)\n"
    "Exit status: 0 done, 1 an error of the repository or of an object, 2 a bad switch, 3 an error in the text.\n";

base::Status bad(std::string text) { return {WBEM_E_INVALID_PARAMETER, std::move(text)}; }

/// One switch: what it does with its value.
struct Switch {
  std::string_view name;
  bool takes_value = false;
  std::function<base::Status(Arguments&, const std::string&)> apply;
};

auto flag(bool Arguments::* member) {
  return [member](Arguments& a, const std::string&) -> base::Status {
    a.*member = true;
    return {};
  };
}

auto text(std::string Arguments::* member) {
  return [member](Arguments& a, const std::string& value) -> base::Status {
    a.*member = value;
    return {};
  };
}

base::Status add_update_flag(const std::string& value, bool instances, std::uint32_t& flags) {
  const std::uint32_t found = mof::flag_of_word(value, instances);
  if (found == 0) return bad(fmt::format("'{}' is no way to update {}", value, instances ? "instances" : "classes"));
  flags |= found;
  return {};
}

const std::vector<Switch>& switches() {
  static const std::vector<Switch> all = {
      {"?", false, flag(&Arguments::help)},
      {"h", false, flag(&Arguments::help)},
      {"help", false, flag(&Arguments::help)},
      {"check", false, flag(&Arguments::check)},
      {"wmi", false, flag(&Arguments::wmi)},
      {"autorecover", false, flag(&Arguments::autorecover)},
      {"continue", false, flag(&Arguments::keep_going)},
      {"n", true, text(&Arguments::name_space)},
      {"b", true, text(&Arguments::binary)},
      {"u", true, text(&Arguments::user)},
      {"p", true, text(&Arguments::password)},
      {"a", true, text(&Arguments::authority)},
      {"amendment", true, text(&Arguments::amendment)},
      {"mof", true, text(&Arguments::mof)},
      {"mfl", true, text(&Arguments::mfl)},
      {"er", true, text(&Arguments::resource)},
      {"l", true, text(&Arguments::locale)},
      {"repository", true, text(&Arguments::repository)},
      {"class", true, [](Arguments& a, const std::string& v) { return add_update_flag(v, false, a.class_flags); }},
      {"instance", true, [](Arguments& a, const std::string& v) { return add_update_flag(v, true, a.instance_flags); }},
  };
  return all;
}

const Switch* find_switch(std::string_view name) {
  const auto found = std::ranges::find_if(switches(), [&](const Switch& s) { return base::equal_ignore_case(s.name, name); });
  return found == switches().end() ? nullptr : &*found;
}

base::Status check_combination(const Arguments& a, std::size_t switch_count) {
  if (a.help) return {};
  if (a.file.empty()) return bad("no MOF file was named");
  if (a.check && switch_count > 1) return bad("-check stands alone");
  if (a.wmi && a.binary.empty()) return bad("-WMI needs -B:FILE");
  if (!a.locale.empty() && a.resource.empty()) return bad("-L needs -ER");
  if (!a.amendment.empty() && !mof::is_locale_name(a.amendment)) return bad(fmt::format("'{}' is no locale such as MS_409", a.amendment));
  if (a.mof.empty() != a.mfl.empty()) return bad("-MOF and -MFL need each other");
  if (!a.amendment.empty() && a.mof.empty()) return bad("-AMENDMENT needs -MOF and -MFL for the two texts");
  constexpr std::uint32_t kOnly = cim::flag::kCreateOnly | cim::flag::kUpdateOnly;
  constexpr std::uint32_t kModes = cim::flag::kUpdateSafeMode | cim::flag::kUpdateForceMode;
  const bool exclusive = (a.class_flags & kOnly) == kOnly || (a.class_flags & kModes) == kModes || (a.instance_flags & kOnly) == kOnly;
  return exclusive ? bad("update switches that exclude each other") : base::Status();
}

}  // namespace

std::string_view usage() { return kUsage; }

base::Result<Arguments> parse_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  std::size_t switch_count = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool slash = word.starts_with('/');
    if (word == "-" || (!slash && !word.starts_with('-'))) {
      if (!arguments.file.empty()) return base::fail(bad(fmt::format("one file at a time: {} and {}", arguments.file, word)));
      arguments.file = word;
      continue;
    }
    const std::size_t start = word.starts_with("--") ? 2 : 1;
    const std::size_t end = std::min(word.find_first_of(":=", start), word.size());
    const Switch* const found = find_switch(std::string_view(word).substr(start, end - start));
    if (found == nullptr && slash) {
      if (!arguments.file.empty()) return base::fail(bad(fmt::format("one file at a time: {} and {}", arguments.file, word)));
      arguments.file = word;
      continue;
    }
    if (found == nullptr) return base::fail(bad(fmt::format("unknown switch {}", word)));
    std::string value = end < word.size() ? word.substr(end + 1) : std::string();
    if (found->takes_value && end == word.size() && start == 2 && i + 1 < words.size()) value = words[++i];
    if (found->takes_value && value.empty()) return base::fail(bad(fmt::format("{} needs a value: -{}:VALUE", word, found->name)));
    if (!found->takes_value && end < word.size()) return base::fail(bad(fmt::format("-{} takes no value", found->name)));
    if (found->name != "repository") ++switch_count;
    TRY(found->apply(arguments, value));
  }
  TRY(check_combination(arguments, switch_count));
  return arguments;
}

}  // namespace mofcomp
