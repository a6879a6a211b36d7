// Who has rights, as people name them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "security/sid.h"

namespace cli {

/// Names of SIDs on this machine: those of its accounts file, the well-known ones, Unix users and groups. Not thread-safe.
class Trustees {
 public:
  /// A file that cannot be read has no accounts. `elsewhere`: rights on another machine are meant, where the accounts of a file that nobody
  /// named (empty) and this machine's Unix users and groups are other ones: they count when WHO says "user:" or "group:" only.
  explicit Trustees(const std::string& accounts_file, bool elsewhere = false);
  ~Trustees();

  /// In this order: S-1-..., an account, a well-known name ("Administrators", "Authenticated Users", with or without its domain), a Unix
  /// user, a Unix group. "account:", "user:" and "group:" in front say which of these is meant. WBEM_E_NOT_FOUND.
  base::Result<security::Sid> find(std::string_view who) const;
  /// The SID itself when nothing else is known.
  std::string name(const security::Sid& sid) const;

 private:
  struct Sources;
  std::unique_ptr<Sources> sources_;
};

}  // namespace cli
