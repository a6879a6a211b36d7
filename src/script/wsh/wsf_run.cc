#include "script/wsh/wsf_run.h"

#include "base/utf.h"
#include "script/wsh/source_file.h"
#include "script/wsh/wsh_errors.h"

namespace script::wsh {
namespace {

using scripting::Outcome;
using scripting::Variant;

/// `getResource("id")`.
class ResourceReader final : public scripting::Dispatch {
 public:
  explicit ResourceReader(std::vector<WsfResource> resources) : resources_(std::move(resources)) {}
  scripting::Dispid id_of(std::u16string_view) override { return scripting::kUnknownName; }
  Outcome<Variant> invoke(scripting::Dispid member, unsigned, scripting::Arguments arguments) override {
    if (member != scripting::kValue) return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
    if (arguments.values.size() != 1) return scripting::failure(scripting::DISP_E_BADPARAMCOUNT);
    READ(const scripting::Text id, scripting::to_text(arguments.values[0]));
    for (const WsfResource& resource : resources_) {
      if (base::equal_ignore_case(resource.id, id.to_utf8())) return Variant::utf8(resource.text);
    }
    return wsh_error(kWshInvalidCall, "There is no resource '" + id.to_utf8() + "'");
  }
  std::string type_name() const override { return "Object"; }

 private:
  const std::vector<WsfResource> resources_;
};

ScriptError host_error(const WsfPlace& place, std::string text) {
  ScriptError error;
  error.source = "Windows Script Host";
  error.description = std::move(text);
  error.file = place.file;
  return error;
}

bool add_reference(ScriptHost& host, const WsfObject& reference, const WsfPlace& place) {
  for (const TypeLibrary& library : place.libraries) {
    const bool named = !reference.prog_id.empty() && base::starts_with_ignore_case(reference.prog_id, library.prefix);
    if (!named && !base::equal_ignore_case(reference.class_id, library.guid)) continue;
    host.add_object(base::utf8_to_utf16("reference " + library.prefix), library.constants, true);
    return true;
  }
  const std::string& name = reference.prog_id.empty() ? reference.class_id : reference.prog_id;
  host.report(host_error(place, "There is no type library for \"" + name + "\"."));
  return false;
}

/// Empty when no object of this host has the class.
std::string prog_id_of(std::string_view class_id) {
  struct Known {
    const char* class_id;
    const char* prog_id;
  };
  static constexpr Known kKnown[] = {
      {"0D43FE01-F093-11CF-8940-00A0C9054228", "Scripting.FileSystemObject"},
      {"EE09B103-97E0-11CF-978F-00A02463E06F", "Scripting.Dictionary"},
      {"3F4DACA4-160D-11D2-A8E9-00104B365C9F", "VBScript.RegExp"},
      {"72C24DD5-D70A-438B-8A42-98424B88AFB8", "WScript.Shell"},
      {"F935DC22-1CF0-11D0-ADB9-00C04FD58A0B", "WScript.Shell"},
      {"093FF999-1EA0-4079-9525-9614C3504B74", "WScript.Network"},
      {"F935DC26-1CF0-11D0-ADB9-00C04FD58A0B", "WScript.Network"},
      {"76A64158-CB41-11D1-8B02-00600806D9B6", "WbemScripting.SWbemLocator"},
      {"9AED384E-CE8B-11D1-8B05-00600806D9B6", "WbemScripting.SWbemNamedValueSet"},
      {"5791BC26-CE9C-11D1-97BF-0000F81E849C", "WbemScripting.SWbemObjectPath"},
      {"C2FEEEAC-CFCD-11D1-8B05-00600806D9B6", "WbemScripting.SWbemLastError"},
      {"75718C9A-F029-11D1-A1AC-00C04FB6C223", "WbemScripting.SWbemSink"},
      {"47DFBE54-CF76-11D3-B38F-00105A1F473A", "WbemScripting.SWbemDateTime"},
      {"D269BF5C-D9C1-11D3-B38F-00105A1F473A", "WbemScripting.SWbemRefresher"},
  };
  if (class_id.starts_with('{') && class_id.ends_with('}')) class_id = class_id.substr(1, class_id.size() - 2);
  for (const Known& known : kKnown) {
    if (base::equal_ignore_case(class_id, known.class_id)) return known.prog_id;
  }
  return {};
}

bool add_object(ScriptHost& host, const WsfObject& object, const WsfPlace& place) {
  const std::string prog_id = object.prog_id.empty() ? prog_id_of(object.class_id) : object.prog_id;
  if (prog_id.empty()) {
    host.report(host_error(place, "There is no class " + object.class_id + "."));
    return false;
  }
  auto made = host.create_object(base::utf8_to_utf16(prog_id), {});
  if (!made) {
    host.report(host_error(place, made.error().description));
    return false;
  }
  const std::u16string id = base::utf8_to_utf16(object.id);
  if (object.events && !host.connect_events(**made, id + u"_")) {
    host.report(host_error(place, "\"" + prog_id + "\" fires no events."));
    return false;
  }
  host.add_object(id, *std::move(made));
  return true;
}

/// Relative names are relative to the .wsf file.
std::string path_of(const ScriptHost& host, const std::string& source) {
  const bool absolute = source.starts_with('/') || source.starts_with('\\') || (source.size() > 1 && source[1] == ':');
  const std::string& script = host.facts().script;
  const std::string full = absolute ? source : script.substr(0, script.rfind('/') + 1) + source;
  return host.drives().to_linux(base::utf8_to_utf16(full)).value_or(full);
}

bool run_one(ScriptHost& host, const WsfScript& script, const WsfPlace& place) {
  Engine* engine = host.engine(script.language.empty() ? "VBScript" : script.language);
  if (engine == nullptr) {
    host.report(host_error(place, "Can't find script engine \"" + script.language + "\"."));
    return false;
  }
  std::string text = script.text;
  std::string file = place.file;
  std::uint32_t first_line = script.first_line;
  if (!script.source_file.empty()) {
    file = path_of(host, script.source_file);
    first_line = 1;
    auto source = read_source(base::SystemFiles(), file);
    if (!source) {
      host.report(host_error(place, "Cannot retrieve referenced URL: " + script.source_file));
      return false;
    }
    text = *std::move(source);
  }
  host.share_procedures();
  const auto result = engine->run(text, file, first_line);
  host.share_procedures();
  if (!result) host.report(result.error());
  return result.has_value();
}

}  // namespace

const WsfJob* find_job(const WsfFile& file, std::string_view id) {
  for (const WsfJob& job : file.jobs) {
    if (id.empty() || base::equal_ignore_case(job.id, id)) return &job;
  }
  return nullptr;
}

void run_job(ScriptHost& host, const WsfJob& job, const WsfPlace& place) {
  host.show_errors(job.shows_errors);
  for (const WsfObject& reference : job.references) {
    if (!add_reference(host, reference, place)) return;
  }
  if (!job.resources.empty()) host.add_object(u"getResource", scripting::make<ResourceReader>(job.resources));
  for (const WsfObject& object : job.objects) {
    if (!add_object(host, object, place)) return;
  }
  for (const WsfScript& script : job.scripts) {
    if (host.quitting() || !run_one(host, script, place)) return;
  }
}

}  // namespace script::wsh
