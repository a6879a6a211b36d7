#include "scripting/swbem_refresher.h"

#include "scripting/operations.h"
#include "scripting/swbem_named_values.h"
#include "scripting/swbem_services.h"

namespace scripting {
namespace {

constexpr unsigned kReadWrite = invoke::kGet | invoke::kPut;

bool lost_connection(base::Hresult code) {
  return code == WBEM_E_TRANSPORT_FAILURE || (static_cast<std::uint32_t>(code) & 0xFFFF0000U) == 0x80070000U ||
         (static_cast<std::uint32_t>(code) & 0xFFFF0000U) == 0x80010000U;
}

}  // namespace

const Interface& SwbemRefresher::declaration() {
  using O = SwbemRefresher;
  static const Interface made(
      {.object = "SWbemRefresher",
       .interface = "ISWbemRefresher",
       .iid = "14d8250e-d9c2-11d3-b38f-00105a1f473a",
       .clsid = "d269bf5c-d9c1-11d3-b38f-00105a1f473a",
       .prog_id = "WbemScripting.SWbemRefresher"},
      {{"_NewEnum", kNewEnum, invoke::kGet, 7, "", "IUnknown", self_enumerating},
       {"Item", kValue, invoke::kMethod, 8, "iIndex:long", "ISWbemRefreshableItem", handler<&O::item>},
       {"Count", 1, invoke::kGet, 9, "", "long", handler<&O::count>},
       {"Add", 2, invoke::kMethod, 10,
        "objWbemServices:ISWbemServicesEx *, bsInstancePath:BSTR, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0",
        "ISWbemRefreshableItem", handler<&O::add>},
       {"AddEnum", 3, invoke::kMethod, 11,
        "objWbemServices:ISWbemServicesEx *, bsClassName:BSTR, iFlags:long=0, objWbemNamedValueSet:IDispatch *=0", "ISWbemRefreshableItem",
        handler<&O::add_enum>},
       {"Remove", 4, invoke::kMethod, 12, "iIndex:long, iFlags:long=0", "void", handler<&O::remove>},
       {"Refresh", 5, invoke::kMethod, 13, "iFlags:long=0", "void", handler<&O::refresh>},
       {"AutoReconnect", 6, kReadWrite, 14, "", "VARIANT_BOOL", handler<&O::auto_reconnect>},
       {"DeleteAll", 7, invoke::kMethod, 16, "", "void", handler<&O::delete_all>}});
  return made;
}

Outcome<Ref<Enumeration>> SwbemRefresher::enumerate() {
  std::vector<Variant> found;
  for (const auto& [index, content] : items_)
    found.push_back(Variant::object(make<SwbemRefreshableItem>(Ref<SwbemRefresher>(this), content)));
  return enumerate_values(std::move(found));
}

Outcome<Variant> SwbemRefresher::item(MemberCall& call) {
  const auto found = items_.find(call.argument(0).as_int32());
  if (found == items_.end()) return fail(WBEM_E_NOT_FOUND);
  return Variant::object(make<SwbemRefreshableItem>(Ref<SwbemRefresher>(this), found->second));
}

Outcome<Variant> SwbemRefresher::count(MemberCall&) { return Variant::int32(static_cast<std::int32_t>(items_.size())); }

Outcome<Ref<SwbemRefresher::Content>> SwbemRefresher::prepare(MemberCall& call) {
  const auto* services = dynamic_cast<const SwbemServices*>(object_argument(call, 0));
  if (services == nullptr) return fail(WBEM_E_INVALID_PARAMETER);
  auto values = context_of(object_argument(call, 3));
  if (!values) return fail(values.error());
  auto content = make<Content>();
  content->session = services->session();
  content->what = text_argument(call, 1);
  content->flags = flags_argument(call, 2);
  content->values = *std::move(values);
  if (content->what.empty()) return fail(WBEM_E_INVALID_PARAMETER);
  return content;
}

Outcome<Variant> SwbemRefresher::keep(Ref<Content> content) {
  content->index = ++last_index_;
  items_.emplace(content->index, content);
  return Variant::object(make<SwbemRefreshableItem>(Ref<SwbemRefresher>(this), std::move(content)));
}

Outcome<Variant> SwbemRefresher::add(MemberCall& call) {
  auto content = prepare(call);
  if (!content) return std::unexpected(content.error());
  Content& made = **content;
  if (is_class_path(made.what)) return fail(WBEM_E_INVALID_PARAMETER);
  const CallSubject subject{cim::Operation::kGetObject, made.what};
  auto output = made.session->world().call(*made.session, subject, made.flags, made.values, start_get(made.what));
  if (!output) return fail(output.error());
  if (!output->object) return fail(WBEM_E_UNEXPECTED);
  made.object = make<SwbemObject>(SwbemObject::extended_declaration(), made.session, make<LiveObject>(*std::move(output->object)));
  return keep(*std::move(content));
}

Outcome<Variant> SwbemRefresher::add_enum(MemberCall& call) {
  auto content = prepare(call);
  if (!content) return std::unexpected(content.error());
  Content& made = **content;
  auto set = open_set(made.session, cim::Operation::kCreateInstanceEnum, made.what, {}, made.flags, made.values);
  if (!set) return fail(set.error());
  made.set = static_cast<SwbemObjectSet*>(set->get());
  // Rows come with the first Refresh; what is wrong with the class is known now.
  if (const auto status = made.set->read_all(); !status) return fail(status);
  made.set->replace({});
  return keep(*std::move(content));
}

base::Status SwbemRefresher::remove_item(std::int32_t index) {
  return items_.erase(index) != 0 ? base::Status() : base::Status(WBEM_E_NOT_FOUND);
}

Outcome<Variant> SwbemRefresher::remove(MemberCall& call) {
  if (flags_argument(call, 1) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  if (const auto status = remove_item(call.argument(0).as_int32()); !status) return fail(status);
  return Variant();
}

base::Status SwbemRefresher::read(Content& content) {
  World& world = content.session->world();
  if (content.object) {
    const CallSubject subject{cim::Operation::kGetObject, content.what};
    TRY_ASSIGN(CallOutput output, world.call(*content.session, subject, content.flags, content.values, start_get(content.what)));
    if (output.object) content.object->live().replace(*std::move(output.object));
    return {};
  }
  auto opened = open_set(content.session, cim::Operation::kCreateInstanceEnum, content.what, {}, content.flags, content.values);
  if (!opened) return opened.error();
  auto& fresh = static_cast<SwbemObjectSet&>(**opened);
  TRY(fresh.read_all());
  std::vector<cim::Object> rows;
  for (std::size_t i = 0;; ++i) {
    TRY_ASSIGN(const cim::Object* row, fresh.row(i));
    if (row == nullptr) break;
    rows.push_back(*row);
  }
  content.set->replace(std::move(rows));
  return {};
}

Outcome<Variant> SwbemRefresher::refresh(MemberCall& call) {
  constexpr std::uint32_t kNoAutoReconnect = 1;  // wbemRefreshFlagNoAutoReconnect
  const std::uint32_t flags = flags_argument(call, 0);
  if ((flags & ~kNoAutoReconnect) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  const bool reconnect = auto_reconnect_ && flags == 0;
  base::Status first;
  std::size_t failed = 0;
  const auto items = items_;
  for (const auto& [index, content] : items) {
    base::Status status = read(*content);
    if (!status.ok() && reconnect && lost_connection(status.code())) {
      content->session->reconnect();
      status = read(*content);
    }
    if (status.ok()) continue;
    if (++failed == 1) first = status;
  }
  // As long as one was read the rest is partial success.
  if (failed != 0 && failed == items.size()) return fail(first);
  return Variant();
}

Outcome<Variant> SwbemRefresher::auto_reconnect(MemberCall& call) {
  if (!call.is_put()) return Variant::boolean(auto_reconnect_);
  auto_reconnect_ = call.value().as_boolean();
  return Variant();
}

Outcome<Variant> SwbemRefresher::delete_all(MemberCall&) {
  items_.clear();
  return Variant();
}

const Interface& SwbemRefreshableItem::declaration() {
  using O = SwbemRefreshableItem;
  static const Interface made({.object = "SWbemRefreshableItem",
                               .interface = "ISWbemRefreshableItem",
                               .iid = "5ad4bf92-daab-11d3-b38f-00105a1f473a",
                               .clsid = "8c6854bc-de4b-11d3-b390-00105a1f473a"},
                              {{"Index", 1, invoke::kGet, 7, "", "long", handler<&O::index>},
                               {"Refresher", 2, invoke::kGet, 8, "", "ISWbemRefresher", handler<&O::refresher>},
                               {"IsSet", 3, invoke::kGet, 9, "", "VARIANT_BOOL", handler<&O::is_set>},
                               {"Object", 4, invoke::kGet, 10, "", "ISWbemObjectEx", handler<&O::object>},
                               {"ObjectSet", 5, invoke::kGet, 11, "", "ISWbemObjectSet", handler<&O::object_set>},
                               {"Remove", 6, invoke::kMethod, 12, "iFlags:long=0", "void", handler<&O::remove>}});
  return made;
}

Outcome<Variant> SwbemRefreshableItem::index(MemberCall&) { return Variant::int32(content_->index); }
Outcome<Variant> SwbemRefreshableItem::refresher(MemberCall&) {
  const auto found = refresher_->items_.find(content_->index);
  const bool there = found != refresher_->items_.end() && found->second.get() == content_.get();
  return Variant::object(there ? DispatchRef(refresher_) : DispatchRef());
}
Outcome<Variant> SwbemRefreshableItem::is_set(MemberCall&) { return Variant::boolean(static_cast<bool>(content_->set)); }

Outcome<Variant> SwbemRefreshableItem::object(MemberCall&) { return Variant::object(content_->object); }

Outcome<Variant> SwbemRefreshableItem::object_set(MemberCall&) { return Variant::object(content_->set); }

Outcome<Variant> SwbemRefreshableItem::remove(MemberCall& call) {
  if (flags_argument(call, 0) != 0) return fail(WBEM_E_INVALID_PARAMETER);
  if (const auto status = refresher_->remove_item(content_->index); !status) return fail(status);
  return Variant();
}

}  // namespace scripting
