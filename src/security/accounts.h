// Who may log in: accounts with their NT hashes, the file that keeps them, and the brake on guessing.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "base/status.h"
#include "security/crypto.h"
#include "security/sid.h"
#include "security/sid_names.h"

namespace security {

/// An account as a server needs it.
struct Account {
  std::string name;
  std::optional<NtHash> nt_hash;  // nullopt: no NTLM
  std::string unix_user;          // whose rights its calls have; empty: nobody's
  std::vector<Sid> sids;          // its own first, then those of its groups and of everyone who is authenticated
  bool administrator = false;     // holds S-1-5-32-544
};

/// Look-up by name. Thread-safe.
class AccountDatabase {
 public:
  virtual ~AccountDatabase() = default;
  /// Names compare without case. `domain` is what the client sent: any, or empty. For Kerberos it is asked first for
  /// "user@REALM" with an empty domain, then, when the realm is the server's own, for the user alone.
  virtual std::optional<Account> find(std::string_view user, std::string_view domain) const = 0;
};

/// Accounts in memory, for an exporter that accepts the one account whose calls it made. Fill it before it is shared.
class AccountList final : public AccountDatabase {
 public:
  void add(Account account) { accounts_.push_back(std::move(account)); }
  std::optional<Account> find(std::string_view user, std::string_view domain) const override;

 private:
  std::vector<Account> accounts_;
};

/// One line of the accounts file.
struct AccountRecord {
  std::string name;
  std::uint32_t rid = 0;          // last part of its SID; never given twice
  std::optional<NtHash> nt_hash;  // nullopt ("-" in the file): no NTLM
  std::string unix_user;
  std::vector<std::string> groups;  // built-in names ("Administrators"), S-1-... texts, else Unix groups
};

/// The accounts file: UTF-8 text, mode 0600, replaced in one step, comments and order kept.
///
///     # comment
///     machine-sid=S-1-5-21-1111111111-2222222222-3333333333
///     next-rid=1002
///     name:rid:nt-hash:unix-user:groups
///     alice:1000:8846f7eaee8fb117ad06bdd830b7586c:alice:Administrators,wheel
///
/// nt-hash: 32 hexadecimal digits or "-". unix-user and groups may be empty. Thread-safe; writers lock the file `<path>.lock`.
class AccountFile final : public AccountDatabase {
 public:
  AccountFile(std::string path, base::Files& files, const UnixNames& names);

  /// Reads the file again; a missing one has no accounts. WBEM_E_ACCESS_DENIED when others than its owner may read it,
  /// WBEM_E_INVALID_OBJECT with line and reason when it is malformed. A failure keeps what was known before.
  base::Status reload();

  std::optional<Account> find(std::string_view user, std::string_view domain) const override;
  std::vector<AccountRecord> list() const;
  /// Of the accounts here; nullopt before the first add().
  std::optional<Sid> machine_sid() const;

  /// Each reads the file, changes it and writes it back. add: WBEM_E_ALREADY_EXISTS, WBEM_E_INVALID_PARAMETER for a name or group
  /// that cannot be (see valid_account_name). set_password, remove: WBEM_E_NOT_FOUND. An empty password is WBEM_E_INVALID_PARAMETER.
  base::Status add(AccountRecord record, std::string_view password, base::Random& random);
  base::Status set_password(std::string_view name, std::string_view password);
  base::Status remove(std::string_view name);

  struct Table;

 private:
  base::Result<std::shared_ptr<const Table>> read() const;
  base::Status change(const std::function<base::Status(Table&)>& edit);
  std::shared_ptr<const Table> table() const;
  Account account_of(const Table& table, const AccountRecord& record) const;

  std::string path_;
  base::Files& files_;
  const UnixNames& names_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Table> table_;
};

/// 1 to 104 characters, none of " \ [ ] : ; | = , + * ? < > # or control characters, no blank or dot at either end.
bool valid_account_name(std::string_view name);

/// Slows down guessing: after kFree failures in a row a peer (an address and the account that it tries) waits 1 s, then twice as long after
/// each, up to kLongest; forgotten kForget after the last failure. Holds at most kMaxPeers peers; the one that failed longest ago goes
/// first. Thread-safe.
class FailureBackoff {
 public:
  static constexpr unsigned kFree = 5;
  static constexpr std::chrono::seconds kLongest{60};
  static constexpr std::chrono::minutes kForget{15};
  static constexpr std::size_t kMaxPeers = 10'000;

  explicit FailureBackoff(const base::Clock& clock) : clock_(clock) {}
  /// How long the peer must wait before its next attempt is looked at; zero: go on.
  std::chrono::milliseconds wait(std::string_view peer) const;
  void failed(std::string_view peer);
  void succeeded(std::string_view peer);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Entry {
    unsigned failures = 0;
    Time last;
  };
  static std::chrono::milliseconds delay(unsigned failures);
  void make_room(Time now);

  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace security
