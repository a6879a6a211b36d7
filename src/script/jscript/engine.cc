// JScript behind the contract of script engines.
#include "script/engine.h"

#include <malloc.h>

#include <cstdlib>

#include "base/utf.h"
#include "script/jscript/prepare.h"
#include "script/jscript/values.h"
#include "script/wsh/constants.h"

namespace script {
namespace jscript {
namespace {

// Duktape's memory, counted. `user` is the ContextPtr's place.
bool fits(const Context& context, std::size_t more) {
  const std::size_t limit = context.options.limits.memory;
  return limit == 0 || context.octets + more <= limit;
}
Context& owner(void* user) { return **static_cast<ContextPtr*>(user); }

void* allocate(void* user, duk_size_t size) {
  Context& context = owner(user);
  if (size == 0 || !fits(context, size)) return nullptr;
  void* block = std::malloc(size);
  if (block != nullptr) context.octets += ::malloc_usable_size(block);
  return block;
}
void release(void* user, void* block) {
  if (block == nullptr) return;
  owner(user).octets -= ::malloc_usable_size(block);
  std::free(block);
}
void* reallocate(void* user, void* block, duk_size_t size) {
  Context& context = owner(user);
  const std::size_t before = block == nullptr ? 0 : ::malloc_usable_size(block);
  if (size == 0) {
    release(user, block);
    return nullptr;
  }
  if (size > before && !fits(context, size - before)) return nullptr;
  void* moved = std::realloc(block, size);
  if (moved != nullptr) context.octets += ::malloc_usable_size(moved) - before;
  return moved;
}

class JScript final : public Engine {
 public:
  explicit JScript(EngineOptions options) : context_(std::make_shared<Context>()) {
    context_->options = std::move(options);
    context_->duk = duk_create_heap(allocate, reallocate, release, &context_, nullptr);
    if (context_->duk == nullptr) return;
    if (!protect(context_->duk, [this] { add_globals(context_->duk); })) close();
  }
  ~JScript() override { close(); }

  void add_object(std::u16string_view name, DispatchRef object, bool global_members) override {
    duk_context* duk = context_->duk;
    if (duk == nullptr) return;
    const bool done = protect(duk, [&] {
      if (global_members) add_members(*object);
      push_object(duk, object.get());
      push_text(duk, name);
      duk_swap_top(duk, -2);
      duk_push_global_object(duk);
      duk_insert(duk, -3);
      duk_put_prop(duk, -3);
    });
    if (!done) duk_pop(duk);
  }

  std::expected<void, ScriptError> run(std::string_view source, const std::string& file, std::uint32_t first_line) override {
    duk_context* duk = context_->duk;
    if (duk == nullptr) return std::unexpected(no_engine(file));
    if (!running_) context_->ending = false;
    const bool outermost = !std::exchange(running_, true);
    const bool done = protect(duk, [&] {
      compile(source, file, first_line);
      duk_call(duk, 0);
    });
    if (outermost) running_ = false;
    if (!done) return std::unexpected(take_error(duk, file));
    return {};
  }

  std::expected<void, ScriptError> check(std::string_view source, const std::string& file) override {
    duk_context* duk = context_->duk;
    if (duk == nullptr) return std::unexpected(no_engine(file));
    if (!protect(duk, [&] { compile(source, file, 1); })) return std::unexpected(take_error(duk, file));
    return {};
  }

  bool has_procedure(std::u16string_view name) const override {
    duk_context* duk = context_->duk;
    bool has = false;
    if (duk == nullptr) return false;
    const bool done = protect(duk, [&] {
      duk_push_global_object(duk);
      push_text(duk, name);
      duk_get_prop(duk, -2);
      has = duk_is_function(duk, -1) != 0 && object_at(duk, -1) == nullptr;
    });
    if (!done) duk_pop(duk);
    return has;
  }

  std::expected<Variant, ScriptError> call_procedure(std::u16string_view name, std::span<Variant> arguments) override {
    duk_context* duk = context_->duk;
    if (duk == nullptr) return std::unexpected(no_engine(""));
    if (!running_) context_->ending = false;
    Variant result;
    const bool done = protect(duk, [&] {
      duk_push_global_object(duk);
      push_text(duk, name);
      duk_get_prop(duk, -2);
      duk_require_stack(duk, static_cast<duk_idx_t>(arguments.size()));
      for (const Variant& argument : arguments) push_value(duk, argument);
      duk_call(duk, static_cast<duk_idx_t>(arguments.size()));
      result = value_at(duk, -1);
    });
    if (!done) return std::unexpected(take_error(duk, ""));
    return result;
  }

  void quit() override { context_->ending = true; }

  void close() override {
    duk_context* duk = context_->duk;
    if (duk == nullptr) return;
    context_->keys.clear();
    duk_destroy_heap(duk);  // finalizers still find the context
    context_->duk = nullptr;
    context_->objects.clear();
  }

 private:
  static ScriptError no_engine(const std::string& file) {
    ScriptError error;
    error.number = 0x800A0007;
    error.source = "Microsoft JScript runtime error";
    error.description = "Out of memory";
    error.file = file;
    return error;
  }
  /// Leaves the function on the stack.
  void compile(std::string_view source, const std::string& file, std::uint32_t first_line) {
    duk_context* duk = context_->duk;
    {
      std::string text(first_line > 1 ? first_line - 1 : 0, '\n');
      text += prepare(base::is_valid_utf8(source) ? std::string(source) : base::utf16_to_utf8(base::utf8_to_utf16(source)));
      duk_push_lstring(duk, text.data(), text.size());
    }
    duk_push_lstring(duk, file.data(), file.size());
    duk_compile(duk, 0);
  }
  /// Constants of a type library become variables.
  void add_members(Dispatch& object) {
    duk_context* duk = context_->duk;
    duk_push_global_object(duk);
    for (const wsh::Constant& constant : wsh::constants_of(object)) {
      duk_push_int(duk, constant.value);
      duk_put_prop_lstring(duk, -2, constant.name.data(), constant.name.size());
    }
    duk_pop(duk);
  }

  ContextPtr context_;
  bool running_ = false;
};

}  // namespace

const ContextPtr& context_of(duk_context* duk) {
  duk_memory_functions functions;
  duk_get_memory_functions(duk, &functions);
  return *static_cast<ContextPtr*>(functions.udata);
}

}  // namespace jscript

std::unique_ptr<Engine> make_jscript(EngineOptions options) { return std::make_unique<jscript::JScript>(std::move(options)); }

}  // namespace script
