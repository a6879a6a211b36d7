#include "script/wsh/dictionary.h"

#include <bit>

#include "script/vbscript/library_support.h"
#include "script/wsh/dictionary_table.h"
#include "scripting/table_object.h"

namespace script::wsh {
namespace {

using namespace vbscript;
using scripting::Array;
using scripting::handler;
using scripting::MemberCall;
using scripting::MemberTable;
using scripting::TableObject;
namespace invoke = scripting::invoke;

constexpr std::uint32_t kKeyExists = 457;
constexpr std::uint32_t kNotFound = 32811;
constexpr scripting::Dispid kAdd = 1;
constexpr scripting::Dispid kExists = 3;

/// What HashVal shows; scripts use it, if at all, to spread keys over buckets.
std::int32_t shown_hash(const Variant& key, bool ignore_case) {
  constexpr std::uint32_t kBuckets = 1201;
  std::uint32_t hash = 0;
  if (key.is(VarType::kString)) {
    for (const char16_t unit : key.as_text().view()) hash = hash * 17 + (ignore_case ? lower(unit) : unit);
  } else if (const auto number = to_number(key); number && !key.is(VarType::kEmpty)) {
    hash = std::bit_cast<std::uint32_t>(static_cast<float>(*number));
  }
  return static_cast<std::int32_t>(hash % kBuckets);
}

class Dictionary final : public TableObject {
 public:
  Dictionary() : TableObject(table()) {}

  /// Add, Exists and Item as scripts call them need no arranging of arguments.
  Outcome<Variant> invoke(scripting::Dispid member, unsigned how, scripting::Arguments arguments) override {
    constexpr unsigned kRead = invoke::kMethod | invoke::kGet;
    const auto values = arguments.values;
    if (arguments.named.empty() && !values.empty() && !values[0].target().is_missing()) {
      const scripting::Ref<Dictionary> alive(this);
      if (member == kAdd && (how & invoke::kMethod) != 0 && values.size() == 2) return add(values[0].target(), values[1].target());
      if (member == kExists && (how & invoke::kMethod) != 0 && values.size() == 1) return exists(values[0].target());
      if (member == scripting::kValue && (how & kRead) != 0 && values.size() == 1) return item(values[0].target());
      if (member == scripting::kValue && (how & kRead) == 0 && values.size() == 2) return put_item(values[0].target(), values[1].target());
    }
    return TableObject::invoke(member, how, arguments);
  }

  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override { return scripting::enumerate_values(key_list()); }

 private:
  Outcome<Variant> add(const Variant& key, const Variant& value) {
    READ(const std::uint64_t hash, hash_of(key));
    if (table_.find(key, hash) != DictionaryTable::kNowhere) return fault(kKeyExists);
    return append(key, hash, value);
  }
  Outcome<Variant> append(const Variant& key, std::uint64_t hash, const Variant& value) {
    if (table_.add(key, hash, stored(value)) == DictionaryTable::kNowhere) return fault(kOutOfMemory);
    return Variant();
  }
  Outcome<Variant> exists(const Variant& key) {
    READ(const std::uint64_t hash, hash_of(key));
    return Variant::boolean(table_.find(key, hash) != DictionaryTable::kNowhere);
  }
  Outcome<Variant> item(const Variant& key) {
    READ(const std::uint64_t hash, hash_of(key));
    const std::size_t position = table_.find(key, hash);
    if (position == DictionaryTable::kNowhere) return append(key, hash, Variant());
    return stored(table_.at(position).item);
  }
  Outcome<Variant> put_item(const Variant& key, const Variant& value) {
    READ(const std::uint64_t hash, hash_of(key));
    const std::size_t position = table_.find(key, hash);
    if (position == DictionaryTable::kNowhere) return append(key, hash, value);
    Variant replaced = stored(value);
    table_.at(position).item.swap(replaced);
    return Variant();  // what was replaced ends behind the table's change
  }

  // Members by name.
  Outcome<Variant> add_member(MemberCall& call) { return add(call.argument(0), call.argument(1)); }
  Outcome<Variant> exists_member(MemberCall& call) { return exists(call.argument(0)); }
  Outcome<Variant> item_member(MemberCall& call) {
    return call.is_put() ? put_item(call.argument(0), call.value()) : item(call.argument(0));
  }
  Outcome<Variant> count(MemberCall&) { return int32_of(static_cast<std::int64_t>(table_.size())); }

  Outcome<Variant> key(MemberCall& call) {
    READ(const std::size_t position, known(call.argument(0)));
    READ(const std::uint64_t hash, hash_of(call.value()));
    const std::size_t other = table_.find(call.value(), hash);
    if (other != DictionaryTable::kNowhere && other != position) return fault(kKeyExists);
    table_.rename(position, call.value(), hash);
    return Variant();
  }
  Outcome<Variant> keys(MemberCall&) { return Variant::array(Array::of(VarType::kVariant, key_list())); }
  Outcome<Variant> items(MemberCall&) {
    std::vector<Variant> out;
    out.reserve(table_.size());
    for (const auto& entry : table_.entries()) {
      if (entry.alive) out.push_back(stored(entry.item));
    }
    return Variant::array(Array::of(VarType::kVariant, std::move(out)));
  }
  Outcome<Variant> remove(MemberCall& call) {
    READ(const std::size_t position, known(call.argument(0)));
    const auto removed = table_.remove(position);
    return Variant();
  }
  Outcome<Variant> remove_all(MemberCall&) {
    const auto removed = table_.clear();
    return Variant();
  }
  Outcome<Variant> compare_mode(MemberCall& call) {
    if (!call.is_put()) return Variant::int32(mode_);
    READ(const std::int32_t mode, to_int32(call.value()));
    if (table_.size() != 0 || mode < 0) return fault(kInvalidCall);
    mode_ = mode;
    table_.ignore_case(mode != 0);
    return Variant();
  }
  Outcome<Variant> hash_val(MemberCall& call) { return int32_of(shown_hash(call.argument(0), mode_ != 0)); }

  Outcome<std::uint64_t> hash_of(const Variant& key) const {
    if (!DictionaryTable::can_be_key(key)) return fault(kInvalidCall);
    return table_.hash(key);
  }
  Outcome<std::size_t> known(const Variant& key) const {
    READ(const std::uint64_t hash, hash_of(key));
    const std::size_t position = table_.find(key, hash);
    if (position == DictionaryTable::kNowhere) return fault(kNotFound);
    return position;
  }
  /// Arrays are values: the dictionary has its own, and gives copies.
  static Variant stored(const Variant& value) { return value.is_array() ? Variant::array(value.as_array()->copy()) : value; }
  std::vector<Variant> key_list() const {
    std::vector<Variant> out;
    out.reserve(table_.size());
    for (const auto& entry : table_.entries()) {
      if (entry.alive) out.push_back(entry.key);
    }
    return out;
  }

  static const MemberTable& table() {
    constexpr unsigned kPuts = invoke::kPut | invoke::kPutRef;
    static const MemberTable made("Dictionary",
                                  {
                                      {"Item", scripting::kValue, invoke::kGet | kPuts, "Key", handler<&Dictionary::item_member>},
                                      {"Add", kAdd, invoke::kMethod, "Key, Item", handler<&Dictionary::add_member>},
                                      {"Count", 2, invoke::kGet, "", handler<&Dictionary::count>},
                                      {"Exists", kExists, invoke::kMethod, "Key", handler<&Dictionary::exists_member>},
                                      {"Items", 4, invoke::kMethod, "", handler<&Dictionary::items>},
                                      {"Key", 5, kPuts, "Key", handler<&Dictionary::key>},
                                      {"Keys", 6, invoke::kMethod, "", handler<&Dictionary::keys>},
                                      {"Remove", 7, invoke::kMethod, "Key", handler<&Dictionary::remove>},
                                      {"RemoveAll", 8, invoke::kMethod, "", handler<&Dictionary::remove_all>},
                                      {"CompareMode", 9, invoke::kGet | kPuts, "", handler<&Dictionary::compare_mode>},
                                      {"HashVal", 10, invoke::kGet, "Key", handler<&Dictionary::hash_val>},
                                  });
    return made;
  }

  DictionaryTable table_;
  std::int32_t mode_ = 0;
};

}  // namespace

scripting::DispatchRef make_dictionary() { return scripting::make<Dictionary>(); }

}  // namespace script::wsh
