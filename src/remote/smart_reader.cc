#include "remote/smart_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "remote/client_errors.h"
#include "remote/client_session.h"
#include "remote/machine_core.h"

namespace remote {

namespace {

constexpr std::uint32_t kFirstRows = 16;  // plain rows bring their class along each time
constexpr std::uint32_t kPlainRows = 64;
constexpr std::uint32_t kGrowth = 4;
constexpr std::size_t kAnswerOctets = 1U << 20;  // of one answer
constexpr std::uint32_t kPatience = 1000;        // milliseconds that the server may wait for more rows
constexpr std::uint32_t kEventPatience = 10'000;
constexpr std::uint32_t kEventBurst = 100;

Guid random_guid(base::Random& random) {
  Guid out;
  random.fill(reinterpret_cast<char*>(&out), sizeof out);
  return out;
}

/// Within the time of a call.
std::uint32_t patience(const ClientOptions& options, bool events) {
  const auto most = std::max<std::chrono::milliseconds::rep>(options.timeouts.call.count() / 2, 1);
  return static_cast<std::uint32_t>(std::min<std::chrono::milliseconds::rep>(events ? kEventPatience : kPatience, most));
}

}  // namespace

SmartReader::SmartReader(std::shared_ptr<ClientSession> session, cim::Operation operation, std::string subject,
                         const cim::CallOptions& options, cim::SinkPtr sink, ServicesRequest request)
    : ClientOperation(std::move(session), operation, std::move(subject), options, std::move(sink)),
      request_(std::move(request)),
      proxy_id_(random_guid(core().random())),
      cache_(core().interner()),
      count_(events() ? 1 : std::min(kFirstRows, core().options().rows_per_request)),
      patience_(patience(core().options(), events())),
      wait_(patience_) {}

base::Status SmartReader::start() {
  const auto self = std::static_pointer_cast<SmartReader>(shared_from_this());
  auto services = session()->current();
  if (!services && !CallbackMark::here()) {
    TRY_ASSIGN(services, session()->proxy());
  }
  enlist();
  if (services) {
    send(services);
    return {};
  }
  call_behind([self](const dcom::ProxyPtr& fresh) { self->send(fresh); });
  return {};
}

void SmartReader::send(const dcom::ProxyPtr& services) {
  {
    const Lock lock(mutex_);
    if (stopped_) return;
    called_ = services;
  }
  const auto id = services->call(
      static_cast<std::uint16_t>(operation()), [this](rpc::NdrWriter& out) { write_request(out, operation(), request_); }, {},
      [self = std::static_pointer_cast<SmartReader>(shared_from_this()), services](const dcom::ObjectReply& reply) {
        const CallbackMark mark;
        self->opened(reply, services);
      });
  const Lock lock(mutex_);
  if (called_ == services) call_id_ = id;
}

void SmartReader::opened(const dcom::ObjectReply& reply, const dcom::ProxyPtr& services) {
  if (may_call_again(reply)) {
    return call_behind(
        [self = std::static_pointer_cast<SmartReader>(shared_from_this())](const dcom::ProxyPtr& fresh) { self->send(fresh); });
  }
  if (!reply.status.ok()) {
    if (reply.status.code() == dcom::RPC_E_DISCONNECTED) session()->forget(services.get());
    return fail(describe_failure(reply, core().host(), name()));
  }
  rpc::NdrReader in = reply.results();
  const auto read = read_reply(in, operation(), request_, core().interner().get());
  if (!read) return fail(read.error());
  if (!read->reference) return fail({WBEM_E_UNEXPECTED, fmt::format("{} gave no enumerator for {}", core().host(), name())});
  auto enumerator = services->unmarshal(*read->reference);
  if (!enumerator) return fail(enumerator.error());
  {
    const Lock lock(mutex_);
    if (stopped_) return;
    called_ = nullptr;
    call_id_ = 0;
    enumerator_ = *std::move(enumerator);
  }
  pump();
}

// Behind the scenes, while plain rows come.
void SmartReader::seek_smart(const dcom::ProxyPtr& enumerator) {
  const auto self = std::static_pointer_cast<SmartReader>(shared_from_this());
  enumerator->query_interface(iid::kFetchSmartEnum, [self](base::Result<dcom::ProxyPtr> fetch) {
    if (!fetch) return;  // a server without it
    (*fetch)->call(
        3, [](rpc::NdrWriter&) {}, {}, [self, fetch = *fetch](const dcom::ObjectReply& reply) { self->got_smart(reply, fetch); });
  });
}

void SmartReader::got_smart(const dcom::ObjectReply& reply, const dcom::ProxyPtr& fetch) {
  if (!reply.status.ok()) return;
  rpc::NdrReader in = reply.results();
  const auto reference = read_interface_reply(in);
  if (!reference || !*reference) return;
  auto smart = fetch->unmarshal(**reference);
  if (!smart) return;
  const Lock lock(mutex_);
  if (!stopped_) smart_ = *std::move(smart);
}

// Whoever brings news pumps; one at a time, so that callbacks that answer at once do not nest.
void SmartReader::pump() {
  const auto self = shared_from_this();
  Lock lock(mutex_);
  pump_again_ = true;
  if (pumping_) return;
  pumping_ = true;
  while (std::exchange(pump_again_, false)) {
    if (stopped_) break;
    if (answer_ && !ready_) {
      take_answer(lock);
    } else if (ready_ && !delivering_) {
      deliver(lock);
    } else if (!in_flight_ && !answer_ && !ready_ && !delivering_) {
      if (at_end_) {
        const base::Status end = end_;
        lock.unlock();
        end.ok() ? (void)feed().finish({}) : fail(end);
        lock.lock();
      } else {
        ask(lock);
      }
    }
  }
  pumping_ = false;
}

void SmartReader::ask(Lock& lock) {
  const bool smart = smart_ != nullptr;
  const dcom::ProxyPtr proxy = smart ? smart_ : enumerator_;
  const std::uint32_t count = smart ? count_ : std::min(count_, kPlainRows);
  const std::uint32_t wait = wait_;
  in_flight_ = true;
  called_ = proxy;
  call_id_ = 0;
  lock.unlock();
  const auto parameters = [&](rpc::NdrWriter& out) {
    if (smart) return write_smart_next(out, {proxy_id_, wait, count});
    write_next(out, {wait, count});
  };
  const std::uint16_t opnum = smart ? 3 : static_cast<std::uint16_t>(EnumOp::kNext);
  auto done = [self = std::static_pointer_cast<SmartReader>(shared_from_this()), count, smart](dcom::ObjectReply reply) {
    const CallbackMark mark;
    {
      const Lock got(self->mutex_);
      self->in_flight_ = false;
      self->answer_.emplace(Answer{std::move(reply), count, smart});
    }
    self->pump();
  };
  const auto id = proxy->call(opnum, parameters, {}, std::move(done));
  lock.lock();
  if (in_flight_ && called_ == proxy) call_id_ = id;
}

void SmartReader::take_answer(Lock& lock) {
  const Answer answer = *std::exchange(answer_, std::nullopt);
  pump_again_ = true;
  const dcom::ObjectReply& reply = answer.reply;
  if (!reply.status.ok()) {
    at_end_ = true;
    end_ = describe_failure(reply, core().host(), "Next");
  } else if (reply.result == WBEM_S_FALSE) {
    at_end_ = true;
  } else if (!delivering_) {
    ask(lock);  // the server works while these rows are read
  }
  if (!reply.delivered) return;
  lock.unlock();
  auto rows = read_rows(answer);
  lock.lock();
  if (!rows) {
    if (!end_.ok()) return;  // the failure that came with them says more
    at_end_ = true;
    end_ = rows.error();
    return;
  }
  note_pace(answer, rows->size(), reply.octets.size());
  const bool many = !events() && reply.result == WBEM_S_NO_ERROR && !stopped_;
  if (!rows->empty()) ready_ = *std::move(rows);
  if (!many || std::exchange(smart_sought_, true)) return;
  const dcom::ProxyPtr enumerator = enumerator_;
  lock.unlock();
  seek_smart(enumerator);
  lock.lock();
}

base::Result<cim::Batch> SmartReader::read_rows(const Answer& answer) {
  rpc::NdrReader in = answer.reply.results();
  if (answer.smart) {
    TRY_ASSIGN(const SmartNextReply next, read_smart_next_reply(in));
    if (next.returned == 0 || next.buffer.empty()) return cim::Batch();
    return read_object_array(next.buffer, PacketType::kNext, cache_);
  }
  TRY_ASSIGN(const std::vector<cim::Object> objects, read_next_reply(in, answer.asked, cache_.interner()));
  cim::BatchBuilder builder;
  for (const cim::Object& object : objects) builder.add(object);
  return builder.take();
}

// Rows that are there already are asked for in growing numbers; those of a slow source as few as came last, so that they come at once.
void SmartReader::note_pace(const Answer& answer, std::size_t rows, std::size_t octets) {
  const bool in_time = answer.reply.result != WBEM_S_TIMEDOUT;
  if (events()) {  // one, then what has gathered behind it
    count_ = in_time ? kEventBurst : 1;
    wait_ = in_time ? 0 : patience_;
    return;
  }
  if (!in_time) {
    count_ = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(rows));
    return;
  }
  if (rows < answer.asked) return;
  std::size_t count = std::max<std::size_t>(count_, std::size_t{answer.asked} * kGrowth);
  if (rows > 0) count = std::min(count, std::max<std::size_t>(1, kAnswerOctets * rows / std::max<std::size_t>(octets, 1)));
  count_ = static_cast<std::uint32_t>(std::min<std::size_t>(count, core().options().rows_per_request));
}

void SmartReader::deliver(Lock& lock) {
  const cim::Batch batch = *std::exchange(ready_, std::nullopt);
  delivering_ = true;
  pump_again_ = true;
  if (!at_end_ && !in_flight_ && !answer_) ask(lock);
  lock.unlock();
  feed().indicate(batch, [self = std::static_pointer_cast<SmartReader>(shared_from_this())](base::Hresult) {
    {
      const Lock done(self->mutex_);
      self->delivering_ = false;
    }
    self->pump();
  });
  lock.lock();
}

void SmartReader::stop() {
  dcom::ProxyPtr called;
  dcom::ProxyPtr enumerator;
  dcom::ProxyPtr smart;
  rpc::Client::CallId id = 0;
  {
    const Lock lock(mutex_);
    stopped_ = true;
    called = std::move(called_);
    enumerator = std::move(enumerator_);
    smart = std::move(smart_);
    id = std::exchange(call_id_, 0);
  }
  if (called && id != 0) called->cancel(id);
}

}  // namespace remote
