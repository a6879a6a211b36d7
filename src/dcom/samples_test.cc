// The other half of tests/dcom/impacket_test.py: writes stubs for another implementation's decoder, and says what it reads in stubs that
// the other one wrote. Folder: $TEST_TMPDIR/owmi_dcom; without that variable nothing is written or read.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "dcom/activation.h"
#include "dcom/messages.h"
#include "dcom/testing/octets.h"

namespace dcom {
namespace {

const Guid kClass = *Guid::parse("8bc3f05e-d86b-11d0-a075-00c04fb68820");
const Guid kLogin = *Guid::parse("f309ad18-d86a-11d0-a075-00c04fb68820");
const Guid kCausality = *Guid::parse("00112233-4455-6677-8899-aabbccddeeff");
const Guid kIpid = *Guid::parse("01234567-89ab-cdef-0123-456789abcdef");
const Guid kRemUnknown = *Guid::parse("fedcba98-7654-3210-fedc-ba9876543210");
constexpr Oxid kOxid = 0x1122334455667788;
constexpr Oid kOid = 0x99AABBCCDDEEFF00;

DualStringArray bindings(std::uint16_t port) {
  return {{{kTowerTcp, make_address("127.0.0.1", port)}, {kTowerTcp, make_address("höst", port)}}, {{9, "RPCSS/host"}, {10, "RPCSS/host"}}};
}

Objref remote_object() { return {kLogin, RemoteObject{{0, kNewReferences, kOxid, kOid, kIpid}, bindings(0), {}}}; }

class Samples : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char* folder = std::getenv("TEST_TMPDIR")) folder_ = std::filesystem::path(folder) / "owmi_dcom";
  }
  void write(const std::string& name, const std::string& octets) const {
    EXPECT_FALSE(octets.empty());
    if (folder_.empty()) return;
    std::filesystem::create_directories(folder_ / "ours");
    std::ofstream(folder_ / "ours" / name, std::ios::binary) << octets;
  }
  /// Of IRemUnknown: behind its header.
  template <class Header, class Write>
  void write_orpc(const std::string& name, const Header& header, Write&& parameters) const {
    std::string stub;
    rpc::NdrWriter out(stub);
    header.write(out);
    parameters(out);
    write(name, stub);
  }
  std::filesystem::path folder_;
};

TEST_F(Samples, Write) {
  const OrpcThis orpc_this{{5, 7}, 0, 0, kCausality, {{com_guid(1), "123456789"}}};
  const OrpcThat orpc_that{};
  ActivationRequest request;
  request.clsid = kClass;
  request.iids = {kLogin};
  request.protocols = {kTowerTcp};
  ActivationReply reply;
  reply.oxid = kOxid;
  reply.exporter = bindings(49152);
  reply.rem_unknown = kRemUnknown;
  reply.interfaces = {{kLogin, S_OK, remote_object()}};
  ActivationReply failure;
  failure.result = REGDB_E_CLASSNOTREG;

  write("objref_standard", remote_object().to_octets());
  write("objref_custom", Objref{kLogin, CustomObject{kClass, "some data"}}.to_octets());
  write("create_instance", write_create_instance(request, kCausality));
  write("create_instance_reply", write_create_instance_reply(reply));
  ActivationReply nameless = reply;
  nameless.exporter.securities = {{10, ""}, {9, ""}};
  write("create_instance_nameless", write_create_instance_reply(nameless));
  write("create_instance_failure", write_create_instance_reply(failure));
  write("remote_activation", write_remote_activation(request, kCausality));
  write("remote_activation_reply", write_remote_activation_reply(reply));
  write("resolve_oxid", write_resolve_oxid({kOxid, {kTowerTcp, 31}}));
  write("resolve_oxid_reply", write_resolve_oxid_reply({bindings(49152), kRemUnknown, 5, {}, 0}, false));
  write("resolve_oxid2_reply", write_resolve_oxid_reply({bindings(49152), kRemUnknown, 5, Version{5, 7}, 0}, true));
  write("server_alive2_reply", write_server_alive2_reply({{5, 7}, bindings(0), 0}));
  write("simple_ping", write_simple_ping(kOid));
  write("complex_ping", write_complex_ping({kOid, 7, {kOid, 1}, {2}}));
  write("complex_ping_reply", write_complex_ping_reply({kOid, 3, 0}));
  write_orpc("query_interface", orpc_this, [](auto& out) { write_query_interface(out, {kIpid, 5, {kLogin, iid::kUnknown}}); });
  write_orpc("query_interface_reply", orpc_that, [](auto& out) {
    write_query_interface_reply(out, {{S_OK, remote_object().remote()->standard}});
    out.hresult(S_OK);
  });
  write_orpc("query_interface2", orpc_this, [](auto& out) { write_query_interface2(out, {kIpid, 0, {kLogin, iid::kUnknown}}); });
  write_orpc("query_interface2_reply", orpc_that, [](auto& out) {
    write_query_interface2_reply(out, {{S_OK, remote_object()}, {E_NOINTERFACE, {}}});
    out.hresult(S_OK);
  });
  ErrorInfo error;
  error.iid = kLogin;
  error.source = "source";
  error.description = "what went wrong";
  write_orpc("error_reply", OrpcThat{0, {error.to_extent()}}, [](auto& out) { out.hresult(E_FAIL); });
  write_orpc("release", orpc_this, [](auto& out) { write_references(out, {{kIpid, 5, 1}}); });
  write_orpc("add_ref_reply", orpc_that, [](auto& out) {
    write_add_ref_reply(out, {S_OK, CO_E_OBJNOTREG});
    out.hresult(S_OK);
  });
}

std::string described(const base::Result<ActivationRequest>& request) {
  if (!request) return request.error().to_string();
  std::ostringstream out;
  out << request->clsid.to_string() << " v" << request->version.major << '.' << request->version.minor << " impersonation "
      << request->impersonation << " mode " << request->mode;
  for (const Guid& iid : request->iids) out << ' ' << iid.to_string();
  for (const std::uint16_t protocol : request->protocols) out << ' ' << protocol;
  return out.str();
}

std::string described(const base::Result<Objref>& objref) {
  if (!objref) return objref.error().to_string();
  std::ostringstream out;
  out << objref->iid.to_string();
  if (const CustomObject* custom = objref->custom()) {
    out << ' ' << custom->unmarshaler.to_string() << ' ' << custom->data;
    return out.str();
  }
  const StdObjref& standard = objref->remote()->standard;
  out << ' ' << standard.public_references << ' ' << standard.oxid << ' ' << standard.oid << ' ' << standard.ipid.to_string();
  for (const StringBinding& one : objref->remote()->resolver.strings) out << ' ' << one.tower << ':' << one.address;
  for (const SecurityBinding& one : objref->remote()->resolver.securities) out << ' ' << one.authn_service << ':' << one.principal;
  return out.str();
}

std::string described_pings(std::string_view stub) {
  const auto request = read_complex_ping(stub);
  if (!request) return request.error().to_string();
  std::ostringstream out;
  out << request->set << ' ' << request->sequence << " add";
  for (const Oid oid : request->add) out << ' ' << oid;
  out << " remove";
  for (const Oid oid : request->remove) out << ' ' << oid;
  return out.str();
}

std::string described_resolution(std::string_view stub) {
  const auto request = read_resolve_oxid(stub);
  if (!request) return request.error().to_string();
  std::ostringstream out;
  out << request->oxid;
  for (const std::uint16_t protocol : request->protocols) out << ' ' << protocol;
  return out.str();
}

/// Behind an ORPCTHIS, whose version comes first.
template <class Read>
std::string behind_header(std::string_view stub, Read&& read) {
  rpc::NdrReader in(stub);
  const OrpcThis header = OrpcThis::read(in);
  const base::Status status = header.check();
  return status.ok() ? std::to_string(header.version.minor) + ' ' + read(in) : status.to_string();
}

std::string described_query(rpc::NdrReader& in) {
  const auto request = read_query_interface(in);
  if (!request) return request.error().to_string();
  std::ostringstream out;
  out << request->ipid.to_string() << ' ' << request->references;
  for (const Guid& iid : request->iids) out << ' ' << iid.to_string();
  return out.str();
}

std::string described_references(rpc::NdrReader& in) {
  const auto references = read_references(in);
  if (!references) return references.error().to_string();
  std::ostringstream out;
  for (const InterfaceReferences& one : *references) {
    out << one.ipid.to_string() << ' ' << one.public_references << ' ' << one.private_references;
  }
  return out.str();
}

TEST_F(Samples, Read) {
  const std::map<std::string, std::function<std::string(std::string_view)>> readers{
      {"create_instance", [](std::string_view stub) { return described(read_create_instance(stub)); }},
      {"get_class_object", [](std::string_view stub) { return described(read_get_class_object(stub)); }},
      {"remote_activation", [](std::string_view stub) { return described(read_remote_activation(stub)); }},
      {"objref_standard", [](std::string_view octets) { return described(Objref::from_octets(octets)); }},
      {"objref_custom", [](std::string_view octets) { return described(Objref::from_octets(octets)); }},
      {"complex_ping", described_pings},
      {"complex_ping_empty", described_pings},
      {"resolve_oxid2", described_resolution},
      {"query_interface", [](std::string_view stub) { return behind_header(stub, described_query); }},
      {"add_ref", [](std::string_view stub) { return behind_header(stub, described_references); }},
  };
  if (folder_.empty() || !std::filesystem::exists(folder_ / "theirs")) return;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "theirs")) {
    std::stringstream octets;
    octets << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const auto reader = readers.find(entry.path().filename().string());
    ASSERT_NE(reader, readers.end()) << entry.path();
    std::filesystem::create_directories(folder_ / "read");
    std::ofstream(folder_ / "read" / entry.path().filename()) << reader->second(octets.str());
  }
}

}  // namespace
}  // namespace dcom
