// IWbemContext's buffer (MS-WMI 2.2.13).
#include <fmt/format.h>

#include <bit>

#include "base/bytes.h"
#include "base/utf.h"
#include "remote/values.h"

namespace remote {
namespace {

using cim::CimType;
using cim::Value;

/// VARENUM (MS-OAUT 2.2.7): what a context may hold.
enum : std::uint16_t {
  kVtNull = 1,
  kVtI2 = 2,
  kVtI4 = 3,
  kVtR4 = 4,
  kVtR8 = 5,
  kVtBstr = 8,
  kVtBool = 11,
  kVtUnknown = 13,
  kVtI1 = 16,
  kVtUi1 = 17,
  kVtUi2 = 18,
  kVtUi4 = 19,
  kVtArray = 0x2000,
};

constexpr std::uint32_t kMaxNulls = 1024;  // elements that take no octets [a count of 4 billion]
constexpr std::size_t kObjrefHeader = 48;  // OBJREF_CUSTOM before its data
constexpr std::size_t kUnitHeader = 8;     // signature and length of an EncodingUnit
constexpr std::uint32_t kPointerSize = 8;  // ElementSize of strings and objects, as 64-bit systems send

struct Kind {
  std::uint16_t vt;
  CimType type;
  std::uint32_t width;  // of an array's element; 0: it has a length of its own
};
constexpr Kind kKinds[] = {
    {kVtI2, CimType::kSint16, 2},   {kVtI4, CimType::kSint32, 4},    {kVtR4, CimType::kReal32, 8},      {kVtR8, CimType::kReal64, 8},
    {kVtBstr, CimType::kString, 0}, {kVtBool, CimType::kBoolean, 2}, {kVtUnknown, CimType::kObject, 0}, {kVtI1, CimType::kSint8, 1},
    {kVtUi1, CimType::kUint8, 1},   {kVtUi2, CimType::kUint16, 2},   {kVtUi4, CimType::kUint32, 4},
};

const Kind* kind_of_vt(std::uint16_t vt) {
  for (const Kind& kind : kKinds) {
    if (kind.vt == vt) return &kind;
  }
  return nullptr;
}

/// Types that a context cannot hold travel as their text, char16 as the number that it is.
const Kind& kind_of_type(CimType type) {
  if (type == CimType::kChar16) type = CimType::kUint16;
  for (const Kind& kind : kKinds) {
    if (kind.type == type) return kind;
  }
  return *kind_of_vt(kVtBstr);
}

/// The octets of a number, in the low ones.
std::uint64_t bits_of(const Value& value, CimType type) {
  if (type == CimType::kBoolean) return value.is_true() ? 0xFFFF : 0;
  if (const double* real = value.as_real()) {
    return type == CimType::kReal32 ? std::bit_cast<std::uint32_t>(static_cast<float>(*real)) : std::bit_cast<std::uint64_t>(*real);
  }
  if (const auto number = value.as_sint()) return static_cast<std::uint64_t>(*number);
  return value.as_uint().value_or(0);
}

Value number_of(std::uint64_t bits, CimType type) {
  switch (type) {
    case CimType::kBoolean: return Value::boolean((bits & 0xFFFF) != 0);
    case CimType::kSint8: return Value::sint(static_cast<std::int8_t>(bits));
    case CimType::kSint16: return Value::sint(static_cast<std::int16_t>(bits));
    case CimType::kSint32: return Value::sint(static_cast<std::int32_t>(bits));
    case CimType::kUint8: return Value::uint(static_cast<std::uint8_t>(bits));
    case CimType::kUint16: return Value::uint(static_cast<std::uint16_t>(bits));
    case CimType::kUint32: return Value::uint(static_cast<std::uint32_t>(bits));
    case CimType::kReal32: return Value::real(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    default: return Value::real(std::bit_cast<double>(bits));
  }
}

class Encoder {
 public:
  std::string encode(const cim::Context& context) {
    out_.u32(1);
    out_.fill(16);  // one GUID, which nobody uses
    out_.u32(static_cast<std::uint32_t>(context.values().size()));
    for (const cim::NamedValue& value : context.values()) property(value);
    return std::move(octets_);
  }

 private:
  void property(const cim::NamedValue& named) {
    const Kind& kind = kind_of_type(named.type.base);
    const Value::Array* array = named.type.array ? named.value.as_array() : nullptr;
    const bool null = named.value.is_null() || (named.type.array && !array);
    text(named.name);
    out_.u32(0);
    out_.u16(static_cast<std::uint16_t>(null ? unsigned{kVtNull} : kind.vt | (array ? unsigned{kVtArray} : 0U)));
    if (null) return;
    if (!array) return kind.width == 0 ? item(named.value, kind) : out_.u64(bits_of(named.value, kind.type));
    out_.u32(static_cast<std::uint32_t>(array->size()));
    out_.u32(kind.width == 0 ? kPointerSize : kind.width);
    for (const Value& element : *array) {
      if (kind.width == 0) {
        item(element, kind);
      } else {
        const std::uint64_t bits = bits_of(element, kind.type);
        out_.bytes({reinterpret_cast<const char*>(&bits), kind.width});
      }
    }
  }

  /// A text or an object.
  void item(const Value& value, const Kind& kind) {
    if (kind.vt == kVtUnknown) {
      if (const cim::ObjectPtr* object = value.as_object(); object && *object) out_.bytes(marshal_object(**object));
      return;
    }
    const std::string* known = value.as_text();
    text(known ? *known : value.is_null() ? std::string() : cim::to_display(value));
  }

  void text(std::string_view utf8) {
    const std::string units = base::utf8_to_utf16le(utf8);
    out_.u32(static_cast<std::uint32_t>(units.size() / 2));
    out_.bytes(units);
  }

  std::string octets_;
  base::ByteWriter out_{octets_};
};

class Decoder {
 public:
  Decoder(std::string_view octets, cim::ClassInterner* interner) : in_(octets), interner_(interner) {}

  base::Result<cim::Context> decode() {
    const std::uint32_t guids = in_.u32();
    if (guids > 16) return fail("has too many GUIDs");
    in_.skip(std::size_t{guids} * 16);
    const std::uint32_t count = in_.u32();
    if (count > kMaxContextValues) return fail(fmt::format("has {} values, at most {} are allowed", count, kMaxContextValues));
    cim::Context out;
    for (std::uint32_t i = 0; i < count && in_.ok(); ++i) TRY(property(out));
    if (!in_.ok()) return fail("ends before its last value");
    return out;
  }

 private:
  std::unexpected<base::Status> fail(std::string_view problem) const {
    return base::fail(WBEM_E_INVALID_CONTEXT, fmt::format("a context {} (at octet {})", problem, in_.position()));
  }

  base::Status property(cim::Context& out) {
    std::string name = text();
    in_.u32();  // flags, to be ignored
    const std::uint16_t vt = in_.u16();
    if (!in_.ok()) return {};
    if (vt == kVtNull) {
      out.put(std::move(name), {}, Value());
      return {};
    }
    const bool array = (vt & kVtArray) != 0;
    const Kind* kind = kind_of_vt(static_cast<std::uint16_t>(vt & ~kVtArray));
    if (vt == (kVtArray | kVtNull)) return nulls(std::move(name), out);
    if (!kind) return fail(fmt::format("has a value of the type {:#x}, which none may have", vt)).error();
    TRY_ASSIGN(Value value, array ? elements(*kind) : single(*kind));
    out.put(std::move(name), {kind->type, array}, std::move(value));
    return {};
  }

  base::Result<Value> single(const Kind& kind) {
    if (kind.width == 0) return item(kind);
    return number_of(in_.u64(), kind.type);
  }

  base::Result<Value> elements(const Kind& kind) {
    const std::uint32_t count = in_.u32();
    const std::uint32_t size = in_.u32();
    std::uint32_t width = kind.width;
    if (kind.vt == kVtR4 && size == 4) width = 4;  // what "the size of the elements" says, against the table
    if (width != 0 && size != width) return fail(fmt::format("has an array with elements of {} octets, not {}", size, width));
    if (count > in_.remaining() / (width == 0 ? 4 : width)) return fail("has an array that is longer than itself");
    Value::Array array;
    array.reserve(count);
    for (std::uint32_t i = 0; i < count && in_.ok(); ++i) {
      if (width == 0) {
        TRY_ASSIGN(Value element, item(kind));
        array.push_back(std::move(element));
        continue;
      }
      std::uint64_t bits = 0;
      const std::string_view octets = in_.bytes(width);
      octets.copy(reinterpret_cast<char*>(&bits), sizeof bits);
      array.push_back(number_of(bits, kind.type));
    }
    return Value::array(std::move(array));
  }

  base::Status nulls(std::string name, cim::Context& out) {
    const std::uint32_t count = in_.u32();
    in_.u32();
    if (count > kMaxNulls) return fail("has too long an array of nothing").error();
    out.put(std::move(name), {CimType::kString, true}, Value::array(Value::Array(in_.ok() ? count : 0)));
    return {};
  }

  base::Result<Value> item(const Kind& kind) {
    if (kind.vt == kVtBstr) return Value::text(text());
    // Nothing says how long a marshaled object is but the object itself.
    const std::string_view rest = in_.rest();
    if (rest.size() < kObjrefHeader + kUnitHeader) return fail("ends within an object");
    const std::uint64_t length = kObjrefHeader + kUnitHeader + std::uint64_t{base::load_le<std::uint32_t>(rest, kObjrefHeader + 4)};
    if (length > rest.size()) return fail("ends within an object");
    auto object = unmarshal_object(in_.bytes(length), interner_);
    if (!object) return fail("holds a malformed object: " + object.error().text());
    return Value::object(std::make_shared<const cim::Object>(*std::move(object)));
  }

  std::string text() {
    const std::uint32_t count = in_.u32();
    if (count > in_.remaining() / 2) {
      in_.skip(in_.remaining() + 1);
      return {};
    }
    return base::utf16le_to_utf8(in_.bytes(std::size_t{count} * 2));
  }

  base::ByteReader in_;
  cim::ClassInterner* interner_;
};

}  // namespace

std::string encode_context(const cim::Context& context) { return Encoder().encode(context); }

base::Result<cim::Context> decode_context(std::string_view octets, cim::ClassInterner* interner) {
  return Decoder(octets, interner).decode();
}

}  // namespace remote
