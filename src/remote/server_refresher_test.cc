// Refreshers, backup, pause and restore (MS-WMI 3.1.4, 3.1.4.10 to 3.1.4.13).
#include "remote/backup_stub.h"
#include "remote/refreshing_services.h"
#include "remote/testing/served.h"

namespace remote {
namespace {

using namespace remote::testing;

class ServerRefresher : public ServerTest {
 protected:
  ServerRefresher() { refreshing_ = *services_proxy_->query_interface(iid::kRefreshingServices); }
  Reply<AddToRefresherReply> add(RefreshingOp method, const AddToRefresherRequest& request) {
    const auto reply = refreshing_->call(
        static_cast<std::uint16_t>(method), [&](rpc::NdrWriter& out) { write_add_to_refresher(out, method, request); }, 20s);
    if (!reply.delivered) return {reply.status, {}};
    rpc::NdrReader in = reply.results();
    auto read = read_add_to_refresher_reply(in, nullptr);
    EXPECT_TRUE(read) << read.error().to_string();
    return {reply.status, read.value_or(AddToRefresherReply())};
  }
  static AddToRefresherRequest named(std::string text) {
    AddToRefresherRequest request;
    request.refresher.machine = "CLIENT";
    request.text = std::move(text);
    return request;
  }
  dcom::ProxyPtr services_proxy_ = services();
  dcom::ProxyPtr refreshing_;
};

TEST_F(ServerRefresher, ObjectsAreNotHiperf) {
  services_->set_script({.batches = {rows(7, 1, 5)}});
  AddToRefresherRequest by_template = named({});
  by_template.template_object = cim::Object(row(7));
  for (const auto& [method, request] : {std::pair{RefreshingOp::kAddObjectToRefresher, named("Row=7")},
                                        std::pair{RefreshingOp::kAddObjectToRefresherByTemplate, by_template}}) {
    const auto reply = add(method, request);
    ASSERT_TRUE(reply.status.ok()) << reply.status.to_string();
    EXPECT_EQ(reply.value.server_version, 1U);
    const auto* info = std::get_if<RefreshNonHiperf>(&reply.value.info.info);
    ASSERT_NE(info, nullptr);
    EXPECT_EQ(info->name_space, "root\\cimv2");
    ASSERT_TRUE(info->template_object);
    EXPECT_TRUE(info->template_object->get("Id")->is_null());  // all at their defaults
    EXPECT_EQ(services_->calls().back().text, request.template_object ? "Row.Id=7" : "Row=7");
  }
  cim::BatchBuilder builder;
  builder.add(cim::Object(row_class()));
  services_->set_script({.batches = {builder.take()}});
  EXPECT_TRUE(add(RefreshingOp::kAddEnumToRefresher, named("Row")).status.ok());
  EXPECT_EQ(add(RefreshingOp::kAddObjectToRefresher, named("Row")).status.code(), WBEM_E_INVALID_PARAMETER);
}

TEST_F(ServerRefresher, FailuresAreInvalidInformation) {
  services_->set_script({.end = WBEM_E_NOT_FOUND});
  const auto reply = add(RefreshingOp::kAddObjectToRefresher, named("Row=8"));
  EXPECT_EQ(reply.status.code(), WBEM_E_NOT_FOUND);
  EXPECT_NE(std::get_if<std::uint32_t>(&reply.value.info.info), nullptr);
  const auto removed = refreshing_->call(6, [](rpc::NdrWriter& out) { write_remove_from_refresher(out, {}); }, 20s);
  EXPECT_EQ(removed.status.code(), WBEM_E_NOT_AVAILABLE);
  ASSERT_TRUE(removed.delivered);
  rpc::NdrReader in = removed.results();
  EXPECT_EQ(*read_refresher_version(in), 1U);
  EXPECT_EQ(fault_or_code(refreshing_, 9), 0x800706D1U);
}

TEST_F(ServerRefresher, ReconnectedObjectsAreReadAtEachRefresh) {
  services_->set_script({.batches = {rows(7, 1)}});
  ReconnectRequest request;
  request.refresher.id = Guid{5, 5, 5, {}};
  request.infos = {{0, "Row=7"}, {1, "Row"}, {9, "Row"}};
  request.results.resize(3);
  const auto reconnected = refreshing_->call(8, [&](rpc::NdrWriter& out) { write_reconnect(out, request); }, 20s);
  ASSERT_TRUE(reconnected.status.ok()) << reconnected.status.to_string();
  rpc::NdrReader results_in = reconnected.results();
  const auto results = *read_reconnect_reply(results_in, 3);
  ASSERT_EQ(results.results.size(), 3U);
  EXPECT_EQ(results.results[0].result, 0U);
  EXPECT_NE(results.results[0].id, 0U);
  EXPECT_EQ(base::Hresult{results.results[1].result}, WBEM_E_INVALID_PARAMETER);  // the script gave no class
  EXPECT_EQ(base::Hresult{results.results[2].result}, WBEM_E_INVALID_PARAMETER);

  GetRemoteRefresherRequest get;
  get.refresher = request.refresher;
  const auto got = refreshing_->call(7, [&](rpc::NdrWriter& out) { write_get_remote_refresher(out, get); }, 20s);
  ASSERT_TRUE(got.status.ok());
  rpc::NdrReader in = got.results();
  const auto refresher_reply = *read_get_remote_refresher_reply(in);
  const auto refresher = *refreshing_->unmarshal(*refresher_reply.refresher);
  const auto guid = refresher->call(5, [](rpc::NdrWriter& out) { write_timeout(out, 0); }, 20s);
  rpc::NdrReader guid_in = guid.results();
  EXPECT_EQ(*read_refresher_guid(guid_in), refresher_reply.id);

  const auto refresh = [&] {
    const auto reply = refresher->call(3, [](rpc::NdrWriter& out) { write_timeout(out, 0); }, 20s);
    EXPECT_TRUE(reply.status.ok());
    rpc::NdrReader refreshed = reply.results();
    return *read_remote_refresh_reply(refreshed);
  };
  auto objects = refresh();
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].type, BlobType::kAll);
  EXPECT_EQ(objects[0].request, results.results[0].id);
  const auto instance = decode_refreshed(objects[0].blob, row_class());
  ASSERT_TRUE(instance) << instance.error().to_string();
  EXPECT_EQ(instance->value("Id").as_uint(), 7U);
  services_->set_script({.end = WBEM_E_NOT_FOUND});
  EXPECT_EQ(refresh()[0].type, BlobType::kError);
  StopRefreshingRequest stop;
  stop.ids.assign(1, results.results[0].id);
  EXPECT_EQ(fault_or_code(refresher, 4, [&](rpc::NdrWriter& out) { write_stop_refreshing(out, stop); }), 0U);
  EXPECT_EQ(fault_or_code(refresher, 4, [&](rpc::NdrWriter& out) { write_stop_refreshing(out, stop); }),
            static_cast<std::uint32_t>(WBEM_E_NOT_FOUND));
  EXPECT_TRUE(refresh().empty());
}

class ServerRefresherBounds : public ServerRefresher {
 protected:
  ReconnectReply reconnect(std::uint32_t refresher, std::vector<ReconnectInfo> infos) {
    ReconnectRequest request;
    request.refresher.id = Guid{refresher, 5, 5, {}};
    request.results.resize(infos.size());
    request.infos = std::move(infos);
    const auto reply = refreshing_->call(8, [&](rpc::NdrWriter& out) { write_reconnect(out, request); }, 20s);
    EXPECT_TRUE(reply.status.ok()) << reply.status.to_string();
    rpc::NdrReader in = reply.results();
    return *read_reconnect_reply(in, request.results.size());
  }
  dcom::ProxyPtr refresher(std::uint32_t number) {
    GetRemoteRefresherRequest get;
    get.refresher.id = Guid{number, 5, 5, {}};
    const auto got = refreshing_->call(7, [&](rpc::NdrWriter& out) { write_get_remote_refresher(out, get); }, 20s);
    rpc::NdrReader in = got.results();
    return *refreshing_->unmarshal(*read_get_remote_refresher_reply(in)->refresher);
  }
  static std::size_t refreshed(const dcom::ProxyPtr& refresher) {
    const auto reply = refresher->call(3, [](rpc::NdrWriter& out) { write_timeout(out, 0); }, 20s);
    rpc::NdrReader in = reply.results();
    return read_remote_refresh_reply(in)->size();
  }
};

TEST_F(ServerRefresherBounds, PathsOfOneRefresher) {
  services_->set_script({.batches = {rows(7, 1)}});
  const std::string path(100'000, 'x');
  std::size_t taken = 0;
  for (int i = 0; i < 5; ++i) {
    for (const auto& result : reconnect(1, std::vector<ReconnectInfo>(10, {0, path})).results) {
      if (result.result == 0) {
        ++taken;
      } else {
        EXPECT_EQ(base::Hresult{result.result}, WBEM_E_QUOTA_VIOLATION);
      }
    }
  }
  EXPECT_EQ(taken, RemoteRefresher::kMaxPathOctets / path.size());
  EXPECT_EQ(reconnect(2, {{0, path}}).results.at(0).result, 0U);
  // Who lets some go may take others.
  StopRefreshingRequest stop;
  stop.ids = {1, 2, 3};
  const auto first = refresher(1);
  EXPECT_EQ(fault_or_code(first, 4, [&](rpc::NdrWriter& out) { write_stop_refreshing(out, stop); }), 0U);
  EXPECT_EQ(reconnect(1, {{0, path}}).results.at(0).result, 0U);
}

TEST_F(ServerRefresherBounds, RefreshersThatNobodyGets) {
  services_->set_script({.batches = {rows(7, 1)}});
  for (std::uint32_t i = 0; i <= RefreshingServices::kMaxKept; ++i) {
    EXPECT_EQ(reconnect(i, {{0, "Row=7"}}).results.at(0).result, 0U);
  }
  EXPECT_EQ(refreshed(refresher(0)), 0U);  // forgotten, begun anew
  EXPECT_EQ(refreshed(refresher(1)), 1U);
}

class Backups final : public BackupService {
 public:
  base::Status backup(const cim::Caller& caller, const std::string& file, std::uint32_t) override {
    done = caller.account + " backs up to " + file;
    if (hold) hold();
    return result;
  }
  base::Status restore(const cim::Caller& caller, const std::string& file, std::uint32_t) override {
    done = caller.account + " restores from " + file;
    if (hold) hold();
    return result;
  }
  std::string done;
  base::Status result;
  std::function<void()> hold;
};

class ServerBackup : public ServerTest {
 protected:
  ServerBackup() {
    Server::Options options;
    options.backup = &backups_;
    options.max_requests = 3;
    client_.reset();
    start(options);
  }
  ~ServerBackup() override { server_.reset(); }
  dcom::ProxyPtr backup(dcom::Security security = bob(), const Guid& iid = iid::kBackupRestoreEx) {
    return activate(clsid::kBackupRestore, iid, std::move(security));
  }
  std::uint32_t with_file(const dcom::ProxyPtr& proxy, BackupOp op, std::uint32_t flags) {
    return fault_or_code(proxy, static_cast<std::uint16_t>(op), [&](rpc::NdrWriter& out) { write_backup(out, {"/tmp/x", flags}); });
  }
  static constexpr std::uint32_t number(base::Hresult code) { return static_cast<std::uint32_t>(code); }
  Backups backups_;
};

TEST_F(ServerBackup, BacksUpForThoseWhoMay) {
  EXPECT_EQ(with_file(backup(), BackupOp::kBackup, 0), 0U);
  EXPECT_EQ(backups_.done, "bob backs up to /tmp/x");
  EXPECT_EQ(with_file(backup(), BackupOp::kBackup, 4), number(WBEM_E_INVALID_PARAMETER));
  const auto stranger = backup(alice());
  EXPECT_EQ(with_file(stranger, BackupOp::kBackup, 0), number(WBEM_E_ACCESS_DENIED));
  EXPECT_EQ(with_file(stranger, BackupOp::kRestore, 1), number(WBEM_E_ACCESS_DENIED));
  EXPECT_EQ(fault_or_code(stranger, 5), number(WBEM_E_ACCESS_DENIED));
  EXPECT_EQ(fault_or_code(stranger, 6), number(WBEM_E_ACCESS_DENIED));
  backups_.result = WBEM_E_OUT_OF_DISK_SPACE;
  EXPECT_EQ(with_file(backup(), BackupOp::kBackup, 0), number(WBEM_E_OUT_OF_DISK_SPACE));
  EXPECT_EQ(fault_or_code(backup(bob(), iid::kBackupRestore), 5), 0x800706D1U);
}

TEST_F(ServerBackup, PauseBuffersCalls) {
  const auto proxy = services();
  const auto store = backup();
  EXPECT_EQ(fault_or_code(store, 6), number(WBEM_E_INVALID_OPERATION));
  EXPECT_EQ(fault_or_code(store, 5), 0U);
  EXPECT_EQ(fault_or_code(store, 5), number(WBEM_E_INVALID_OPERATION));
  std::atomic<int> answers{0};
  for (int i = 0; i < 3; ++i) {
    proxy->call(
        10, [](rpc::NdrWriter& out) { write_request(out, Operation::kDeleteClass, text("Row")); }, 60s,
        [&](const dcom::ObjectReply& reply) { answers += reply.status.ok() ? 1 : 100; });
  }
  // Over MaxRequestLimit
  EXPECT_EQ(code_of(proxy, Operation::kDeleteClass, text("Row")), WBEM_E_SERVER_TOO_BUSY);
  EXPECT_EQ(answers, 0);
  EXPECT_TRUE(services_->calls().empty());
  EXPECT_EQ(fault_or_code(store, 6), 0U);
  EXPECT_TRUE(eventually([&] { return answers == 3; }));
  EXPECT_EQ(services_->calls().size(), 3U);
}

TEST_F(ServerBackup, AForgottenPauseEnds) {
  const auto proxy = services();
  const auto store = backup();
  EXPECT_EQ(fault_or_code(store, 5), 0U);
  advance(10min);
  EXPECT_EQ(fault_or_code(store, 5), number(WBEM_E_INVALID_OPERATION));  // does not begin the time anew
  std::atomic<bool> answered{false};
  proxy->call(
      10, [](rpc::NdrWriter& out) { write_request(out, Operation::kDeleteClass, text("Row")); }, 60s,
      [&](const dcom::ObjectReply&) { answered = true; });
  std::this_thread::sleep_for(30ms);
  EXPECT_FALSE(answered);
  advance(5min + 1s);
  EXPECT_TRUE(eventually([&] { return answered.load(); }));
  EXPECT_EQ(fault_or_code(store, 6), number(WBEM_E_INVALID_OPERATION));
}

TEST_F(ServerBackup, RestoreEndsConnections) {
  const auto proxy = services();
  const auto store = backup();
  EXPECT_EQ(with_file(store, BackupOp::kRestore, 0), number(WBEM_E_INVALID_PARAMETER));
  EXPECT_EQ(code_of(proxy, Operation::kDeleteClass, text("Row")), WBEM_S_NO_ERROR);
  backups_.hold = [&] { EXPECT_EQ(code_of(proxy, Operation::kDeleteClass, text("Row")), base::Hresult{dcom::CO_E_SERVER_STOPPING}); };
  EXPECT_EQ(with_file(store, BackupOp::kRestore, 1), 0U);
  EXPECT_EQ(backups_.done, "bob restores from /tmp/x");
  EXPECT_EQ(code_of(proxy, Operation::kDeleteClass, text("Row")), WBEM_E_INVALID_NAMESPACE);
  EXPECT_EQ(code_of(services(), Operation::kDeleteClass, text("Row")), WBEM_S_NO_ERROR);
}

}  // namespace
}  // namespace remote
