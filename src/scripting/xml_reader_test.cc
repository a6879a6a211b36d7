#include "scripting/xml_reader.h"

#include <gtest/gtest.h>

namespace scripting {
namespace {

TEST(XmlReader, ReadsElements) {
  const auto root = read_xml(
      "\xEF\xBB\xBF<?xml version='1.0'?><!DOCTYPE X SYSTEM \"x.dtd\"><!-- c -->\n"
      "<A b='1' c=\"&lt;&#x41;&#66;\"> t<B/>&amp;<![CDATA[<x>]]><?p?><!-- c --></A >\n");
  ASSERT_TRUE(root.has_value()) << root.error().text();
  EXPECT_EQ(root->name, "A");
  EXPECT_EQ(root->attribute("b"), "1");
  EXPECT_EQ(root->attribute("c"), "<AB");
  EXPECT_EQ(root->attribute("d"), "");
  EXPECT_EQ(root->text, " t&<x>");
  ASSERT_EQ(root->children.size(), 1U);
  EXPECT_EQ(root->children[0].name, "B");
}

TEST(XmlReader, RefusesWhatIsNotXml) {
  for (const char* text :
       {"", "x", "<", "<A", "<A>", "<A></B>", "<A b></A>", "<A b=1/>", "<A b='/>", "<A>&x;</A>", "<A>&#99999999;</A>", "<A>&lt</A>",
        "<A/><B/>", "<!DOCTYPE A [<!ENTITY x 'y'>]><A/>", "<A b='<'/>", "<A><!-- </A>", "<A><![CDATA[x</A>"}) {
    const auto root = read_xml(text);
    ASSERT_FALSE(root.has_value()) << text;
    EXPECT_EQ(root.error().code(), base::codes::WBEM_E_INVALID_SYNTAX);
  }
}

TEST(XmlReader, KeepsItsLimits) {
  std::string deep;
  for (int i = 0; i <= kMaxXmlDepth; ++i) deep += "<A>";
  EXPECT_FALSE(read_xml(deep).has_value());
  std::string wide = "<A";
  for (std::size_t i = 0; i <= kMaxXmlAttributes; ++i) wide += " a='1'";
  EXPECT_FALSE(read_xml(wide + "/>").has_value());
  EXPECT_FALSE(read_xml(std::string(kMaxXmlLength + 1, ' ')).has_value());
}

TEST(XmlReader, WritesWhatItReads) {
  std::string out;
  append_xml(out, "a<b>&\"'\n\x01");
  EXPECT_EQ(out, "a&lt;b&gt;&amp;&quot;&apos;&#10;&#1;");
  EXPECT_EQ(read_xml("<A>" + out + "</A>")->text, "a<b>&\"'\n\x01");
}

}  // namespace
}  // namespace scripting
