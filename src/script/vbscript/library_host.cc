// What functions ask of the host and of the engine: objects, boxes, the engine's version, the locale.
#include "script/vbscript/library_support.h"

namespace script::vbscript {
namespace {

Outcome<Variant> create_object(Library& library, Values values) {
  READ(const Text prog_id, to_text(values[0]));
  READ(const Text server, text_or(values, 1, u""));
  if (library.options.host == nullptr) return raise(kCannotCreate, prog_id.to_utf8());
  READ(auto object, library.options.host->create_object(prog_id.view(), server.view()));
  return Variant::object(std::move(object));
}

Outcome<Variant> get_object(Library& library, Values values) {
  READ(const Text moniker, text_or(values, 0, u""));
  READ(const Text prog_id, text_or(values, 1, u""));
  if (library.options.host == nullptr) return raise(kNotFoundDuringAutomation, moniker.to_utf8());
  READ(auto object, library.options.host->get_object(moniker.view(), prog_id.view()));
  return Variant::object(std::move(object));
}

Outcome<Variant> msg_box(Library& library, Values values) {
  READ(const Text prompt, text_in_locale(library, values[0]));
  READ(const std::int32_t buttons, int_or(values, 1, 0));
  READ(const Text title, text_or(values, 2, u"VBScript"));
  if (has(values, 3) != has(values, 4)) return raise(kInvalidCall);  // a help file and its context come together
  if (library.options.host == nullptr) return raise(kNoSuchAction);
  return int16_of(library.options.host->message_box(prompt, buttons, title));
}

Outcome<Variant> input_box(Library& library, Values values) {
  READ(const Text prompt, text_in_locale(library, values[0]));
  READ(const Text title, text_or(values, 1, u"VBScript"));
  READ(const Text initial, text_or(values, 2, u""));
  if (has(values, 5) != has(values, 6)) return raise(kInvalidCall);
  if (library.options.host == nullptr) return raise(kNoSuchAction);
  auto answer = library.options.host->input_box(prompt, title, initial);
  if (!answer) return Variant();  // Cancel
  return Variant::text(*std::move(answer));
}

Outcome<Variant> load_picture(Library&, Values) { return raise(481); }

Outcome<Variant> engine(Library&, Values) { return text_of(u"VBScript"); }
template <std::int32_t Number>
Outcome<Variant> version(Library&, Values) {
  return Variant::int32(Number);
}

Outcome<Variant> get_locale(Library& library, Values) { return Variant::int32(locale_of(library).lcid); }

/// Takes an LCID or a name, gives the LCID before; 0 and nothing at all mean the locale of the start.
Outcome<Variant> set_locale(Library& library, Values values) {
  const std::int32_t before = locale_of(library).lcid;
  READ(const Variant value, has(values, 0) ? plain(values[0]) : Outcome<Variant>(Variant()));
  const Locale* found = nullptr;
  if (value.is(VarType::kString) && !parse_number(value.as_text().view())) {
    found = find_locale(value.as_text().to_utf8());
  } else {
    READ(const std::int32_t lcid, to_int32(value));
    const bool start = lcid == 0 || lcid == 1024 || lcid == 2048;
    found = start ? &locale_or_default(library.options.locale) : find_locale(lcid);
  }
  if (found == nullptr) return raise(447);
  library.locale = found->name;
  return Variant::int32(before);
}

constexpr Builtin kFunctions[] = {
    {u"CreateObject", 1, 2, create_object},
    {u"GetObject", 0, 2, get_object},
    {u"MsgBox", 1, 5, msg_box},
    {u"InputBox", 1, 7, input_box},
    {u"LoadPicture", 1, 1, load_picture},
    {u"ScriptEngine", 0, 0, engine},
    {u"ScriptEngineMajorVersion", 0, 0, version<5>},
    {u"ScriptEngineMinorVersion", 0, 0, version<8>},
    {u"ScriptEngineBuildVersion", 0, 0, version<16384>},
    {u"GetLocale", 0, 0, get_locale},
    {u"SetLocale", 0, 1, set_locale},
    {u"GetUILanguage", 0, 0, get_locale},
};

}  // namespace

std::span<const Builtin> host_functions() { return kFunctions; }

}  // namespace script::vbscript
