#include "script/wsh/shared_procedures.h"

#include <vector>

#include "script/vbscript/errors.h"

namespace script::wsh {
namespace {

using scripting::Dispid;
using scripting::Outcome;
using scripting::Variant;

constexpr std::size_t kMaxNames = 1U << 16;

Outcome<Variant> call(ScriptHost& host, const std::string& language, std::u16string_view name, std::span<Variant> values) {
  Engine* engine = host.other_engine_with(name, language);
  if (engine == nullptr) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
  host.share_procedures();
  auto result = engine->call_procedure(name, values);
  if (result) return *std::move(result);
  const ScriptError& error = result.error();
  const std::uint32_t code = error.number == 0 || error.number > 0xFFFF ? error.number : vbscript::kControlErrors | error.number;
  return scripting::failure(base::Hresult{code == 0 ? 0x80004005 : code}, error.description, error.source);
}

class SharedProcedures final : public scripting::Dispatch {
 public:
  SharedProcedures(ScriptHost& host, std::string language) : host_(host), language_(std::move(language)) {}
  Dispid id_of(std::u16string_view name) override {
    if (host_.other_engine_with(name, language_) == nullptr) return scripting::kUnknownName;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) return static_cast<Dispid>(i + 1);
    }
    if (names_.size() == kMaxNames) return scripting::kUnknownName;
    names_.emplace_back(name);
    return static_cast<Dispid>(names_.size());
  }
  Outcome<Variant> invoke(Dispid member, unsigned how, scripting::Arguments arguments) override {
    const bool calls = (how & (scripting::invoke::kGet | scripting::invoke::kMethod)) != 0;
    if (!calls || member < 1 || static_cast<std::size_t>(member) > names_.size())
      return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    const std::u16string name = names_[static_cast<std::size_t>(member) - 1];
    return call(host_, language_, name, arguments.values);
  }
  std::string type_name() const override { return "Object"; }

 private:
  ScriptHost& host_;
  const std::string language_;
  std::vector<std::u16string> names_;
};

class SharedProcedure final : public scripting::Dispatch {
 public:
  SharedProcedure(ScriptHost& host, std::string language, std::u16string name)
      : host_(host), language_(std::move(language)), name_(std::move(name)) {}
  Dispid id_of(std::u16string_view) override { return scripting::kUnknownName; }
  Outcome<Variant> invoke(Dispid member, unsigned how, scripting::Arguments arguments) override {
    const bool calls = (how & (scripting::invoke::kGet | scripting::invoke::kMethod)) != 0;
    if (!calls || member != scripting::kValue) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    return call(host_, language_, name_, arguments.values);
  }
  std::string type_name() const override { return "Object"; }

 private:
  ScriptHost& host_;
  const std::string language_;
  const std::u16string name_;
};

}  // namespace

scripting::DispatchRef make_shared_procedures(ScriptHost& host, std::string language) {
  return scripting::make<SharedProcedures>(host, std::move(language));
}

scripting::DispatchRef make_shared_procedure(ScriptHost& host, std::string language, std::u16string name) {
  return scripting::make<SharedProcedure>(host, std::move(language), std::move(name));
}

}  // namespace script::wsh
