#include "scripting/swbem_object_set.h"

#include "cim/path.h"
#include "scripting/swbem_object.h"

namespace scripting {
namespace {

constexpr std::uint32_t kChunk = 256;
constexpr cim::Timeout kLook = 50;  // milliseconds between looks for an interruption

class SetEnumeration final : public Enumeration {
 public:
  SetEnumeration(Ref<SwbemObjectSet> set, bool repeatable, std::size_t position)
      : set_(std::move(set)), repeatable_(repeatable), position_(position) {}

  Outcome<std::optional<Variant>> next() override {
    auto row = set_->row(position_);
    if (!row) return failure(row.error().code(), status_phrase(row.error()), "SWbemObjectSet");
    if (*row == nullptr) return std::nullopt;
    ++position_;
    return Variant::object(make_object(set_->session(), **row));
  }
  Outcome<bool> reset() override {
    position_ = 0;
    return repeatable_;
  }
  Outcome<Ref<Enumeration>> clone() override {
    if (!repeatable_) return failure(WBEM_E_FAILED, status_phrase(WBEM_E_FAILED), "SWbemObjectSet");
    return Ref<Enumeration>(make<SetEnumeration>(set_, repeatable_, position_));
  }

 private:
  const Ref<SwbemObjectSet> set_;
  const bool repeatable_;
  std::size_t position_;
};

}  // namespace

const Interface& SwbemObjectSet::declaration() {
  using S = SwbemObjectSet;
  static const Interface made({.object = "SWbemObjectSet",
                               .interface = "ISWbemObjectSet",
                               .iid = "76a6415f-cb41-11d1-8b02-00600806d9b6",
                               .clsid = "04b83d61-21ae-11d2-8b33-00600806d9b6"},
                              {{"_NewEnum", kNewEnum, invoke::kGet, 7, "", "IUnknown", self_enumerating},
                               {"Item", kValue, invoke::kMethod, 8, "strObjectPath:BSTR, iFlags:long=0", "ISWbemObject", handler<&S::item>},
                               {"Count", 1, invoke::kGet, 9, "", "long", handler<&S::count>},
                               {"Security_", 4, invoke::kGet, 10, "", "ISWbemSecurity", handler<&S::security>},
                               {"ItemIndex", 5, invoke::kMethod, 11, "lIndex:long", "ISWbemObject", handler<&S::item_index>}});
  return made;
}

base::Status SwbemObjectSet::pull() {
  std::vector<cim::Object> taken;
  base::Status status = reader_->Next(0, kChunk, taken);
  while (taken.empty() && status.code() == WBEM_S_TIMEDOUT) {
    if (session_->world().apartment().interrupted()) return WBEM_E_CALL_CANCELLED;
    status = reader_->Next(kLook, 1, taken);
  }
  for (cim::Object& object : taken) {
    if (const cim::Instance* instance = object.as_instance()) octets_ += instance->view().octets().size();
    rows_.push_back(std::move(object));
  }
  if (!forward_only_ && octets_ > kMaxOctets) status = {WBEM_E_OUT_OF_MEMORY, "the set is larger than a set may be"};
  if (status.code() == WBEM_S_NO_ERROR || status.code() == WBEM_S_TIMEDOUT) return {};
  if (!status.ok()) {
    failure_ = status;
    session_->world().remember(status, subject_, reader_->error_object());
  }
  reader_.reset();
  return {};
}

base::Status SwbemObjectSet::read_all() {
  while (reader_) TRY(pull());
  return failure_;
}

base::Result<const cim::Object*> SwbemObjectSet::row(std::size_t position) {
  const std::size_t wanted = forward_only_ ? 0 : position;
  while (rows_.size() <= wanted && reader_) TRY(pull());
  if (rows_.size() <= wanted) {
    if (!failure_.ok()) return base::fail(failure_);
    return nullptr;
  }
  if (!forward_only_) return &rows_[position];
  current_ = std::move(rows_.front());
  rows_.pop_front();
  return &*current_;
}

void SwbemObjectSet::replace(std::vector<cim::Object> rows) {
  reader_.reset();
  failure_ = {};
  rows_.assign(std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
}

Outcome<Ref<Enumeration>> SwbemObjectSet::enumerate() {
  return Ref<Enumeration>(make<SetEnumeration>(Ref<SwbemObjectSet>(this), !forward_only_, 0U));
}

Outcome<Variant> SwbemObjectSet::item(MemberCall& call) {
  if (flags_argument(call, 1) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  if (forward_only_) return fail(WBEM_E_FAILED);
  const auto wanted = cim::ObjectPath::parse(text_argument(call, 0));
  if (!wanted) return fail(WBEM_E_INVALID_PARAMETER);
  if (const auto status = read_all(); !status) return fail(status);
  for (const cim::Object& object : rows_) {
    const bool relative = wanted->name_space.empty();
    auto path = cim::ObjectPath::parse(relative ? object.relative_path() : object.path());
    if (!path) continue;
    if (wanted->server.empty() || wanted->server == ".") path->server = wanted->server;
    if (cim::same_path(*path, *wanted, "")) return Variant::object(make_object(session_, object));
  }
  return fail(WBEM_E_NOT_FOUND);
}

Outcome<Variant> SwbemObjectSet::count(MemberCall&) {
  if (forward_only_) return fail(WBEM_E_FAILED);
  if (const auto status = read_all(); !status) return fail(status);
  return Variant::int32(static_cast<std::int32_t>(rows_.size()));
}

Outcome<Variant> SwbemObjectSet::security(MemberCall&) {
  session_ = std::make_shared<Session>(*session_);  // its settings go to what is taken from it, nowhere else
  return Variant::object(make<SwbemSecurity>(session_));
}

Outcome<Variant> SwbemObjectSet::item_index(MemberCall& call) {
  const std::int32_t index = call.argument(0).as_int32();
  if (index < 0) return fail(WBEM_E_INVALID_PARAMETER);
  if (forward_only_) return fail(WBEM_E_FAILED);
  auto found = row(static_cast<std::size_t>(index));
  if (!found) return fail(found.error());
  if (*found == nullptr) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(make_object(session_, **found));
}

}  // namespace scripting
