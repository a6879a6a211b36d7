#include "wmid/channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "wmid/control_messages.h"

namespace wmid {
namespace {

using namespace std::chrono_literals;

struct Ends {
  Ends() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    first = base::FileDescriptor(ends[0]);
    second = base::FileDescriptor(ends[1]);
  }
  base::FileDescriptor first;
  base::FileDescriptor second;
};

TEST(Channel, CarriesMessagesInTheirOrder) {
  Ends ends;
  constexpr int kMany = 3000;
  Channel sender(std::move(ends.first), {});
  Channel receiver(std::move(ends.second), {});
  std::promise<void> all;
  int next = 0;
  const auto content = [](int i) { return std::string(static_cast<std::size_t>(i * 37 % 4000), static_cast<char>(i)); };
  receiver.start({[&](std::string_view message) {
                    EXPECT_EQ(message, content(next));
                    if (++next == kMany) all.set_value();
                    return true;
                  },
                  {}});
  sender.start({});
  for (int i = 0; i < kMany; ++i) ASSERT_TRUE(sender.send(content(i)));
  EXPECT_EQ(all.get_future().wait_for(20s), std::future_status::ready);
}

TEST(Channel, EndsForWhatIsTooLargeOrBreaksTheRules) {
  for (const bool large : {true, false}) {
    Ends ends;
    Channel sender(std::move(ends.first), {});
    Channel receiver(std::move(ends.second), {.max_message = 100});
    std::promise<void> closed;
    std::atomic<int> received{0};
    receiver.start({[&](std::string_view) { return ++received, false; }, [&] { closed.set_value(); }});
    sender.start({});
    sender.send(std::string(large ? 101 : 100, 'x'));
    EXPECT_EQ(closed.get_future().wait_for(20s), std::future_status::ready);
    EXPECT_EQ(received, large ? 0 : 1);
    EXPECT_FALSE(receiver.send("x"));
  }
}

TEST(Channel, EndsWhenNobodyReads) {
  Ends ends;
  Channel sender(std::move(ends.first), {.max_queue = 4U << 20});
  std::promise<void> closed;
  sender.start({[](std::string_view) { return true; }, [&] { closed.set_value(); }});
  bool taken = true;
  for (int i = 0; i < 1000 && taken; ++i) taken = sender.send(std::string(64U << 10, 'x'));
  EXPECT_FALSE(taken);
  EXPECT_EQ(closed.get_future().wait_for(20s), std::future_status::ready);
}

TEST(ControlMessages, SayWhatWasSaid) {
  control::SetLimits limits;
  limits.limits.connections = 7;
  limits.limits.stall_time = std::chrono::seconds(9);
  const auto read = control::decode_order(control::encode(limits));
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<control::SetLimits>(*read).limits, limits.limits);
  control::AddExporter add;
  add.exporter = {1, *base::Guid::parse("7a0d2c8e-51b4-4a0b-9d3c-6f108e52c741"), 1024, 5};
  const auto added = control::decode_order(control::encode(add));
  ASSERT_TRUE(added);
  EXPECT_EQ(std::get<control::AddExporter>(*added).exporter.rem_unknown, add.exporter.rem_unknown);
  EXPECT_EQ(std::get<control::AddExporter>(*added).exporter.port, 1024);
  const std::string report = control::encode(control::Report{{base::WBEM_E_FAILED, "why"}});
  EXPECT_EQ(control::decode_report(report)->status.text(), "why");
  for (std::size_t size = 0; size < report.size(); ++size) EXPECT_FALSE(control::decode_report(report.substr(0, size)));
  EXPECT_FALSE(control::decode_report(report + "x"));
}

}  // namespace
}  // namespace wmid
