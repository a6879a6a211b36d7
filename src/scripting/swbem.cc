#include "scripting/swbem.h"

#include "base/utf.h"
#include "scripting/moniker.h"
#include "scripting/operations.h"
#include "scripting/swbem_datetime.h"
#include "scripting/swbem_locator.h"
#include "scripting/swbem_object.h"
#include "scripting/swbem_object_path.h"
#include "scripting/swbem_refresher.h"
#include "scripting/swbem_services.h"

namespace scripting {
namespace {

Failure moniker_failure(const base::Status& status) { return {status.code(), {}, status_phrase(status)}; }

/// A display name that cannot be read: where, and what was expected there.
Failure syntax_failure(const base::Status& status) { return {status.code(), {}, "Invalid syntax: " + status.text()}; }

/// "WbemScripting.SWbemLocator.1" as well.
std::string_view without_version(std::string_view prog_id) {
  return prog_id.ends_with(".1") ? prog_id.substr(0, prog_id.size() - 2) : prog_id;
}

}  // namespace

Swbem::Swbem(Apartment& apartment, Connector connector) : world_(std::make_shared<World>(apartment, std::move(connector))) {}
Swbem::~Swbem() { world_->finish(); }
void Swbem::finish() { world_->finish(); }

Outcome<DispatchRef> Swbem::create(std::u16string_view prog_id) {
  const std::string text = base::utf16_to_utf8(prog_id);
  const auto is = [name = without_version(text)](const Interface& declared) {
    return base::equal_ignore_case(name, declared.names().prog_id);
  };
  if (is(SwbemLocator::declaration())) return DispatchRef(make<SwbemLocator>(world_));
  if (is(SwbemSink::declaration())) return DispatchRef(make<SwbemSink>(world_));
  if (is(SwbemDateTime::declaration())) return DispatchRef(make<SwbemDateTime>());
  if (is(SwbemNamedValueSet::declaration())) return DispatchRef(make<SwbemNamedValueSet>());
  if (is(SwbemObjectPath::declaration())) return DispatchRef(make<SwbemObjectPath>());
  if (is(SwbemRefresher::declaration())) return DispatchRef(make<SwbemRefresher>());
  if (is(SwbemObject::last_error_declaration())) {
    const cim::ObjectPtr status = world_->take_last_error();
    if (!status) return failure(WBEM_E_FAILED, status_phrase(WBEM_E_FAILED), "SWbemLastError");
    return make_last_error(nullptr, status);
  }
  return failure(CO_E_CLASSSTRING);
}

bool Swbem::is_moniker(std::u16string_view text) { return scripting::is_moniker(base::utf16_to_utf8(text.substr(0, 32))); }

Outcome<DispatchRef> Swbem::get_moniker(std::u16string_view text) {
  auto moniker = parse_moniker(base::utf16_to_utf8(text));
  if (!moniker) return std::unexpected(syntax_failure(moniker.error()));
  ConnectRequest request;
  request.server = cim::is_local_server(moniker->path.server, "") ? std::string() : moniker->path.server;
  request.name_space = moniker->path.name_space;
  request.locale = moniker->locale;
  request.authority = moniker->authority;
  request.security = moniker->security;
  auto session = world_->connect(std::move(request));
  if (!session) return std::unexpected(moniker_failure(session.error()));
  if (moniker->path.class_name.empty()) return DispatchRef(make<SwbemServices>(*std::move(session)));
  const std::string path = moniker->path.relative();
  auto output = world_->call(**session, {cim::Operation::kGetObject, path}, 0, nullptr, start_get(path));
  if (!output) return std::unexpected(moniker_failure(output.error()));
  if (!output->object) return std::unexpected(moniker_failure(WBEM_E_UNEXPECTED));
  return make_object(*session, *std::move(output->object));
}

}  // namespace scripting
