// __SystemSecurity, inheritance of descriptors and RequiresEncryption, through a whole manager.
#include "manager/security_objects.h"

#include "manager/manager_testing.h"
#include "security/descriptor.h"

namespace manager {
namespace {

using security::SecurityDescriptor;
using testing::ScriptedSink;
using testing::TestManager;

constexpr const char* kUser = "S-1-5-21-1-2-3-1000";

class SecurityMethodTest : public ::testing::Test {
 protected:
  cim::ServicesPtr root(const std::string& name_space) { return manager_.connect(name_space); }
  static cim::Caller user(bool remote = true) {
    cim::Caller out;
    out.account = "user";
    out.uid = ::geteuid();
    out.sids = {kUser, "S-1-1-0", "S-1-5-11"};
    out.remote = remote;
    return out;
  }
  base::Hresult connect_code(const std::string& name_space, const cim::Caller& caller) {
    const auto services = manager_.manager->connect(name_space, caller, "");
    return services ? WBEM_S_NO_ERROR : services.error().code();
  }

  static base::Result<std::optional<cim::Instance>> call(cim::Services& services, const char* method,
                                                         const std::optional<cim::Instance>& in = {}) {
    return cim::ExecMethod(services, "__SystemSecurity", method, in);
  }
  static std::string get_sd(cim::Services& services) {
    const auto out = call(services, "GetSD");
    if (!out) return out.error().to_string();
    std::string octets;
    const cim::Value value = (*out)->value("SD");
    for (const cim::Value& octet : *value.as_array()) octets += static_cast<char>(*octet.as_uint());
    const auto descriptor = SecurityDescriptor::parse(octets);
    return descriptor ? *descriptor->to_sddl() : descriptor.error().to_string();
  }
  static base::Status set_octets(cim::Services& services, std::string_view octets) {
    const auto cls = cim::GetObject(services, "__SystemSecurity");
    cim::InstanceBuilder in(cls->cls()->method("SetSD")->in);
    EXPECT_TRUE(in.set("sd", octets_value(octets)).ok());
    const auto out = call(services, "SetSD", in.build());
    if (!out) return out.error();
    EXPECT_EQ((*out)->value("ReturnValue"), cim::Value::uint(0));
    return {};
  }
  static base::Status set_sd(cim::Services& services, std::string_view sddl) {
    return set_octets(services, SecurityDescriptor::from_sddl(sddl)->to_octets());
  }
  static base::Status put(cim::Services& services, const char* cls_name, std::string_view name, std::vector<cim::Qualifier> qualifiers) {
    const auto cls = cim::GetObject(services, cls_name);
    cim::InstanceBuilder row(cls->cls());
    if (!name.empty()) TRY(row.set("Name", cim::Value::text(std::string(name))));
    for (cim::Qualifier& q : qualifiers) TRY(row.put_qualifier(std::move(q)));
    TRY(cim::PutInstance(services, row.build()));
    return {};
  }
  static cim::Qualifier sddl(std::string_view text) {
    return {"NamespaceSecuritySDDL", {cim::CimType::kString, false}, cim::Value::text(std::string(text)), 0};
  }
  static cim::Qualifier encryption(bool on) { return {"RequiresEncryption", {cim::CimType::kBoolean, false}, cim::Value::boolean(on), 0}; }

  TestManager manager_;
};

constexpr const char* kInheritedDefault =
    "O:BAG:BAD:AI(A;CIID;CCDCRP;;;AU)(A;CIID;CCDCRP;;;LS)(A;CIID;CCDCRP;;;NS)(A;CIID;CCDCLCSWRPWPDTLORCWD;;;BA)";

TEST_F(SecurityMethodTest, TellsAndChangesTheDescriptor) {
  const auto cimv2 = root("root\\cimv2");
  EXPECT_EQ(get_sd(*root("root")), "O:BAG:BAD:(A;CI;CCDCRP;;;AU)(A;CI;CCDCRP;;;LS)(A;CI;CCDCRP;;;NS)(A;CI;CCDCLCSWRPWPDTLORCWD;;;BA)");
  EXPECT_EQ(get_sd(*cimv2), kInheritedDefault);
  ASSERT_TRUE(set_sd(*cimv2, "O:SYG:SYD:(A;;CC;;;WD)").ok());
  EXPECT_EQ(get_sd(*cimv2),
            "O:SYG:SYD:AI(A;;CC;;;WD)(A;CIID;CCDCRP;;;AU)(A;CIID;CCDCRP;;;LS)(A;CIID;CCDCRP;;;NS)"
            "(A;CIID;CCDCLCSWRPWPDTLORCWD;;;BA)");
  ASSERT_TRUE(set_sd(*cimv2, "O:SYG:SYD:PAI(A;;CC;;;WD)").ok());
  EXPECT_EQ(get_sd(*cimv2), "O:SYG:SYD:PAI(A;;CC;;;WD)") << "protected: nothing is inherited";
  EXPECT_EQ(get_sd(*root("root\\cimv2")), "O:SYG:SYD:PAI(A;;CC;;;WD)") << "and for a new connection";
}

TEST_F(SecurityMethodTest, DecidesWhoMayConnect) {
  EXPECT_EQ(connect_code("root\\cimv2", user()), WBEM_E_ACCESS_DENIED) << "no REMOTE_ENABLE by default";
  EXPECT_EQ(connect_code("root\\cimv2", user(false)), WBEM_S_NO_ERROR);
  const auto cimv2 = root("root\\cimv2");
  ASSERT_TRUE(set_sd(*cimv2, std::string("O:BAG:BAD:(A;;CCWP;;;") + kUser + ")").ok());
  const auto remote = manager_.connect("root\\cimv2", user());
  ASSERT_NE(remote, nullptr);
  EXPECT_TRUE(cim::GetObject(*remote, "Win32_Process").has_value());
  EXPECT_EQ(connect_code("root\\default", user()), WBEM_E_ACCESS_DENIED) << "another namespace";
  EXPECT_EQ(cim::GetObject(*remote, "\\\\.\\root\\default:__EventFilter").error().code(), WBEM_E_ACCESS_DENIED) << "nor by a path";
  ASSERT_TRUE(set_sd(*cimv2, std::string("O:BAG:BAD:P(D;;CC;;;") + kUser + ")(A;;CC;;;WD)").ok());
  EXPECT_EQ(connect_code("root\\cimv2", user(false)), WBEM_E_ACCESS_DENIED);
  EXPECT_TRUE(cim::GetObject(*remote, "Win32_Process").has_value()) << "rights were computed when it connected";
}

TEST_F(SecurityMethodTest, TakesItsRights) {
  const auto local = manager_.connect("root\\cimv2", user(false));
  EXPECT_EQ(call(*local, "GetSD").error().code(), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(call(*local, "GetSecurityDescriptor").error().code(), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(set_sd(*local, "O:BAG:BAD:(A;;CC;;;WD)").code(), WBEM_E_ACCESS_DENIED);
  const auto rights = call(*local, "GetCallerAccessRights");
  ASSERT_TRUE(rights.has_value());
  EXPECT_EQ((*rights)->value("rights"), cim::Value::sint(0x13));
  ASSERT_TRUE(set_sd(*root("root\\cimv2"), std::string("O:BAG:BAD:P(A;;CCDCRCWD;;;") + kUser + ")").ok());
  const auto manager = manager_.connect("root\\cimv2", user(false));
  ASSERT_TRUE(set_sd(*manager, "O:BAG:BAD:P(A;;CC;;;WD)").ok()) << "READ_CONTROL and WRITE_DAC without being administrator";
  EXPECT_EQ(get_sd(*root("root\\cimv2")), "O:BAG:BAD:P(A;;CC;;;WD)");
}

TEST_F(SecurityMethodTest, RefusesWhatIsNoDescriptorAndLeavesNoTrace) {
  const auto cimv2 = root("root\\cimv2");
  const std::string good = SecurityDescriptor::from_sddl("O:BAG:BAD:(A;;CC;;;WD)")->to_octets();
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(set_octets(*cimv2, std::string_view(good).substr(0, size)).code(), WBEM_E_INVALID_PARAMETER) << size;
  EXPECT_EQ(set_sd(*cimv2, "O:BAG:BA").code(), WBEM_E_NULL_SECURITY_DESCRIPTOR);
  EXPECT_EQ(set_sd(*cimv2, "O:BAD:(A;;CC;;;WD)").code(), WBEM_E_INVALID_PARAMETER) << "no group";
  EXPECT_EQ(set_sd(*cimv2, "G:BAD:(A;;CC;;;WD)").code(), WBEM_E_INVALID_PARAMETER) << "no owner";
  EXPECT_EQ(call(*cimv2, "SetSD").error().code(), WBEM_E_INVALID_METHOD_PARAMETERS);
  EXPECT_EQ(call(*cimv2, "SetSecurityDescriptor").error().code(), WBEM_E_INVALID_METHOD_PARAMETERS);
  EXPECT_EQ(call(*cimv2, "Get9XUserList").error().code(), WBEM_E_NOT_SUPPORTED);
  EXPECT_EQ(call(*cimv2, "GetSSD").error().code(), WBEM_E_INVALID_METHOD);
  EXPECT_EQ(cim::ExecMethod(*cimv2, "__SystemSecurity.X=1", "GetSD", {}).error().code(), WBEM_E_INVALID_OBJECT_PATH);
  EXPECT_EQ(get_sd(*cimv2), kInheritedDefault);
}

TEST_F(SecurityMethodTest, SpeaksInObjectsToo) {
  const auto cimv2 = root("root\\cimv2");
  ASSERT_TRUE(set_sd(*cimv2, "O:SYG:BAD:P(D;CI;DC;;;S-1-5-21-1-2-3-1000)(A;;CC;;;WD)S:(AU;SA;CC;;;WD)").ok());
  const std::string before = get_sd(*cimv2);
  const auto out = call(*cimv2, "GetSecurityDescriptor");
  ASSERT_TRUE(out.has_value()) << out.error().to_string();
  const cim::Value object = (*out)->value("Descriptor");
  const cim::Instance& descriptor = (*object.as_object())->instance();
  EXPECT_EQ((*descriptor.value("Owner").as_object())->instance().value("Name"), cim::Value::text("SYSTEM"));
  ASSERT_TRUE(set_sd(*cimv2, "O:BAG:BAD:P(A;;CC;;;WD)").ok());

  const auto set = [&](const cim::Instance& value) {
    const auto cls = cim::GetObject(*cimv2, "__SystemSecurity");
    cim::InstanceBuilder in(cls->cls()->method("SetSecurityDescriptor")->in);
    EXPECT_TRUE(in.set("Descriptor", cim::Value::object(std::make_shared<const cim::Object>(value))).ok());
    const auto done = call(*cimv2, "SetSecurityDescriptor", in.build());
    return done ? WBEM_S_NO_ERROR : done.error().code();
  };
  EXPECT_EQ(set(descriptor), WBEM_S_NO_ERROR);
  EXPECT_EQ(get_sd(*cimv2), before);
  cim::InstanceBuilder broken(descriptor);
  ASSERT_TRUE(broken.set("DACL", cim::Value()).ok());
  EXPECT_EQ(set(broken.build()), WBEM_E_NULL_SECURITY_DESCRIPTOR);
  broken = cim::InstanceBuilder(descriptor);
  ASSERT_TRUE(broken.set("Owner", cim::Value()).ok());
  EXPECT_EQ(set(broken.build()), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(get_sd(*cimv2), before);
}

TEST_F(SecurityMethodTest, NamesATrusteeInThreeWays) {
  const auto cimv2 = root("root\\cimv2");
  const auto trustee_cls = cim::GetObject(*cimv2, "__Trustee")->cls();
  const auto trustee = [&](const char* property, const cim::Value& value) {
    cim::InstanceBuilder descriptor(cim::GetObject(*cimv2, "__SecurityDescriptor")->cls());
    cim::InstanceBuilder owner(trustee_cls);
    EXPECT_TRUE(owner.set(property, value).ok());
    EXPECT_TRUE(descriptor.set("Owner", cim::Value::object(std::make_shared<const cim::Object>(owner.build()))).ok());
    const auto out = descriptor_of_object(descriptor.build());
    return out ? out->owner->to_string() : out.error().text();
  };
  EXPECT_EQ(trustee("Name", cim::Value::text("Administrators")), "S-1-5-32-544");
  EXPECT_EQ(trustee("SIDString", cim::Value::text("S-1-5-18")), "S-1-5-18");
  EXPECT_EQ(trustee("SID", octets_value(std::string("\1\1\0\0\0\0\0\5\x0b\0\0\0", 12))), "S-1-5-11");
  for (const auto& [property, value] : {std::pair{"Name", cim::Value::text("nobody at all")}, std::pair{"SIDString", cim::Value::text("S")},
                                        std::pair{"SID", octets_value("\1\1")}, std::pair{"Domain", cim::Value::text("X")}})
    EXPECT_EQ(trustee(property, value), "the security descriptor's Owner names nobody");
}

TEST_F(SecurityMethodTest, ChildrenInheritNowAndLater) {
  ASSERT_TRUE(put(*root("root\\cimv2"), "__Namespace", "Deep", {}).ok());
  ASSERT_TRUE(put(*root("root\\cimv2"), "__Namespace", "Own", {sddl("O:SYG:SYD:(A;CI;DC;;;SY)")}).ok());
  ASSERT_TRUE(put(*root("root\\cimv2"), "__Namespace", "Closed", {sddl("O:SYG:SYD:P(A;;CC;;;SY)")}).ok());
  ASSERT_TRUE(set_sd(*root("root"), "O:BAG:BAD:(A;CI;CC;;;WD)(A;;DC;;;WD)(A;CINPIO;LC;;;AU)").ok());
  EXPECT_EQ(get_sd(*root("root\\cimv2")), "O:BAG:BAD:AI(A;CIID;CC;;;WD)(A;NPID;LC;;;AU)");
  EXPECT_EQ(get_sd(*root("root\\cimv2\\Deep")), "O:BAG:BAD:AI(A;CIID;CC;;;WD)");
  EXPECT_EQ(get_sd(*root("root\\cimv2\\Own")), "O:SYG:SYD:AI(A;CI;DC;;;SY)(A;CIID;CC;;;WD)");
  EXPECT_EQ(get_sd(*root("root\\cimv2\\Closed")), "O:SYG:SYD:P(A;;CC;;;SY)");
  ASSERT_TRUE(put(*root("root\\cimv2"), "__Namespace", "Later", {}).ok());
  EXPECT_EQ(get_sd(*root("root\\cimv2\\Later")), "O:BAG:BAD:AI(A;CIID;CC;;;WD)");
  ASSERT_TRUE(set_sd(*root("root"), "O:BAG:BAD:(A;;CC;;;WD)").ok());
  EXPECT_EQ(get_sd(*root("root\\cimv2\\Deep")), "O:BAG:BAD:AI") << "what was inherited goes again";
  EXPECT_EQ(get_sd(*root("root\\cimv2\\Own")), "O:SYG:SYD:AI(A;CI;DC;;;SY)");
  EXPECT_EQ(connect_code("root\\cimv2", user(false)), WBEM_E_ACCESS_DENIED);
}

TEST_F(SecurityMethodTest, QualifiersOfANamespaceSayTheSame) {
  const auto cimv2 = root("root\\cimv2");
  EXPECT_EQ(put(*cimv2, "__Namespace", "Bad", {sddl("nonsense")}).code(), WBEM_E_INVALID_PARAMETER);
  EXPECT_EQ(put(*cimv2, "__Namespace", "Bad", {sddl("O:BAG:BA")}).code(), WBEM_E_NULL_SECURITY_DESCRIPTOR);
  EXPECT_EQ(connect_code("root\\cimv2\\Bad", manager_.manager->local_caller()), WBEM_E_INVALID_NAMESPACE);
  const auto row = [&](const char* name) {
    const auto found = cim::GetObject(*cimv2, fmt::format("__Namespace.Name=\"{}\"", name));
    return std::string(found->instance()->own_qualifiers().text("NamespaceSecuritySDDL"));
  };
  cim::Qualifier array = sddl("");
  array.type.array = true;
  array.value = cim::Value::array({cim::Value::text("O:BAG:BAD:P(A;;CC;;;WD)")});
  ASSERT_TRUE(put(*cimv2, "__Namespace", "A", {array}).ok());
  EXPECT_EQ(row("A"), "O:BAG:BAD:P(A;;CC;;;WD)");
  ASSERT_TRUE(set_sd(*root("root\\cimv2\\A"), "O:BAG:BAD:P(A;;DC;;;WD)").ok());
  EXPECT_EQ(row("A"), "O:BAG:BAD:P(A;;DC;;;WD)");
  ASSERT_TRUE(put(*cimv2, "__Namespace", "a", {}).ok());
  EXPECT_EQ(row("A"), "O:BAG:BAD:P(A;;DC;;;WD)") << "a put without the qualifier changes nothing";
  ASSERT_TRUE(put(*cimv2, "__Namespace", "A", {sddl("O:BAG:BAD:P(A;;CC;;;SY)")}).ok());
  EXPECT_EQ(get_sd(*root("root\\cimv2\\A")), "O:BAG:BAD:P(A;;CC;;;SY)");

  ASSERT_TRUE(set_sd(*cimv2, std::string("O:BAG:BAD:(A;;CCLC;;;") + kUser + ")").ok());
  const auto writer = manager_.connect("root\\cimv2", user(false));
  EXPECT_EQ(put(*writer, "__Namespace", "A", {sddl("O:BAG:BAD:(A;;CC;;;WD)")}).code(), WBEM_E_ACCESS_DENIED) << "WRITE_DAC on the child";
  EXPECT_EQ(put(*writer, "__Namespace", "A", {encryption(false)}).code(), WBEM_E_ACCESS_DENIED);
  EXPECT_EQ(put(*writer, "__SystemSecurity", "", {encryption(true)}).code(), WBEM_E_ACCESS_DENIED);
  EXPECT_TRUE(put(*writer, "__Namespace", "B", {}).ok()) << "creating takes FULL_WRITE on the parent";
}

TEST_F(SecurityMethodTest, RequiresEncryption) {
  const auto cimv2 = root("root\\cimv2");
  EXPECT_FALSE(cimv2->requires_encryption());
  ASSERT_TRUE(put(*cimv2, "__Namespace", "Secret", {encryption(true)}).ok());
  EXPECT_TRUE(root("root\\cimv2\\Secret")->requires_encryption());
  ASSERT_TRUE(put(*root("root\\cimv2\\Secret"), "__Namespace", "Below", {}).ok());
  EXPECT_FALSE(root("root\\cimv2\\Secret\\Below")->requires_encryption());
  cim::Caller admin = user();
  admin.sids.emplace_back("S-1-5-32-544");
  const auto remote = manager_.connect("root\\cimv2", admin);
  EXPECT_EQ(cim::GetObject(*remote, "\\\\.\\root\\cimv2\\Secret:__EventFilter").error().code(), WBEM_E_ACCESS_DENIED)
      << "not past the namespace that asks for it";
  EXPECT_TRUE(cim::GetObject(*manager_.connect("root\\cimv2\\Secret", admin), "__EventFilter").has_value());
  ASSERT_TRUE(put(*root("root\\cimv2\\Secret"), "__SystemSecurity", "", {encryption(false)}).ok());
  EXPECT_FALSE(root("root\\cimv2\\Secret")->requires_encryption());
  ASSERT_TRUE(put(*cimv2, "__SystemSecurity", "", {encryption(true)}).ok());
  EXPECT_TRUE(root("root\\cimv2")->requires_encryption());
  EXPECT_EQ(put(*cimv2, "__SystemSecurity", "", {}).code(), WBEM_E_INVALID_OPERATION);
}

TEST_F(SecurityMethodTest, IsKeptAndRunsAsynchronously) {
  const auto cimv2 = root("root\\cimv2");
  const auto cls = cim::GetObject(*cimv2, "__SystemSecurity");
  cim::InstanceBuilder in(cls->cls()->method("SetSD")->in);
  ASSERT_TRUE(in.set("sd", octets_value(SecurityDescriptor::from_sddl("O:BAG:BAD:P(A;;CC;;;WD)")->to_octets())).ok());
  const auto sink = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(cimv2->ExecMethodAsync("__SystemSecurity", "SetSD", in.build(), {}, sink).ok());
  ASSERT_TRUE(sink->wait());
  EXPECT_EQ(sink->lines(), (std::vector<std::string>{"rows 1", "complete 0x00000000"}));
  const auto refused = std::make_shared<ScriptedSink>();
  ASSERT_TRUE(cimv2->ExecMethodAsync("__SystemSecurity", "SetSD", std::nullopt, {}, refused).ok());
  EXPECT_EQ(refused->code(), WBEM_E_INVALID_METHOD_PARAMETERS);
  EXPECT_TRUE(refused->objects().empty());

  manager_.services.reset();
  manager_.manager.reset();
  Options options;
  options.directory = manager_.directory();
  options.server_name = "TESTHOST";
  manager_.manager = *Manager::open(std::move(options), {});
  EXPECT_EQ(get_sd(*root("root\\cimv2")), "O:BAG:BAD:P(A;;CC;;;WD)");
}

}  // namespace
}  // namespace manager
