#include "scripting/variant.h"

#include "scripting/dispatch.h"

namespace scripting {
namespace {

constexpr int kMaxNesting = 64;  // of objects that end within one another's end [a long chain]
thread_local int nesting = 0;
thread_local std::vector<Counted*> waiting;

}  // namespace

Counted::Ending::Ending() { ++nesting; }

Counted::Ending::~Ending() {
  while (nesting == 1 && !waiting.empty()) {
    Counted* next = waiting.back();
    waiting.pop_back();
    next->last_release();
  }
  --nesting;
}

bool Counted::must_wait() {
  if (nesting < kMaxNesting) return false;
  waiting.push_back(this);
  return true;
}

void Counted::last_release() {
  if (must_wait()) return;
  const Ending ending;
  delete this;
}

Variant Variant::text(Text value) {
  Variant made(VarType::kString);
  made.v_.text = std::exchange(value.buffer_, nullptr);
  return made;
}

Variant Variant::object(Ref<Dispatch> value) {
  Variant made(VarType::kDispatch);
  made.v_.object = value.detach();
  return made;
}

Variant Variant::array(Ref<Array> value) {
  Variant made;
  if (!value) return made;
  made.type_ = kArrayBit | static_cast<std::uint16_t>(value->element());
  made.v_.array = value.detach();
  return made;
}

Variant Variant::integer(VarType type, std::int64_t value) {
  switch (type) {
    case VarType::kInt16: return int16(static_cast<std::int16_t>(value));
    case VarType::kInt32: return int32(static_cast<std::int32_t>(value));
    case VarType::kByte: return byte(static_cast<std::uint8_t>(value));
    default: break;
  }
  Variant made(type);
  made.v_.i64 = value;
  return made;
}

void Variant::destroy() {
  if (is_array()) {
    v_.array->release();
  } else if (type_ == static_cast<std::uint16_t>(VarType::kString)) {
    as_text().release();
  } else if (v_.object != nullptr) {
    v_.object->release();
  }
}

void Variant::share() {
  if (is_array()) {
    v_.array->retain();
  } else if (type_ == static_cast<std::uint16_t>(VarType::kString)) {
    as_text().retain();
  } else if (v_.object != nullptr) {
    v_.object->retain();
  }
}

}  // namespace scripting
