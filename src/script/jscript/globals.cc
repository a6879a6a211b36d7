// The functions that the prelude and prepared sources call, and VBArray.
#include "base/utf.h"
#include "script/jscript/prelude.h"
#include "script/jscript/prepare.h"
#include "script/jscript/values.h"
#include "script/vbscript/errors.h"
#include "scripting/table_object.h"

namespace script::jscript {
namespace {

constexpr std::uint32_t kVbArrayExpected = 0x800A0000U + 5013;
constexpr std::uint32_t kNotCollection = 0x800A0000U + 451;
constexpr std::uint32_t kSubscript = 0x800A0000U + 9;

Outcome<Host*> host_of(duk_context* duk) {
  Host* host = context_of(duk)->options.host;
  if (host == nullptr)
    return scripting::failure(base::Hresult{0x800A0000U + vbscript::kCannotCreate}, "ActiveX component can't create object");
  return host;
}

Outcome<bool> push_made(duk_context* duk, Outcome<DispatchRef> made) {
  if (!made) return std::unexpected(std::move(made).error());
  push_object(duk, made->get());
  return true;
}

duk_ret_t create(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    const auto host = host_of(duk);
    if (!host) return std::unexpected(host.error());
    return push_made(duk, (*host)->create_object(text_at(duk, 0), text_at(duk, 1)));
  });
}
duk_ret_t get(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    const auto host = host_of(duk);
    if (!host) return std::unexpected(host.error());
    return push_made(duk, (*host)->get_object(text_at(duk, 0), text_at(duk, 1)));
  });
}

duk_ret_t release_enumeration(duk_context* duk) {
  duk_get_prop_string(duk, 0, DUK_HIDDEN_SYMBOL("walk"));
  if (auto* walk = static_cast<scripting::Enumeration*>(duk_get_pointer(duk, -1))) walk->release();
  duk_push_pointer(duk, nullptr);
  duk_put_prop_string(duk, 0, DUK_HIDDEN_SYMBOL("walk"));
  return 0;
}

/// What stands behind an Enumerator: the items of a collection, an Array's, a VBArray's.
Outcome<scripting::Ref<scripting::Enumeration>> items_of(duk_context* duk, duk_idx_t index) {
  const Variant value = with_array(duk, index);
  if (value.is_array()) return scripting::enumerate_values(value.as_array()->items());
  if (value.is(VarType::kDispatch) && value.as_object() != nullptr) {
    auto items = value.as_object()->enumerate();
    if (items || items.error().code != scripting::DISP_E_MEMBERNOTFOUND) return items;
  }
  return scripting::failure(base::Hresult{kNotCollection}, "Object not a collection");
}

duk_ret_t enumeration(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    auto items = items_of(duk, 0);
    if (!items) return std::unexpected(std::move(items).error());
    duk_push_object(duk);
    duk_push_pointer(duk, items->detach());
    duk_put_prop_string(duk, -2, DUK_HIDDEN_SYMBOL("walk"));
    duk_push_c_function(duk, release_enumeration, 1);
    duk_set_finalizer(duk, -2);
    return true;
  });
}

/// [item], undefined at the end.
duk_ret_t next(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    duk_get_prop_string(duk, 0, DUK_HIDDEN_SYMBOL("walk"));
    auto* walk = static_cast<scripting::Enumeration*>(duk_get_pointer(duk, -1));
    if (walk == nullptr) return false;
    const scripting::Ref<scripting::Enumeration> alive(walk);
    const auto item = walk->next();
    if (!item) return std::unexpected(item.error());
    if (!*item) return false;
    duk_push_array(duk);
    push_value(duk, **item);
    duk_put_prop_index(duk, -2, 0);
    return true;
  });
}

Outcome<scripting::Array*> array_or_fail(duk_context* duk, duk_idx_t index) {
  scripting::Array* array = array_at(duk, index);
  if (array == nullptr) return scripting::failure(base::Hresult{kVbArrayExpected}, "VBArray expected");
  return array;
}

duk_ret_t vbarray(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    const auto array = array_or_fail(duk, 0);
    if (!array) return std::unexpected(array.error());
    duk_dup(duk, 0);
    return true;
  });
}

/// toArray(): the elements in their order in memory.
duk_ret_t vbarray_elements(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    duk_push_this(duk);
    const auto array = array_or_fail(duk, -1);
    if (!array) return std::unexpected(array.error());
    duk_push_array(duk);
    duk_uarridx_t position = 0;
    for (const Variant& item : (*array)->items()) {
      push_value(duk, item);
      duk_put_prop_index(duk, -2, position++);
    }
    return true;
  });
}
duk_ret_t vbarray_item(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    std::vector<std::int32_t> indices;
    for (duk_idx_t i = 0; i < duk_get_top(duk); ++i) indices.push_back(duk_get_int(duk, i));
    duk_push_this(duk);
    const auto array = array_or_fail(duk, -1);
    if (!array) return std::unexpected(array.error());
    const Variant* item = (*array)->at(indices.data(), indices.size());
    if (item == nullptr) return scripting::failure(base::Hresult{kSubscript}, "Subscript out of range");
    push_value(duk, *item);
    return true;
  });
}
duk_ret_t vbarray_dimensions(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    duk_push_this(duk);
    const auto array = array_or_fail(duk, -1);
    if (!array) return std::unexpected(array.error());
    duk_push_uint(duk, static_cast<duk_uint_t>((*array)->bounds().size()));
    return true;
  });
}
/// lbound(dimension), ubound(dimension); the first one when left out.
template <bool Upper>
duk_ret_t vbarray_bound(duk_context* duk) {
  return guarded(duk, [duk]() -> Outcome<bool> {
    const duk_int_t dimension = duk_is_undefined(duk, 0) ? 1 : duk_get_int(duk, 0);
    duk_push_this(duk);
    const auto array = array_or_fail(duk, -1);
    if (!array) return std::unexpected(array.error());
    const auto& bounds = (*array)->bounds();
    if (dimension < 1 || static_cast<std::size_t>(dimension) > bounds.size())
      return scripting::failure(base::Hresult{kSubscript}, "Subscript out of range");
    const scripting::Array::Bound& bound = bounds[static_cast<std::size_t>(dimension) - 1];
    duk_push_number(duk, bound.lower + (Upper ? static_cast<double>(bound.count) - 1 : 0));
    return true;
  });
}

duk_ret_t step(duk_context* duk) {
  Context& context = *context_of(duk);
  const std::uint64_t limit = context.options.limits.steps;
  if (limit != 0 && ++context.steps > limit && !context.ending) {
    context.ending = true;
    context.end_reason = "The script took more steps than it may take";
  }
  check_end(duk);
  return 0;
}

/// What eval() gets: texts are prepared, others stay.
duk_ret_t prepare_text(duk_context* duk) {
  if (!duk_is_string(duk, 0) || duk_is_symbol(duk, 0)) return 1;
  return guarded(duk, [duk]() -> Outcome<bool> {
    duk_size_t size = 0;
    const char* text = duk_get_lstring(duk, 0, &size);
    const std::string made = prepare({text, size});
    duk_push_lstring(duk, made.data(), made.size());
    return true;
  });
}

void add_vbarray(duk_context* duk) {
  duk_push_object(duk);
  const struct {
    const char* name;
    duk_c_function function;
    duk_idx_t count;
  } members[] = {{"toArray", vbarray_elements, 0},
                 {"getItem", vbarray_item, DUK_VARARGS},
                 {"dimensions", vbarray_dimensions, 0},
                 {"lbound", vbarray_bound<false>, 1},
                 {"ubound", vbarray_bound<true>, 1}};
  for (const auto& member : members) {
    duk_push_c_function(duk, member.function, member.count);
    duk_put_prop_string(duk, -2, member.name);
  }
  stash(duk, kVbArrayPrototype);
}

}  // namespace

void add_globals(duk_context* duk) {
  duk_push_object(duk);
  stash(duk, kHeld);
  duk_get_global_string(duk, "Date");
  stash(duk, kDate);
  add_proxies(duk);
  add_vbarray(duk);
  const struct {
    const char* name;
    duk_c_function function;
    duk_idx_t count;
  } functions[] = {{"$$create", create, 2},   {"$$get", get, 2},   {"$$enumeration", enumeration, 1}, {"$$next", next, 1},
                   {"$$vbarray", vbarray, 1}, {"$$step", step, 0}, {"$$eval", prepare_text, 1}};
  for (const auto& function : functions) {
    duk_push_c_function(duk, function.function, function.count);
    duk_put_global_string(duk, function.name);
  }
  duk_get_global_string(duk, "Duktape");
  duk_push_c_function(duk, describe_error, 1);
  duk_put_prop_string(duk, -2, "errCreate");
  duk_pop(duk);
  duk_push_string(duk, "jscript");
  duk_compile_string_filename(duk, 0, kPrelude);
  duk_call(duk, 0);
  duk_pop(duk);
}

}  // namespace script::jscript
