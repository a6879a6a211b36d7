// JScript's source made ready for Duktape.
#pragma once

#include <string>
#include <string_view>

namespace script::jscript {

/// The same program with its lines where they were, in which
///   o.Item("x") = 1       is   o.Item[$$key("x")] = 1        (also += and its kin, ++ and --)
///   function Sink::OnX()  is   function Sink_OnX()
///   eval(x)               is   eval($$eval(x))
/// and loops, functions, catch and finally begin with a call of $$step(), by which a script can be stopped. Text that is no JScript comes
/// back with fewer of these changes; the compiler then says what is wrong. Thread-safe, linear in the text's length.
std::string prepare(std::string_view source);

}  // namespace script::jscript
