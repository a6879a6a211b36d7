#include "cli/account.h"

#include <filesystem>

#include "cim/class.h"
#include "cli/commands.h"
#include "cli/password.h"
#include "security/accounts.h"

namespace cli {
namespace {

/// The file with what it needs.
struct Store {
  explicit Store(const std::string& path) : file(path, files, names) {}
  base::SystemFiles files;
  security::SystemUnixNames names;
  security::AccountFile file;
};

int outcome(const Console& console, const base::Status& status) {
  if (status.ok()) return kSuccess;
  console.error(status);
  return kWmiError;
}

base::Result<std::string> new_password(const AccountArguments& arguments) {
  if (arguments.password_stdin) return read_password_line(stdin);
  auto password = prompt_new_password(arguments.name);
  if (!password && password.error().code() == base::WBEM_E_NOT_AVAILABLE)
    return base::fail(base::WBEM_E_NOT_AVAILABLE, password.error().text() + "; --password-stdin reads it from standard input");
  return password;
}

/// What would make the work of typing a password vain.
base::Status check_new(Store& store, const AccountArguments& arguments) {
  if (!arguments.unix_user.empty() && !store.names.uid(arguments.unix_user))
    return {base::WBEM_E_INVALID_PARAMETER, "there is no Unix user " + arguments.unix_user};
  TRY(store.file.reload());
  if (store.file.find(arguments.name, "")) return {base::WBEM_E_ALREADY_EXISTS, "there is an account " + arguments.name + " already"};
  return {};
}

base::Status add(const AccountArguments& arguments) {
  Store store(arguments.file);
  TRY(check_new(store, arguments));
  TRY_ASSIGN(const std::string password, new_password(arguments));
  if (const auto folder = std::filesystem::path(arguments.file).parent_path(); !folder.empty())
    TRY(store.files.make_directories(folder.string()));
  security::AccountRecord record;
  record.name = arguments.name;
  record.unix_user = arguments.unix_user;
  record.groups = arguments.groups;
  base::SystemRandom random;
  return store.file.add(std::move(record), password, random);
}

base::Status set_password(const AccountArguments& arguments) {
  Store store(arguments.file);
  TRY(store.file.reload());
  if (!store.file.find(arguments.name, "")) return {base::WBEM_E_NOT_FOUND, "there is no account " + arguments.name};
  TRY_ASSIGN(const std::string password, new_password(arguments));
  return store.file.set_password(arguments.name, password);
}

base::Status remove_account(const AccountArguments& arguments) {
  Store store(arguments.file);
  TRY(store.file.reload());
  if (!store.file.find(arguments.name, "")) return {base::WBEM_E_NOT_FOUND, "there is no account " + arguments.name};
  return store.file.remove(arguments.name);
}

base::Result<cim::ClassPtr> account_class() {
  cim::ClassBuilder builder("Account");
  TRY(builder.put_property("Name", {cim::CimType::kString, false}));
  TRY(builder.put_property("UnixUser", {cim::CimType::kString, false}));
  TRY(builder.put_property("Groups", {cim::CimType::kString, true}));
  TRY(builder.put_property("SID", {cim::CimType::kString, false}));
  return builder.build();
}

base::Status list(const Console& console, const RowOptions& rows, const AccountArguments& arguments) {
  Store store(arguments.file);
  TRY(store.file.reload());
  TRY_ASSIGN(const cim::ClassPtr cls, account_class());
  const auto machine = store.file.machine_sid();
  const auto writer = make_row_writer(console, rows);
  for (const security::AccountRecord& record : store.file.list()) {
    cim::InstanceBuilder row(cls);
    cim::Value::Array groups;
    for (const std::string& group : record.groups) groups.push_back(cim::Value::text(group));
    TRY(row.set("Name", cim::Value::text(record.name)));
    if (!record.unix_user.empty()) TRY(row.set("UnixUser", cim::Value::text(record.unix_user)));
    TRY(row.set("Groups", cim::Value::array(std::move(groups))));
    if (machine) TRY(row.set("SID", cim::Value::text(machine->child(record.rid).to_string())));
    writer->row(cim::Object(row.build()));
  }
  writer->finish();
  return {};
}

}  // namespace

int account_add(const Console& console, const AccountArguments& arguments) { return outcome(console, add(arguments)); }
int account_passwd(const Console& console, const AccountArguments& arguments) { return outcome(console, set_password(arguments)); }
int account_remove(const Console& console, const AccountArguments& arguments) { return outcome(console, remove_account(arguments)); }
int account_list(const Console& console, const RowOptions& rows, const AccountArguments& arguments) {
  return outcome(console, list(console, rows, arguments));
}

}  // namespace cli
