#include "remote/values.h"

#include "base/utf.h"
#include "remote/ids.h"

namespace remote {
namespace {

std::span<const std::uint8_t> octets_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

}  // namespace

// MS-OAUT 2.2.23.1: FLAGGED_WORD_BLOB is {cBytes, clSize, asData[clSize]}, conformant, so clSize stands before it once more.
void write_bstr(rpc::NdrWriter& out, const cim::OptionalText& text) {
  out.pointer();
  if (!text) {
    out.conformance(0);
    out.u32(0xFFFFFFFF);
    out.u32(0);
    return;
  }
  const std::string units = base::utf8_to_utf16le(*text);
  const auto count = static_cast<std::uint32_t>(units.size() / 2);
  out.conformance(count);
  out.u32(count * 2);
  out.u32(count);
  out.octets(units);
}

cim::OptionalText read_bstr(rpc::NdrReader& in, std::string_view what) {
  if (!in.pointer()) return std::nullopt;
  const std::uint32_t max_count = in.conformance(2, what);
  const std::uint32_t octets = in.u32();
  const std::uint32_t units = in.u32();
  if (in.ok() && units != max_count) in.fail("a string has two different sizes");
  const std::string_view data = in.octets(std::size_t{units} * 2);
  if (!in.ok() || octets == 0xFFFFFFFF) return std::nullopt;
  if (octets > data.size()) {
    in.fail("a string is longer than its data");
    return std::nullopt;
  }
  std::string text = base::utf16le_to_utf8(data.substr(0, octets));
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos) text.resize(nul);
  return text;
}

std::string marshal_object(const cim::Object& object) {
  std::string out;
  dcom::append_custom(out, iid::kClassObject, clsid::kClassObjectUnmarshaler, cim::encode_unit(object));
  return out;
}

base::Result<cim::Object> unmarshal_object(std::string_view objref, cim::ClassInterner* interner) {
  const auto custom = dcom::custom_view(objref);
  if (!custom) return base::fail(WBEM_E_INVALID_OBJECT, "an object is not passed by value: " + custom.error().text());
  if (custom->unmarshaler != clsid::kClassObjectUnmarshaler) {
    return base::fail(WBEM_E_INVALID_OBJECT, "an object is of the unknown unmarshaler " + custom->unmarshaler.to_braced());
  }
  return cim::decode_unit(octets_of(custom->data), interner);
}

void write_object(rpc::NdrWriter& out, const std::optional<cim::Object>& object) {
  if (out.pointer(object.has_value())) dcom::write_interface(out, marshal_object(*object));
}

base::Result<std::optional<cim::Object>> read_object(rpc::NdrReader& in, cim::ClassInterner* interner) {
  if (!in.pointer()) return std::nullopt;
  const std::string_view objref = dcom::read_interface(in);
  if (!in.ok()) return std::nullopt;
  TRY_ASSIGN(cim::Object object, unmarshal_object(objref, interner));
  return std::optional<cim::Object>(std::move(object));
}

void write_context(rpc::NdrWriter& out, const cim::ContextPtr& context) {
  if (!out.pointer(context && !context->values().empty())) return;
  std::string objref;
  dcom::append_custom(objref, iid::kContext, clsid::kContextUnmarshaler, encode_context(*context));
  dcom::write_interface(out, objref);
}

base::Result<cim::ContextPtr> read_context(rpc::NdrReader& in, cim::ClassInterner* interner) {
  if (!in.pointer()) return nullptr;
  const std::string_view objref = dcom::read_interface(in);
  if (!in.ok()) return nullptr;
  const auto custom = dcom::custom_view(objref);
  if (!custom) return base::fail(WBEM_E_INVALID_CONTEXT, "a context is not passed by value: " + custom.error().text());
  if (custom->unmarshaler != clsid::kContextUnmarshaler) {
    return base::fail(WBEM_E_INVALID_CONTEXT, "a context is of the unknown unmarshaler " + custom->unmarshaler.to_braced());
  }
  TRY_ASSIGN(cim::Context context, decode_context(custom->data, interner));
  return std::make_shared<const cim::Context>(std::move(context));
}

}  // namespace remote
