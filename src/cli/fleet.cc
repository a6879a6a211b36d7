#include "cli/fleet.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "cli/shared_rows.h"

namespace cli {
namespace {

/// A stream into memory.
class TextBuffer {
 public:
  TextBuffer() : stream_(::open_memstream(&data_, &size_)) {}
  ~TextBuffer() {
    std::fclose(stream_);
    std::free(data_);
  }
  TextBuffer(const TextBuffer&) = delete;
  TextBuffer& operator=(const TextBuffer&) = delete;
  std::FILE* stream() { return stream_; }
  std::string_view text() {
    std::fflush(stream_);
    return {data_, size_};
  }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

class Fleet {
 public:
  Fleet(const Session& session, const std::vector<Host>& hosts, const FleetCommand& command)
      : session_(session), hosts_(hosts), command_(command), rows_(session.console) {}

  int run() {
    std::vector<std::jthread> threads;
    const std::size_t count = std::min<std::size_t>(hosts_.size(), kParallelHosts);
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([this] { work(); });
    threads.clear();
    clear_progress();
    rows_.finish();
    summarise();
    return worst_;
  }

 private:
  bool interrupted() const { return session_.limits.interrupt != nullptr && session_.limits.interrupt->came(); }

  void work() {
    for (std::size_t i = next_++; i < hosts_.size() && !interrupted(); i = next_++) {
      const int status = run_on(hosts_[i]);
      const std::lock_guard lock(mutex_);
      ++done_;
      worst_ = std::max(worst_, status);
      if (status != kSuccess) failed_.push_back(hosts_[i].label);
      show_progress();
    }
  }

  int run_on(const Host& host) {
    Session own;
    own.console = session_.console;
    own.console.tag = host.label;
    own.console.shows_progress = false;
    own.rows = session_.rows;
    own.rows.hosts = true;
    own.rows.host = host.label;
    own.rows.shared = &rows_;
    own.format_given = session_.format_given;
    own.limits = session_.limits;
    auto services = command_.connect(host);
    if (!services) return fail(own, services.error());
    own.services = std::move(*services);
    if (!command_.prints_text) return command_.run(own);
    TextBuffer buffer;
    own.console.out = buffer.stream();
    const int status = command_.run(own);
    print(host, buffer.text());
    return status;
  }

  int fail(const Session& own, const base::Status& status) {
    const std::lock_guard lock(mutex_);
    clear_progress();
    return finish(own, status);
  }

  void print(const Host& host, std::string_view text) {
    if (text.empty()) return;
    const std::lock_guard lock(mutex_);
    clear_progress();
    const bool json = session_.rows.format == Format::kJson || session_.rows.format == Format::kJsonLines;
    session_.console.write(json ? std::string(text) : fmt::format("== {} ==\n{}\n", host.label, text));
    session_.console.flush();
  }

  // Rows on the same terminal would be torn by a line that comes and goes.
  bool shows_progress() const {
    return session_.console.err_is_terminal && session_.console.shows_progress && !session_.console.out_is_terminal;
  }
  void show_progress() {
    if (!shows_progress() || done_ == hosts_.size()) return;
    std::fputs(fmt::format("\r\033[K{} of {} hosts done, {} failed", done_, hosts_.size(), failed_.size()).c_str(), session_.console.err);
    shown_ = true;
  }
  void clear_progress() {
    if (std::exchange(shown_, false)) std::fputs("\r\033[K", session_.console.err);
  }

  void summarise() {
    if (done_ < hosts_.size()) {
      session_.console.note(fmt::format("interrupted: {} of {} hosts were not asked", hosts_.size() - done_, hosts_.size()));
      worst_ = std::max(worst_, kWmiError);
    }
    if (failed_.empty()) return;
    std::ranges::sort(failed_);
    std::string names;
    for (const std::string& name : failed_) names += (names.empty() ? "" : ", ") + name;
    session_.console.note(fmt::format("{} of {} hosts failed: {}", failed_.size(), hosts_.size(), names));
  }

  const Session& session_;
  const std::vector<Host>& hosts_;
  const FleetCommand& command_;
  SharedRows rows_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::size_t done_ = 0;
  int worst_ = kSuccess;
  std::vector<std::string> failed_;
  bool shown_ = false;
};

}  // namespace

int run_on_hosts(const Session& session, const std::vector<Host>& hosts, const FleetCommand& command) {
  return Fleet(session, hosts, command).run();
}

}  // namespace cli
