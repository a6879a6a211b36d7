// For tests/remote/impacket_test.py, when TEST_TMPDIR has a folder owmi_messages: reads the requests in it that another implementation made
// (with their ORPCTHIS) and says what was in them, in the file read.txt; writes answers (with ORPCTHAT and HRESULT) for it to read.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "dcom/orpc.h"
#include "remote/message_samples.h"

namespace remote {
namespace {

using cim::Operation;

class MessageFiles : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("TEST_TMPDIR");
    folder_ = std::filesystem::path(folder ? folder : "") / "owmi_messages";
    if (!folder || !std::filesystem::is_directory(folder_)) GTEST_SKIP() << "TEST_TMPDIR has no folder owmi_messages";
  }

  std::string load(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  template <class Read>
  auto request(const std::string& name, Read&& read) {
    const std::string octets = load(name);
    rpc::NdrReader in(octets);
    EXPECT_TRUE(dcom::OrpcThis::read(in).check().ok()) << name;
    auto value = read(in);
    EXPECT_TRUE(value) << name << ": " << value.error().to_string();
    return value;
  }

  template <class Write>
  void answer(const std::string& name, Write&& write, base::Hresult result = WBEM_S_NO_ERROR) const {
    std::string octets;
    rpc::NdrWriter out(octets);
    dcom::OrpcThat{}.write(out);
    write(out);
    out.hresult(result);
    std::ofstream(folder_ / name, std::ios::binary) << octets;
  }

  void say(const std::string& line) { said_ += line + "\n"; }
  void TearDown() override {
    if (std::filesystem::is_directory(folder_)) std::ofstream(folder_ / "read.txt") << said_;
  }

  ServicesRequest services(const std::string& name, Operation operation) {
    auto read = request(name, [&](auto& in) { return read_request(in, operation, &interner_); });
    return read ? *std::move(read) : ServicesRequest{};
  }
  static std::string flag(bool value) { return value ? "yes" : "no"; }

  std::filesystem::path folder_;
  std::string said_;
  cim::ClassInterner interner_;
};

TEST_F(MessageFiles, Requests) {
  const auto login = request("login", [&](auto& in) { return read_ntlm_login(in, &interner_); });
  say("login " + login->network_resource.value_or("null") + " " + login->locales.value_or("null"));
  const ServicesRequest query = services("query", Operation::kExecQuery);
  say("query " + query.text.value_or("null") + " | " + query.more_text.value_or("null") + " " + std::to_string(query.flags));
  const ServicesRequest get = services("get", Operation::kGetObject);
  say("get " + get.text.value_or("null") + " object " + flag(get.wants_object));
  const ServicesRequest remove = services("delete", Operation::kDeleteInstance);
  say("delete " + remove.text.value_or("null") + " result " + flag(remove.wants_result));
  const ServicesRequest put = services("put", Operation::kPutInstance);
  say("put " +
      (put.object ? put.object->relative_path() + " " + cim::to_display(put.object->instance().value("Name")) : put.problem.to_string()) +
      " result " + flag(put.wants_result));
  const ServicesRequest exec = services("exec", Operation::kExecMethod);
  say("exec " + exec.text.value_or("null") + " " + exec.more_text.value_or("null") + " " +
      (exec.object ? cim::to_display(exec.object->instance().value("Name")) : exec.problem.to_string()) + " object " +
      flag(exec.wants_object));
  const auto next = request("next", [](auto& in) { return read_next(in); });
  say("next " + std::to_string(next->timeout) + " " + std::to_string(next->count));
  const auto status = request("status", [&](auto& in) { return read_set_status(in, &interner_); });
  say("status " + std::to_string(status->result) + " " + status->text.value_or("null"));
}

TEST_F(MessageFiles, Answers) {
  const cim::ClassPtr cls = samples::make_class("Sample");
  const cim::Object row = samples::make_row(cls, 77);
  ServicesRequest both;
  both.wants_object = both.wants_result = true;
  ServicesRequest one = both;
  one.wants_result = false;
  ServicesReply reply;
  reply.object = row;
  reply.reference = samples::make_reference(iid::kEnum);
  reply.call_result = samples::make_reference(iid::kCallResult);
  answer("login.reply", [&](auto& out) { write_interface_reply(out, samples::make_reference(iid::kServices)); });
  answer("query.reply", [&](auto& out) { write_reply(out, Operation::kExecQuery, both, reply); });
  answer("get.reply", [&](auto& out) { write_reply(out, Operation::kGetObject, one, reply); });
  answer("class.reply",
         [&](auto& out) { write_reply(out, Operation::kGetObject, one, {.object = cls, .reference = {}, .call_result = {}}); });
  answer("exec.reply", [&](auto& out) { write_reply(out, Operation::kExecMethod, one, reply); });
  answer("put.reply", [&](auto& out) { write_reply(out, Operation::kPutInstance, both, reply); });
  answer("failed.reply", [&](auto& out) { write_reply(out, Operation::kGetObject, both, {}); }, WBEM_E_NOT_FOUND);
  const std::vector<cim::Object> rows = {row, samples::make_row(cls, 78)};
  answer("next.reply", [&](auto& out) { write_next_reply(out, 5, rows); });
  answer("end.reply", [&](auto& out) { write_next_reply(out, 1, {}); }, WBEM_S_FALSE);
  answer("string.reply", [](auto& out) { write_result_string(out, "A.Name=\"\xE2\x82\xAC\""); });
  answer("callstatus.reply", [](auto& out) { write_call_status(out, WBEM_E_NOT_FOUND); });
}

}  // namespace
}  // namespace remote
