// MOF texts through everything: decoding, parsing, checking, compiling into memory, printing, splitting, the binary form. What was
// accepted must print as a text that is accepted again.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "mof/binary.h"
#include "mof/check.h"
#include "mof/compiler.h"
#include "mof/memory_target.h"
#include "mof/parser.h"
#include "mof/printer.h"
#include "mof/split.h"

namespace {

/// Serves one text for every include, so that depth and number are limited by the parser alone.
class OneText final : public mof::SourceLoader {
 public:
  base::Result<mof::Source> load(std::string_view /*including*/, std::string_view path) override {
    if (++count_ > 3) return base::fail(base::codes::WBEM_E_NOT_FOUND, "enough");
    return mof::Source{std::string(path), "class Included { [key] string K; };"};
  }

 private:
  int count_ = 0;
};

bool compile_into(mof::MemoryTarget& target, const mof::Unit& unit) {
  mof::Diagnostics diagnostics;
  mof::CompileOptions options;
  options.keep_going = true;
  return mof::compile(unit, target, options, diagnostics).has_value();
}

/// The printed form of all classes that were accepted must be grammar.
void check_printed(const mof::MemoryTarget& target) {
  std::string text;
  for (const auto& [name, space] : target.spaces()) {
    for (const auto& [class_name, cls] : space.classes) text += mof::print_class(*cls);
    for (const auto& [path, instance] : space.instances) text += mof::print_instance(instance);
  }
  mof::Diagnostics diagnostics;
  if (!mof::parse_text("printed", text, diagnostics)) {
    std::fprintf(stderr, "%s\n%s\n", diagnostics.back().to_string().c_str(), text.c_str());
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string octets(reinterpret_cast<const char*>(data), size);
  if (mof::is_binary(octets)) (void)mof::from_binary(octets);
  base::Result<std::string> text = mof::decode_source(std::move(octets));
  if (!text) return 0;
  OneText loader;
  mof::Diagnostics diagnostics;
  const base::Result<mof::Unit> unit = mof::parse({"fuzz.mof", *std::move(text)}, &loader, diagnostics);
  if (!unit) return 0;
  (void)mof::split(*unit, "MS_409", "root\\default");
  (void)mof::from_binary(mof::to_binary(*unit));
  if (!mof::check(*unit, diagnostics)) return 0;
  mof::MemoryTarget target;
  if (compile_into(target, *unit)) check_printed(target);
  return 0;
}
