// The lines of the accounts file. Inside this folder only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "security/accounts.h"

namespace security {

struct AccountFile::Table {
  static constexpr std::size_t kMaxAccounts = 100'000;
  static constexpr std::uint32_t kFirstRid = 1000;

  struct Line {
    std::string text;                     // as it stands, for comments and blank lines
    std::optional<AccountRecord> record;  // written anew from this
    bool settings = false;                // the place of the settings below
  };
  std::vector<Line> lines;
  std::optional<Sid> machine_sid;
  std::uint32_t next_rid = kFirstRid;

  static base::Result<Table> parse(std::string_view text);
  std::string to_text() const;
  /// For a table that has none yet.
  void set_machine_sid(Sid sid);

  AccountRecord* find(std::string_view name);
  const AccountRecord* find(std::string_view name) const;
};

}  // namespace security
