#include "cli/trustee.h"

#include <fmt/format.h>

#include "base/files.h"
#include "security/accounts.h"

namespace cli {

struct Trustees::Sources {
  explicit Sources(const std::string& path) : accounts(path, files, names), read(accounts.reload()) {}
  std::optional<security::Sid> account(std::string_view who) const {
    const auto found = accounts.find(who, "");
    return found ? std::optional(found->sids.front()) : std::nullopt;
  }
  std::optional<security::Sid> user(std::string_view who) const {
    const auto uid = names.uid(std::string(who));
    return uid ? std::optional(security::unix_user_sid(*uid)) : std::nullopt;
  }
  std::optional<security::Sid> group(std::string_view who) const {
    const auto gid = names.gid(std::string(who));
    return gid ? std::optional(security::unix_group_sid(*gid)) : std::nullopt;
  }

  base::SystemFiles files;
  security::SystemUnixNames names;
  security::AccountFile accounts;
  base::Status read;
};

Trustees::Trustees(const std::string& accounts_file) : sources_(std::make_unique<Sources>(accounts_file)) {}
Trustees::~Trustees() = default;

base::Result<security::Sid> Trustees::find(std::string_view who) const {
  std::optional<security::Sid> out;
  if (who.starts_with("account:")) {
    out = sources_->account(who.substr(8));
    if (!out) TRY(sources_->read);
  } else if (who.starts_with("user:")) {
    out = sources_->user(who.substr(5));
  } else if (who.starts_with("group:")) {
    out = sources_->group(who.substr(6));
  } else {
    out = security::Sid::parse(who);
    if (!out) out = sources_->account(who);
    if (!out) out = security::sid_of_name(who, sources_->names);
    if (!out) out = sources_->user(who);
    if (!out) out = sources_->group(who);
  }
  if (out) return *std::move(out);
  std::string text = fmt::format("{} is no account, no Unix user or group and no SID", who);
  if (!sources_->read.ok()) text += fmt::format(" (accounts could not be read: {})", sources_->read.text());
  return base::fail(base::WBEM_E_NOT_FOUND, std::move(text));
}

std::string Trustees::name(const security::Sid& sid) const {
  if (const auto known = security::name_of_sid(sid, sources_->names)) return known->full();
  if (const auto machine = sources_->accounts.machine_sid()) {
    for (const security::AccountRecord& record : sources_->accounts.list()) {
      if (machine->child(record.rid) == sid) return record.name;
    }
  }
  return sid.to_string();
}

}  // namespace cli
