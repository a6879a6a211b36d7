// What the benchmarks of MS-WMI serve and how they count what comes.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

#include "cim/services.h"
#include "remote/message_samples.h"

namespace remote_bench {

inline constexpr std::uint32_t kBatchRows = 1000;
inline constexpr std::uint32_t kFewRows = 2000;
inline constexpr std::uint32_t kRows = 100'000;

/// Serves rows that are there, without a manager: what is measured is the way. Class One has one of them, Few 2,000, others 100,000.
class Rows final : public cim::Services {
 public:
  Rows() : batch_(remote::samples::make_batch(remote::samples::make_class("Row"), kBatchRows)), one_(cim::batch_of(batch_.object(0))) {}

  const std::string& name_space() const override { return name_space_; }
  const std::vector<std::string>& locales() const override { return locales_; }
  base::Status OpenNamespaceAsync(const cim::OptionalText&, const cim::CallOptions&, NamespaceDone) override { return refuse(); }
  base::Status CancelAsyncCall(const cim::SinkPtr&) override { return {}; }
  base::Result<cim::SinkPtr> QueryObjectSink(std::uint32_t) override { return base::fail(refuse()); }
  base::Status GetObjectAsync(const cim::OptionalText&, const cim::CallOptions&, cim::SinkPtr sink) override {
    return give(std::move(sink), one_, 1);
  }
  base::Status PutClassAsync(const cim::ClassPtr&, const cim::CallOptions&, cim::SinkPtr) override { return refuse(); }
  base::Status DeleteClassAsync(const cim::OptionalText&, const cim::CallOptions&, cim::SinkPtr) override { return refuse(); }
  base::Status CreateClassEnumAsync(const cim::OptionalText&, const cim::CallOptions&, cim::SinkPtr) override { return refuse(); }
  base::Status PutInstanceAsync(const std::optional<cim::Instance>&, const cim::CallOptions&, cim::SinkPtr) override { return refuse(); }
  base::Status DeleteInstanceAsync(const cim::OptionalText&, const cim::CallOptions&, cim::SinkPtr) override { return refuse(); }
  base::Status CreateInstanceEnumAsync(const cim::OptionalText& name, const cim::CallOptions&, cim::SinkPtr sink) override {
    return give(std::move(sink), *name);
  }
  base::Status ExecQueryAsync(const cim::OptionalText&, const cim::OptionalText& query, const cim::CallOptions&,
                              cim::SinkPtr sink) override {
    return give(std::move(sink), query->substr(query->rfind(' ') + 1));
  }
  base::Status ExecNotificationQueryAsync(const cim::OptionalText&, const cim::OptionalText&, const cim::CallOptions&,
                                          cim::SinkPtr) override {
    return refuse();
  }
  base::Status ExecMethodAsync(const cim::OptionalText&, const cim::OptionalText&, const std::optional<cim::Instance>&,
                               const cim::CallOptions&, cim::SinkPtr sink) override {
    return give(std::move(sink), one_, 1);
  }

 private:
  /// One producer at work: goes on where an answer was deferred.
  struct Play : std::enable_shared_from_this<Play> {
    struct Scope final : cim::CallbackScope {
      struct Later final : cim::DeferredReply {
        explicit Later(std::shared_ptr<Play> waiting) : play(std::move(waiting)) {}
        void complete(base::Hresult result) override {
          if (base::succeeded(result)) {
            play->answer();
          } else {
            play->left = 0;
            play->answer();
          }
        }
        std::shared_ptr<Play> play;
      };
      explicit Scope(std::shared_ptr<Play> playing) : play(std::move(playing)) {}
      std::unique_ptr<cim::DeferredReply> defer() override {
        play->waits = 2;  // for the answer and for the return of the callback
        return std::make_unique<Later>(play);
      }
      std::shared_ptr<Play> play;
    };
    void answer() {
      if (waits.fetch_sub(1) == 1) run();
    }
    void run() {
      Scope scope(shared_from_this());
      while (left > 0) {
        --left;
        waits = 0;
        sink->Indicate(batch, scope);
        if (waits != 0 && waits.fetch_sub(1) != 1) return;
      }
      sink->SetStatus({}, scope);
    }
    cim::SinkPtr sink;
    cim::Batch batch;
    std::uint32_t left = 0;
    std::atomic<int> waits{0};
  };
  static base::Status refuse() { return base::codes::WBEM_E_NOT_SUPPORTED; }
  base::Status give(cim::SinkPtr sink, const std::string& name) {
    if (name == "One") return give(std::move(sink), one_, 1);
    return give(std::move(sink), batch_, (name == "Few" ? kFewRows : kRows) / kBatchRows);
  }
  base::Status give(cim::SinkPtr sink, const cim::Batch& batch, std::uint32_t times) {
    auto play = std::make_shared<Play>();
    play->sink = std::move(sink);
    play->batch = batch;
    play->left = times;
    play->run();
    return {};
  }
  const cim::Batch batch_;
  const cim::Batch one_;
  const std::string name_space_ = "root\\cimv2";
  const std::vector<std::string> locales_{"MS_409"};
};

class RowsLocator final : public cim::Locator {
 public:
  base::Result<cim::ServicesPtr> connect(std::string_view, const cim::Caller&, std::string_view) override { return services_; }

 private:
  const cim::ServicesPtr services_ = std::make_shared<Rows>();
};

/// Counts rows and waits for the end.
class Counting final : public cim::Sink {
 public:
  base::Hresult Indicate(const cim::Batch& batch, cim::CallbackScope&) override {
    rows += batch.size();
    return base::codes::WBEM_S_NO_ERROR;
  }
  base::Hresult SetStatus(const cim::SinkStatus& status, cim::CallbackScope&) override {
    if (base::failed(status.code)) std::abort();
    const std::scoped_lock lock(mutex_);
    ++ended_;
    changed_.notify_all();
    return base::codes::WBEM_S_NO_ERROR;
  }
  void wait(int ends = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ >= ends; });
  }
  std::size_t rows = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int ended_ = 0;
};

}  // namespace remote_bench
