#include "base/log.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace base {
namespace {

TEST(Log, AMessageIsOneLineWithoutControlCharacters) {
  testing::internal::CaptureStderr();
  make_stderr_log(LogLevel::kInfo)
      ->warning(
          "no account for a\r\n2026-01-01 info: forged \x1B[2J\x7F\xC2\x9B"
          "5m größe 日本");
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("warning: no account for a  2026-01-01 info: forged  [2J   5m größe 日本\n"), std::string::npos) << text;
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
}

TEST(Log, WhatIsBelowTheLevelIsSilent) {
  testing::internal::CaptureStderr();
  const auto log = make_stderr_log(LogLevel::kWarning);
  log->info("quiet");
  EXPECT_FALSE(log->enabled(LogLevel::kInfo));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace base
