// Messages between the daemon's processes, both ways: as their decoders take them, and as the process with the rights acts on them.
#include <cstdint>
#include <memory>
#include <string_view>

#include "cim/testing/fake_services.h"
#include "security/accounts.h"
#include "wmid/control_messages.h"
#include "wmid/login_oracle.h"
#include "wmid/services_gate.h"

namespace {

class Locator final : public cim::Locator {
 public:
  base::Result<cim::ServicesPtr> connect(std::string_view, const cim::Caller&, std::string_view) override {
    const auto child = std::make_shared<cim::testing::FakeServices>(cim::testing::Script{.end = base::WBEM_E_NOT_FOUND});
    return std::make_shared<cim::testing::FakeServices>(cim::testing::Script{.opened = child});
  }
};

/// A message is a length (u16) and so many octets.
template <class Take>
void each_message(std::string_view octets, Take take) {
  while (octets.size() >= 2) {
    const std::size_t size = std::min<std::size_t>(base::load_le<std::uint16_t>(octets, 0), octets.size() - 2);
    if (!take(octets.substr(2, size))) return;
    octets.remove_prefix(2 + size);
  }
}

void decode(std::string_view octets) {
  cim::ClassInterner interner;
  if (const auto request = wmid::link::decode_request(octets, interner); request && request->object_error.ok()) {
    const std::string again = wmid::link::encode(request->request);
    if (!wmid::link::decode_request(again, interner)) __builtin_trap();
  }
  (void)wmid::link::decode_event(octets, interner);
  (void)wmid::login::decode_answer(octets);
  if (const auto request = wmid::login::decode_request(octets)) {
    if (!wmid::login::decode_request(wmid::login::encode(*request))) __builtin_trap();
  }
  (void)wmid::control::decode_order(octets);
  (void)wmid::control::decode_report(octets);
}

void serve(std::string_view octets) {
  Locator locator;
  const auto gate = std::make_shared<wmid::ServicesGate>(
      wmid::ServicesGate::Options{.locator = &locator, .caller_of = [](const std::string&) { return cim::Caller(); }},
      [](std::string_view) {});
  gate->handle(wmid::link::encode(wmid::link::Request{1, wmid::link::Connect{"", "root", ""}}));
  while (gate->figures().sessions == 0) std::this_thread::yield();
  each_message(octets, [&](std::string_view message) { return gate->handle(message); });
  gate->close();
}

void log_in(std::string_view octets) {
  static const security::ServerOptions options;
  static const security::AccountList accounts;
  wmid::LoginOracle oracle({.security = &options, .accounts = &accounts}, [](const std::string&) {});
  each_message(octets, [&](std::string_view message) { return oracle.handle(message); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: decode(octets); break;
    case 1: serve(octets); break;
    default: log_in(octets); break;
  }
  return 0;
}
