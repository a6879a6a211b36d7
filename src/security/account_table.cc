#include "security/account_table.h"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "base/utf.h"
#include "security/sspi_status.h"

namespace security {
namespace {

constexpr std::string_view kMachineSid = "machine-sid=";
constexpr std::string_view kNextRid = "next-rid=";
constexpr std::string_view kNewFileHead =
    "# Accounts of OpenWMI. A hash here is as good as its password: keep this file readable by its owner only.\n"
    "# name:rid:nt-hash:unix-user:groups";

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t end = text.find(separator);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::optional<NtHash> parse_hash(std::string_view text) {
  NtHash out;
  if (text.size() != 2 * out.size()) return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    unsigned value = 0;
    const char* first = text.data() + 2 * i;
    const auto [end, error] = std::from_chars(first, first + 2, value, 16);
    if (error != std::errc() || end != first + 2) return std::nullopt;
    out[i] = static_cast<char>(value);
  }
  return out;
}

std::string hash_text(const std::optional<NtHash>& hash) {
  if (!hash) return "-";
  std::string out;
  for (const char octet : *hash) out += fmt::format("{:02x}", static_cast<unsigned char>(octet));
  return out;
}

base::Result<AccountRecord> parse_record(std::string_view line) {
  const std::vector<std::string> fields = split(line, ':');
  const auto wrong = [](std::string_view what) { return base::fail(WBEM_E_INVALID_OBJECT, std::string(what)); };
  if (fields.size() != 5) return wrong("an account has five fields: name:rid:nt-hash:unix-user:groups");
  AccountRecord out;
  out.name = fields[0];
  if (!valid_account_name(out.name)) return wrong("this is no account name");
  const auto rid = number(fields[1]);
  if (!rid) return wrong("the rid is no number");
  out.rid = *rid;
  if (fields[2] != "-") {
    out.nt_hash = parse_hash(fields[2]);
    if (!out.nt_hash) return wrong("the NT hash is neither 32 hexadecimal digits nor \"-\"");
  }
  out.unix_user = fields[3];
  if (!fields[4].empty()) out.groups = split(fields[4], ',');
  return out;
}

}  // namespace

base::Result<AccountFile::Table> AccountFile::Table::parse(std::string_view text) {
  Table out;
  std::set<std::string> names;
  std::set<std::uint32_t> rids;
  std::size_t number_of_line = 0;
  while (!text.empty()) {
    ++number_of_line;
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const auto wrong = [&](std::string_view what) {
      return base::fail(WBEM_E_INVALID_OBJECT, fmt::format("line {}: {}", number_of_line, what));
    };
    if (line.empty() || line.front() == '#' || line.find_first_not_of(" \t\r") == std::string_view::npos) {
      out.lines.push_back({std::string(line), std::nullopt, false});
    } else if (line.starts_with(kMachineSid)) {
      const auto sid = Sid::parse(line.substr(kMachineSid.size()));
      if (!sid || sid->sub_authorities.size() >= Sid::kMaxSubAuthorities || out.machine_sid)
        return wrong("this is no machine SID, or a second one");
      out.machine_sid = *sid;
      out.lines.push_back({{}, std::nullopt, true});
    } else if (line.starts_with(kNextRid)) {
      const auto rid = number(line.substr(kNextRid.size()));
      if (!rid) return wrong("next-rid is no number");
      out.next_rid = std::max(out.next_rid, *rid);
    } else {
      auto record = parse_record(line);
      if (!record) return wrong(record.error().text());
      if (!names.insert(base::fold_case(record->name)).second) return wrong("a second account of this name");
      if (!rids.insert(record->rid).second) return wrong("a second account with this rid");
      if (names.size() > kMaxAccounts) return wrong("too many accounts");
      out.next_rid = std::max(out.next_rid, record->rid == UINT32_MAX ? record->rid : record->rid + 1);
      out.lines.push_back({{}, std::move(*record), false});
    }
  }
  if (!names.empty() && !out.machine_sid) return base::fail(WBEM_E_INVALID_OBJECT, "there are accounts but no machine-sid line");
  return out;
}

std::string AccountFile::Table::to_text() const {
  std::string out;
  for (const Line& line : lines) {
    if (line.settings) {
      out += fmt::format("{}{}\n{}{}\n", kMachineSid, machine_sid->to_string(), kNextRid, next_rid);
    } else if (line.record) {
      const AccountRecord& record = *line.record;
      out += fmt::format("{}:{}:{}:{}:{}\n", record.name, record.rid, hash_text(record.nt_hash), record.unix_user,
                         fmt::join(record.groups, ","));
    } else {
      out += line.text + "\n";
    }
  }
  return out;
}

void AccountFile::Table::set_machine_sid(Sid sid) {
  if (lines.empty()) lines.push_back({std::string(kNewFileHead), std::nullopt, false});
  machine_sid = std::move(sid);
  lines.push_back({{}, std::nullopt, true});
}

const AccountRecord* AccountFile::Table::find(std::string_view name) const {
  for (const Line& line : lines) {
    if (line.record && base::equal_ignore_case(line.record->name, name)) return &*line.record;
  }
  return nullptr;
}

AccountRecord* AccountFile::Table::find(std::string_view name) { return const_cast<AccountRecord*>(std::as_const(*this).find(name)); }

}  // namespace security
