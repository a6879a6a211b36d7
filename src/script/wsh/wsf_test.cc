#include "script/wsh/wsf.h"

#include <gtest/gtest.h>

namespace script::wsh {
namespace {

WsfFile parsed(std::string_view text) {
  auto file = parse_wsf(text);
  EXPECT_TRUE(file) << (file ? "" : file.error().text);
  return file ? *std::move(file) : WsfFile();
}
std::string error_of(std::string_view text, const WsfLimits& limits = {}) {
  const auto file = parse_wsf(text, limits);
  if (file) return "none";
  return std::to_string(file.error().line) + "," + std::to_string(file.error().column) + " " + file.error().text;
}

TEST(Wsf, ReadsJobsScriptsAndObjects) {
  const WsfFile file = parsed(R"(<package>
<!-- two jobs -->
<job id="first">
<?job error="false" debug="true"?>
<reference object="WbemScripting.SWbemLocator"/>
<object id='Sink' progid="WbemScripting.SWbemSink" events="true" />
<script language="VBScript" src="lib\common.vbs"/>
<script language="JScript">
if (1 < 2 && 3 > 2) WScript.Echo("<a>");
</script>
</job>
<job id="second"><script>x = 1</script></job>
</package>)");
  ASSERT_EQ(file.jobs.size(), 2U);
  const WsfJob& job = file.jobs[0];
  EXPECT_FALSE(job.shows_errors);
  EXPECT_TRUE(job.debug);
  ASSERT_EQ(job.references.size(), 1U);
  EXPECT_EQ(job.references[0].prog_id, "WbemScripting.SWbemLocator");
  ASSERT_EQ(job.objects.size(), 1U);
  EXPECT_TRUE(job.objects[0].events);
  ASSERT_EQ(job.scripts.size(), 2U);
  EXPECT_EQ(job.scripts[0].source_file, "lib\\common.vbs");
  EXPECT_EQ(job.scripts[1].text, "\nif (1 < 2 && 3 > 2) WScript.Echo(\"<a>\");\n");
  EXPECT_EQ(job.scripts[1].first_line, 8U);
  EXPECT_TRUE(file.jobs[1].shows_errors);
  EXPECT_EQ(file.jobs[1].scripts[0].text, "x = 1");
}

TEST(Wsf, WithADeclarationItIsXml) {
  const WsfFile file = parsed("<?xml version=\"1.0\"?><job><script><![CDATA[a < b]]> &lt; &#65;&#x42;&none;</script></job>");
  EXPECT_EQ(file.jobs.at(0).scripts.at(0).text, "a < b < AB&none;");
  EXPECT_EQ(parsed("<job><script>a &lt; b</script></job>").jobs[0].scripts[0].text, "a &lt; b");
}

TEST(Wsf, NamesHaveNoCase) { EXPECT_EQ(parsed("<JOB ID='x'><Script>1</SCRIPT></job>").jobs[0].id, "x"); }

TEST(Wsf, DescribesArguments) {
  const WsfFile file = parsed(R"(<job><runtime>
<description>Does things</description>
<named name="server" helpstring="where" type="string" required="true"/>
<named name="loud" helpstring="how" type="boolean"/>
<unnamed name="file" helpstring="what" required="2" many="true"/>
<example>Example: x.wsf /server:a b c</example>
</runtime><script>1</script></job>)");
  EXPECT_EQ(wsf_usage(file.jobs[0], "x.wsf"),
            "Does things\n"
            "Usage: x.wsf /server:value [/loud[+|-]] file1 file2 [file...]\n"
            "\n"
            "Options:\n"
            "\n"
            "server : where\n"
            "loud   : how\n"
            "file   : what\n"
            "Example: x.wsf /server:a b c\n");
  EXPECT_EQ(wsf_usage(parsed("<job><runtime><usage> mine </usage></runtime></job>").jobs[0], "x.wsf"), "mine\n");
}

TEST(Wsf, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(error_of("<package>\n <job>\n"), "3,1 <job> has no end tag");
  EXPECT_EQ(error_of("<package></package>"), "1,20 there is no <job>");
  EXPECT_EQ(error_of("<job>\n  <thing/></job>"), "2,3 <thing> is no element of a <job>");
  EXPECT_EQ(error_of("<job><script>x"), "1,6 <script> has no end tag");
  EXPECT_EQ(error_of("<job><job/></job>"), "1,6 a <job> stands inside of another one");
  EXPECT_EQ(error_of("<job id=x></job>"), "1,1 <job id>: the value has no quotes");
  EXPECT_EQ(error_of("<job><object progid='a'/></job>"), "1,6 <object> has no id");
  EXPECT_EQ(error_of("<job><object id='a'/></job>"), "1,6 <object> names no object: progid= or classid= is missing");
  EXPECT_EQ(error_of("<script>x</script>"), "1,1 <script> stands outside of a <job>");
  EXPECT_EQ(error_of("</job>"), "1,1 </job> ends nothing");
  EXPECT_EQ(error_of("<job><!-- x"), "1,6 a comment has no end");
  EXPECT_EQ(error_of("<"), "1,1 a name is expected behind `<`");
}

TEST(Wsf, LimitsHold) {
  std::string many = "<job>";
  for (int i = 0; i < 20; ++i) many += "<script>1</script>";
  EXPECT_EQ(error_of(many + "</job>", {10, 16, 64}).substr(6), "there are too many elements");
  EXPECT_EQ(error_of("<job a='1' b='2' c='3'></job>", {10, 16, 2}), "1,1 <job> has too many attributes");
}

}  // namespace
}  // namespace script::wsh
