// What the parts of the JScript engine share: one Duktape heap and its ties to automation.
#pragma once

#include <duktape.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "script/engine.h"

namespace script::jscript {

using scripting::Dispatch;
using scripting::DispatchRef;
using scripting::Failure;
using scripting::Outcome;
using scripting::Text;
using scripting::Variant;
using scripting::VarType;

/// The arguments of `o.Item("x") = 1` between the evaluation of its left side and the assignment.
using AssignmentKey = std::vector<Variant>;

/// One heap. Everything on the script's thread.
struct Context {
  duk_context* duk = nullptr;  // null: it has ended
  EngineOptions options;
  bool ending = false;
  std::string end_reason;
  std::uint64_t steps = 0;
  std::size_t octets = 0;                        // of the heap
  std::unordered_map<Dispatch*, void*> objects;  // their Proxies
  std::unordered_map<std::uint64_t, AssignmentKey> keys;
  std::uint64_t last_key = 0;
  std::uint64_t last_value = 0;       // of values that objects outside hold
  std::vector<std::u16string> names;  // by DISPID - 1, of scripts' objects
  std::unordered_map<std::u16string, scripting::Dispid> name_ids;

  bool stopped() const { return ending || (options.stop != nullptr && options.stop->stopped()); }
};
using ContextPtr = std::shared_ptr<Context>;

/// The heap's owner.
const ContextPtr& context_of(duk_context* duk);

/// Runs `work`, in which calls of Duktape may fail: false, with the error on the stack. What `work` holds when one fails is leaked, so it
/// holds little.
bool protect(duk_context* duk, const std::function<void()>& work);

/// For functions that scripts call. `work` leaves a result on the stack (true), none (false), or a failure, which is thrown when all that
/// it held has ended. When the script is to end, that is thrown.
duk_ret_t guarded(duk_context* duk, const std::function<Outcome<bool>()>& work);

/// Pushes an Error with number, description and source.
void push_error(duk_context* duk, const Failure& failure);
/// Throws what ends the script when it is to end.
void check_end(duk_context* duk);
/// The error on top of the stack as others see it; pops it.
ScriptError take_error(duk_context* duk, const std::string& file);
Failure take_failure(duk_context* duk);
/// Makes Errors that Duktape creates look like JScript's: number and description.
duk_ret_t describe_error(duk_context* duk);

}  // namespace script::jscript
