// SWbemSink and every asynchronous member: what raises, what arrives, in which order, and when.
#include "tests/scripting/lab.h"

namespace scripting::testing {
namespace {

class Async : public Lab {
 protected:
  DispatchRef parameters(std::string_view method) {
    return object(object(object(get("Machine"), "Methods_", {utf8(method)}), "InParameters"), "SpawnInstance_");
  }
  DispatchRef thing(std::string_view name) {
    const auto made = object(get("Thing"), "SpawnInstance_");
    set(made, "Name", utf8(name));
    return made;
  }
  const Variant& argument(std::size_t event, std::size_t i) { return recorder->events.at(event).arguments.at(i); }
  DispatchRef argument_object(std::size_t event, std::size_t i) { return DispatchRef(argument(event, i).as_object()); }
  /// The code of the last OnCompleted.
  std::uint32_t code() { return static_cast<std::uint32_t>(recorder->events.back().arguments.at(0).as_int32()); }
  static Variant nothing() { return Variant::object({}); }

  const DispatchRef receiver = sink();
};

TEST_F(Async, ExecMethodAsyncReturnsAtOnceAndDeliversWhileTheScriptWaits) {
  const auto in = parameters("Add");
  set(in, "A", int32(2));
  EXPECT_TRUE(run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Add"), given(in)}).is(VarType::kEmpty));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(recorder->events.empty());  // not before it waits
  ASSERT_TRUE(wait_for("OnCompleted"));
  EXPECT_EQ(recorder->names(), "OnObjectReady OnCompleted");
  EXPECT_EQ(number(argument_object(0, 0), "Sum"), 12);
  EXPECT_EQ(number(argument_object(0, 0), "ReturnValue"), 0);
  EXPECT_EQ(show(argument(0, 1)), "Nothing");
  EXPECT_EQ(argument(1, 0).as_int32(), 0);
  EXPECT_EQ(show(argument(1, 1)), "Nothing");
  EXPECT_EQ(show(argument(1, 2)), "Nothing");
}

TEST_F(Async, MethodsOfObjectsAnswerToo) {
  const auto in = parameters("Add");
  set(in, "A", int32(5));
  run(get("Machine"), "ExecMethodAsync_", {given(receiver), utf8("Add"), given(in)});
  ASSERT_TRUE(wait_for("OnCompleted"));
  EXPECT_EQ(number(argument_object(0, 0), "Sum"), 15);
  run(get("Machine='m'"), "ExecMethodAsync_", {given(receiver), utf8("Void")});
  ASSERT_TRUE(wait_for("OnCompleted", 2));
  EXPECT_EQ(recorder->names(), "OnObjectReady OnCompleted OnCompleted");  // no out-parameters, no object
}

TEST_F(Async, ContextsComeBackAndValuesReachTheProvider) {
  const auto values = create("SWbemNamedValueSet");
  run(values, "Add", {utf8("Color"), utf8("red")});
  const auto context = create("SWbemNamedValueSet");
  run(context, "Add", {utf8("Call"), int32(1)});
  const auto in = parameters("Context");
  set(in, "Key", utf8("Color"));
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Context"), given(in), int32(0), given(values), given(context)});
  ASSERT_TRUE(wait_for("OnCompleted"));
  EXPECT_EQ(text(argument_object(0, 0), "Value"), "red");
  EXPECT_EQ(argument(0, 1).as_object(), context.get());  // the very object
  EXPECT_EQ(argument(1, 2).as_object(), context.get());
}

TEST_F(Async, WhatIsFoundBeforeTheStartIsRaised) {
  const std::string invalid = "0x80041008 SWbemServicesEx Invalid parameter ";
  const auto exec = [&](std::vector<Variant> arguments) { return error(services, "ExecMethodAsync", std::move(arguments)); };
  EXPECT_EQ(exec({nothing(), utf8("Machine"), utf8("Add")}), invalid);
  EXPECT_EQ(exec({given(services), utf8("Machine"), utf8("Add")}), invalid);
  EXPECT_EQ(exec({given(receiver), utf8(""), utf8("Add")}), invalid);
  EXPECT_EQ(exec({given(receiver), utf8("Machine"), utf8("")}), invalid);
  EXPECT_EQ(exec({given(receiver), utf8("Machine"), utf8("Add"), nothing(), int32(1)}), invalid);
  EXPECT_EQ(exec({given(receiver), utf8("Machine"), utf8("Add"), given(services)}), invalid);
  EXPECT_EQ(exec({given(receiver), utf8("Machine"), utf8("Add"), nothing(), int32(0), given(receiver)}), invalid);
  EXPECT_EQ(exec({given(receiver), utf8("Machine"), utf8("Add"), nothing(), int32(0), nothing(), given(receiver)}), invalid);
  EXPECT_EQ(exec({given(receiver), utf8("Machine="), utf8("Add")}), "0x8004103A SWbemServicesEx Invalid object path ");
  EXPECT_EQ(exec({given(receiver), utf8("Machine")}), "0x8002000E");
  apartment.drain();
  EXPECT_TRUE(recorder->events.empty());
}

TEST_F(Async, EverythingElseArrivesAsOnCompleted) {
  const auto context = create("SWbemNamedValueSet");
  run(services, "ExecMethodAsync", {given(receiver), utf8("Absent"), utf8("Add"), nothing(), int32(0), nothing(), given(context)});
  ASSERT_TRUE(wait_for("OnCompleted"));
  EXPECT_EQ(recorder->names(), "OnCompleted");
  EXPECT_EQ(code(), 0x80041010U);
  const auto status = argument_object(0, 1);
  EXPECT_EQ(status->type_name(), "SWbemLastError");
  EXPECT_EQ(static_cast<std::uint32_t>(number(status, "StatusCode")), 0x80041010U);
  EXPECT_EQ(text(status, "Operation"), "ExecMethod");
  EXPECT_EQ(argument(0, 2).as_object(), context.get());
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Absent")});
  ASSERT_TRUE(wait_for("OnCompleted", 2));
  EXPECT_EQ(code(), 0x8004102EU);
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine='zzz'"), utf8("Stop")});
  ASSERT_TRUE(wait_for("OnCompleted", 3));
  EXPECT_EQ(code(), 0x80041002U);
  EXPECT_EQ(recorder->count("OnObjectReady"), 0U);
}

TEST_F(Async, ProgressComesWhenItIsAskedFor) {
  const auto in = parameters("Work");
  set(in, "Steps", int32(3));
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Work"), given(in), int32(0x80)});
  ASSERT_TRUE(wait_for("OnCompleted"));
  EXPECT_EQ(recorder->names(), "OnProgress OnProgress OnProgress OnObjectReady OnCompleted");
  EXPECT_EQ(show(argument(1, 0)) + " " + show(argument(1, 1)) + " " + show(argument(1, 2)) + " " + show(argument(1, 3)),
            "3 2 step 2 Nothing");
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Work"), given(in)});
  ASSERT_TRUE(wait_for("OnCompleted", 2));
  EXPECT_EQ(recorder->count("OnProgress"), 3U);
}

TEST_F(Async, PutAsyncTellsThePath) {
  const auto context = create("SWbemNamedValueSet");
  run(services, "PutAsync", {given(receiver), given(thing("p")), int32(0), nothing(), given(context)});
  ASSERT_TRUE(wait_for("OnCompleted"));
  EXPECT_EQ(recorder->names(), "OnObjectPut OnCompleted");
  EXPECT_EQ(argument_object(0, 0)->type_name(), "SWbemObjectPath");
  EXPECT_EQ(text(argument_object(0, 0), "Path"), "\\\\TESTHOST\\root\\cimv2:Thing.Name=\"p\"");
  EXPECT_EQ(argument(0, 1).as_object(), context.get());
  EXPECT_EQ(code(), 0U);
  run(thing("q"), "PutAsync_", {given(receiver)});
  ASSERT_TRUE(wait_for("OnCompleted", 2));
  EXPECT_EQ(text(argument_object(2, 0), "RelPath"), "Thing.Name=\"q\"");
  EXPECT_EQ(text(get("Thing='q'"), "Name"), "q");
}

TEST_F(Async, PutAsyncTakesEveryFlagOfItsPage) {
  const auto put = [&](const DispatchRef& what, std::int32_t flags) {
    run(services, "PutAsync", {given(receiver), given(what), int32(flags)});
    const std::size_t before = recorder->count("OnCompleted");
    EXPECT_TRUE(wait_for("OnCompleted", before + 1));
    return code();
  };
  const auto p = thing("p");
  EXPECT_EQ(put(p, 1), 0x80041002U);  // update-only: there is none
  EXPECT_EQ(put(p, 2), 0U);           // create-only
  EXPECT_EQ(put(p, 2), 0x80041019U);  // there is one
  EXPECT_EQ(put(p, 1), 0U);           // update-only
  EXPECT_EQ(put(p, 0), 0U);           // create or update
  EXPECT_EQ(put(p, 0x10), 0U);        // return immediately: it does so anyway
  EXPECT_EQ(put(p, 0x80), 0U);        // send status
  EXPECT_EQ(put(p, 0x20000), 0U);     // amended qualifiers
  EXPECT_EQ(put(p, 0x11), 0U);
  // Update modes are for classes alone, and the exclusive pairs exclude each other: found before the start.
  const std::string invalid = "0x80041008 SWbemServicesEx Invalid parameter ";
  for (const std::int32_t flags : {0x20, 0x40, 0x60, 3, 4, 0x100}) {
    EXPECT_EQ(error(services, "PutAsync", {given(receiver), given(p), int32(flags)}), invalid) << flags;
  }
  const auto cls = get("Bare");
  EXPECT_EQ(error(services, "PutAsync", {given(receiver), given(cls), int32(0x60)}), invalid);
  EXPECT_EQ(error(services, "PutAsync", {given(receiver), given(cls), int32(3)}), invalid);
  object(object(cls, "Properties_"), "Add", {utf8("More"), int32(8)});
  EXPECT_EQ(put(cls, 0), 0x80041025U);  // compatible: the class has a child
  EXPECT_EQ(put(cls, 0x20), 0U);        // safe mode
  EXPECT_EQ(put(cls, 0x40), 0U);        // force mode
  EXPECT_EQ(put(cls, 0x20000 | 0x20), 0U);
}

TEST_F(Async, PutAsyncFailsAsItsPageSays) {
  const std::string invalid = "0x80041008 SWbemServicesEx Invalid parameter ";
  EXPECT_EQ(error(services, "PutAsync", {nothing(), given(thing("p"))}), invalid);
  EXPECT_EQ(error(services, "PutAsync", {given(receiver), nothing()}), invalid);
  EXPECT_EQ(error(services, "PutAsync", {given(receiver), given(receiver)}), invalid);
  EXPECT_EQ(error(services, "PutAsync", {given(receiver), utf8("x")}), "0x80020005");
  const auto keyless = object(get("Thing"), "SpawnInstance_");
  set(keyless, "Name", Variant::null());
  run(services, "PutAsync", {given(receiver), given(keyless)});
  ASSERT_TRUE(wait_for("OnCompleted"));
  EXPECT_EQ(code(), 0x80041028U);                                                // IllegalNull, whatever the page prints
  run(services, "PutAsync", {given(receiver), given(object(services, "Get"))});  // a class without a name
  ASSERT_TRUE(wait_for("OnCompleted", 2));
  EXPECT_EQ(code(), 0x80041020U);
  EXPECT_EQ(recorder->names(), "OnCompleted OnCompleted");
}

TEST_F(Async, EveryOtherAsynchronousMemberAnswers) {
  std::size_t ended = 0;
  const auto after = [&](const DispatchRef& on, std::string_view name, std::vector<Variant> arguments) {
    recorder->events.clear();
    arguments.insert(arguments.begin(), given(receiver));
    run(on, name, std::move(arguments));
    EXPECT_TRUE(wait_for("OnCompleted")) << name;
    ++ended;
    return std::make_pair(recorder->count("OnObjectReady"), code());
  };
  using Answer = std::pair<std::size_t, std::uint32_t>;
  EXPECT_EQ(after(services, "GetAsync", {utf8("Thing='a'")}), (Answer{1, 0}));
  EXPECT_EQ(after(services, "GetAsync", {}), (Answer{1, 0}));
  EXPECT_EQ(after(services, "GetAsync", {utf8("Thing='z'")}), (Answer{0, 0x80041002U}));
  EXPECT_EQ(after(services, "InstancesOfAsync", {utf8("Thing")}), (Answer{3, 0}));
  EXPECT_EQ(after(services, "InstancesOfAsync", {utf8("Thing"), int32(1)}), (Answer{2, 0}));
  EXPECT_EQ(after(services, "SubclassesOfAsync", {utf8("Thing")}), (Answer{1, 0}));
  EXPECT_EQ(after(services, "ExecQueryAsync", {utf8("SELECT * FROM Thing")}), (Answer{3, 0}));
  EXPECT_EQ(after(services, "ExecQueryAsync", {utf8("SELECT * FROM Absent")}), (Answer{0, 0x80041010U}));
  EXPECT_EQ(after(get("Thing"), "InstancesAsync_", {}), (Answer{3, 0}));
  EXPECT_EQ(after(get("Thing"), "SubclassesAsync_", {}), (Answer{1, 0}));
  EXPECT_EQ(after(services, "DeleteAsync", {utf8("Thing='b'")}), (Answer{0, 0}));
  EXPECT_EQ(after(services, "DeleteAsync", {utf8("Thing='b'")}), (Answer{0, 0x80041002U}));
  EXPECT_EQ(after(get("Thing='a'"), "DeleteAsync_", {}), (Answer{0, 0}));
  EXPECT_EQ(after(get("BigThing"), "DeleteAsync_", {}), (Answer{0, 0}));
  EXPECT_EQ(sorted(object(services, "InstancesOf", {utf8("Thing")}), "Name"), "");
}

TEST_F(Async, NotificationsGoOnUntilTheyAreCancelled) {
  const auto there = moniker("winmgmts:\\\\fake\\root\\cimv2");
  fake->set_script({.batches = {cim::batch_of(*cim::GetObject(*manager->services, "Thing='a'"))}, .ends = false, .on_thread = true});
  run(there, "ExecNotificationQueryAsync", {given(receiver), utf8("SELECT * FROM X")});
  ASSERT_TRUE(wait_for("OnObjectReady"));
  EXPECT_EQ(fake->calls().back().text, "SELECT * FROM X");
  run(receiver, "Cancel");
  ASSERT_TRUE(wait_for("OnCompleted"));
  EXPECT_EQ(recorder->names(), "OnObjectReady OnCompleted");
  EXPECT_EQ(code(), 0x80041032U);
  EXPECT_EQ(argument_object(1, 1)->type_name(), "SWbemLastError");
  run(receiver, "Cancel");  // nothing is left
}

TEST_F(Async, CancelEndsEveryCallOfTheSinkAndNoOther) {
  const auto other = create("SWbemSink");
  const auto other_recorder = std::make_shared<Recorder>();
  const auto token = event_source_of(*other)->advise(other_recorder);
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Wait")});
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Wait")});
  run(services, "ExecMethodAsync", {given(other), utf8("Machine"), utf8("Wait")});
  ASSERT_TRUE(gate.wait_for_visitor(3));
  run(receiver, "Cancel");
  ASSERT_TRUE(wait_for("OnCompleted", 2));
  EXPECT_EQ(code(), 0x80041032U);
  EXPECT_TRUE(other_recorder->events.empty());
  gate.open();
  EXPECT_TRUE(wait([&] { return other_recorder->events.size() == 2; }));
  EXPECT_EQ(other_recorder->names(), "OnObjectReady OnCompleted");
}

TEST_F(Async, CancelDropsWhatWaitsInTheQueue) {
  recorder->react = [this](const Recorder::Event& event) {
    if (event.name == "OnObjectReady") run(receiver, "Cancel");
  };
  run(services, "InstancesOfAsync", {given(receiver), utf8("Thing")});
  ASSERT_TRUE(wait_for("OnCompleted"));
  EXPECT_EQ(recorder->names(), "OnObjectReady OnCompleted");
  EXPECT_EQ(code(), 0x80041032U);
  // What a method did is told in any case, and so is a put.
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Nothing")});
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  run(receiver, "Cancel");
  ASSERT_TRUE(wait_for("OnCompleted", 2));
  EXPECT_EQ(recorder->names(), "OnObjectReady OnCompleted OnObjectReady OnCompleted");
  EXPECT_EQ(code(), 0U);
}

TEST_F(Async, HandlersAreNeverEnteredAgain) {
  recorder->react = [this](const Recorder::Event& event) {
    if (event.name != "OnObjectReady") return;
    run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Void")});
    apartment.pump(Apartment::Clock::now() + std::chrono::milliseconds(30));  // waits; the recorder watches for what must not come
  };
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Nothing")});
  ASSERT_TRUE(wait_for("OnCompleted", 2));
  EXPECT_EQ(recorder->names(), "OnObjectReady OnCompleted OnCompleted");
}

TEST_F(Async, OneSinkServesManyCallsInOrder) {
  const auto in = parameters("Add");
  std::vector<DispatchRef> contexts;
  for (int i = 0; i < 200; ++i) {
    contexts.push_back(create("SWbemNamedValueSet"));
    set(in, "A", int32(i));
    run(services, "ExecMethodAsync",
        {given(receiver), utf8("Machine"), utf8("Add"), given(in), int32(0), nothing(), given(contexts.back())});
  }
  ASSERT_TRUE(wait_for("OnCompleted", 200));
  std::map<Dispatch*, int> stages;
  for (const auto& event : recorder->events) {
    Dispatch* const context = event.arguments.back().as_object();
    if (event.name == "OnObjectReady") {
      EXPECT_EQ(stages[context]++, 0);
      const auto position = std::ranges::find(contexts, context, &DispatchRef::get) - contexts.begin();
      EXPECT_EQ(number(DispatchRef(event.arguments[0].as_object()), "Sum"), position + 10);
    } else {
      EXPECT_EQ(stages[context]++, 1);
      EXPECT_EQ(event.arguments[0].as_int32(), 0);
    }
  }
  EXPECT_EQ(stages.size(), 200U);
}

TEST_F(Async, AtTheEndOfAScriptTheQueueIsDeliveredAndTheRestCancelled) {
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Nothing")});
  manager->manager->drain();
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Wait")});
  ASSERT_TRUE(gate.wait_for_visitor());
  swbem->finish();
  EXPECT_EQ(recorder->names(), "OnObjectReady OnCompleted");
  gate.open();
  manager->manager->drain();
  apartment.drain();
  EXPECT_EQ(recorder->names(), "OnObjectReady OnCompleted");  // nothing more
}

TEST_F(Async, SinksWithoutHandlersAndHandlersWithoutSinks) {
  const auto deaf = create("SWbemSink");
  run(services, "ExecMethodAsync", {given(deaf), utf8("Machine"), utf8("Nothing")});
  manager->manager->drain();
  apartment.drain();
  tokens.clear();  // disconnected
  run(services, "ExecMethodAsync", {given(receiver), utf8("Machine"), utf8("Nothing")});
  manager->manager->drain();
  apartment.drain();
  EXPECT_TRUE(recorder->events.empty());
}

TEST_F(Async, ManyRowsWaitForASlowScript) {
  std::string mof = "class Many { [key] uint32 K; };\n";
  for (int i = 0; i < 25'000; ++i) mof += fmt::format("instance of Many {{ K = {}; }};\n", i);
  manager->compile(mof);
  run(services, "InstancesOfAsync", {given(receiver), utf8("Many")});
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  ASSERT_TRUE(wait_for("OnCompleted"));
  EXPECT_EQ(recorder->count("OnObjectReady"), 25'000U);
  EXPECT_EQ(code(), 0U);
}

}  // namespace
}  // namespace scripting::testing
