#include "script/wsh/constants.h"

#include <unordered_map>

namespace script::wsh {
namespace {

using scripting::Outcome;
using scripting::Variant;

class Constants final : public scripting::Dispatch {
 public:
  explicit Constants(std::vector<Constant> constants) : constants_(std::move(constants)) {
    for (std::size_t i = 0; i < constants_.size(); ++i) ids_.emplace(small(constants_[i].name), static_cast<scripting::Dispid>(i + 1));
  }
  scripting::Dispid id_of(std::u16string_view name) override {
    std::string key;
    for (const char16_t unit : name) {
      if (unit >= 0x80) return scripting::kUnknownName;
      key += static_cast<char>(unit);
    }
    const auto found = ids_.find(small(key));
    return found == ids_.end() ? scripting::kUnknownName : found->second;
  }
  Outcome<Variant> invoke(scripting::Dispid member, unsigned how, scripting::Arguments arguments) override {
    if (member < 1 || static_cast<std::size_t>(member) > constants_.size()) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    if ((how & scripting::invoke::kGet) == 0) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    if (!arguments.values.empty()) return scripting::failure(scripting::DISP_E_BADPARAMCOUNT);
    return Variant::int32(constants_[static_cast<std::size_t>(member) - 1].value);
  }
  std::string type_name() const override { return "Constants"; }
  std::span<const Constant> all() const { return constants_; }

 private:
  static std::string small(std::string text) {
    for (char& c : text) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return text;
  }
  const std::vector<Constant> constants_;
  std::unordered_map<std::string, scripting::Dispid> ids_;
};

}  // namespace

scripting::DispatchRef make_constants(std::vector<Constant> constants) { return scripting::make<Constants>(std::move(constants)); }

std::span<const Constant> constants_of(scripting::Dispatch& object) {
  const auto* constants = dynamic_cast<const Constants*>(&object);
  return constants == nullptr ? std::span<const Constant>() : constants->all();
}

}  // namespace script::wsh
