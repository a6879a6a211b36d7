// The asynchronous semantics line by line (MS-WMI 3.1.1.1.3, 3.1.4.3.2, 3.2.4.1).
#include "manager/manager_testing.h"

namespace manager {
namespace {

using testing::eventually;
using testing::FunctionProvider;
using testing::Gate;
using testing::ScriptedSink;
using testing::ScriptedSinkPtr;
using testing::TestManager;
using Lines = std::vector<std::string>;

constexpr const char* kCounter = R"([dynamic, provider("TestProvider")] class Counter {
  [key] uint32 Number;
  [static, implemented] uint32 Run([in] uint32 Steps);
};)";

/// Enumerates `rows` counters; Run reports as many steps as asked for and waits at `gate` if there is one.
struct CounterProvider : FunctionProvider {
  explicit CounterProvider(std::uint32_t rows) {
    caps.methods = true;
    on_enumerate = [rows](ProviderCall& call, const Wanted&) -> base::Status {
      cim::InstanceBuilder builder(call.cls());
      for (std::uint32_t i = 0; i < rows; ++i) {
        builder.reset();
        TRY(builder.set("Number", cim::Value::uint(i)));
        TRY(call.indicate(builder));
      }
      return {};
    };
    on_method = [this](MethodCall& call) -> base::Status {
      const auto steps = static_cast<std::uint32_t>(call.in("Steps").as_uint().value_or(0));
      for (std::uint32_t i = 1; i <= steps; ++i) call.progress(i, steps, "step");
      if (gate) gate->pass();
      return call.out("ReturnValue", cim::Value::uint(0));
    };
  }
  std::shared_ptr<Gate> gate;
};

struct OperationTest : ::testing::Test {
  void open(std::uint32_t rows = 3, std::function<void(Options&)> adjust = {}) {
    provider = std::make_shared<CounterProvider>(rows);
    manager.emplace(std::vector<ProviderRegistration>{{"TestProvider", "Counter", provider, std::chrono::seconds(60)}}, std::move(adjust));
    manager->compile(kCounter);
  }
  cim::Services& services() { return *manager->services; }
  cim::Instance steps(std::uint32_t count) {
    const auto cls = cim::GetObject(services(), "Counter");
    EXPECT_TRUE(cls.has_value());
    cim::InstanceBuilder builder(cls->cls()->method("Run")->in);
    EXPECT_TRUE(builder.set("Steps", cim::Value::uint(count)).ok());
    return builder.build();
  }
  /// Starts Run, which stands at the gate until that is opened.
  void start_blocked(const ScriptedSinkPtr& sink) {
    provider->gate = std::make_shared<Gate>();
    ASSERT_TRUE(services().ExecMethodAsync("Counter", "Run", steps(0), {}, sink).ok());
    ASSERT_TRUE(provider->gate->wait_for_visitor());
  }

  std::shared_ptr<CounterProvider> provider;
  std::optional<TestManager> manager;
};

TEST_F(OperationTest, SendsRowsThenOneFinalStatus) {
  open();
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(sink->lines(), (Lines{"rows 3", "complete 0x00000000"}));
}

TEST_F(OperationTest, NeverIndicatesNothing) {
  open(0);
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(sink->lines(), Lines{"complete 0x00000000"});
}

TEST_F(OperationTest, ReportsProgressOnlyWhenAsked) {
  open();
  const auto silent = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().ExecMethodAsync("Counter", "Run", steps(2), {}, silent).ok());
  EXPECT_EQ(silent->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(silent->lines(), (Lines{"rows 1", "complete 0x00000000"}));
  const auto told = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().ExecMethodAsync("Counter", "Run", steps(2), {.flags = cim::flag::kSendStatus}, told).ok());
  EXPECT_EQ(told->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(told->lines(), (Lines{"progress 1/2 step", "progress 2/2 step", "rows 1", "complete 0x00000000"}));
}

TEST_F(OperationTest, ReportsLongEnumerations) {
  open(3000);
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {.flags = cim::flag::kSendStatus}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
  EXPECT_EQ(sink->objects().size(), 3000U);
  const Lines lines = sink->lines();
  EXPECT_NE(std::ranges::find(lines, "progress 3000/0 rows"), lines.end());
}

TEST_F(OperationTest, CancelsWithOneFinalStatusWhileTheProviderWorksOn) {
  open();
  const auto sink = std::make_shared<ScriptedSink>();
  start_blocked(sink);
  EXPECT_TRUE(services().CancelAsyncCall(sink).ok());
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
  provider->gate->open();
  manager->manager->drain();
  EXPECT_EQ(sink->lines(), Lines{"complete 0x80041032"});
  ASSERT_NE(sink->final_status().error, nullptr);
}

TEST_F(OperationTest, CancelsEveryOperationOfASink) {
  open();
  std::atomic<int> finals{0};
  struct Counting : cim::Sink {
    explicit Counting(std::atomic<int>& n) : finals(n) {}
    base::Hresult Indicate(const cim::Batch&, cim::CallbackScope&) override { return WBEM_S_NO_ERROR; }
    base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
      EXPECT_EQ(status.code, WBEM_E_CALL_CANCELLED);
      ++finals;
      return WBEM_S_NO_ERROR;
    }
    std::atomic<int>& finals;
  };
  const auto sink = std::make_shared<Counting>(finals);
  provider->gate = std::make_shared<Gate>();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(services().ExecMethodAsync("Counter", "Run", steps(0), {}, sink).ok());
  ASSERT_TRUE(provider->gate->wait_for_visitor(3));
  EXPECT_EQ(manager->manager->operations().size(), 3U);
  EXPECT_TRUE(services().CancelAsyncCall(sink).ok());
  manager->manager->drain();
  EXPECT_EQ(finals, 3);
  EXPECT_EQ(services().CancelAsyncCall(sink).code(), WBEM_E_NOT_FOUND);
  provider->gate->open();
}

TEST_F(OperationTest, RefusesToCancelWhatIsUnknown) {
  open();
  EXPECT_EQ(services().CancelAsyncCall(nullptr).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_FALSE(services().CancelAsyncCall(std::make_shared<ScriptedSink>()).ok());
  const auto sink = std::make_shared<ScriptedSink>();
  start_blocked(sink);
  cim::Caller other = manager->manager->local_caller();
  other.account = "somebody else";
  EXPECT_FALSE(manager->connect("root\\cimv2", other)->CancelAsyncCall(sink).ok());
  provider->gate->open();
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
}

TEST_F(OperationTest, SendsNoObjectAfterACancellationFromInsideACallback) {
  open(5000);
  cim::Services* target = &services();
  std::weak_ptr<ScriptedSink> self;
  const auto sink = std::make_shared<ScriptedSink>([&](const std::string& line, cim::CallbackScope&) {
    if (!line.starts_with("rows")) return WBEM_S_NO_ERROR;
    EXPECT_TRUE(target->CancelAsyncCall(self.lock()).ok());
    return WBEM_S_NO_ERROR;
  });
  self = sink;
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
  manager->manager->drain();
  EXPECT_EQ(sink->lines().size(), 2U);
}

TEST_F(OperationTest, EndsWhenACallbackFails) {
  open(5000);
  const auto sink = std::make_shared<ScriptedSink>(
      [](const std::string& line, cim::CallbackScope&) { return line.starts_with("rows") ? E_FAIL : WBEM_S_NO_ERROR; });
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
  manager->manager->drain();
  EXPECT_EQ(sink->lines().size(), 2U);
}

TEST_F(OperationTest, EndsWhenAProgressCallbackFails) {
  open();
  const auto sink = std::make_shared<ScriptedSink>(
      [](const std::string& line, cim::CallbackScope&) { return line.starts_with("progress") ? E_FAIL : WBEM_S_NO_ERROR; });
  ASSERT_TRUE(services().ExecMethodAsync("Counter", "Run", steps(3), {.flags = cim::flag::kSendStatus}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
  manager->manager->drain();
  EXPECT_EQ(sink->lines(), (Lines{"progress 1/3 step", "complete 0x80041032"}));
}

TEST_F(OperationTest, TakesASinkThatThrowsForOneThatFails) {
  open();
  struct Wrapper : cim::Sink {
    explicit Wrapper(std::atomic<int>& n) : calls(n) {}
    base::Hresult Indicate(const cim::Batch&, cim::CallbackScope&) override { throw std::runtime_error("no"); }
    base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
      EXPECT_EQ(status.code, WBEM_E_CALL_CANCELLED);
      ++calls;
      throw std::runtime_error("no");
    }
    std::atomic<int>& calls;
  };
  std::atomic<int> calls{0};
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, std::make_shared<Wrapper>(calls)).ok());
  manager->manager->drain();
  EXPECT_EQ(calls, 1);
}

/// Keeps the replies of its callbacks until somebody answers them.
struct DeferringSink {
  std::mutex mutex;
  std::condition_variable deferred;
  std::vector<std::unique_ptr<cim::DeferredReply>> replies;
  ScriptedSinkPtr sink = std::make_shared<ScriptedSink>([this](const std::string&, cim::CallbackScope& scope) {
    const std::lock_guard lock(mutex);
    replies.push_back(scope.defer());
    deferred.notify_all();
    return E_FAIL;  // ignored
  });
  void answer(base::Hresult result) {
    std::unique_ptr<cim::DeferredReply> reply;
    {
      std::unique_lock lock(mutex);  // the line is written before the sink defers
      ASSERT_TRUE(deferred.wait_for(lock, std::chrono::seconds(30), [this] { return !replies.empty(); }));
      reply = std::move(replies.front());
      replies.erase(replies.begin());
    }
    reply->complete(result);
  }
};

TEST_F(OperationTest, WaitsForADeferredReplyWithoutAThread) {
  open(2000, [](Options& options) { options.workers = 1; });
  DeferringSink slow;
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, slow.sink).ok());
  ASSERT_TRUE(slow.sink->wait_lines(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(slow.sink->lines().size(), 1U);
  const auto rows = manager->manager->operations();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].callback_in_progress);
  EXPECT_EQ(rows[0].what, "CreateInstanceEnumAsync Counter");
  // The only worker is free.
  EXPECT_TRUE(cim::GetObject(services(), "Counter").has_value());
  const auto other = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().GetObjectAsync("Counter", {}, other).ok());
  EXPECT_EQ(other->code(), WBEM_S_NO_ERROR);
  for (std::size_t answered = 0; slow.sink->finals() == 0; ++answered) {
    ASSERT_TRUE(slow.sink->wait_lines(answered + 1));
    slow.answer(WBEM_S_NO_ERROR);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(slow.sink->objects().size(), 2000U);
}

TEST_F(OperationTest, EndsWhenADeferredReplyIsAFailure) {
  open(5000);
  DeferringSink slow;
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, slow.sink).ok());
  ASSERT_TRUE(slow.sink->wait_lines(1));
  slow.answer(E_FAIL);
  EXPECT_EQ(slow.sink->code(), WBEM_E_CALL_CANCELLED);
  slow.answer(WBEM_S_NO_ERROR);
  manager->manager->drain();
  EXPECT_EQ(slow.sink->lines().size(), 2U);
}

TEST_F(OperationTest, TakesALostDeferredReplyForAFailure) {
  open(5000);
  bool first = true;
  const auto sink = std::make_shared<ScriptedSink>([&](const std::string&, cim::CallbackScope& scope) {
    if (std::exchange(first, false)) scope.defer().reset();
    return WBEM_S_NO_ERROR;
  });
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, sink).ok());
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
}

TEST_F(OperationTest, EndsAfterThirtySecondsWithoutADeferredReply) {
  open(5000);
  DeferringSink slow;
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, slow.sink).ok());
  ASSERT_TRUE(slow.sink->wait_lines(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  manager->clock.advance(std::chrono::seconds(29));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  EXPECT_EQ(manager->manager->operations().size(), 1U);
  manager->clock.advance(std::chrono::seconds(2));
  manager->manager->drain();  // the row is gone
  EXPECT_EQ(slow.sink->lines().size(), 1U) << "no second callback while one is outstanding";
  slow.answer(WBEM_S_NO_ERROR);
  EXPECT_EQ(slow.sink->code(), WBEM_E_CALL_CANCELLED);
}

TEST_F(OperationTest, ReplacesAWorkerThatIsStuckInASink) {
  open(3, [](Options& options) { options.workers = 1; });
  Gate gate;
  const auto stuck = std::make_shared<ScriptedSink>([&](const std::string& line, cim::CallbackScope&) {
    if (line.starts_with("rows")) gate.pass();
    return WBEM_S_NO_ERROR;
  });
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, stuck).ok());
  ASSERT_TRUE(gate.wait_for_visitor());
  const auto other = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().GetObjectAsync("Counter", {}, other).ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  EXPECT_EQ(other->finals(), 0);
  manager->clock.advance(std::chrono::seconds(31));
  EXPECT_EQ(other->code(), WBEM_S_NO_ERROR);
  manager->manager->drain();
  gate.open();
  EXPECT_EQ(stuck->code(), WBEM_E_CALL_CANCELLED);
}

TEST_F(OperationTest, BoundsWhatAProviderMayProduceAheadOfASlowSink) {
  open(100000);
  std::atomic<std::uint32_t> produced{0};
  provider->on_enumerate = [&](ProviderCall& call, const Wanted&) -> base::Status {
    cim::InstanceBuilder builder(call.cls());
    for (std::uint32_t i = 0; i < 100000; ++i) {
      builder.reset();
      TRY(builder.set("Number", cim::Value::uint(i)));
      TRY(call.indicate(builder));
      ++produced;
    }
    return {};
  };
  DeferringSink slow;
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, slow.sink).ok());
  ASSERT_TRUE(slow.sink->wait_lines(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_LE(produced, 3 * 1024U);
  EXPECT_TRUE(services().CancelAsyncCall(slow.sink).ok());
  slow.answer(WBEM_S_NO_ERROR);
  EXPECT_EQ(slow.sink->code(), WBEM_E_CALL_CANCELLED);
  slow.answer(WBEM_S_NO_ERROR);
}

TEST_F(OperationTest, HandsOverRowsOfAPausingProvider) {
  open();
  Gate gate;
  provider->on_enumerate = [&](ProviderCall& call, const Wanted&) -> base::Status {
    cim::InstanceBuilder builder(call.cls());
    TRY(builder.set("Number", cim::Value::uint(1)));
    TRY(call.indicate(builder));
    gate.pass();
    return {};
  };
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, sink).ok());
  EXPECT_TRUE(sink->wait_lines(1));
  gate.open();
  EXPECT_EQ(sink->code(), WBEM_S_NO_ERROR);
}

TEST_F(OperationTest, RefusesTooManyOperations) {
  open(3, [](Options& options) { options.max_operations = 2; });
  provider->gate = std::make_shared<Gate>();
  const auto sink = std::make_shared<ScriptedSink>();
  const auto idle = std::make_shared<ScriptedSink>();
  const auto second = std::make_shared<ScriptedSink>();
  const cim::Instance in = steps(0);
  ASSERT_TRUE(services().ExecMethodAsync("Counter", "Run", in, {}, sink).ok());
  ASSERT_TRUE(services().ExecMethodAsync("Counter", "Run", in, {}, second).ok());
  EXPECT_EQ(services().ExecMethodAsync("Counter", "Run", in, {}, idle).code(), WBEM_E_SERVER_TOO_BUSY);
  provider->gate->open();
  manager->manager->drain();
  EXPECT_TRUE(idle->lines().empty());
  EXPECT_EQ(idle.use_count(), 1);
}

TEST_F(OperationTest, ReleasesTheSinkAfterTheFinalStatus) {
  open();
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, sink).ok());
  manager->manager->drain();
  EXPECT_EQ(sink.use_count(), 1);
}

TEST_F(OperationTest, ShowsItsFlags) {
  open();
  const auto sink = std::make_shared<ScriptedSink>([&](const std::string& line, cim::CallbackScope&) {
    const auto rows = manager->manager->operations();
    EXPECT_EQ(rows.size(), 1U);
    EXPECT_TRUE(rows[0].callback_in_progress);
    EXPECT_FALSE(rows[0].call_cancelled);
    EXPECT_EQ(rows[0].set_status_with_final_result_called, line.starts_with("complete"));
    return WBEM_S_NO_ERROR;
  });
  ASSERT_TRUE(services().CreateInstanceEnumAsync("Counter", {}, sink).ok());
  manager->manager->drain();
}

TEST_F(OperationTest, CancelsWhatRunsWhenItShutsDown) {
  open();
  const auto sink = std::make_shared<ScriptedSink>();
  start_blocked(sink);
  const cim::ServicesPtr kept = manager->services;
  std::thread opener([gate = provider->gate] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    gate->open();
  });
  manager->services.reset();
  manager->manager.reset();
  opener.join();
  EXPECT_EQ(sink->code(), WBEM_E_CALL_CANCELLED);
  const auto late = std::make_shared<ScriptedSink>();
  EXPECT_EQ(kept->GetObjectAsync("Counter", {}, late).code(), WBEM_E_SHUTTING_DOWN);
}

TEST_F(OperationTest, RunsOnTheCallersThreadWhenThatWaits) {
  open();
  std::thread::id thread;
  const auto sink = std::make_shared<ScriptedSink>([&](const std::string&, cim::CallbackScope&) {
    thread = std::this_thread::get_id();
    return WBEM_S_NO_ERROR;
  });
  cim::CallOptions options;
  options.caller_waits = true;
  ASSERT_TRUE(services().GetObjectAsync("Counter", options, sink).ok());
  EXPECT_EQ(sink->finals(), 1);
  EXPECT_EQ(thread, std::this_thread::get_id());
}

}  // namespace
}  // namespace manager
