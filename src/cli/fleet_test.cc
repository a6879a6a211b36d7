#include "cli/fleet.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "cim/class.h"
#include "cim/testing/fake_services.h"

namespace cli {
namespace {

/// A console whose streams are texts.
class TextConsole {
 public:
  TextConsole() {
    console.out = ::open_memstream(&out_, &out_size_);
    console.err = ::open_memstream(&err_, &err_size_);
  }
  ~TextConsole() {
    std::fclose(console.out);
    std::fclose(console.err);
    std::free(out_);
    std::free(err_);
  }
  std::string out() {
    std::fflush(console.out);
    return {out_, out_size_};
  }
  std::string err() {
    std::fflush(console.err);
    return {err_, err_size_};
  }
  Console console;

 private:
  char *out_ = nullptr, *err_ = nullptr;
  std::size_t out_size_ = 0, err_size_ = 0;
};

cim::Batch rows(int count) {
  cim::ClassBuilder cls("Test_Row");
  EXPECT_TRUE(cls.put_property("Id", {cim::CimType::kSint32, false}).ok());
  const cim::ClassPtr built = *cls.build();
  cim::BatchBuilder batch;
  for (int i = 0; i < count; ++i) {
    cim::InstanceBuilder row(built);
    EXPECT_TRUE(row.set("Id", cim::Value::sint(i)).ok());
    batch.add(row.build());
  }
  return batch.take();
}

cim::ServicesPtr services_with(int count) {
  cim::testing::Script script;
  script.batches.push_back(rows(count));
  script.on_thread = true;
  return std::make_shared<cim::testing::FakeServices>(script);
}

struct Outcome {
  int status = 0;
  std::string out, err;
};

Outcome run(Format format, const std::vector<Host>& hosts, const FleetCommand& command) {
  TextConsole text;
  Session session;
  session.console = text.console;
  session.rows.format = format;
  Outcome result;
  result.status = run_on_hosts(session, hosts, command);
  result.out = text.out();
  result.err = text.err();
  return result;
}

FleetCommand query_command() {
  FleetCommand command;
  command.connect = [](const Host& host) -> base::Result<cim::ServicesPtr> {
    if (host.name == "down") return base::fail(base::WBEM_E_TRANSPORT_FAILURE, "no answer");
    return services_with(host.name == "b" ? 2 : 1);
  };
  command.run = [](Session& session) { return query(session, "SELECT * FROM Test_Row"); };
  return command;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Fleet, RowsSayTheirHost) {
  const Outcome result = run(Format::kJsonLines, {{"a", "a"}, {"b", "b"}}, query_command());
  EXPECT_EQ(result.status, kSuccess) << result.err;
  EXPECT_EQ(count_of(result.out, "{\"Host\":\"a\",\"Id\":"), 1U) << result.out;
  EXPECT_EQ(count_of(result.out, "{\"Host\":\"b\",\"Id\":"), 2U) << result.out;
  EXPECT_EQ(result.err, "");
}

TEST(Fleet, OneTableAndOneArrayForAll) {
  const Outcome table = run(Format::kTable, {{"a", "a"}, {"b", "b"}}, query_command());
  EXPECT_EQ(count_of(table.out, "Host"), 1U) << table.out;
  EXPECT_EQ(count_of(table.out, "\n"), 5U) << table.out;
  const Outcome array = run(Format::kJson, {{"a", "a"}, {"b", "b"}}, query_command());
  EXPECT_EQ(count_of(array.out, "["), 1U) << array.out;
  EXPECT_EQ(count_of(array.out, "]"), 1U) << array.out;
  const Outcome csv = run(Format::kCsv, {{"a", "a"}, {"b", "b"}}, query_command());
  EXPECT_TRUE(csv.out.starts_with("Host,Id\r\n")) << csv.out;
  EXPECT_EQ(count_of(csv.out, "\r\n"), 4U) << csv.out;
}

TEST(Fleet, XmlSaysTheHostWhereProgramsReadIt) {
  const Outcome xml = run(Format::kXml, {{"xn--a-", "a"}}, query_command());
  EXPECT_NE(
      xml.out.find("<INSTANCE CLASSNAME=\"Test_Row\">\n    <PROPERTY NAME=\"Host\" TYPE=\"string\"><VALUE>xn--a-</VALUE></PROPERTY>\n"),
      std::string::npos)
      << xml.out;
  EXPECT_EQ(xml.out.find("<!--"), std::string::npos) << xml.out;
}

TEST(Fleet, FailuresAreSaidAndListed) {
  const Outcome result = run(Format::kJsonLines, {{"down", "down"}, {"a", "a"}}, query_command());
  EXPECT_EQ(result.status, kWmiError);
  EXPECT_EQ(count_of(result.out, "\"Host\":\"a\""), 1U) << result.out;
  EXPECT_NE(result.err.find("down: 0x80041015 WBEM_E_TRANSPORT_FAILURE: no answer"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("1 of 2 hosts failed: down"), std::string::npos) << result.err;
}

TEST(Fleet, ManyHostsShareAFewThreads) {
  std::vector<Host> hosts;
  for (int i = 0; i < 300; ++i) hosts.push_back({std::to_string(i), std::to_string(i), 0});
  std::atomic<int> at_once{0}, most{0};
  FleetCommand command = query_command();
  command.connect = [&](const Host&) -> base::Result<cim::ServicesPtr> {
    const int now = ++at_once;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --at_once;
    return services_with(1);
  };
  const Outcome result = run(Format::kJsonLines, hosts, command);
  EXPECT_EQ(count_of(result.out, "\"Host\""), 300U);
  EXPECT_LE(most.load(), static_cast<int>(kParallelHosts));
}

TEST(Fleet, TextStaysInOnePiece) {
  FleetCommand command = query_command();
  command.prints_text = true;
  command.run = [](Session& session) {
    session.console.write("first ");
    session.console.write("second\n");
    return kSuccess;
  };
  const Outcome result = run(Format::kList, {{"a", "a"}, {"b", "b"}}, command);
  EXPECT_NE(result.out.find("== a ==\nfirst second\n"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("== b ==\nfirst second\n"), std::string::npos) << result.out;
}

}  // namespace
}  // namespace cli
