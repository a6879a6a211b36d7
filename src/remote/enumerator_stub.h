// IEnumWbemClassObject, IWbemFetchSmartEnum and IWbemWCOSmartEnum on the server (MS-WMI 3.1.4.4, 3.1.4.6, 3.1.4.7). Only for the server's
// files.
#pragma once

#include <list>

#include "cim/row_reader.h"
#include "remote/call_result_stub.h"
#include "remote/object_array.h"

namespace remote {

/// A row of EnumWbemClassObjectTable: a position in a result set, shared by the enumerator and its smart enumerators. With the last of them
/// it goes, and with the last position the operation is cancelled. Thread-safe.
class Enumeration : public std::enable_shared_from_this<Enumeration> {
 public:
  /// `room`: the place among the caller's enumerators.
  static std::shared_ptr<Enumeration> make(Owner owner, cim::RowReaderPtr reader, std::shared_ptr<void> room);
  Enumeration(Owner owner, cim::RowReaderPtr reader, std::shared_ptr<void> room)
      : owner_(std::move(owner)), room_(std::move(room)), reader_(std::move(reader)) {}
  Enumeration(const Enumeration&) = delete;
  Enumeration& operator=(const Enumeration&) = delete;

  const Owner& owner() const { return owner_; }
  /// Null after end().
  cim::RowReaderPtr reader() const;
  /// Lets go of the result set; calls that wait end with WBEM_E_CALL_CANCELLED.
  void end();

  using Begin = std::function<cim::RowReader::Ticket(cim::RowReader& reader, cim::RowReader::Done done)>;
  /// Begins a Next or Skip that ends after `timeout` milliseconds by the clock, or when its caller is gone. `done` is called once.
  void read(const InvocationPtr& invocation, std::uint32_t timeout, const Begin& begin, cim::RowReader::Done done);

 private:
  const Owner owner_;
  const std::shared_ptr<void> room_;
  mutable std::mutex mutex_;
  cim::RowReaderPtr reader_;
  std::unique_ptr<ServerCore::UnderWay> under_way_;
};
using EnumerationPtr = std::shared_ptr<Enumeration>;

class EnumeratorStub final : public dcom::Object, public std::enable_shared_from_this<EnumeratorStub> {
 public:
  explicit EnumeratorStub(EnumerationPtr enumeration) : enumeration_(std::move(enumeration)) {}
  bool implements(const Guid& iid) const override { return iid == iid::kEnum || iid == iid::kFetchSmartEnum; }
  void call(dcom::ObjectCallPtr call) override;

 private:
  void begin(EnumOp method, const InvocationPtr& invocation, rpc::NdrReader& in);
  void reset(const InvocationPtr& invocation);
  void next(const InvocationPtr& invocation, const NextRequest& request);
  void next_async(const InvocationPtr& invocation, const NextAsyncRequest& request);
  void clone(const InvocationPtr& invocation);
  void skip(const InvocationPtr& invocation, const NextRequest& request);
  void get_smart_enum(dcom::ObjectCallPtr call);

  const EnumerationPtr enumeration_;
};

class SmartEnumStub final : public dcom::Object, public std::enable_shared_from_this<SmartEnumStub> {
 public:
  /// Clients (proxy GUIDs) of one smart enumerator whose known classes are kept. [GUIDs without end]
  static constexpr std::size_t kMaxProxies = 8;
  explicit SmartEnumStub(EnumerationPtr enumeration) : enumeration_(std::move(enumeration)) {}
  bool implements(const Guid& iid) const override { return iid == iid::kSmartEnum; }
  void call(dcom::ObjectCallPtr call) override;

 private:
  struct Proxy {
    Guid id;
    ClassIds classes;
  };
  ClassIds& classes_of(const Guid& proxy);
  void answer(const InvocationPtr& invocation, const Guid& proxy, const base::Status& status, const std::vector<cim::Slice>& rows);

  const EnumerationPtr enumeration_;
  std::mutex mutex_;
  std::list<Proxy> proxies_;  // the last used first
};

}  // namespace remote
