#include "security/accounts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/utf.h"
#include "security/account_table.h"
#include "security/sspi_status.h"

namespace security {
namespace {

constexpr std::size_t kMaxFile = 16U << 20U;
constexpr std::size_t kMaxNameLength = 104;

/// Characters that would break the format, or that Windows refuses in account names. '@' and '/' are left for Kerberos principals.
constexpr std::string_view kForbidden = "\"\\[]:;|=,+*?<>#";

bool valid_text(std::string_view text) {
  return base::is_valid_utf8(text) && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || kForbidden.find(c) != std::string_view::npos;
         });
}

Sid new_machine_sid(base::Random& random) {
  std::uint32_t parts[3];
  random.fill(reinterpret_cast<char*>(parts), sizeof parts);
  return {5, {21, parts[0], parts[1], parts[2]}};
}

}  // namespace

bool valid_account_name(std::string_view name) {
  if (name.empty() || !valid_text(name) || base::utf16_length(name) > kMaxNameLength) return false;
  const auto edge = [](char c) { return c == ' ' || c == '.'; };
  return !edge(name.front()) && !edge(name.back());
}

std::optional<Account> AccountList::find(std::string_view user, std::string_view) const {
  for (const Account& account : accounts_) {
    if (base::equal_ignore_case(account.name, user)) return account;
  }
  return std::nullopt;
}

AccountFile::AccountFile(std::string path, base::Files& files, const UnixNames& names)
    : path_(std::move(path)), files_(files), names_(names), table_(std::make_shared<Table>()) {}

std::shared_ptr<const AccountFile::Table> AccountFile::table() const {
  const std::lock_guard lock(mutex_);
  return table_;
}

base::Result<std::shared_ptr<const AccountFile::Table>> AccountFile::read() const {
  struct stat facts{};
  if (::stat(path_.c_str(), &facts) == 0 && (facts.st_mode & 077U) != 0) {
    return base::fail(WBEM_E_ACCESS_DENIED, fmt::format("{} may be read or written by others than its owner (mode {:04o}): chmod 600 it",
                                                        path_, static_cast<unsigned>(facts.st_mode) & 07777U));
  }
  if (!files_.exists(path_)) return std::make_shared<const Table>();
  TRY_ASSIGN(const std::string text, files_.read(path_, kMaxFile));
  auto table = Table::parse(text);
  if (!table) return base::fail(table.error().code(), fmt::format("{}, {}", path_, table.error().text()));
  return std::make_shared<const Table>(std::move(*table));
}

base::Status AccountFile::reload() {
  TRY_ASSIGN(auto fresh, read());
  const std::lock_guard lock(mutex_);
  table_ = std::move(fresh);
  return {};
}

std::optional<Account> AccountFile::find(std::string_view user, std::string_view) const {
  const auto current = table();
  const AccountRecord* record = current->find(user);
  if (!record) return std::nullopt;
  return account_of(*current, *record);
}

Account AccountFile::account_of(const Table& table, const AccountRecord& record) const {
  Account out{record.name, record.nt_hash, record.unix_user, {}, false};
  out.sids.push_back(table.machine_sid->child(record.rid));
  if (!record.unix_user.empty()) {
    if (const auto uid = names_.uid(record.unix_user)) out.sids.push_back(unix_user_sid(*uid));
  }
  for (const std::string& group : record.groups) {
    if (auto builtin = builtin_group(group)) {
      out.sids.push_back(std::move(*builtin));
    } else if (auto literal = Sid::parse(group)) {
      out.sids.push_back(std::move(*literal));
    } else if (const auto gid = names_.gid(group)) {
      out.sids.push_back(unix_group_sid(*gid));
    }
  }
  out.administrator = std::ranges::find(out.sids, well_known::administrators()) != out.sids.end();
  out.sids.push_back(well_known::everyone());
  out.sids.push_back(well_known::authenticated_users());
  out.sids.push_back(well_known::network());
  return out;
}

std::vector<AccountRecord> AccountFile::list() const {
  std::vector<AccountRecord> out;
  for (const Table::Line& line : table()->lines) {
    if (line.record) out.push_back(*line.record);
  }
  return out;
}

std::optional<Sid> AccountFile::machine_sid() const { return table()->machine_sid; }

base::Status AccountFile::change(const std::function<base::Status(Table&)>& edit) {
  // Two programs that add at the same time must not lose one of the two.
  const std::string lock_path = path_ + ".lock";
  const base::FileDescriptor lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.valid() || ::flock(lock.get(), LOCK_EX) != 0) return base::errno_status(errno, "locking " + lock_path);
  TRY_ASSIGN(const auto before, read());
  auto after = std::make_shared<Table>(*before);
  TRY(edit(*after));
  TRY(files_.write_atomic(path_, after->to_text(), 0600));
  const std::lock_guard guard(mutex_);
  table_ = std::move(after);
  return {};
}

base::Status AccountFile::add(AccountRecord record, std::string_view password, base::Random& random) {
  if (!valid_account_name(record.name)) return {WBEM_E_INVALID_PARAMETER, fmt::format("\"{}\" cannot be an account name", record.name)};
  if (!valid_text(record.unix_user)) return {WBEM_E_INVALID_PARAMETER, "the Unix user's name has a character that cannot be"};
  for (const std::string& group : record.groups) {
    if (!valid_text(group) || group.empty() || (!builtin_group(group) && !Sid::parse(group) && !names_.gid(group))) {
      return {WBEM_E_INVALID_PARAMETER, fmt::format("\"{}\" is no built-in group, no SID and no Unix group", group)};
    }
  }
  if (password.empty()) return {WBEM_E_INVALID_PARAMETER, "an account needs a password"};
  TRY(crypto_ready());
  record.nt_hash = nt_hash(password);
  return change([&](Table& table) -> base::Status {
    if (table.find(record.name)) return {WBEM_E_ALREADY_EXISTS, fmt::format("there is an account {} already", record.name)};
    if (!table.machine_sid) table.set_machine_sid(new_machine_sid(random));
    record.rid = table.next_rid++;
    table.lines.push_back({{}, std::move(record), false});
    return {};
  });
}

base::Status AccountFile::set_password(std::string_view name, std::string_view password) {
  if (password.empty()) return {WBEM_E_INVALID_PARAMETER, "an account needs a password"};
  TRY(crypto_ready());
  return change([&](Table& table) -> base::Status {
    AccountRecord* record = table.find(name);
    if (!record) return {WBEM_E_NOT_FOUND, fmt::format("there is no account {}", name)};
    record->nt_hash = nt_hash(password);
    return {};
  });
}

base::Status AccountFile::remove(std::string_view name) {
  return change([&](Table& table) -> base::Status {
    if (!table.find(name)) return {WBEM_E_NOT_FOUND, fmt::format("there is no account {}", name)};
    std::erase_if(table.lines, [&](const Table::Line& line) { return line.record && base::equal_ignore_case(line.record->name, name); });
    return {};
  });
}

}  // namespace security
