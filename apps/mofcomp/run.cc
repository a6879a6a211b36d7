#include "apps/mofcomp/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "mof/binary.h"
#include "mof/check.h"
#include "mof/driver_check.h"
#include "mof/parser.h"
#include "mof/split.h"

namespace mofcomp {
namespace {

using namespace base::codes;

class Run {
 public:
  Run(const Arguments& arguments, const Surroundings& around) : arguments_(arguments), around_(around) {}

  int go() {
    if (!arguments_.resource.empty()) return unavailable("-ER: there are no binary resources in programs of this system to read MOF from");
    std::string server;
    if (!mof::split_namespace(arguments_.name_space, server, options_.name_space)) {
      return complain(kBadSwitch, fmt::format("'{}' is no namespace, expected root\\name", arguments_.name_space));
    }
    if (!server.empty()) return unavailable(fmt::format("-N: {} is another machine, and only this one can be reached yet", server));
    if (!arguments_.user.empty() || !arguments_.password.empty() || !arguments_.authority.empty()) {
      return unavailable("-U, -P and -A serve connections to other machines, which are not available yet");
    }
    around_.out << "Parsing MOF file: " << arguments_.file << "\n";
    base::Result<mof::Unit> unit = read();
    if (unit) {
      if (base::Status status = mof::check(*unit, diagnostics_); !status) unit = base::fail(std::move(status));
    }
    if (!unit) return text_error(unit.error());
    print_diagnostics();
    around_.out << "The text is correct.\n";
    return arguments_.check ? kDone : use(*unit);
  }

 private:
  int complain(int code, std::string_view text) {
    around_.errors << "mofcomp: " << text << "\n";
    return code;
  }
  int unavailable(std::string_view text) { return complain(kRepositoryError, text); }

  base::Result<mof::Unit> read() {
    if (arguments_.file == "-") {
      TRY_ASSIGN(std::string text, mof::decode_source(around_.read_input()));
      mof::FileLoader loader(around_.files);
      return mof::parse({"-", std::move(text)}, &loader, diagnostics_);
    }
    TRY_ASSIGN(std::string octets, around_.files.read(arguments_.file, mof::kMaxTotalOctets + 1));
    if (mof::is_binary(octets)) {
      TRY_ASSIGN(std::vector<mof::Source> sources, mof::from_binary(octets));
      mof::StoredLoader loader(std::move(sources));
      return mof::parse(loader.main(), &loader, diagnostics_);
    }
    TRY_ASSIGN(std::string text, mof::decode_source(std::move(octets)));
    mof::FileLoader loader(around_.files);
    return mof::parse({arguments_.file, std::move(text)}, &loader, diagnostics_);
  }

  void print_diagnostics() {
    for (const mof::Diagnostic& diagnostic : diagnostics_) around_.errors << diagnostic.to_string() << "\n";
    diagnostics_.clear();
  }

  int returned(const base::Status& status) {
    around_.errors << fmt::format("\nCompiler returned error 0x{:x}\n", static_cast<std::uint32_t>(status.code()));
    return mof::is_syntax_code(status.code()) ? kSyntaxError : kRepositoryError;
  }

  int text_error(const base::Status& status) {
    const bool placed = std::ranges::any_of(diagnostics_, [](const auto& d) { return d.severity == mof::Diagnostic::Severity::kError; });
    print_diagnostics();
    if (!placed) around_.errors << fmt::format("{}: {}\n", arguments_.file, status.to_string());
    returned(status);
    return kSyntaxError;
  }

  int write(const std::string& path, std::string_view octets) {
    const base::Status status = around_.files.write_atomic(path, octets);
    return status ? kDone : complain(kRepositoryError, status.to_string());
  }

  int use(const mof::Unit& unit) {
    if (!arguments_.binary.empty()) {
      if (arguments_.wmi) {
        if (const base::Status status = mof::check_driver_classes(unit, diagnostics_); !status) return text_error(status);
      }
      return write(arguments_.binary, mof::to_binary(unit));
    }
    std::string locale = arguments_.amendment;
    if (locale.empty()) locale = mof::amendment_locale(unit).value_or("");
    if (!locale.empty() || !arguments_.mof.empty()) return split(unit, locale);
    return store(unit);
  }

  int split(const mof::Unit& unit, const std::string& locale) {
    if (locale.empty()) return complain(kBadSwitch, "-MOF and -MFL need -AMENDMENT:MS_xxx or a #pragma amendment");
    if (arguments_.mof.empty()) return complain(kBadSwitch, "a text with #pragma amendment needs -MOF and -MFL for the two texts");
    const mof::SplitText texts = mof::split(unit, locale, options_.name_space);
    if (const int code = write(arguments_.mof, texts.neutral); code != kDone) return code;
    return write(arguments_.mfl, texts.localized);
  }

  /// A namespace that a pragma puts on another machine can't be served; said before anything is stored.
  static const mof::NamespacePragma* remote_pragma(const mof::Unit& unit) {
    for (const mof::Declaration& declaration : unit.declarations) {
      const auto* pragma = std::get_if<mof::NamespacePragma>(&declaration);
      if (pragma != nullptr && !pragma->server.empty()) return pragma;
    }
    return nullptr;
  }

  int store(const mof::Unit& unit) {
    if (const auto* pragma = remote_pragma(unit); pragma != nullptr) {
      return unavailable(fmt::format("#pragma namespace: {} is another machine, and only this one can be reached yet", pragma->server));
    }
    const bool recover = arguments_.autorecover || unit.has_autorecover();
    if (!recover) around_.out << "Note: without #pragma autorecover the file is not listed for recovery.\n";
    options_.class_flags = arguments_.class_flags;
    options_.instance_flags = arguments_.instance_flags;
    options_.keep_going = arguments_.keep_going;
    around_.out << "Storing data in the repository...\n";
    const base::Result<mof::CompileCounts> counts = around_.compile(arguments_, unit, options_, diagnostics_);
    const base::Status first = first_error(counts);
    print_refused();
    if (counts) {
      around_.out << fmt::format("Classes stored: {}; instances stored: {}; objects deleted: {}; refused: {}.\n", counts->classes,
                                 counts->instances, counts->deletions, counts->refused);
    }
    if (!first) return returned(first);
    around_.out << "Done!\n";
    if (!recover || arguments_.file == "-") return kDone;
    const base::Status noted = around_.note_for_recovery(arguments_, arguments_.file);
    return noted ? kDone : complain(kRepositoryError, noted.to_string());
  }

  base::Status first_error(const base::Result<mof::CompileCounts>& counts) {
    if (!counts) {
      if (diagnostics_.empty()) around_.errors << counts.error().to_string() << "\n";
      return counts.error();
    }
    return diagnostics_.empty() ? base::Status() : diagnostics_.front().status();
  }

  void print_refused() {
    for (const mof::Diagnostic& diagnostic : diagnostics_) {
      if (diagnostic.object != 0) {
        around_.errors << fmt::format("Object {}, which ends on line {}, was refused:\n", diagnostic.object, diagnostic.last_line);
      }
      around_.errors << diagnostic.to_string() << "\n";
    }
    diagnostics_.clear();
  }

  const Arguments& arguments_;
  const Surroundings& around_;
  mof::CompileOptions options_;
  mof::Diagnostics diagnostics_;
};

}  // namespace

int run(const Arguments& arguments, const Surroundings& surroundings) {
  if (arguments.help) {
    surroundings.out << usage();
    return kDone;
  }
  return Run(arguments, surroundings).go();
}

}  // namespace mofcomp
