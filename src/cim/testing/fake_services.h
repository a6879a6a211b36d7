// A cim::Services without a manager behind it: plays a script to every sink and records what was asked. For tests of whatever stands
// on the contract. And a sink that records what it gets.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cim/services.h"

namespace cim::testing {

/// What an operation does after it was started.
struct Script {
  base::Status start;                  // a failure: nothing is played
  std::vector<Batch> batches;          // one Indicate each
  base::Status end;                    // code of the final status; with `error` or without
  std::string text;                    // string of the final status
  ObjectPtr error;                     // object of the final status
  ServicesPtr opened;                  // what OpenNamespaceAsync gives when `end` is a success
  bool ends = true;                    // false: no final status until cancelled
  bool on_thread = false;              // plays on a thread of its own, unless the caller waits
  std::chrono::milliseconds pause{0};  // before each batch and before the end
};

/// One started or refused operation.
struct Call {
  Operation op;
  std::string text;   // path, name or query
  std::string text2;  // method or language
  CallOptions options;
};

/// Thread-safe; answers deferred replies on the thread that gives them. Its destructor waits for its threads.
class FakeServices : public Services {
 public:
  explicit FakeServices(Script script = {}) : script_(std::move(script)) {}
  ~FakeServices() override { join(); }

  void set_script(Script script) {
    const std::scoped_lock lock(mutex_);
    script_ = std::move(script);
  }
  std::vector<Call> calls() const {
    const std::scoped_lock lock(mutex_);
    return calls_;
  }
  /// How often a sink deferred its reply / how many replies are open / CancelAsyncCall was called / operations sent their final status.
  int deferrals() const { return count(&FakeServices::deferrals_); }
  int waiting() const { return count(&FakeServices::waiting_); }
  int cancellations() const { return count(&FakeServices::cancellations_); }
  int ended() const { return count(&FakeServices::ended_); }
  /// Batches that sinks have been given.
  int indicated() const { return count(&FakeServices::indicated_); }
  void join() {
    for (;;) {
      std::vector<std::thread> threads;
      {
        const std::scoped_lock lock(mutex_);
        threads.swap(threads_);
      }
      if (threads.empty()) return;
      for (std::thread& thread : threads) thread.join();
    }
  }

  const std::string& name_space() const override { return name_space_; }
  const std::vector<std::string>& locales() const override { return locales_; }

  base::Status OpenNamespaceAsync(const OptionalText& name, const CallOptions& options, NamespaceDone done) override {
    const Script script = record({Operation::kOpenNamespace, name.value_or(""), "", options});
    if (!script.start.ok()) return script.start;
    auto finish = [script, done = std::move(done)] {
      std::this_thread::sleep_for(script.pause);
      done(script.end.ok() ? base::Result<ServicesPtr>(script.opened) : base::Result<ServicesPtr>(base::fail(script.end)));
    };
    if (!script.ends) return {};
    if (script.on_thread && !options.caller_waits) {
      add_thread(std::thread(std::move(finish)));
    } else {
      finish();
    }
    return {};
  }
  base::Status CancelAsyncCall(const SinkPtr& sink) override {
    std::vector<std::shared_ptr<Playing>> found;
    {
      const std::scoped_lock lock(mutex_);
      ++cancellations_;
      std::ranges::copy_if(playing_, std::back_inserter(found), [&](const auto& p) { return p->sink == sink; });
    }
    if (found.empty()) return WBEM_E_NOT_FOUND;
    for (const auto& playing : found) cancel(playing);
    return {};
  }
  base::Result<SinkPtr> QueryObjectSink(std::uint32_t) override { return base::fail(WBEM_E_NOT_SUPPORTED); }

  base::Status GetObjectAsync(const OptionalText& path, const CallOptions& options, SinkPtr sink) override {
    return start({Operation::kGetObjectAsync, path.value_or(""), "", options}, std::move(sink));
  }
  base::Status PutClassAsync(const ClassPtr& cls, const CallOptions& options, SinkPtr sink) override {
    return start({Operation::kPutClassAsync, cls ? cls->name() : "", "", options}, std::move(sink));
  }
  base::Status DeleteClassAsync(const OptionalText& name, const CallOptions& options, SinkPtr sink) override {
    return start({Operation::kDeleteClassAsync, name.value_or(""), "", options}, std::move(sink));
  }
  base::Status CreateClassEnumAsync(const OptionalText& superclass, const CallOptions& options, SinkPtr sink) override {
    return start({Operation::kCreateClassEnumAsync, superclass.value_or(""), "", options}, std::move(sink));
  }
  base::Status PutInstanceAsync(const std::optional<Instance>& instance, const CallOptions& options, SinkPtr sink) override {
    return start({Operation::kPutInstanceAsync, instance ? instance->view().relative_path() : "", "", options}, std::move(sink));
  }
  base::Status DeleteInstanceAsync(const OptionalText& path, const CallOptions& options, SinkPtr sink) override {
    return start({Operation::kDeleteInstanceAsync, path.value_or(""), "", options}, std::move(sink));
  }
  base::Status CreateInstanceEnumAsync(const OptionalText& class_name, const CallOptions& options, SinkPtr sink) override {
    return start({Operation::kCreateInstanceEnumAsync, class_name.value_or(""), "", options}, std::move(sink));
  }
  base::Status ExecQueryAsync(const OptionalText& language, const OptionalText& query, const CallOptions& options, SinkPtr sink) override {
    return start({Operation::kExecQueryAsync, query.value_or(""), language.value_or(""), options}, std::move(sink));
  }
  base::Status ExecNotificationQueryAsync(const OptionalText& language, const OptionalText& query, const CallOptions& options,
                                          SinkPtr sink) override {
    return start({Operation::kExecNotificationQueryAsync, query.value_or(""), language.value_or(""), options}, std::move(sink));
  }
  base::Status ExecMethodAsync(const OptionalText& path, const OptionalText& method, const std::optional<Instance>&,
                               const CallOptions& options, SinkPtr sink) override {
    return start({Operation::kExecMethodAsync, path.value_or(""), method.value_or(""), options}, std::move(sink));
  }

 private:
  /// An operation at work: a row of AsyncOperationTable. Its fields are guarded by the mutex of the FakeServices.
  struct Playing {
    Script script;
    SinkPtr sink;
    std::size_t next = 0;
    bool busy = false;  // a callback is outstanding or about to be made
    bool cancelled = false;
    bool ended = false;
  };
  using PlayingPtr = std::shared_ptr<Playing>;

  /// One callback: first decides, under its mutex, whether the answer came before the callback returned.
  class Reply final : public DeferredReply {
   public:
    struct State {
      std::mutex mutex;
      bool returned = false;
      std::optional<base::Hresult> answer;
    };
    Reply(FakeServices& owner, PlayingPtr playing, std::shared_ptr<State> state)
        : owner_(owner), playing_(std::move(playing)), state_(std::move(state)) {}
    Reply(const Reply&) = delete;
    Reply& operator=(const Reply&) = delete;
    ~Reply() override { complete(WBEM_E_FAILED); }
    void complete(base::Hresult result) override {
      const auto state = std::exchange(state_, nullptr);
      if (!state) return;
      owner_.add(&FakeServices::waiting_, -1);
      {
        const std::scoped_lock lock(state->mutex);
        state->answer = result;
        if (!state->returned) return;
      }
      owner_.answered(playing_, result);
      owner_.play(playing_);
    }

   private:
    FakeServices& owner_;
    PlayingPtr playing_;
    std::shared_ptr<State> state_;
  };

  class Scope final : public CallbackScope {
   public:
    Scope(FakeServices& owner, PlayingPtr playing) : owner_(owner), playing_(std::move(playing)) {}
    std::unique_ptr<DeferredReply> defer() override {
      owner_.add(&FakeServices::deferrals_, 1);
      owner_.add(&FakeServices::waiting_, 1);
      state_ = std::make_shared<Reply::State>();
      return std::make_unique<Reply>(owner_, playing_, state_);
    }
    std::optional<base::Hresult> finish(base::Hresult result) {
      if (!state_) return result;
      const std::scoped_lock lock(state_->mutex);
      state_->returned = true;
      return state_->answer;
    }

   private:
    FakeServices& owner_;
    PlayingPtr playing_;
    std::shared_ptr<Reply::State> state_;
  };

  int count(int FakeServices::* field) const {
    const std::scoped_lock lock(mutex_);
    return this->*field;
  }
  void add(int FakeServices::* field, int n) {
    const std::scoped_lock lock(mutex_);
    this->*field += n;
  }
  void add_thread(std::thread thread) {
    const std::scoped_lock lock(mutex_);
    threads_.push_back(std::move(thread));
  }
  Script record(Call call) {
    const std::scoped_lock lock(mutex_);
    calls_.push_back(std::move(call));
    return script_;
  }

  base::Status start(Call call, SinkPtr sink) {
    const bool waits = call.options.caller_waits;
    auto playing = std::make_shared<Playing>();
    playing->script = record(std::move(call));
    if (!playing->script.start.ok()) return playing->script.start;
    playing->sink = std::move(sink);
    {
      const std::scoped_lock lock(mutex_);
      playing_.push_back(playing);
    }
    if (playing->script.on_thread && !waits) {
      add_thread(std::thread([this, playing] { play(playing); }));
    } else {
      play(playing);
    }
    return {};
  }

  void cancel(const PlayingPtr& playing) {
    {
      const std::scoped_lock lock(mutex_);
      playing->cancelled = true;
    }
    play(playing);
  }

  void answered(const PlayingPtr& playing, base::Hresult result) {
    const std::scoped_lock lock(mutex_);
    playing->busy = false;
    if (base::failed(result)) playing->cancelled = true;
  }

  /// Makes callbacks until one is deferred or the script is over.
  void play(const PlayingPtr& playing) {
    const Script& script = playing->script;
    for (;;) {
      std::size_t index = 0;
      bool cancelled = false;
      {
        const std::scoped_lock lock(mutex_);
        if (playing->busy || playing->ended) return;
        cancelled = playing->cancelled;
        index = playing->next;
        if (!cancelled && index == script.batches.size() && !script.ends) return;
        playing->busy = true;
      }
      if (!cancelled) std::this_thread::sleep_for(script.pause);
      Scope scope(*this, playing);
      if (cancelled || index == script.batches.size()) {
        end(playing, cancelled, scope);
        return;
      }
      {
        const std::scoped_lock lock(mutex_);
        ++indicated_;
        ++playing->next;
      }
      const auto answer = scope.finish(playing->sink->Indicate(script.batches[index], scope));
      if (!answer) return;
      answered(playing, *answer);
    }
  }

  void end(const PlayingPtr& playing, bool cancelled, Scope& scope) {
    SinkPtr sink;
    {
      const std::scoped_lock lock(mutex_);
      playing->ended = true;
      sink = std::move(playing->sink);
      std::erase(playing_, playing);
      ++ended_;
    }
    SinkStatus status;
    status.code = cancelled ? WBEM_E_CALL_CANCELLED : playing->script.end.code();
    if (!cancelled) status.text = playing->script.text;
    if (base::failed(status.code) && !cancelled) status.error = playing->script.error;
    sink->SetStatus(status, scope);
  }

  const std::string name_space_ = "root\\cimv2";
  const std::vector<std::string> locales_ = {"MS_409"};
  mutable std::mutex mutex_;
  Script script_;
  std::vector<Call> calls_;
  std::vector<PlayingPtr> playing_;
  std::vector<std::thread> threads_;
  int deferrals_ = 0;
  int waiting_ = 0;
  int cancellations_ = 0;
  int ended_ = 0;
  int indicated_ = 0;
};

/// Keeps everything; thread-safe. Notices callbacks that overlap or come after the final status.
class RecordingSink : public Sink {
 public:
  /// With `defer`, each Indicate is answered by answer().
  explicit RecordingSink(bool defer = false, base::Hresult result = WBEM_S_NO_ERROR) : defer_(defer), result_(result) {}

  base::Hresult Indicate(const Batch& batch, CallbackScope& scope) override {
    const std::scoped_lock lock(mutex_);
    faults_ += ended_ || reply_ || batch.empty();
    batches_.push_back(batch);
    if (defer_) reply_ = scope.defer();
    changed_.notify_all();
    return result_;
  }
  base::Hresult SetStatus(const SinkStatus& status, CallbackScope&) override {
    const std::scoped_lock lock(mutex_);
    faults_ += ended_ || reply_;
    if (status.type == StatusType::kComplete) ended_ = true;
    statuses_.push_back(status);
    changed_.notify_all();
    return WBEM_S_NO_ERROR;
  }

  /// Answers the deferred callback; false when there is none.
  bool answer(base::Hresult result = WBEM_S_NO_ERROR) {
    std::unique_ptr<DeferredReply> reply;
    {
      const std::scoped_lock lock(mutex_);
      reply = std::move(reply_);
    }
    if (!reply) return false;
    reply->complete(result);
    return true;
  }
  /// Waits for the final status; false after ten seconds.
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [this] { return ended_; });
  }
  bool wait_for_batches(std::size_t n) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return batches_.size() >= n; });
  }
  std::vector<Batch> batches() const {
    const std::scoped_lock lock(mutex_);
    return batches_;
  }
  std::size_t rows() const {
    std::size_t n = 0;
    for (const Batch& batch : batches()) n += batch.size();
    return n;
  }
  std::vector<SinkStatus> statuses() const {
    const std::scoped_lock lock(mutex_);
    return statuses_;
  }
  /// The final code; WBEM_S_PENDING before.
  base::Hresult code() const {
    const std::scoped_lock lock(mutex_);
    return ended_ ? statuses_.back().code : WBEM_S_PENDING;
  }
  int faults() const {
    const std::scoped_lock lock(mutex_);
    return faults_;
  }

 private:
  const bool defer_;
  const base::Hresult result_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<DeferredReply> reply_;
  std::vector<Batch> batches_;
  std::vector<SinkStatus> statuses_;
  bool ended_ = false;
  int faults_ = 0;
};

}  // namespace cim::testing
