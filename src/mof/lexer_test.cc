#include "mof/lexer.h"

#include <gtest/gtest.h>

#include <vector>

namespace mof {
namespace {

std::vector<Token> tokens(std::string_view text) {
  Lexer lexer(text);
  std::vector<Token> all;
  while (true) {
    const Token token = lexer.next();
    if (token.kind == TokenKind::kEnd) return all;
    all.push_back(token);
    if (token.kind == TokenKind::kBadToken || token.kind == TokenKind::kBadConstant) return all;
  }
}

TokenKind only(std::string_view text) {
  const auto all = tokens(text);
  return all.size() == 1 ? all[0].kind : TokenKind::kEnd;
}

TEST(Lexer, Numbers) {
  for (const char* text : {"0", "5", "-5", "+5", "0x1F", "0X1f", "-0xA", "017", "101b", "0B", "18446744073709551615"}) {
    EXPECT_EQ(only(text), TokenKind::kInteger) << text;
  }
  for (const char* text : {"1.5", "-1.5", ".5", "1.5e10", "1E-5", "-1.2778E+02"}) EXPECT_EQ(only(text), TokenKind::kReal) << text;
  for (const char* text : {"08", "12b", "0x", "0xZ", "1.", "1.5e", "5abc", "-", "."})
    EXPECT_EQ(only(text), TokenKind::kBadConstant) << text;
}

TEST(Lexer, StringsAndCharacters) {
  for (const char* text : {R"("")", R"("a\"b")", R"("\x41\\")", "\"\xC3\xA9\""}) EXPECT_EQ(only(text), TokenKind::kString) << text;
  for (const char* text : {R"("a)", "\"a\nb\"", R"("\q")", R"("\x")", R"("\x0")", R"("a\)"}) {
    EXPECT_EQ(only(text), TokenKind::kBadConstant) << text;
  }
  for (const char* text : {"'A'", R"('\'')", R"('\x4133')", "'\xC3\xA9'"}) EXPECT_EQ(only(text), TokenKind::kCharacter) << text;
  for (const char* text : {"''", "'ab'", "'", "'\xF0\x9F\x98\x80'"}) EXPECT_EQ(only(text), TokenKind::kBadConstant) << text;
}

TEST(Lexer, CommentsAndLines) {
  const auto all = tokens("a // x\n/* b\n c */ $d\n$ {");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].line, 1U);
  EXPECT_EQ(all[1].kind, TokenKind::kAlias);
  EXPECT_EQ(all[1].text, "d");
  EXPECT_EQ(all[1].line, 3U);
  EXPECT_EQ(all[2].kind, TokenKind::kDollar);
  EXPECT_EQ(all[3].line, 4U);
  EXPECT_EQ(only("/* open"), TokenKind::kBadToken);
  EXPECT_EQ(only("?"), TokenKind::kBadToken);
}

TEST(Lexer, WordsIgnoreCase) {
  EXPECT_TRUE(is_word("InStance", "instance"));
  EXPECT_FALSE(is_word("instances", "instance"));
}

}  // namespace
}  // namespace mof
