#include "script/vbscript/objects.h"

#include "script/vbscript/machine.h"
#include "scripting/table_object.h"

namespace script::vbscript {

using scripting::DISP_E_MEMBERNOTFOUND;
using scripting::failure;
using scripting::MemberCall;
using scripting::invoke::kGet;
using scripting::invoke::kMethod;
using scripting::invoke::kPut;

ScriptObject::ScriptObject(std::shared_ptr<Owner> owner, const Class& cls)
    : owner_(std::move(owner)), cls_(cls), fields_(std::make_unique<Variant[]>(cls.fields)), count_(cls.fields) {
  scripting::account(static_cast<std::ptrdiff_t>(sizeof(ScriptObject) + count_ * sizeof(Variant)));
  before_ = owner_->last;
  (before_ == nullptr ? owner_->first : before_->behind_) = this;
  owner_->last = this;
}

ScriptObject::~ScriptObject() {
  scripting::account(-static_cast<std::ptrdiff_t>(sizeof(ScriptObject) + count_ * sizeof(Variant)));
  (before_ == nullptr ? owner_->first : before_->behind_) = behind_;
  (behind_ == nullptr ? owner_->last : behind_->before_) = before_;
}

void Owner::end_objects() {
  constexpr int kMaxRounds = 4;  // a Class_Terminate may make new ones
  for (int round = 0; round < kMaxRounds; ++round) {
    std::vector<scripting::Ref<ScriptObject>> living;
    for (ScriptObject* object = first; object != nullptr; object = object->behind_) {
      if (!object->ended_) living.emplace_back(object);
    }
    if (living.empty()) return;
    for (const auto& object : living) object->terminate();
    for (const auto& object : living) {
      object->ended_ = true;
      for (std::uint32_t i = 0; i < object->count_; ++i) {
        Variant ended;
        ended.swap(object->fields_[i]);
      }
    }
  }
}

void ScriptObject::terminate() {
  if (terminated_ || owner_->machine == nullptr || cls_.terminate == nullptr) return;
  terminated_ = true;
  owner_->machine->terminate(*this);
}

const Member* ScriptObject::find(NameId name) const {
  const auto known = cls_.by_name.find(name);
  return known == cls_.by_name.end() ? nullptr : &cls_.members[known->second];
}

scripting::Dispid ScriptObject::id_of(std::u16string_view name) {
  if (owner_->machine == nullptr) return scripting::kUnknownName;
  const Member* found = find(owner_->machine->context.names.add(name).id);
  if (found == nullptr || !(found->is_public || found->put_public)) return scripting::kUnknownName;
  return static_cast<scripting::Dispid>(found - cls_.members.data()) + 1;
}

Outcome<Variant> ScriptObject::invoke(scripting::Dispid member, unsigned how, scripting::Arguments arguments) {
  if (owner_->machine == nullptr) return failure(DISP_E_MEMBERNOTFOUND);
  const auto position = static_cast<std::size_t>(member) - 1;
  const Member* found = member == scripting::kValue ? cls_.default_member : nullptr;
  if (member > 0 && position < cls_.members.size()) found = &cls_.members[position];
  const bool put = (how & (kPut | scripting::invoke::kPutRef)) != 0;
  if (found == nullptr || !(put ? found->put_public : found->is_public)) return failure(DISP_E_MEMBERNOTFOUND);
  std::vector<Variant> values(arguments.values.begin(), arguments.values.end());
  const scripting::Ref<ScriptObject> held(this);
  return owner_->machine->call_member(*this, *found, how, values);
}

/// Class_Terminate runs first; the object lives on when that took a new reference.
void ScriptObject::last_release() {
  const bool runs = !terminated_ && owner_->machine != nullptr && cls_.terminate != nullptr;
  if (!runs) return Counted::last_release();
  if (must_wait()) return;
  const Ending ending;
  retain();
  terminate();
  release();
}

Outcome<Variant> ProcedureReference::invoke(scripting::Dispid member, unsigned, scripting::Arguments arguments) {
  if (owner_->machine == nullptr || member != scripting::kValue) return failure(DISP_E_MEMBERNOTFOUND);
  const Code* code = owner_->machine->context.function(function_);
  if (code == nullptr) return failure(DISP_E_MEMBERNOTFOUND);
  std::vector<Variant> values(arguments.values.begin(), arguments.values.end());
  return owner_->machine->call_code(*code, nullptr, values);
}

Outcome<std::optional<Variant>> Walk::next() {
  if (items_) return items_->next();
  if (position_ >= array_->items().size()) return std::optional<Variant>();
  return std::optional<Variant>(array_->items()[position_++]);
}

namespace {

using scripting::MemberCall;
using scripting::invoke::kGet;
using scripting::invoke::kMethod;
using scripting::invoke::kPut;

class Err final : public scripting::TableObject {
 public:
  explicit Err(std::shared_ptr<Owner> owner) : TableObject(table()), owner_(std::move(owner)) {}

  Outcome<Variant> number(MemberCall& call) {
    if (!call.is_put()) return Variant::int32(state().number);
    auto value = to_int32(call.value());
    if (!value) return std::unexpected(std::move(value).error());
    state().number = err_number(err_code(*value));
    return Variant();
  }
  Outcome<Variant> source(MemberCall& call) { return text(call, state().source); }
  Outcome<Variant> description(MemberCall& call) { return text(call, state().description); }
  Outcome<Variant> help_file(MemberCall& call) { return text(call, state().help_file); }
  Outcome<Variant> help_context(MemberCall& call) {
    if (!call.is_put()) return Variant::int32(state().help_context);
    auto value = to_int32(call.value());
    if (!value) return std::unexpected(std::move(value).error());
    state().help_context = *value;
    return Variant();
  }
  Outcome<Variant> clear(MemberCall&) {
    state() = {};
    return Variant();
  }
  Outcome<Variant> raise_error(MemberCall& call);

 private:
  static const scripting::MemberTable& table();
  ErrorState& state() { return owner_->machine == nullptr ? none_ : owner_->machine->err; }
  static Outcome<Variant> text(MemberCall& call, std::string& value) {
    if (!call.is_put()) return Variant::utf8(value);
    auto given = to_text(call.value());
    if (!given) return std::unexpected(std::move(given).error());
    value = given->to_utf8();
    return Variant();
  }

  std::shared_ptr<Owner> owner_;
  ErrorState none_;
};

Outcome<Variant> Err::raise_error(MemberCall& call) {
  auto number = to_int32(call.argument(0));
  if (!number) return std::unexpected(std::move(number).error());
  if (*number == 0) return raise(kInvalidCall, "Err.Raise");
  ErrorState made;
  made.number =
      static_cast<std::int32_t>((static_cast<std::uint32_t>(*number) & 0xFFFF0000) == kControlErrors ? *number & 0xFFFF : *number);
  const bool own = made.number > 0 && made.number <= 0xFFFF;
  const std::string_view known = own ? error_text(static_cast<std::uint32_t>(made.number)) : std::string_view();
  made.source = kRuntimeSource;
  made.description = known.empty() ? "Unknown runtime error" : std::string(known);
  const std::pair<std::size_t, std::string*> texts[] = {{1, &made.source}, {2, &made.description}, {3, &made.help_file}};
  for (const auto& [position, field] : texts) {
    if (!call.has(position)) continue;
    auto given = to_text(call.argument(position));
    if (!given) return std::unexpected(std::move(given).error());
    *field = given->to_utf8();
  }
  if (call.has(4)) {
    auto context = to_int32(call.argument(4));
    if (!context) return std::unexpected(std::move(context).error());
    made.help_context = *context;
  }
  const base::Hresult code = err_code(made.number);
  auto failed = failure(code, made.description.empty() ? " " : made.description, made.source);
  if (owner_->machine != nullptr) owner_->machine->raised_state = std::move(made);
  return failed;
}

const scripting::MemberTable& Err::table() {
  using scripting::handler;
  static const scripting::MemberTable made(
      "Object", {
                    {"Number", scripting::kValue, kGet | kPut, "", handler<&Err::number>},
                    {"Source", 1, kGet | kPut, "", handler<&Err::source>},
                    {"Description", 2, kGet | kPut, "", handler<&Err::description>},
                    {"HelpFile", 3, kGet | kPut, "", handler<&Err::help_file>},
                    {"HelpContext", 4, kGet | kPut, "", handler<&Err::help_context>},
                    {"Clear", 5, kMethod, "", handler<&Err::clear>},
                    {"Raise", 6, kMethod, "Number, [Source], [Description], [HelpFile], [HelpContext]", handler<&Err::raise_error>},
                });
  return made;
}

}  // namespace

scripting::DispatchRef make_err(std::shared_ptr<Owner> owner) { return scripting::make<Err>(std::move(owner)); }

}  // namespace script::vbscript
