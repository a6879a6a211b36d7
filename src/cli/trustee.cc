#include "cli/trustee.h"

#include <fmt/format.h>

#include "base/files.h"
#include "security/accounts.h"

namespace cli {

namespace {

class NoUnixNames final : public security::UnixNames {
 public:
  std::optional<std::uint32_t> uid(const std::string&) const override { return std::nullopt; }
  std::optional<std::uint32_t> gid(const std::string&) const override { return std::nullopt; }
  std::optional<std::string> user(std::uint32_t) const override { return std::nullopt; }
  std::optional<std::string> group(std::uint32_t) const override { return std::nullopt; }
};

}  // namespace

struct Trustees::Sources {
  Sources(const std::string& path, bool other) : elsewhere(other), accounts(path, files, names) {
    if (!path.empty()) read = accounts.reload();
  }
  /// Those whose numbers mean the same where the rights are.
  const security::UnixNames& shared_names() const { return elsewhere ? static_cast<const security::UnixNames&>(none) : names; }
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

  const bool elsewhere;
  base::SystemFiles files;
  security::SystemUnixNames names;
  NoUnixNames none;
  security::AccountFile accounts;
  base::Status read;
};

Trustees::Trustees(const std::string& accounts_file, bool elsewhere) : sources_(std::make_unique<Sources>(accounts_file, elsewhere)) {}
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
    if (!out) out = security::sid_of_name(who, sources_->shared_names());
    if (!out && !sources_->elsewhere) out = sources_->user(who);
    if (!out && !sources_->elsewhere) out = sources_->group(who);
  }
  if (out) return *std::move(out);
  if (sources_->elsewhere) {
    return base::fail(
        base::WBEM_E_NOT_FOUND,
        fmt::format("who {} is, only that machine knows: give the SID (`wmi account list` tells it there), or name a copy of its "
                    "accounts file with --accounts",
                    who));
  }
  std::string text = fmt::format("{} is no account, no Unix user or group and no SID", who);
  if (!sources_->read.ok()) text += fmt::format(" (accounts could not be read: {})", sources_->read.text());
  return base::fail(base::WBEM_E_NOT_FOUND, std::move(text));
}

std::string Trustees::name(const security::Sid& sid) const {
  if (const auto known = security::name_of_sid(sid, sources_->shared_names())) return known->full();
  if (const auto machine = sources_->accounts.machine_sid()) {
    for (const security::AccountRecord& record : sources_->accounts.list()) {
      if (machine->child(record.rid) == sid) return record.name;
    }
  }
  return sid.to_string();
}

}  // namespace cli
