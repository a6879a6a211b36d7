#include "script/wsh/wscript_arguments.h"

#include "base/utf.h"
#include "script/wsh/wsh_errors.h"
#include "scripting/table_object.h"

namespace script::wsh {
namespace {

using scripting::handler;
using scripting::MemberCall;
using scripting::MemberTable;
using scripting::Outcome;
using scripting::TableObject;
using scripting::Variant;
namespace invoke = scripting::invoke;

bool is_named(const std::string& word) {
  return word.size() > 1 && word[0] == '/' && word[1] != ':' && word.substr(0, word.find(':')).find('/', 1) == std::string::npos;
}

Variant count_of(std::size_t size) { return Variant::int32(static_cast<std::int32_t>(size)); }

/// Texts by position: all arguments, or the unnamed ones.
class WordList : public TableObject {
 public:
  WordList(const MemberTable& table, std::vector<std::string> words) : TableObject(table), words_(std::move(words)) {}
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    std::vector<Variant> values;
    for (const std::string& word : words_) values.push_back(Variant::utf8(word));
    return scripting::enumerate_values(std::move(values));
  }
  Outcome<Variant> item(MemberCall& call) {
    READ(const std::int32_t index, scripting::to_int32(call.argument(0)));
    if (index < 0 || static_cast<std::size_t>(index) >= words_.size()) return wsh_error(kWshSubscript, "Subscript out of range");
    return Variant::utf8(words_[static_cast<std::size_t>(index)]);
  }
  Outcome<Variant> count(MemberCall&) { return count_of(words_.size()); }

 private:
  std::vector<std::string> words_;
};

class Unnamed final : public WordList {
 public:
  explicit Unnamed(std::vector<std::string> words) : WordList(table(), std::move(words)) {}

 private:
  static const MemberTable& table() {
    static const MemberTable made("WshUnnamed",
                                  {
                                      {"Item", scripting::kValue, invoke::kGet | invoke::kMethod, "Index", handler<&WordList::item>},
                                      {"Count", 1, invoke::kMethod, "", handler<&WordList::count>},
                                      {"length", 2, invoke::kGet, "", handler<&WordList::count>},
                                  });
    return made;
  }
};

class Named final : public TableObject {
 public:
  explicit Named(const std::vector<std::string>& words) : TableObject(table()) {
    for (const std::string& word : words) add(word);
  }
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    std::vector<Variant> values;
    for (const auto& [name, value] : items_) values.push_back(Variant::utf8(name));
    return scripting::enumerate_values(std::move(values));
  }
  Outcome<Variant> item(MemberCall& call) {
    READ(const auto name, scripting::to_text(call.argument(0)));
    const Variant* found = find(name.to_utf8());
    return found == nullptr ? Variant() : *found;
  }
  Outcome<Variant> exists(MemberCall& call) {
    READ(const auto name, scripting::to_text(call.argument(0)));
    return Variant::boolean(find(name.to_utf8()) != nullptr);
  }
  Outcome<Variant> count(MemberCall&) { return count_of(items_.size()); }

 private:
  /// `/x` is Empty, `/x+` and `/x-` are Booleans, `/x:text` is text. The first of a name counts.
  void add(const std::string& word) {
    const std::size_t colon = word.find(':');
    std::string name = word.substr(1, colon == std::string::npos ? colon : colon - 1);
    Variant value;
    if (colon != std::string::npos) {
      value = Variant::utf8(word.substr(colon + 1));
    } else if (name.ends_with('+') || name.ends_with('-')) {
      value = Variant::boolean(name.ends_with('+'));
      name.pop_back();
    }
    if (find(name) == nullptr) items_.emplace_back(std::move(name), std::move(value));
  }
  const Variant* find(std::string_view name) const {
    for (const auto& [known, value] : items_) {
      if (base::equal_ignore_case(known, name)) return &value;
    }
    return nullptr;
  }
  static const MemberTable& table() {
    static const MemberTable made("WshNamed",
                                  {
                                      {"Item", scripting::kValue, invoke::kGet | invoke::kMethod, "Name", handler<&Named::item>},
                                      {"Count", 1, invoke::kMethod, "", handler<&Named::count>},
                                      {"length", 2, invoke::kGet, "", handler<&Named::count>},
                                      {"Exists", 3, invoke::kMethod, "Name", handler<&Named::exists>},
                                  });
    return made;
  }
  std::vector<std::pair<std::string, Variant>> items_;
};

class WshArguments final : public WordList {
 public:
  WshArguments(std::vector<std::string> words, std::function<void()> show_usage)
      : WordList(table(), words), show_usage_(std::move(show_usage)), named_(split(words, true)), unnamed_(split(words, false)) {}
  Outcome<Variant> named(MemberCall&) { return Variant::object(named_); }
  Outcome<Variant> unnamed(MemberCall&) { return Variant::object(unnamed_); }
  Outcome<Variant> show_usage(MemberCall&) {
    show_usage_();
    return Variant();
  }

 private:
  static scripting::DispatchRef split(const std::vector<std::string>& words, bool named) {
    std::vector<std::string> chosen;
    for (const std::string& word : words) {
      if (is_named(word) == named) chosen.push_back(word);
    }
    if (named) return scripting::make<Named>(chosen);
    return scripting::make<Unnamed>(std::move(chosen));
  }
  static const MemberTable& table() {
    static const MemberTable made("WshArguments",
                                  {
                                      {"Item", scripting::kValue, invoke::kGet | invoke::kMethod, "Index", handler<&WordList::item>},
                                      {"Count", 1, invoke::kMethod, "", handler<&WordList::count>},
                                      {"length", 2, invoke::kGet, "", handler<&WordList::count>},
                                      {"Named", 3, invoke::kGet, "", handler<&WshArguments::named>},
                                      {"Unnamed", 4, invoke::kGet, "", handler<&WshArguments::unnamed>},
                                      {"ShowUsage", 5, invoke::kMethod, "", handler<&WshArguments::show_usage>},
                                  });
    return made;
  }
  const std::function<void()> show_usage_;
  const scripting::DispatchRef named_;
  const scripting::DispatchRef unnamed_;
};

}  // namespace

scripting::DispatchRef make_arguments(std::vector<std::string> words, std::function<void()> show_usage) {
  return scripting::make<WshArguments>(std::move(words), std::move(show_usage));
}

}  // namespace script::wsh
