#include "script/vbscript/context.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace script::vbscript {

const Mark* Code::mark_at(std::size_t pc) const {
  const auto after = std::ranges::upper_bound(marks, pc, {}, [](const Mark& mark) { return std::size_t{mark.pc}; });
  return after == marks.begin() ? nullptr : &*(after - 1);
}

Context::Context() {
  // Zeros are empty variants; the pages come when they are used.
  globals_ = static_cast<scripting::Variant*>(std::calloc(kMaxGlobals, sizeof(scripting::Variant)));
  if (globals_ == nullptr) throw std::bad_alloc();
  for (const auto group : builtin_groups()) {
    for (const Builtin& builtin : group) meaning(names.add(builtin.name).id).builtin = &builtin;
  }
  for (const BuiltinConstant& constant : builtin_constants()) meaning(names.add(constant.name).id).builtin_constant = &constant;
  meaning(names.add(u"Execute").id).special = Special::kExecute;
  meaning(names.add(u"ExecuteGlobal").id).special = Special::kExecuteGlobal;
  meaning(names.add(u"Eval").id).special = Special::kEval;
  meaning(names.add(u"GetRef").id).special = Special::kGetRef;
  meaning(names.add(u"Randomize").id).special = Special::kRandomize;
}

Context::~Context() {
  for (std::size_t i = 0; i < global_count_; ++i) globals_[i] = {};
  std::free(globals_);
}

void Context::forget_hosts() {
  for (Meaning& known : meanings_) {
    Variant ended;
    ended.swap(known.host);
  }
  member_objects.clear();
  units_.clear();
}

Meaning& Context::meaning(NameId id) {
  if (id >= meanings_.size()) meanings_.resize(id + 1);
  return meanings_[id];
}

std::optional<std::uint32_t> Context::global(NameId id) {
  Meaning& known = meaning(id);
  if (known.global < 0) {
    if (global_count_ == kMaxGlobals) return std::nullopt;
    known.global = static_cast<std::int32_t>(global_count_++);
  }
  return static_cast<std::uint32_t>(known.global);
}

std::vector<std::u16string> Context::procedures() const {
  std::vector<std::u16string> out;
  for (const Code* code : functions_) {
    if (code != nullptr) out.emplace_back(names.spelling(code->name));
  }
  return out;
}

std::uint32_t Context::define_function(NameId id, const Code* code) {
  Meaning& known = meaning(id);
  if (known.function < 0) {
    known.function = static_cast<std::int32_t>(functions_.size());
    functions_.push_back(code);
  }
  functions_[static_cast<std::size_t>(known.function)] = code;
  return static_cast<std::uint32_t>(known.function);
}

}  // namespace script::vbscript
