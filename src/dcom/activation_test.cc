#include "dcom/activation.h"

#include "dcom/activation_blob.h"
#include "dcom/testing/octets.h"

namespace dcom {
namespace {

using testing::expect_only_whole;
using testing::hex;

const Guid kClass = *Guid::parse("8bc3f05e-d86b-11d0-a075-00c04fb68820");
const Guid kCausality = *Guid::parse("00112233-4455-6677-8899-aabbccddeeff");
const DualStringArray kBindings{{{kTowerTcp, "a[1]"}}, {{10, ""}}};

ActivationRequest request() {
  ActivationRequest out;
  out.clsid = kClass;
  out.iids = {com_guid(1), com_guid(2)};
  out.protocols = {7, 31};
  out.flags = 0x20;
  out.version = {5, 6};
  return out;
}

ActivationReply reply() {
  ActivationReply out;
  out.oxid = 0x1122334455667788;
  out.exporter = kBindings;
  out.rem_unknown = com_guid(0x131);
  out.authn_hint = 5;
  out.interfaces = {{com_guid(1), S_OK, Objref{com_guid(1), RemoteObject{{0, 5, 1, 2, com_guid(3)}, kBindings, {}}}},
                    {com_guid(2), E_NOINTERFACE, {}}};
  return out;
}

void expect_request(const base::Result<ActivationRequest>& read) {
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->clsid, kClass);
  EXPECT_EQ(read->iids, request().iids);
  EXPECT_EQ(read->protocols, request().protocols);
  EXPECT_EQ(read->version, (Version{5, 6}));
  EXPECT_FALSE(read->has_storage);
}

void expect_reply(const base::Result<ActivationReply>& read) {
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->oxid, reply().oxid);
  EXPECT_EQ(read->exporter, kBindings);
  EXPECT_EQ(read->rem_unknown, com_guid(0x131));
  EXPECT_EQ(read->authn_hint, 5U);
  ASSERT_EQ(read->interfaces.size(), 2U);
  EXPECT_EQ(read->interfaces[0].iid, com_guid(1));
  EXPECT_EQ(read->interfaces[0].object, reply().interfaces[0].object);
  EXPECT_EQ(read->interfaces[1].result, E_NOINTERFACE);
  EXPECT_FALSE(read->interfaces[1].object);
}

TEST(Activation, CreateInstance) {
  const std::string stub = write_create_instance(request(), kCausality);
  expect_request(read_create_instance(stub));
  EXPECT_EQ(read_create_instance(stub)->flags, 0x20U);
  expect_only_whole(stub, read_create_instance);
}

TEST(Activation, CreateInstanceReply) {
  const std::string stub = write_create_instance_reply(reply());
  expect_reply(read_create_instance_reply(stub));
  expect_only_whole(stub, read_create_instance_reply);
}

TEST(Activation, CreateInstanceFails) {
  ActivationReply failure = reply();
  failure.result = REGDB_E_CLASSNOTREG;
  const std::string stub = write_create_instance_reply(failure);
  EXPECT_EQ(hex(stub),
            "0000000000000000"
            "00000000"
            "54010480");
  EXPECT_EQ(read_create_instance_reply(stub)->result, REGDB_E_CLASSNOTREG);
  EXPECT_EQ(read_create_instance_reply(std::string(16, '\0')).error().code(), rpc::RPC_X_BAD_STUB_DATA);
}

TEST(Activation, GetClassObject) {
  std::string stub = write_create_instance(request(), kCausality);
  stub.erase(32, 4);  // pUnkOuter
  const auto read = read_get_class_object(stub);
  expect_request(read);
  EXPECT_EQ(read->mode, kModeGetClassObject);
}

TEST(Activation, RemoteActivation) {
  const std::string stub = write_remote_activation(request(), kCausality);
  EXPECT_EQ(hex(stub).substr(64),
            "5ef0c38b6bd8d011a07500c04fb68820"
            "00000000"
            "00000000"
            "02000000"
            "00000000"
            "02000000"
            "00000200"
            "02000000"
            "0100000000000000c000000000000046"
            "0200000000000000c000000000000046"
            "0200"
            "0000"
            "02000000"
            "0700"
            "1f00");
  expect_request(read_remote_activation(stub));
  expect_only_whole(stub, read_remote_activation);
  ActivationRequest named = request();
  named.object_name = "file";
  EXPECT_EQ(read_remote_activation(write_remote_activation(named, kCausality))->object_name, "file");
}

TEST(Activation, RemoteActivationReply) {
  const auto read = [](std::string_view stub) { return read_remote_activation_reply(stub, 2); };
  const std::string stub = write_remote_activation_reply(reply());
  ActivationReply expected = reply();
  expected.interfaces[1].iid = {};
  const auto back = read(stub);
  expect_reply(back);
  EXPECT_TRUE(back->interfaces[1].iid.is_nil());
  expect_only_whole(stub, read);
  EXPECT_FALSE(read_remote_activation_reply(stub, 1));
}

TEST(Activation, RemoteActivationFails) {
  ActivationReply failure;
  failure.result = REGDB_E_CLASSNOTREG;
  failure.interfaces = {{com_guid(1), REGDB_E_CLASSNOTREG, {}}};
  std::string stub = write_remote_activation_reply(failure);
  EXPECT_EQ(hex(stub).substr(hex(stub).size() - 48),
            "54010480"
            "01000000"
            "00000000"
            "01000000"
            "00000000"
            "00000000");
  EXPECT_EQ(read_remote_activation_reply(stub, 1)->result, REGDB_E_CLASSNOTREG);
  stub[stub.size() - 4] = 5;  // error_status_t
  EXPECT_EQ(read_remote_activation_reply(stub, 1)->result, E_ACCESSDENIED);
}

/// A stub of RemoteCreateInstance around properties.
std::string stub_around(const std::string& objref) {
  std::string stub;
  rpc::NdrWriter out(stub);
  OrpcThis{{5, 6}, 1, 0, kCausality, {}}.write(out);
  out.pointer(false);
  out.pointer();
  write_interface(out, objref);
  return stub;
}

void instantiation(rpc::NdrWriter& out) {
  out.guid(kClass);
  for (const std::uint32_t value : {0x14U, 0U, 0U, 2U, 0U}) out.u32(value);
  out.pointer();
  out.defer([&out] {
    out.conformance(2);
    for (const Guid& iid : request().iids) out.guid(iid);
  });
  out.u32(0);
  out.u32(0);
}

void scm_request(rpc::NdrWriter& out) {
  out.pointer(false);
  out.pointer();
  out.defer([&out] {
    out.u32(2);
    out.u16(2);
    out.pointer();
    out.defer([&out] {
      out.conformance(2);
      out.u16(7);
      out.u16(31);
    });
  });
}

TEST(Activation, OptionalProperties) {
  // All that Windows sends, an unknown one, and SpecialPropertiesData in either length.
  for (const int rest : {8, 10}) {
    BlobWriter blob;
    blob.add(clsid::kSpecialSystemProperties, [rest](rpc::NdrWriter& out) {
      for (int i = 0; i < 12 + rest; ++i) out.u32(0xFFFFFFFF);
    });
    blob.add(clsid::kInstantiationInfo, instantiation);
    blob.add(com_guid(0x1AF), [](rpc::NdrWriter& out) { out.u8(1); });
    blob.add(clsid::kSecurityInfo, [](rpc::NdrWriter& out) { out.octets("\1\2\3"); });
    blob.add(clsid::kScmRequestInfo, scm_request);
    const std::string stub = stub_around(blob.to_objref(BlobKind::kIn));
    expect_request(read_create_instance(stub));
    expect_only_whole(stub, read_create_instance);
  }
}

TEST(Activation, WrongProperties) {
  const auto code = [](const std::function<void(BlobWriter&)>& fill, BlobKind kind = BlobKind::kIn) {
    BlobWriter blob;
    fill(blob);
    const auto read = read_create_instance(stub_around(blob.to_objref(kind)));
    return read ? S_OK : read.error().code();
  };
  const auto context = [](const std::optional<std::string>& objref) {
    return [objref](rpc::NdrWriter& out) {
      for (int i = 0; i < 4; ++i) out.u32(0);
      if (out.pointer(objref.has_value())) out.defer([&out, objref] { write_interface(out, *objref); });
      out.pointer(false);
    };
  };
  const auto with_context = [&](const std::optional<std::string>& objref) {
    return code([&](BlobWriter& blob) {
      blob.add(clsid::kInstantiationInfo, instantiation);
      blob.add(clsid::kScmRequestInfo, scm_request);
      blob.add(clsid::kActivationContextInfo, context(objref));
    });
  };
  EXPECT_EQ(code([](BlobWriter& blob) { blob.add(clsid::kScmRequestInfo, scm_request); }), E_INVALIDARG);
  EXPECT_EQ(code([](BlobWriter& blob) { blob.add(clsid::kInstantiationInfo, instantiation); }), E_INVALIDARG);
  EXPECT_EQ(code([](BlobWriter&) {}), E_INVALIDARG);
  EXPECT_EQ(code([](BlobWriter& blob) {
              for (int i = 0; i < 2; ++i) blob.add(clsid::kScmRequestInfo, scm_request);
            }),
            E_INVALIDARG);
  EXPECT_EQ(code([](BlobWriter& blob) {
              for (std::uint32_t i = 0; i < 11; ++i) blob.add(com_guid(i), scm_request);
            }),
            E_INVALIDARG);
  EXPECT_EQ(code([](BlobWriter& blob) { blob.add(clsid::kInstantiationInfo, instantiation); }, BlobKind::kOut), RPC_E_INVALID_OBJREF);
  EXPECT_EQ(with_context({}), S_OK);
  EXPECT_EQ(with_context("MEOW"), RPC_E_INVALID_OBJREF);
  EXPECT_EQ(with_context(Objref{iid::kContext, RemoteObject{}}.to_octets()), RPC_E_INVALID_OBJREF);
  EXPECT_EQ(with_context(Objref{iid::kContext, CustomObject{clsid::kErrorObject, ""}}.to_octets()), RPC_E_INVALID_OBJREF);
  EXPECT_EQ(with_context(Objref{iid::kContext, CustomObject{clsid::kContextMarshaler, ""}}.to_octets()), S_OK);
}

TEST(Activation, PersistentState) {
  BlobWriter blob;
  blob.add(clsid::kInstantiationInfo, instantiation);
  blob.add(clsid::kScmRequestInfo, scm_request);
  blob.add(clsid::kInstanceInfo, [](rpc::NdrWriter& out) {
    out.pointer();
    out.defer([&out] { out.wide_string("file"); });
    out.u32(3);
    out.pointer(false);
    out.pointer();
    out.defer([&out] { write_interface(out, "storage"); });
  });
  const auto read = read_create_instance(stub_around(blob.to_objref(BlobKind::kIn)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->object_name, "file");
  EXPECT_TRUE(read->has_storage);
  EXPECT_EQ(read->mode, 3U);
}

TEST(ActivationBlob, Layout) {
  BlobWriter blob;
  blob.add(com_guid(1), [](rpc::NdrWriter& out) { out.u8(0xAB); });
  const std::string objref = blob.to_objref(BlobKind::kIn);
  EXPECT_EQ(hex(objref).substr(48),
            "3803000000000000c000000000000046"
            "00000000"
            "80000000"
            "78000000"
            "00000000"
            "01100800cccccccc"
            "5000000000000000"
            "78000000"
            "60000000"
            "00000000"
            "02000000"
            "01000000"
            "00000000000000000000000000000000"
            "00000200"
            "04000200"
            "00000000"
            "01000000"
            "0100000000000000c000000000000046"
            "01000000"
            "18000000"
            "00000000"
            "01100800cccccccc"
            "0800000000000000"
            "ab00000000000000");
}

}  // namespace
}  // namespace dcom
