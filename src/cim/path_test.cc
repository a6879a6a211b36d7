#include "cim/path.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/utf.h"

namespace cim {
namespace {

ObjectPath parsed(std::string_view text) {
  auto path = ObjectPath::parse(text);
  EXPECT_TRUE(path.has_value()) << text << ": " << (path ? "" : path.error().text());
  return path ? *path : ObjectPath();
}

std::string error_of(std::string_view text) {
  auto path = ObjectPath::parse(text);
  EXPECT_EQ(split_path(text).has_value(), path.has_value()) << text;
  if (path) return "none";
  EXPECT_EQ(path.error().code(), WBEM_E_INVALID_OBJECT_PATH);
  return path.error().text();
}

TEST(ObjectPath, Classes) {
  const ObjectPath full = parsed(R"(\\Admin\Root\CimV2:Win32_LogicalDisk)");
  EXPECT_EQ(full.server, "Admin");
  EXPECT_EQ(full.name_space, R"(Root\CimV2)");
  EXPECT_EQ(full.class_name, "Win32_LogicalDisk");
  EXPECT_TRUE(full.is_class());
  EXPECT_EQ(parsed("//./root/cimv2:X").to_string(), R"(\\.\root\cimv2:X)");
  EXPECT_EQ(parsed(R"(root\cimv2:X)").name_space, R"(root\cimv2)");
  EXPECT_EQ(parsed("__SystemSecurity").class_name, "__SystemSecurity");
  EXPECT_EQ(parsed("Größe_1").class_name, "Größe_1");
  EXPECT_EQ(parsed(":X").class_name, "X");
  EXPECT_EQ(parsed(R"(\\[fe80::1]\root:X)").server, "[fe80::1]");
  EXPECT_EQ(parsed(R"(\\host-1.example.org\root\ms_409:X)").server, "host-1.example.org");
}

TEST(ObjectPath, Namespaces) {
  EXPECT_EQ(parsed(R"(\\.\root)").name_space, "root");
  EXPECT_EQ(parsed(R"(\\.\root)").class_name, "");
  EXPECT_EQ(parsed(R"(\\.\root)").to_string(), R"(\\.\root)");
  EXPECT_EQ(parsed("root/cimv2/ms_409").name_space, R"(root\cimv2\ms_409)");
  EXPECT_EQ(parsed(R"(\\server)").server, "server");
  EXPECT_EQ(parsed(R"(\\server)").to_string(), R"(\\server)");
}

TEST(ObjectPath, KeysOfEveryKind) {
  const ObjectPath keys = parsed(R"(C.A="x\\y\"z'",b=-5,c=tRUE,d='a"b\'',e=18446744073709551615,f=+7)");
  ASSERT_EQ(keys.keys.size(), 6U);
  EXPECT_EQ(keys.keys[0].name, "A");
  EXPECT_EQ(keys.keys[0].value, Value::text("x\\y\"z'"));
  EXPECT_EQ(keys.keys[1].value, Value::sint(-5));
  EXPECT_EQ(keys.keys[2].value, Value::boolean(true));
  EXPECT_EQ(keys.keys[3].value, Value::text("a\"b'"));
  EXPECT_EQ(keys.keys[4].value, Value::uint(18446744073709551615U));
  EXPECT_EQ(keys.keys[5].value, Value::uint(7));
  EXPECT_EQ(keys.relative(), R"(C.A="x\\y\"z'",b=-5,c=TRUE,d="a\"b'",e=18446744073709551615,f=7)");
  EXPECT_EQ(parsed(R"(C="v")").keys[0].name, "");
  EXPECT_EQ(parsed(R"(C="v")").to_string(), R"(C="v")");
  EXPECT_TRUE(parsed("C=@").singleton);
  EXPECT_TRUE(parsed("C=@").is_instance());
  EXPECT_EQ(parsed("C=@").to_string(), "C=@");
  EXPECT_EQ(parsed("C=-9223372036854775808").keys[0].value, Value::sint(std::numeric_limits<std::int64_t>::min()));
}

TEST(ObjectPath, Escapes) {
  EXPECT_EQ(parsed(R"(C="\n\t\r\a\b\f\v\x41\x0416\"")").keys[0].value, Value::text("\n\t\r\a\b\f\vAЖ\""));
  EXPECT_EQ(parsed(R"(C="\xD83D\xDE00")").keys[0].value, Value::text("😀"));
  EXPECT_EQ(parsed(R"(C="\x1g")").keys[0].value, Value::text("\x01g"));
  const ObjectPath odd{"",
                       "",
                       "C",
                       false,
                       {{"", Value::text("\x01"
                                         "1\n\x1F")}}};
  EXPECT_EQ(odd.to_string(), R"(C="\x00011\x000A\x001F")");
  EXPECT_EQ(parsed(odd.to_string()).keys[0].value, odd.keys[0].value);
}

TEST(ObjectPath, ReferencesAndDatetimes) {
  const ObjectPath path =
      parsed(R"(CIM_DirectoryContainsFile.GroupComponent="\\\\.\\root\\cimv2:D.Name=\"c:\\\\\"",T=20240229000000.000000+***)");
  ASSERT_EQ(path.keys.size(), 2U);
  EXPECT_EQ(*path.keys[0].value.as_text(), R"(\\.\root\cimv2:D.Name="c:\\")");
  EXPECT_EQ(*parsed(*path.keys[0].value.as_text()).keys[0].value.as_text(), R"(c:\)");
  EXPECT_EQ(path.keys[1].value, Value::text("20240229000000.000000+***"));
}

TEST(ObjectPath, TellsWhereAndWhatWasExpected) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "position 1: expected a class name, found the end"},
      {R"(\\)", "position 3: expected a server name"},
      {R"(\\\root:C)", "position 3: expected a server name"},
      {R"(\\.\)", "position 5: expected a namespace"},
      {R"(\\.\root\:C)", "position 10: expected the name of a namespace, found ':'"},
      {R"(\\.\root.C=1)", "position 9: expected ':' and a class name"},
      {R"(\\.:C)", "position 4: expected a server name and a slash"},
      {R"(\root:C)", "position 1: expected the name of a namespace"},
      {R"(root\cimv2:)", "position 12: expected a class name, found the end"},
      {R"(root\\cimv2:C)", "position 6: expected the name of a namespace"},
      {"1C", "position 1: expected a class name"},
      {"My-Class", "position 3: expected '.', '=' or the end"},
      {"C ", "position 2: expected '.' or '='"},
      {"C.", "position 3: expected the name of a key"},
      {"C.a", "position 4: expected '='"},
      {"C.a=", "position 5: expected a value, found the end"},
      {"C.a=1,", "position 7: expected the name of a key"},
      {"C.a=1;b=2", "position 6: expected ',' or the end"},
      {"C.a= 1", "position 5: expected a value: text in quotes"},
      {"C.a=0x10", "position 6: expected ',' or the end behind a decimal number"},
      {"C.a=1.5", "position 6"},
      {"C.a=-", "position 6: expected a digit"},
      {"C.a=abc", "position 5: expected a value"},
      {"C.a=18446744073709551616", "position 5: expected a number of at most 64 bits"},
      {"C.a=-9223372036854775809", "expected a number of at most 64 bits"},
      {"C.a=\"x", "position 7: expected the closing \""},
      {"C.a=\"x\"y", "position 8: expected ',' or the end"},
      {"C.a=\"x\ny\"", "position 7: expected no control character"},
      {R"(C.a="C:\Windows")", "position 9: expected an escape: \\\\ for a backslash"},
      {R"(C.a="\xg")", "position 8: expected hexadecimal digits"},
      {"C.a=\"\\", "position 7: expected an escape"},
      {"C=1,2", "position 4: expected the end (a second key needs the names of both)"},
      {"C=@x", "position 3: expected a value"},
      {"C.a=@", "position 5: expected a value"},
      {"Größe.ü=\"ä\"x", "position 12: expected ',' or the end, found 'x'"},
      {"C=\"\xFF\"", "position 4: expected text in UTF-8, found the octet 0xFF"},
      {std::string("C\0", 2), "position 2: expected '.' or '=' behind the class name, found the control character U+0000"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_NE(error_of(text).find(expected), std::string::npos) << text << " -> " << error_of(text) << "\n  wanted " << expected;
  }
}

TEST(ObjectPath, LengthLimit) {
  const std::string longest = "C=\"" + std::string(8188, 'x') + "\"";
  EXPECT_TRUE(ObjectPath::parse(longest).has_value());
  EXPECT_EQ(ObjectPath::parse("C" + longest).error().code(), WBEM_E_QUOTA_VIOLATION);
  EXPECT_EQ(split_path("C" + longest).error().code(), WBEM_E_QUOTA_VIOLATION);
  std::string umlauts = "C=\"";
  for (int i = 0; i < 8188; ++i) umlauts += "ä";
  EXPECT_TRUE(ObjectPath::parse(umlauts + "\"").has_value());
}

TEST(ObjectPath, SplitsWithoutCopying) {
  const auto parts = split_path(R"(//SRV/root/cimv2:C.a=1,b="x")");
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->server, "SRV");
  EXPECT_EQ(parts->name_space, "root/cimv2");
  EXPECT_EQ(parts->class_name, "C");
  EXPECT_EQ(parts->keys, R"(.a=1,b="x")");
  EXPECT_TRUE(split_path("C=@")->singleton);
  EXPECT_TRUE(split_path("C")->is_class());
}

TEST(ObjectPath, Compares) {
  const auto same = [](std::string_view a, std::string_view b) { return same_path(parsed(a), parsed(b), "HOST"); };
  EXPECT_TRUE(same(R"(\\host\root\cimv2:C.a="X",b=1)", R"(//./ROOT/CIMV2:c.B=1,A='x')"));
  EXPECT_TRUE(same(R"(root:C="x")", R"(\\.\root:C.Name='X')"));
  EXPECT_TRUE(same("C=1", "C=01"));
  EXPECT_FALSE(same("C=1", "C=2"));
  EXPECT_FALSE(same("C=1", "D=1"));
  EXPECT_FALSE(same("C", "C=@"));
  EXPECT_FALSE(same("C=@", "C=\"@\""));
  EXPECT_FALSE(same(R"(\\other\root:C)", R"(\\host\root:C)"));
  EXPECT_FALSE(same(R"(root:C)", R"(root\cimv2:C)"));
  EXPECT_FALSE(same("C.a=1,b=2", "C.a=2,b=1"));
  EXPECT_FALSE(same(R"(C.a="x,b=\"y\"")", R"(C.a="x",b="y")"));
}

TEST(Identifier, Valid) {
  for (const char* name : {"a", "_", "__PATH", "Win32_Process", "a1", "Ünï", "日本"}) EXPECT_TRUE(valid_identifier(name)) << name;
  for (const char* name : {"", "1a", "a b", "a-b", "a.b", "a\xFF", "😀", " a"}) EXPECT_FALSE(valid_identifier(name)) << name;
}

ClassBuilder with_keys(const std::vector<std::pair<std::string, Type>>& keys) {
  ClassBuilder builder("Test");
  for (const auto& [name, type] : keys) {
    EXPECT_TRUE(builder.put_property(name, type, {}, type.base == CimType::kReference ? "ref:Other" : "").ok());
    EXPECT_TRUE(builder.put_property_qualifier(name, Qualifier{"key", {CimType::kBoolean}, Value::boolean(true), 0}).ok());
  }
  EXPECT_TRUE(builder.put_property("Other", {CimType::kString}).ok());
  builder.set_decoration("HOST", "root\\cimv2");
  return builder;
}

ClassPtr class_of(const std::vector<std::pair<std::string, Type>>& keys) { return *with_keys(keys).build(); }

/// Both ways from text must agree.
base::Result<std::string> key_of(const ClassPtr& cls, std::string_view text) {
  std::string slow;
  std::string fast;
  const base::Status status = canonical_key(*cls, parsed(text), slow);
  const base::Status quick = canonical_key(*cls, *split_path(text), fast);
  EXPECT_EQ(status.code(), quick.code()) << text;
  EXPECT_EQ(status.text(), quick.text()) << text;
  if (!status.ok()) return base::fail(status);
  EXPECT_EQ(slow, fast) << text;
  return slow;
}

std::string key_of_values(const ClassPtr& cls, const std::vector<Value>& values) {
  InstanceBuilder builder(cls);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Property& key = cls->properties()[cls->keys()[i]];
    const base::Status status = builder.set(key, values[i]);
    EXPECT_TRUE(status.ok()) << status.text();
  }
  std::string out;
  const base::Status status = canonical_key(builder.build().view(), out);
  EXPECT_TRUE(status.ok()) << status.text();
  return out;
}

constexpr Type kText{CimType::kString};
constexpr Type kReference{CimType::kReference};
constexpr Type kUint32{CimType::kUint32};

TEST(CanonicalKey, OneForEverySpelling) {
  const ClassPtr cls = class_of({{"Name", kText}, {"Id", kUint32}});
  const std::string expected(
      "ABC\0"
      "5\0",
      6);
  EXPECT_EQ(*key_of(cls, "Test.Name=\"abc\",Id=5"), expected);
  EXPECT_EQ(*key_of(cls, "TEST.id=05,NAME='aBc'"), expected);
  EXPECT_EQ(*key_of(cls, R"(\\x\root:Test.Name="\x0061bc",Id="5")"), expected);
  EXPECT_EQ(key_of_values(cls, {Value::text("Abc"), Value::uint(5)}), expected);
  EXPECT_EQ(*key_of(cls, "Test.Name=\"äΩ\",Id=5"), key_of_values(cls, {Value::text("Äω"), Value::uint(5)}));
  EXPECT_EQ(*key_of(cls, "Test.Name=\"ä\",Id=5"), key_of_values(cls, {Value::text("Ä"), Value::uint(5)}));
  EXPECT_EQ(*key_of(cls, "Test.Name=007,Id=5"), *key_of(cls, "Test.Name=\"7\",Id=5"));
}

TEST(CanonicalKey, EveryType) {
  const std::tuple<CimType, const char*, Value, const char*> cases[] = {
      {CimType::kSint8, "-128", Value::sint(-128), "-128"},
      {CimType::kUint8, "255", Value::uint(255), "255"},
      {CimType::kSint16, "-32768", Value::sint(-32768), "-32768"},
      {CimType::kUint16, "65535", Value::uint(65535), "65535"},
      {CimType::kSint32, "-2147483648", Value::sint(-2147483648LL), "-2147483648"},
      {CimType::kUint32, "4294967295", Value::uint(4294967295U), "4294967295"},
      {CimType::kSint64, "-9223372036854775808", Value::sint(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808"},
      {CimType::kUint64, "18446744073709551615", Value::uint(18446744073709551615U), "18446744073709551615"},
      {CimType::kChar16, "65", Value::uint(65), "65"},
      {CimType::kChar16, "\"A\"", Value::uint(65), "65"},
      {CimType::kBoolean, "true", Value::boolean(true), "1"},
      {CimType::kBoolean, "FALSE", Value::boolean(false), "0"},
      {CimType::kSint32, "-0", Value::sint(0), "0"},
      {CimType::kDatetime, "20240229000000.000000-***", Value::text("20240229000000.000000+***"), "20240229000000.000000+***"},
      {CimType::kString, "true", Value::text("True"), "TRUE"},
  };
  for (const auto& [type, text, value, expected] : cases) {
    const ClassPtr cls = class_of({{"K", {type}}});
    const std::string wanted = std::string(expected) + '\0';
    EXPECT_EQ(*key_of(cls, fmt::format("Test={}", text)), wanted);
    EXPECT_EQ(*key_of(cls, fmt::format("Test.k={}", text)), wanted);
    EXPECT_EQ(key_of_values(cls, {value}), wanted) << text;
  }
}

TEST(CanonicalKey, Refuses) {
  const ClassPtr one = class_of({{"Id", {CimType::kUint8}}});
  const ClassPtr two = class_of({{"A", kText}, {"B", kUint32}});
  const std::tuple<ClassPtr, const char*, const char*> cases[] = {
      {one, "Test", "expected the keys of an instance"},
      {one, "Test=@", "it is no singleton"},
      {one, "Test=256", "out of range"},
      {one, "Test=-1", "out of range"},
      {one, "Test=\"x\"", "expected a whole number"},
      {one, "Test=TRUE", "cannot use TRUE"},
      {one, "Test.Name=1", "key Id is missing"},
      {one, "Test.Id=1,Name=2", "Name is no key (its keys: Id)"},
      {one, "Test.Id=1,id=2", "key Id is given twice"},
      {two, "Test=\"x\"", "expected the names of its 2 keys (A, B)"},
      {two, "Test.A=\"x\"", "key B is missing"},
      {two, "Test.A=\"x\",B=1,C=2", "C is no key"},
      {two, "Test.A=\"x\",B=1,a=\"x\"", "key A is given twice"},
      {two, "Test.A=\"x\",C=1", "key B is missing"},
  };
  for (const auto& [cls, text, expected] : cases) {
    const auto key = key_of(cls, text);
    ASSERT_FALSE(key.has_value()) << text;
    EXPECT_EQ(key.error().code(), WBEM_E_INVALID_OBJECT_PATH);
    EXPECT_NE(key.error().text().find(expected), std::string::npos) << text << ": " << key.error().text();
  }
}

TEST(CanonicalKey, Singleton) {
  ClassBuilder builder("Test");
  ASSERT_TRUE(builder.put_property("Other", kText).ok());
  ASSERT_TRUE(builder.put_qualifier(Qualifier{"singleton", {CimType::kBoolean}, Value::boolean(true), 0}).ok());
  const ClassPtr cls = *builder.build();
  EXPECT_EQ(*key_of(cls, "Test=@"), "@");
  EXPECT_EQ(key_of_values(cls, {}), "@");
  EXPECT_NE(key_of(cls, "Test=1").error().text().find("it is a singleton"), std::string::npos);
}

TEST(CanonicalKey, NullKeys) {
  const ClassPtr cls = class_of({{"Name", kText}});
  InstanceBuilder builder(cls);
  std::string out;
  EXPECT_EQ(canonical_key(builder.build().view(), out).code(), WBEM_E_NO_KEY);
  builder.set_null(*cls->handle("Name"));
  EXPECT_EQ(canonical_key(builder.build().view(), out).code(), WBEM_E_ILLEGAL_NULL);
  EXPECT_EQ(canonical_key(InstanceBuilder(class_of({})).build().view(), out).code(), WBEM_E_NO_KEY);
}

TEST(CanonicalKey, ReferencesAreObjects) {
  const ClassPtr cls = class_of({{"From", kReference}, {"To", kReference}});
  const auto key = [&](std::string_view from) {
    std::string path = "Test.From=";
    append_quoted(path, from);
    path += ",To=\"X=1\"";
    const std::string by_path = *key_of(cls, path);
    EXPECT_EQ(by_path, key_of_values(cls, {Value::text(std::string(from)), Value::text("X=1")})) << from;
    return by_path;
  };
  const std::string expected = key(R"(\\HOST\root\cimv2:D.Name="c:\\")");
  EXPECT_EQ(key(R"(\\.\root\cimv2:D.Name="C:\\")"), expected);
  EXPECT_EQ(key(R"(//host/Root/CIMV2:d='c:\\')"), expected);
  EXPECT_EQ(key(R"(root\cimv2:D.name='c:\x5C')"), expected);
  EXPECT_EQ(key(R"(D.Name="c:\\")"), expected);
  EXPECT_EQ(key("D.b=1,a=\"x\""), key("D.A='X',B=01"));
  EXPECT_NE(key(R"(\\other\root\cimv2:D.Name="c:\\")"), expected);
  EXPECT_NE(key(R"(root\other:D.Name="c:\\")"), expected);
  EXPECT_NE(key(R"(D.Name="d:\\")"), expected);
  EXPECT_NE(key("D"), key("D=@"));
  EXPECT_NE(key("D=\"@\""), key("D=@"));
  EXPECT_EQ(key("no path at all"), key("NO PATH AT ALL"));
}

TEST(CanonicalKey, NoCollisions) {
  const ClassPtr cls = class_of({{"A", kText}, {"B", kText}});
  EXPECT_NE(key_of_values(cls, {Value::text("a,b"), Value::text("c")}), key_of_values(cls, {Value::text("a"), Value::text("b,c")}));
  EXPECT_TRUE(rc::check("two pairs of texts share a key only when they are the same but for case", [&] {
    const auto text = [] {
      return *rc::gen::container<std::string>(rc::gen::element('\1', '\2', '\3', '\x10', '\x11', 'a', 'A', ',', '"'));
    };
    const std::string a = text(), b = text(), c = text(), d = text();
    const bool same = base::equal_ignore_case(a, c) && base::equal_ignore_case(b, d);
    const std::string left = key_of_values(cls, {Value::text(a), Value::text(b)});
    const std::string right = key_of_values(cls, {Value::text(c), Value::text(d)});
    RC_ASSERT((left == right) == same);
    ObjectPath path{"", "", "Test", false, {{"b", Value::text(b)}, {"a", Value::text(a)}}};
    RC_ASSERT(*key_of(cls, path.to_string()) == left);
  }));
}

TEST(ObjectPath, NormalFormComesBack) {
  EXPECT_TRUE(rc::check("to_string and parse are inverse", [](const std::string& raw, std::int64_t number, bool flag) {
    const std::string text = base::utf16le_to_utf8(raw);
    const ObjectPath path{".",
                          "root\\x",
                          "C",
                          false,
                          {{"t", Value::text(text)},
                           {"n", number < 0 ? Value::sint(number) : Value::uint(static_cast<std::uint64_t>(number))},
                           {"f", Value::boolean(flag)}}};
    const ObjectPath again = parsed(path.to_string());
    RC_ASSERT(again.to_string() == path.to_string());
    RC_ASSERT(*again.keys[0].value.as_text() == text);
    RC_ASSERT(again.keys[1].value == path.keys[1].value);
  }));
}

TEST(LocalServer, Names) {
  for (const char* name : {"", ".", "HOST", "host", "LocalHost"}) EXPECT_TRUE(is_local_server(name, "Host")) << name;
  for (const char* name : {"..", "far", "host.domain"}) EXPECT_FALSE(is_local_server(name, "Host")) << name;
}

}  // namespace
}  // namespace cim
