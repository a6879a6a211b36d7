// A script's view of a whole object manager: short forms of calls on automation objects, a provider of methods, a recorder of events.
#pragma once

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/utf.h"
#include "cim/testing/fake_services.h"
#include "manager/manager_testing.h"
#include "scripting/coercion.h"
#include "scripting/swbem.h"

namespace scripting::testing {

inline constexpr const char* kSchema = R"(
[Description("A thing")] class Thing {
  [key] string Name;
  [Description("How large")] uint32 Size = 5;
  sint16 Small; uint8 Octet; uint64 Large; sint64 Far; real32 Half; real64 Exact; boolean Truth; datetime When; char16 Letter;
  string Words[]; uint32 Numbers[]; object Inside; Thing ref Friend;
};
class BigThing : Thing { uint32 Weight; };
[Description("No instances")] class Bare { [key, Description("Its key")] uint32 Key; };
class BareMore : Bare {};
[association] class Pair { [key] Thing ref Left; [key] Thing ref Right; };
[singleton] class Only { string Text; };
instance of Thing { Name = "a"; Size = 1; Words = {"x", "y"}; Truth = TRUE; Large = 18446744073709551615; Far = -5; Small = -3;
  Octet = 200; Half = 0.5; Exact = 1.25; When = "20240229134501.000000+000"; Letter = 65; Numbers = {1, 4294967295}; };
instance of Thing { Name = "b"; Size = 4294967295; };
instance of BigThing { Name = "c"; Weight = 9; };
instance of Pair { Left = "Thing.Name=\"a\""; Right = "Thing.Name=\"b\""; };
instance of Only { Text = "one"; };
[dynamic, provider("Lab")] class Machine {
  [key] string Name; uint32 Speed;
  [static, implemented] uint32 Add([in] sint32 A, [in] sint32 B = 10, [in, optional] string Comment, [out] sint32 Sum);
  [static, implemented] uint32 Nothing();
  [static, implemented] void Void();
  [static, implemented] uint32 Context([in] string Key, [out] string Value);
  [static, implemented] uint32 Work([in] uint32 Steps);
  [static, implemented] uint32 Wait();
  [implemented] uint32 Stop([in, out] string Who);
};
)";

/// Writes events down as "OnCompleted 0x00000000", and keeps their arguments.
class Recorder final : public EventHandler {
 public:
  struct Event {
    std::string name;
    std::vector<Variant> arguments;
  };
  void on_event(Dispid, std::u16string_view name, std::span<Variant> arguments) override {
    EXPECT_FALSE(inside) << "a handler was entered again";
    inside = true;
    events.push_back({base::utf16_to_utf8(name), {arguments.begin(), arguments.end()}});
    if (react) react(events.back());
    inside = false;
  }
  /// "OnObjectReady OnCompleted".
  std::string names() const {
    std::string out;
    for (const Event& event : events) out += (out.empty() ? "" : " ") + event.name;
    return out;
  }
  std::size_t count(std::string_view name) const { return static_cast<std::size_t>(std::ranges::count(events, name, &Event::name)); }
  std::vector<Event> events;
  std::function<void(const Event&)> react;
  bool inside = false;
};

class Lab : public ::testing::Test {
 protected:
  Lab() {
    provider->caps.methods = provider->caps.put = true;
    provider->on_method = [this](manager::MethodCall& call) { return method(call); };
    provider->on_get = [](manager::ProviderCall& call, const cim::ObjectPath& path, const manager::Wanted&) -> base::Status {
      if (path.keys.at(0).value != cim::Value::text("m")) return base::Status(WBEM_E_NOT_FOUND);
      cim::InstanceBuilder row(call.cls());
      TRY(row.set("Name", path.keys[0].value));
      TRY(row.set("Speed", cim::Value::uint(7)));
      return call.indicate(row);
    };
    provider->on_enumerate = [](manager::ProviderCall& call, const manager::Wanted&) -> base::Status {
      cim::InstanceBuilder row(call.cls());
      TRY(row.set("Name", cim::Value::text("m")));
      return call.indicate(row);
    };
    manager.emplace(std::vector<manager::ProviderRegistration>{{"Lab", "Machine", provider}});
    manager->compile(kSchema);
    swbem.emplace(apartment, [this](const ConnectRequest& request) -> base::Result<cim::ServicesPtr> {
      requests.push_back(request);
      if (request.server == "fake") return fake;
      if (request.server == "realm") return base::fail(base::Hresult{0x80090311}, "no authority answers");
      if (request.server == "nowhere") return base::fail(base::Hresult{0x800706BA}, "no such machine");
      return manager->manager->connect(request.name_space, manager->manager->local_caller(), request.locale);
    });
    services = moniker("winmgmts:root\\cimv2");
  }
  ~Lab() override {
    gate.open();
    services = nullptr;
    swbem.reset();
    manager.reset();
  }

  base::Status method(manager::MethodCall& call) {
    const std::string& name = call.method().name;
    if (name == "Add") TRY(call.out("Sum", cim::Value::sint(*call.in("A").as_sint() + *call.in("B").as_sint())));
    if (name == "Void") return {};
    if (name == "Wait") gate.pass();
    if (name == "Stop") TRY(call.out("Who", cim::Value::text(call.path().to_string())));
    if (name == "Work") {
      const auto steps = static_cast<std::uint32_t>(*call.in("Steps").as_uint());
      for (std::uint32_t i = 1; i <= steps; ++i) call.progress(i, steps, fmt::format("step {}", i));
    }
    if (name == "Context") TRY(call.out("Value", call.context() ? call.context()->get(*call.in("Key").as_text()) : cim::Value()));
    return call.out("ReturnValue", cim::Value::uint(0));
  }

  // Short forms; a failure of the call is one of the test.
  DispatchRef create(std::string_view prog_id) {
    auto made = swbem->create(base::utf8_to_utf16("WbemScripting." + std::string(prog_id)));
    EXPECT_TRUE(made.has_value()) << prog_id;
    return made ? *made : DispatchRef();
  }
  DispatchRef moniker(std::string_view text) {
    auto made = swbem->get_moniker(base::utf8_to_utf16(text));
    EXPECT_TRUE(made.has_value()) << text << " " << (made ? "" : made.error().description);
    return made ? *made : DispatchRef();
  }
  static Outcome<Variant> try_call(const DispatchRef& object, std::string_view name, std::vector<Variant> arguments = {}) {
    return scripting::call(*object, name, arguments);
  }
  static Variant run(const DispatchRef& object, std::string_view name, std::vector<Variant> arguments = {}) {
    auto result = try_call(object, name, std::move(arguments));
    EXPECT_TRUE(result.has_value()) << name << ": " << (result ? "" : describe(result.error()));
    return result.value_or(Variant());
  }
  static DispatchRef object(const DispatchRef& from, std::string_view name, std::vector<Variant> arguments = {}) {
    const Variant result = run(from, name, std::move(arguments));
    EXPECT_TRUE(result.is(VarType::kDispatch)) << name;
    return result.is(VarType::kDispatch) ? DispatchRef(result.as_object()) : DispatchRef();
  }
  static std::string text(const DispatchRef& from, std::string_view name, std::vector<Variant> arguments = {}) {
    return show(run(from, name, std::move(arguments)));
  }
  static std::int32_t number(const DispatchRef& from, std::string_view name, std::vector<Variant> arguments = {}) {
    return to_int32(run(from, name, std::move(arguments))).value_or(-999);
  }
  static bool truth(const DispatchRef& from, std::string_view name, std::vector<Variant> arguments = {}) {
    const Variant result = run(from, name, std::move(arguments));
    EXPECT_TRUE(result.is(VarType::kBoolean)) << name;
    return result.is(VarType::kBoolean) && result.as_boolean();
  }
  static void set(const DispatchRef& object, std::string_view name, Variant value) {
    const auto result = scripting::put(*object, name, std::move(value));
    EXPECT_TRUE(result.has_value()) << name << ": " << (result ? "" : describe(result.error()));
  }
  /// The failure of a call: "0x80041002 SWbemServicesEx Not found ". Empty when it succeeds.
  static std::string error(const DispatchRef& object, std::string_view name, std::vector<Variant> arguments = {}) {
    const auto result = try_call(object, name, std::move(arguments));
    return result ? "" : describe(result.error());
  }
  static std::string set_error(const DispatchRef& object, std::string_view name, Variant value) {
    const auto result = scripting::put(*object, name, std::move(value));
    return result ? "" : describe(result.error());
  }
  static std::string describe(const Failure& failure) {
    std::string out = fmt::format("0x{:08X}", static_cast<std::uint32_t>(failure.code));
    if (!failure.source.empty()) out += " " + failure.source + " " + failure.description;
    return out;
  }
  /// A value as text: {1, 2} for arrays, Null, Nothing, SWbemObjectEx for objects.
  static std::string show(const Variant& value) {
    if (value.is_array()) {
      std::string out = "{";
      for (const Variant& item : value.as_array()->items()) out += (out == "{" ? "" : ", ") + show(item);
      return out + "}";
    }
    if (value.is(VarType::kNull)) return "Null";
    if (value.is(VarType::kEmpty)) return "Empty";
    if (value.is(VarType::kDispatch)) return value.as_object() == nullptr ? "Nothing" : value.as_object()->type_name();
    const auto text = to_text(value);
    return text ? text->to_utf8() : "?";
  }
  static std::vector<Variant> each(const DispatchRef& collection) {
    std::vector<Variant> out;
    auto all = collection->enumerate();
    EXPECT_TRUE(all.has_value());
    if (!all) return out;
    for (;;) {
      auto next = (*all)->next();
      EXPECT_TRUE(next.has_value()) << (next ? "" : describe(next.error()));
      if (!next || !*next) return out;
      out.push_back(**next);
    }
  }
  /// A member of every item of a collection: "a b c".
  static std::string each(const DispatchRef& collection, std::string_view member) {
    std::string out;
    for (const Variant& item : each(collection)) out += (out.empty() ? "" : " ") + text(DispatchRef(item.as_object()), member);
    return out;
  }
  /// The same in alphabetical order, for rows whose order nobody promises.
  static std::string sorted(const DispatchRef& collection, std::string_view member) {
    std::vector<std::string> found;
    for (const Variant& item : each(collection)) found.push_back(text(DispatchRef(item.as_object()), member));
    std::ranges::sort(found);
    return fmt::format("{}", fmt::join(found, " "));
  }
  static Variant utf8(std::string_view text) { return Variant::utf8(text); }
  static Variant int32(std::int32_t number) { return Variant::int32(number); }
  static Variant given(const DispatchRef& object) { return Variant::object(object); }

  DispatchRef get(std::string_view path) { return object(services, "Get", {utf8(path)}); }
  /// A sink whose events `recorder` takes.
  DispatchRef sink() {
    const DispatchRef made = create("SWbemSink");
    tokens.push_back(event_source_of(*made)->advise(recorder));
    return made;
  }
  /// Waits as a script does until `done` says so; a machine under load needs long.
  bool wait(const std::function<bool()>& done) { return apartment.pump(Apartment::Clock::now() + std::chrono::minutes(5), done); }
  /// Waits as a script does until there were that many events of the name.
  bool wait_for(std::string_view name, std::size_t count = 1) {
    return wait([&] { return recorder->count(name) >= count; });
  }

  std::shared_ptr<manager::testing::FunctionProvider> provider = std::make_shared<manager::testing::FunctionProvider>();
  manager::testing::Gate gate;
  std::optional<manager::testing::TestManager> manager;
  std::shared_ptr<cim::testing::FakeServices> fake = std::make_shared<cim::testing::FakeServices>();  // the machine `fake`
  Apartment apartment;
  std::vector<ConnectRequest> requests;
  std::optional<Swbem> swbem;
  DispatchRef services;
  std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>();
  std::vector<std::shared_ptr<void>> tokens;
};

}  // namespace scripting::testing
