// The guard of the parser's depth.
#pragma once

#include "script/vbscript/parser.h"

namespace script::vbscript {

struct Parser::Nested {
  explicit Nested(Parser& owner) : parser(owner) {
    if (++parser.nesting_ > kMaxNesting) parser.fail(1001);
  }
  ~Nested() { --parser.nesting_; }
  Parser& parser;
};

}  // namespace script::vbscript
