#include "manager/bootstrap.h"

#include <algorithm>
#include <charconv>

#include "cim/datetime.h"
#include "manager/mof_target.h"
#include "manager/name_spaces.h"
#include "manager/put_instance.h"
#include "mof/check.h"
#include "mof/parser.h"
#include "schema/embedded.h"

namespace manager {

namespace {

/// Raised whenever a file under schema/ changes in a released program.
constexpr std::uint32_t kSchemaVersion = 1;
constexpr std::string_view kMarker = "schema";
constexpr std::string_view kSystemFolder = "system/";
constexpr std::string_view kProgramVersion = OWMI_VERSION;  // the build's

repository::Octets as_octets(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// "1 5f3a...": the version and the hash of the embedded text, which tells builds of one version apart.
std::string marker() {
  std::string all;
  for (const auto& file : schema::files()) {
    all += file.path;
    all += '\0';
    all += file.text;
  }
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = std::to_string(kSchemaVersion) + ' ';
  for (const auto octet : repository::hash128(all).octets) {
    out += kDigits[octet >> 4U];
    out += kDigits[octet & 15U];
  }
  return out;
}

std::uint32_t version_of(std::string_view text) {
  std::uint32_t version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

base::Result<bool> up_to_date(const repository::ReadView& view, std::string_view wanted) {
  const auto found = view.setting(kMarker);
  if (!found) {
    if (found.error().code() == WBEM_E_NOT_FOUND) return false;
    return base::fail(found.error());
  }
  const std::string_view text(reinterpret_cast<const char*>(found->data()), found->size());
  return text == wanted || version_of(text) > kSchemaVersion;
}

struct ParsedFile {
  std::string_view path;
  mof::Unit unit;
};

base::Status broken(std::string_view path, const mof::Diagnostics& diagnostics, const base::Status& status) {
  return {WBEM_E_INITIALIZATION_FAILURE,
          "the shipped schema does not compile: " +
              (diagnostics.empty() ? std::string(path) + ": " + status.to_string() : diagnostics.back().to_string())};
}

base::Result<std::vector<ParsedFile>> parse_files() {
  std::vector<ParsedFile> out;
  for (const auto& file : schema::files()) {
    mof::Diagnostics diagnostics;
    auto unit = mof::parse_text(std::string(file.path), std::string(file.text), diagnostics);
    if (!unit) return base::fail(broken(file.path, diagnostics, unit.error()));
    if (auto status = mof::check(*unit, diagnostics); !status.ok()) return base::fail(broken(file.path, diagnostics, status));
    out.push_back({file.path, *std::move(unit)});
  }
  return out;
}

mof::CompileOptions options() {
  mof::CompileOptions out;
  out.name_space = "root";
  out.class_flags = cim::flag::kUpdateForceMode;
  return out;
}

/// Compiles files in an order in which every class comes after those that it needs: what fails is tried again after the others, until
/// nothing moves. A refused file may have been stored in part; it is all put again.
base::Status compile_files(MofTarget& target, std::vector<const ParsedFile*> files) {
  while (!files.empty()) {
    std::vector<const ParsedFile*> left;
    base::Status failure;
    for (const auto* file : files) {
      mof::Diagnostics diagnostics;
      if (auto done = mof::compile(file->unit, target, options(), diagnostics); !done) {
        if (failure.ok()) failure = broken(file->path, diagnostics, done.error());
        left.push_back(file);
      }
    }
    if (left.size() == files.size()) return failure;
    files = std::move(left);
  }
  return {};
}

UpdateRequest system_request() {
  UpdateRequest request;
  request.rights = cim::right::kAll;
  request.system = true;
  return request;
}

base::Status put_singletons(MofTarget& target, const base::Clock& clock) {
  SchemaView& schema = target.schema();
  TRY_ASSIGN(const auto root, schema.name_space("root"));
  for (const std::string_view name : {"__SystemSecurity", "__thisNAMESPACE", "__CIMOMIdentification"}) {
    TRY_ASSIGN(const auto cls, schema.get(*root, name, WBEM_E_INITIALIZATION_FAILURE));
    cim::InstanceBuilder builder(cls->cls);
    if (name == "__CIMOMIdentification") {
      const auto now = cim::DateTime::from_time(clock.system_now(), 0).to_string();
      TRY(builder.set("SetupDateTime", cim::Value::text(now)));
      TRY(builder.set("VersionCurrentlyRunning", cim::Value::text(std::string(kProgramVersion))));
      TRY(builder.set("VersionUsedToCreateDB", cim::Value::text(std::string(kProgramVersion))));
      TRY(builder.set("WorkingDirectory", cim::Value::text(schema.schema().repository().directory().string())));
    }
    TRY(target.put_instance("root", builder.build(), 0));
  }
  return {};
}

/// The system classes of root in a namespace that was there before this program.
base::Status update_system_classes(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& root,
                                   const NamespacePtr& other) {
  TRY_ASSIGN(const auto classes, schema.descendants(root, ""));
  UpdateRequest request = system_request();
  request.name_space = other;
  request.flags = cim::flag::kUpdateForceMode;
  for (const auto& cls : classes)
    if (is_system_name(cls->cls->name())) TRY(put_class(schema, transaction, request, cls->cls));
  return {};
}

base::Status update_namespaces_below(SchemaView& schema, repository::WriteTransaction& transaction, const Namespace& root,
                                     const Namespace& parent) {
  TRY_ASSIGN(const auto children, schema.child_namespaces(parent));
  for (const auto& child : children) {
    TRY(update_system_classes(schema, transaction, root, child));
    TRY(update_namespaces_below(schema, transaction, root, *child));
  }
  return {};
}

base::Status fill(const Schema& schema, repository::WriteTransaction& transaction, const std::vector<ParsedFile>& files,
                  std::string_view wanted, const base::Clock& clock) {
  TRY_ASSIGN(const bool done, up_to_date(transaction, wanted));
  if (done) return {};
  const bool first = !transaction.find_namespace("ROOT").has_value();
  if (first) TRY(transaction.create_namespace(0, "ROOT", "root", {}));
  MofTarget target(schema, transaction, system_request());

  std::vector<const ParsedFile*> system;
  std::vector<const ParsedFile*> others;
  for (const auto& file : files) (file.path.starts_with(kSystemFolder) ? system : others).push_back(&file);
  TRY(compile_files(target, std::move(system)));
  if (first) {
    TRY(put_singletons(target, clock));
  } else {
    TRY_ASSIGN(const auto root, target.schema().name_space("root"));
    TRY(update_namespaces_below(target.schema(), transaction, *root, *root));
  }
  for (const std::string_view name : {"root\\default", "root\\cimv2", "root\\subscription", "root\\wmi"})
    TRY(target.create_namespace(name));
  TRY(compile_files(target, std::move(others)));
  return transaction.put_setting(kMarker, as_octets(wanted));
}

}  // namespace

base::Status bootstrap(const Schema& schema, const base::Clock& clock) {
  const std::string wanted = marker();
  bool filled = false;
  {
    TRY_ASSIGN(const auto view, schema.repository().read());
    TRY_ASSIGN(const bool done, up_to_date(view, wanted));
    if (done) return {};
    filled = view.setting(kMarker).has_value();
  }
  TRY_ASSIGN(const auto files, parse_files());
  auto status =
      schema.repository().write([&](repository::WriteTransaction& transaction) { return fill(schema, transaction, files, wanted, clock); });
  // Who may only read goes on with the classes of an older program.
  return status.code() == WBEM_E_ACCESS_DENIED && filled ? base::Status() : status;
}

}  // namespace manager
