// 32 threads of mixed operations and cancellations on one manager, checked against a model: every operation gets exactly one final status
// and no callback overlaps another one of the same operation; what was acknowledged is in the repository, what failed is not.
#include <atomic>
#include <map>
#include <random>
#include <set>

#include "manager/manager_testing.h"

namespace {

using manager::testing::FunctionProvider;
using manager::testing::ScriptedSink;
using manager::testing::TestManager;

constexpr int kThreads = 32;
int rounds() {
  const char* set = std::getenv("OWMI_CONCURRENCY_ROUNDS");
  return set != nullptr ? std::atoi(set) : 200;
}

constexpr const char* kClasses = R"(
class Note { [key] string Name; uint32 Version; };
[dynamic, provider("TestProvider")] class Live { [key] uint32 Number; [static, implemented] uint32 Do([in] uint32 X, [out] uint32 Y); };
)";

std::shared_ptr<FunctionProvider> make_provider() {
  auto provider = std::make_shared<FunctionProvider>();
  provider->caps.methods = true;
  provider->on_enumerate = [](manager::ProviderCall& call, const manager::Wanted&) -> base::Status {
    cim::InstanceBuilder row(call.cls());
    for (std::uint32_t i = 0; i < 300; ++i) {
      row.reset();
      TRY(row.set("Number", cim::Value::uint(i)));
      TRY(call.indicate(row));
    }
    return {};
  };
  provider->on_method = [](manager::MethodCall& call) -> base::Status {
    call.progress(1, 1, "done");
    TRY(call.out("Y", cim::Value::uint(*call.in("X").as_uint() + 1)));
    return call.out("ReturnValue", cim::Value::uint(0));
  };
  return provider;
}

/// One thread's part of the model: the notes that it alone writes, with the last acknowledged version.
class Worker {
 public:
  Worker(TestManager& manager, int number) : manager_(manager), number_(number), random_(static_cast<unsigned>(number)) {
    services_ = manager.connect("root\\cimv2");
    note_ = cim::GetObject(*services_, "Note")->cls();
    in_ = cim::GetObject(*services_, "Live")->cls()->method("Do")->in;
  }

  void run() {
    for (int i = 0; i < rounds(); ++i) {
      switch (random_() % 8) {
        case 0:
        case 1: put(); break;
        case 2: remove(); break;
        case 3: get(); break;
        case 4: enumerate(random_() % 2 == 0 ? "Note" : "Live"); break;
        case 5: method(); break;
        case 6: put_and_cancel(); break;
        default: query(); break;
      }
    }
  }
  const std::map<std::string, std::set<std::uint64_t>>& model() const { return model_; }

 private:
  std::string name() { return fmt::format("t{}-{}", number_, random_() % 5); }
  std::shared_ptr<ScriptedSink> sink() {
    const unsigned how = random_() % 3;
    return std::make_shared<ScriptedSink>([how](const std::string&, cim::CallbackScope& scope) {
      if (how == 1) std::this_thread::yield();
      if (how == 2) {  // answers on another thread
        std::thread([reply = std::shared_ptr<cim::DeferredReply>(scope.defer())] { reply->complete(base::WBEM_S_NO_ERROR); }).detach();
      }
      return base::WBEM_S_NO_ERROR;
    });
  }
  cim::Instance note(const std::string& name, std::uint64_t version) {
    cim::InstanceBuilder builder(note_);
    EXPECT_TRUE(builder.set("Name", cim::Value::text(name)).ok());
    EXPECT_TRUE(builder.set("Version", cim::Value::uint(version)).ok());
    return builder.build();
  }

  void put() {
    const std::string which = name();
    const auto answer = sink();
    ASSERT_TRUE(services_->PutInstanceAsync(note(which, ++version_), {}, answer).ok());
    ASSERT_EQ(answer->code(), base::WBEM_S_NO_ERROR);
    model_[which] = {version_};
  }
  void remove() {
    const std::string which = name();
    const auto answer = sink();
    ASSERT_TRUE(services_->DeleteInstanceAsync(fmt::format("Note.Name='{}'", which), {}, answer).ok());
    const base::Hresult code = answer->code();
    const std::set<std::uint64_t> before = model_[which];
    const bool may_exist = !before.empty() && before != std::set<std::uint64_t>{0};
    const bool may_miss = before.empty() || before.contains(0);
    EXPECT_TRUE((code == base::WBEM_S_NO_ERROR && may_exist) || (code == base::WBEM_E_NOT_FOUND && may_miss));
    model_[which] = {};
  }
  /// A cancelled put has been written or not: both are right from then on.
  void put_and_cancel() {
    const std::string which = name();
    const auto answer = sink();
    std::set<std::uint64_t> may_be = model_[which];
    if (may_be.empty()) may_be.insert(0);
    may_be.insert(++version_);
    ASSERT_TRUE(services_->PutInstanceAsync(note(which, version_), {}, answer).ok());
    (void)services_->CancelAsyncCall(answer);  // unknown when it was faster
    const base::Hresult code = answer->code();
    if (code == base::WBEM_S_NO_ERROR) {
      may_be = {version_};
    } else {
      EXPECT_EQ(code, base::WBEM_E_CALL_CANCELLED);
    }
    // The writer may still hold it: a later put of this thread comes after it.
    (void)manager_.manager->repository().write([](repository::WriteTransaction&) { return base::Status(); });
    model_[which] = may_be;
  }
  void get() {
    const std::string which = name();
    const std::set<std::uint64_t> may_be = model_[which];
    const auto found = cim::GetObject(*services_, fmt::format("Note.Name='{}'", which));
    if (!found) {
      EXPECT_EQ(found.error().code(), base::WBEM_E_NOT_FOUND);
      EXPECT_TRUE(may_be.empty() || may_be.contains(0));
    } else {
      EXPECT_TRUE(may_be.contains(*found->instance().value("Version").as_uint()));
    }
  }
  void enumerate(const char* cls) {
    const auto answer = sink();
    ASSERT_TRUE(services_->CreateInstanceEnumAsync(cls, {.flags = cim::flag::kSendStatus}, answer).ok());
    if (random_() % 3 == 0) {
      (void)services_->CancelAsyncCall(answer);
      const base::Hresult code = answer->code();
      EXPECT_TRUE(code == base::WBEM_S_NO_ERROR || code == base::WBEM_E_CALL_CANCELLED);
    } else {
      EXPECT_EQ(answer->code(), base::WBEM_S_NO_ERROR);
      EXPECT_TRUE(std::string_view(cls) != "Live" || answer->objects().size() == 300U);
    }
  }
  void method() {
    cim::InstanceBuilder in(in_);
    ASSERT_TRUE(in.set("X", cim::Value::uint(version_)).ok());
    const auto answer = sink();
    ASSERT_TRUE(services_->ExecMethodAsync("Live", "Do", in.build(), {.flags = cim::flag::kSendStatus}, answer).ok());
    ASSERT_EQ(answer->code(), base::WBEM_S_NO_ERROR);
    ASSERT_EQ(answer->objects().size(), 1U);
    EXPECT_EQ(answer->objects()[0].instance().value("Y").as_uint(), version_ + 1);
  }
  void query() {
    const auto answer = sink();
    ASSERT_TRUE(services_->ExecQueryAsync("WQL", fmt::format("SELECT * FROM Note WHERE Name LIKE 't{}-%'", number_), {}, answer).ok());
    ASSERT_EQ(answer->code(), base::WBEM_S_NO_ERROR);
    std::map<std::string, std::uint64_t> found;
    for (const cim::Object& row : answer->objects()) {
      found[*row.instance().value("Name").as_text()] = *row.instance().value("Version").as_uint();
    }
    for (const auto& [which, may_be] : model_) {
      const std::uint64_t version = found.contains(which) ? found[which] : 0;
      EXPECT_TRUE(may_be.contains(version) || (version == 0 && may_be.empty())) << which << " " << version;
    }
  }

  TestManager& manager_;
  const int number_;
  std::mt19937 random_;
  cim::ServicesPtr services_;
  cim::ClassPtr note_;
  cim::ClassPtr in_;
  std::uint64_t version_ = 0;
  std::map<std::string, std::set<std::uint64_t>> model_;  // versions that may be stored; 0: none
};

TEST(Concurrency, MixedOperationsAndCancellations) {
  TestManager manager({{"TestProvider", "Live", make_provider()}});
  manager.compile(kClasses);
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < kThreads; ++i) workers.push_back(std::make_unique<Worker>(manager, i));
  std::vector<std::thread> threads;
  for (const auto& worker : workers) threads.emplace_back([&worker] { worker->run(); });
  std::atomic<bool> over{false};
  std::thread schema([&] {  // the schema changes under all of it
    for (int i = 0; !over; ++i) {
      EXPECT_TRUE(cim::PutClass(*manager.services, *cim::ClassBuilder(fmt::format("Passing{}", i % 3)).build()).has_value());
      (void)cim::DeleteClass(*manager.services, fmt::format("Passing{}", i % 3));
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  for (std::thread& thread : threads) thread.join();
  over = true;
  schema.join();
  manager.manager->drain();
  EXPECT_TRUE(manager.manager->operations().empty());
  for (const auto& worker : workers) {
    for (const auto& [which, may_be] : worker->model()) {
      const auto found = cim::GetObject(*manager.services, fmt::format("Note.Name='{}'", which));
      const std::uint64_t version = found ? *found->instance().value("Version").as_uint() : 0;
      EXPECT_TRUE(may_be.contains(version) || (version == 0 && may_be.empty())) << which << " " << version;
    }
  }
}

}  // namespace
