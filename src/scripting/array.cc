#include "scripting/dispatch.h"
#include "scripting/variant.h"

namespace scripting {
namespace {

constexpr std::size_t kMaxDimensions = 60;

/// What an element holds before it is assigned.
Variant initial(VarType element) {
  switch (element) {
    case VarType::kInt16: return Variant::int16(0);
    case VarType::kInt32: return Variant::int32(0);
    case VarType::kByte: return Variant::byte(0);
    case VarType::kFloat: return Variant::single(0);
    case VarType::kDouble: return Variant::real(0);
    case VarType::kCurrency: return Variant::currency(0);
    case VarType::kDate: return Variant::date(0);
    case VarType::kString: return Variant::text({});
    case VarType::kDispatch: return Variant::object({});
    case VarType::kBoolean: return Variant::boolean(false);
    case VarType::kEmpty:
    case VarType::kNull:
    case VarType::kVariant:
    case VarType::kError:
    case VarType::kUnknown:
    case VarType::kDecimal: return {};
    default: return Variant::integer(element, 0);
  }
}

/// nullopt over Array::kMaxElements.
std::optional<std::size_t> count_of(const std::vector<Array::Bound>& bounds) {
  if (bounds.empty()) return 0;
  std::size_t count = 1;
  for (const Array::Bound& bound : bounds) {
    count *= bound.count;  // both factors are below 2^32
    if (count > Array::kMaxElements) return std::nullopt;
  }
  return count;
}

}  // namespace

Ref<Array> Array::create(VarType element, std::vector<Bound> bounds) {
  const auto count = count_of(bounds);
  if (!count || bounds.size() > kMaxDimensions) return {};
  auto array = make<Array>();
  array->element_ = element;
  array->bounds_ = std::move(bounds);
  account(static_cast<std::ptrdiff_t>(*count * sizeof(Variant) + sizeof(Array)));
  array->items_.resize(*count, initial(element));
  return array;
}

Ref<Array> Array::of(VarType element, std::vector<Variant> items) {
  auto array = make<Array>();
  array->element_ = element;
  array->bounds_ = {{0, static_cast<std::uint32_t>(items.size())}};
  account(static_cast<std::ptrdiff_t>(items.size() * sizeof(Variant) + sizeof(Array)));
  array->items_ = std::move(items);
  return array;
}

Array::~Array() { account(-static_cast<std::ptrdiff_t>(items_.size() * sizeof(Variant) + sizeof(Array))); }

Variant* Array::at(const std::int32_t* indices, std::size_t count) {
  if (count != bounds_.size() || count == 0) return nullptr;
  std::size_t position = 0;
  std::size_t stride = 1;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t offset = static_cast<std::int64_t>(indices[i]) - bounds_[i].lower;
    if (offset < 0 || offset >= bounds_[i].count) return nullptr;
    position += static_cast<std::size_t>(offset) * stride;
    stride *= bounds_[i].count;
  }
  return &items_[position];
}

bool Array::resize_last(std::int32_t upper) {
  if (bounds_.empty()) return false;
  std::vector<Bound> wanted = bounds_;
  const std::int64_t count = static_cast<std::int64_t>(upper) - wanted.back().lower + 1;
  if (count < 0 || count > 0xFFFFFFFF) return false;
  wanted.back().count = static_cast<std::uint32_t>(count);
  const auto total = count_of(wanted);
  if (!total) return false;
  account((static_cast<std::ptrdiff_t>(*total) - static_cast<std::ptrdiff_t>(items_.size())) *
          static_cast<std::ptrdiff_t>(sizeof(Variant)));
  bounds_ = std::move(wanted);
  items_.resize(*total, initial(element_));
  return true;
}

Ref<Array> Array::shallow_copy() const {
  auto array = make<Array>();
  array->element_ = element_;
  array->bounds_ = bounds_;
  account(static_cast<std::ptrdiff_t>(items_.size() * sizeof(Variant) + sizeof(Array)));
  array->items_ = items_;
  return array;
}

Ref<Array> Array::copy() const {
  auto top = shallow_copy();
  if (element_ != VarType::kVariant) return top;
  std::vector<Array*> waiting{top.get()};  // no recursion: arrays may nest deeply
  while (!waiting.empty()) {
    Array* array = waiting.back();
    waiting.pop_back();
    for (Variant& item : array->items_) {
      if (!item.is_array() || item.is_reference()) continue;
      item = Variant::array(item.as_array()->shallow_copy());
      waiting.push_back(item.as_array());
    }
  }
  return top;
}

}  // namespace scripting
