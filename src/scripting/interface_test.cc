// Every row of the type library's table, against the interfaces as they are declared here.
#include "scripting/interface.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "scripting/swbem_sink.h"

namespace scripting {
namespace {

struct Row {
  std::string object, member, kind, access, dispid, slot, parameters, result;
};

std::vector<std::string> split(const std::string& line, char by) {
  std::vector<std::string> out;
  std::size_t start = 0;
  for (;;) {
    const std::size_t end = line.find(by, start);
    out.push_back(line.substr(start, end - start));
    if (end == std::string::npos) return out;
    start = end + 1;
  }
}

std::vector<Row> table() {
  std::ifstream file(OWMI_SOURCE_DIR "/tests/data/scripting-objects.tsv");
  std::vector<Row> out;
  std::string line;
  std::getline(file, line);  // the heading
  while (std::getline(file, line)) {
    auto f = split(line, '\t');
    f.resize(9);
    out.push_back({f[0], f[1], f[2], f[3], f[4], f[5], f[7], f[8]});
  }
  return out;
}

const Interface* find_interface(const std::string& object) {
  for (const Interface* known : swbem_interfaces()) {
    if (known->names().object == object) return known;
  }
  return nullptr;
}

/// "name:type=default [opt], ..." of parameters.
std::string written(std::span<const Parameter> parameters) {
  std::string out;
  for (const Parameter& p : parameters) {
    if (!out.empty()) out += ", ";
    out += std::string(p.name) + ":" + std::string(p.idl_type);
    out += p.optional() ? "=" + std::string(p.idl_default) + " [opt]" : std::string(" [req]");
  }
  return out;
}

TEST(Interfaces, HaveEveryMemberOfTheTable) {
  const auto rows = table();
  ASSERT_EQ(rows.size(), 171U);
  std::set<std::string> objects;
  std::size_t events = 0;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.object + "." + row.member);
    objects.insert(row.object);
    const Interface* interface = find_interface(row.object);
    ASSERT_NE(interface, nullptr);
    if (row.kind == "event") {
      const auto names = interface->names().events;
      const auto found = std::ranges::find(names, row.member, &InterfaceEvent::name);
      ASSERT_NE(found, names.end());
      EXPECT_EQ(std::to_string(found->id), row.dispid);
      std::string parameters = row.parameters;
      for (std::size_t at; (at = parameters.find(" [req]")) != std::string::npos;) parameters.erase(at, 6);
      EXPECT_EQ(found->parameters, parameters);
      ++events;
      continue;
    }
    const auto own = interface->members();
    const auto found = std::ranges::find(own, row.member, &InterfaceMember::name);
    ASSERT_NE(found, own.end());
    EXPECT_EQ(std::to_string(found->id), row.dispid);
    const unsigned kinds = row.kind == "method" ? invoke::kMethod : row.access == "rw" ? invoke::kGet | invoke::kPut : invoke::kGet;
    EXPECT_EQ(found->kinds, kinds);
    const std::string slots = std::to_string(found->slot) + (row.access == "rw" ? "," + std::to_string(found->slot + 1) : "");
    EXPECT_EQ(slots, row.slot);
    EXPECT_EQ(found->type, row.result);
    EXPECT_NE(found->call, nullptr);
    const auto position = static_cast<std::size_t>(found - own.begin()) + interface->all().size() - own.size();
    EXPECT_EQ(written(interface->parameters(position)), row.parameters);
  }
  EXPECT_EQ(objects.size() + 1, swbem_interfaces().size());  // SWbemLastError has no row of its own
  EXPECT_EQ(events, 4U);
}

TEST(Interfaces, HaveNoMemberBeyondTheTable) {
  std::map<std::string, std::size_t> counts;
  for (const Row& row : table()) counts[row.object] += row.kind != "event";
  for (const Interface* interface : swbem_interfaces()) {
    EXPECT_EQ(interface->members().size(), counts[std::string(interface->names().object)]) << interface->names().object;
  }
}

TEST(Interfaces, FillTheVtableWithoutGaps) {
  for (const Interface* interface : swbem_interfaces()) {
    unsigned next = 7;  // behind IUnknown and IDispatch
    for (const InterfaceMember& member : interface->all()) {
      EXPECT_EQ(member.slot, next) << interface->names().object << "." << member.name;
      next += (member.kinds & invoke::kPut) != 0 ? 2 : 1;
    }
  }
}

TEST(Interfaces, HaveIdentifiersOfTheirOwn) {
  std::set<std::string_view> seen;
  for (const Interface* interface : swbem_interfaces()) {
    for (const std::string_view id : {interface->names().iid, interface->names().clsid}) {
      EXPECT_EQ(id.size(), 36U);
      EXPECT_TRUE(seen.insert(id).second) << id;
    }
  }
  EXPECT_EQ(find_interface("SWbemServicesEx")->table().entries().size(), 21U);
  EXPECT_EQ(find_interface("SWbemObjectEx")->table().entries().size(), 29U);
  EXPECT_EQ(find_interface("SWbemLastError")->table().entries().size(), 25U);
}

TEST(Interfaces, GiveLeftOutArgumentsTheirDefaults) {
  const Interface& services = *find_interface("SWbemServices");
  const auto row = [&](Dispid id) { return static_cast<std::size_t>(services.table().find(id) - services.table().entries().data()); };
  const auto query = services.parameters(row(9));
  EXPECT_EQ(query[1].default_value().as_text().to_utf8(), "WQL");
  EXPECT_EQ(query[2].default_value().as_int32(), 16);
  EXPECT_EQ(query[3].default_value().as_object(), nullptr);
  EXPECT_EQ(services.parameters(row(15))[2].default_value().as_int32(), 48);
  EXPECT_FALSE(services.parameters(row(11))[5].default_value().as_boolean());
  EXPECT_TRUE(find_interface("SWbemDateTime")->parameters(17 + 1)[0].default_value().as_boolean());
}

}  // namespace
}  // namespace scripting
