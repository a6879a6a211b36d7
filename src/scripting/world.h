// What the automation objects of one script share: its connector, its last error, its asynchronous calls.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cim/calls.h"
#include "scripting/event_queue.h"
#include "scripting/swbem.h"
#include "scripting/swbem_security.h"

namespace scripting {

class World;
using WorldPtr = std::shared_ptr<World>;
class SwbemSink;

/// A connection as SWbemServices and what came from it use it. On the script's thread.
class Session final : public SecurityHolder {
 public:
  Session(WorldPtr world, cim::ServicesPtr services, ConnectRequest request)
      : world_(std::move(world)), services_(std::move(services)), request_(std::move(request)) {}

  World& world() const { return *world_; }
  const WorldPtr& shared_world() const { return world_; }
  /// Null for a session without a connection (objects that scripts made themselves). A changed authentication or impersonation level of a
  /// connection with another machine opens a new one here.
  base::Result<cim::ServicesPtr> services();
  const ConnectRequest& request() const { return request_; }
  const SecuritySettings& security() const override { return request_.security; }
  void set_security(SecuritySettings settings) override;
  /// The next services() opens a new connection with another machine.
  void reconnect() { changed_ = true; }
  /// Class definitions that were asked for, by their paths; null: there is none. Kept until a class is put or deleted here.
  std::map<std::string, cim::ClassPtr>& known_classes() { return *known_classes_; }
  /// `{authenticationLevel=pktPrivacy,impersonationLevel=impersonate}[locale=ms_409]`: what stands before `!` in display names.
  std::string moniker_prefix() const;

 private:
  const WorldPtr world_;
  cim::ServicesPtr services_;
  ConnectRequest request_;
  bool changed_ = false;
  std::shared_ptr<std::map<std::string, cim::ClassPtr>> known_classes_ = std::make_shared<std::map<std::string, cim::ClassPtr>>();
};
using SessionPtr = std::shared_ptr<Session>;

/// Puts and deletions of classes.
bool changes_classes(cim::Operation operation);

/// What a synchronous operation gave.
struct CallOutput {
  std::optional<cim::Object> object;
  std::string text;
};

/// Which operation it is (its flags are checked by that), and what it is about, for the error object of failures that bring none.
struct CallSubject {
  cim::Operation operation = cim::Operation::kGetObject;
  std::string parameter;  // a path, a name, a query
};

/// On the script's thread.
class World : public std::enable_shared_from_this<World> {
 public:
  World(Apartment& apartment, Connector connector);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Apartment& apartment() { return apartment_; }
  base::Result<SessionPtr> connect(ConnectRequest request);
  const Connector& connector() const { return connector_; }

  /// Starts an operation and waits for its end. wbemFlagReturnImmediately changes nothing here. WBEM_E_CALL_CANCELLED when the apartment
  /// was interrupted.
  using Start = std::function<base::Status(cim::Services& services, const cim::CallOptions& options, cim::SinkPtr sink)>;
  base::Result<CallOutput> call(Session& session, const CallSubject& subject, std::uint32_t flags, cim::ContextPtr context,
                                const Start& start);
  /// Starts an operation whose results come as events of `sink`. `puts`: its text is the path of OnObjectPut. `context` may be null.
  base::Status begin(const SessionPtr& session, Ref<SwbemSink> sink, DispatchRef context, CallSubject subject, std::uint32_t flags,
                     cim::ContextPtr values, bool puts, const Start& start);
  /// Cancels what was begun with this sink.
  void cancel(const SwbemSink& sink);
  /// Delivers what is queued and cancels the rest without events.
  void finish();

  /// The error of the operation that failed last, null when the last one succeeded or it was taken.
  const cim::ObjectPtr& last_error() const { return last_error_; }
  cim::ObjectPtr take_last_error() { return std::exchange(last_error_, nullptr); }
  void clear_last_error() { last_error_ = nullptr; }
  void restore_last_error(cim::ObjectPtr error) { last_error_ = std::move(error); }
  /// Remembers a failure, with an error object made for it where `error` is null.
  void remember(const base::Status& status, const CallSubject& subject, cim::ObjectPtr error = {});

 private:
  struct Call {
    SessionPtr session;
    Ref<SwbemSink> sink;
    DispatchRef context;
    CallSubject subject;
    cim::ServicesPtr services;
    cim::SinkPtr wire_sink;
    bool puts = false;
    bool cancelled = false;  // its objects are dropped
    bool cut = false;        // some were
  };
  class CallSink;
  void deliver_objects(std::uint64_t id, const cim::Batch& batch);
  void deliver_status(std::uint64_t id, const cim::SinkStatus& status);

  Apartment& apartment_;
  const Connector connector_;
  const std::shared_ptr<EventQueue> queue_;
  std::map<std::uint64_t, Call> calls_;
  std::uint64_t last_call_ = 0;
  cim::ObjectPtr last_error_;
};

/// An instance of __ExtendedStatus for a failure that brought none.
cim::ObjectPtr make_extended_status(const base::Status& status, const CallSubject& subject);
/// An __ExtendedStatus whose Operation is GetObject where it was GetObjectAsync.
cim::ObjectPtr with_plain_name(cim::ObjectPtr error);

}  // namespace scripting
