// IWbemRefreshingServices and IWbemRemoteRefresher on the server (MS-WMI 3.1.4.12, 3.1.4.13). No provider here has SupportsRefresher, so
// that objects are added as WBEM_REFRESH_TYPE_NON_HIPERF: the client reads them itself. What a client reconnects to a remote refresher is
// read anew at every RemoteRefresh. Only for the server's files.
#pragma once

#include <map>

#include "remote/call_result_stub.h"
#include "remote/refresher_messages.h"

namespace remote {

class RemoteRefresher final : public dcom::Object, public std::enable_shared_from_this<RemoteRefresher> {
 public:
  struct Item {
    std::uint32_t id = 0;
    bool is_enum = false;
    std::string path;  // or class
  };
  static constexpr std::size_t kMaxPathOctets = 4U << 20;  // of all objects [the longest paths, tens of thousands of them]
  RemoteRefresher(Owner owner, const Guid& id) : owner_(std::move(owner)), id_(id) {}
  bool implements(const Guid& iid) const override { return iid == iid::kRemoteRefresher; }
  void call(dcom::ObjectCallPtr call) override;

  const Guid& id() const { return id_; }
  /// Its number, for StopRefreshing. WBEM_E_QUOTA_VIOLATION over kMaxRefreshed or kMaxPathOctets.
  base::Result<std::uint32_t> add(bool is_enum, std::string path);

 private:
  void refresh(const InvocationPtr& invocation);
  base::Status stop(const StopRefreshingRequest& request);

  const Owner owner_;
  const Guid id_;
  std::mutex mutex_;
  std::uint32_t last_id_ = 0;
  std::vector<Item> items_;
  std::size_t path_octets_ = 0;
};

/// Of one IWbemServices. Thread-safe.
class RefreshingServices final : public std::enable_shared_from_this<RefreshingServices> {
 public:
  static constexpr std::size_t kMaxKept = 16;  // [refreshers that nobody gets]
  explicit RefreshingServices(Owner owner) : owner_(std::move(owner)) {}
  void call(dcom::ObjectCallPtr call);

 private:
  void add(RefreshingOp method, const InvocationPtr& invocation, rpc::NdrReader& in);
  void remove(const InvocationPtr& invocation, rpc::NdrReader& in);
  void get_refresher(const InvocationPtr& invocation, rpc::NdrReader& in);
  void reconnect(const InvocationPtr& invocation, rpc::NdrReader& in);
  void enter(const InvocationPtr& invocation, std::function<void()> work) const;
  /// The same as long as a client holds it.
  std::shared_ptr<RemoteRefresher> refresher(const RefresherId& id);
  /// That one, also before a client has it: what was reconnected waits in it.
  std::shared_ptr<RemoteRefresher> keep(const RefresherId& id);

  const Owner owner_;
  std::atomic<std::uint32_t> last_id_{0};
  std::mutex mutex_;
  std::map<Guid, std::weak_ptr<RemoteRefresher>> refreshers_;
  std::deque<std::shared_ptr<RemoteRefresher>> kept_;  // the last used last
};

/// GetObject, answered later.
void get_object(const Owner& owner, const std::string& path, const cim::ContextPtr& context,
                std::function<void(base::Result<cim::Object>)> done);

/// step(0, next), step(1, next) ... each when the one before has called its `next`, then `done`. The stack does not grow.
void in_turn(std::size_t count, std::function<void(std::size_t, std::function<void()>)> step, std::function<void()> done);

}  // namespace remote
