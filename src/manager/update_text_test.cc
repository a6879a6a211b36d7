// Runs tests/manager/*.test: steps of the update side as text. A file is a list of cases, each in a namespace of its own:
//   case TITLE
//   put [create] [update] [safe] [force] [amended] [rights=HEX] [locales=A,B] [partial=P,Q [strict]] [in CHILD]
//   <MOF, all of it one transaction>
//   => CODE                 WBEM_S_NO_ERROR is written OK
//   delete [rights=HEX] PATH
//   => CODE
//   count CLASS [NAMESPACE] => NUMBER      instances of the class and those derived from it
//   read PATH PROPERTY => VALUE            of the stored instance; (none) when there is no such instance
//   show CLASS [amended] [in CHILD]        its MOF must be the lines up to the next empty line
//   none CLASS [in CHILD]                  there is no such class
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/wbem_status.h"
#include "manager/testing.h"
#include "mof/printer.h"

namespace manager {
namespace {

using testing::Store;

/// Of the connection, unless a step says otherwise.
const std::vector<std::string> kLocales{"MS_407", "MS_409"};

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

std::string code_name(const base::Status& status) {
  if (status.ok()) return "OK";
  auto text = status.to_string();
  text = text.substr(text.find(' ') + 1);
  return text.substr(0, text.find(':'));
}

class Script {
 public:
  explicit Script(const std::string& path) : path_(path), in_(path) {}

  void run() {
    ASSERT_TRUE(in_.good()) << path_;
    while (next()) {
      if (line_.empty() || line_.front() == '#') continue;
      const auto words = words_of(line_);
      SCOPED_TRACE(path_ + ":" + std::to_string(number_) + " (" + title_ + ")");
      if (words[0] == "case")
        begin();
      else if (words[0] == "put")
        put(words);
      else if (words[0] == "delete")
        remove(words);
      else if (words[0] == "count")
        count(words);
      else if (words[0] == "show")
        show(words);
      else if (words[0] == "read")
        read(words);
      else if (words[0] == "none")
        EXPECT_EQ(store_.get_class(name_space(words), words[1]), nullptr);
      else
        FAIL() << "unknown step: " << line_;
    }
  }

 private:
  bool next() {
    ++number_;
    return static_cast<bool>(std::getline(in_, line_));
  }

  void begin() {
    title_ = line_.substr(5);
    name_space_ = "root\\t" + std::to_string(++cases_);
    ASSERT_TRUE(store_.compile("root", "instance of __Namespace { Name = \"t" + std::to_string(cases_) + "\"; };").ok());
  }

  std::string name_space(const std::vector<std::string>& words) const {
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
      if (words[i] == "in") return name_space_ + "\\" + words[i + 1];
    return name_space_;
  }

  void expect(const base::Status& status) {
    ASSERT_TRUE(line_.starts_with("=> ")) << line_;
    EXPECT_EQ(code_name(status), words_of(line_)[1]) << status.to_string();
  }

  void put(const std::vector<std::string>& words) {
    std::uint32_t flags = 0;
    std::uint32_t rights = cim::right::kAll;
    std::vector<std::string> locales = kLocales;
    cim::Context context;
    for (const auto& word : words) {
      if (word == "create") flags |= cim::flag::kCreateOnly;
      if (word == "update") flags |= cim::flag::kUpdateOnly;
      if (word == "safe") flags |= cim::flag::kUpdateSafeMode;
      if (word == "force") flags |= cim::flag::kUpdateForceMode;
      if (word == "amended") flags |= cim::flag::kUseAmendedQualifiers;
      if (word.starts_with("rights=")) rights = rights_of(word);
      if (word.starts_with("locales=")) locales = split(word.substr(8));
      if (word.starts_with("partial=")) list_properties(context, split(word.substr(8)));
      if (word == "strict") context.put("__PUT_EXT_STRICT_NULLS", {cim::CimType::kBoolean, false}, cim::Value::boolean(true));
    }
    std::string text;
    while (next() && !line_.starts_with("=>")) text += line_ + "\n";
    const auto given = context.values().empty() ? nullptr : std::make_shared<const cim::Context>(context);
    expect(store_.compile(name_space(words), text, flags, rights, locales, given));
  }

  /// Of "rights=HEX".
  static std::uint32_t rights_of(const std::string& word) { return static_cast<std::uint32_t>(std::stoul(word.substr(7), nullptr, 16)); }

  static std::vector<std::string> split(const std::string& list) {
    std::istringstream in(list);
    std::vector<std::string> out;
    for (std::string one; std::getline(in, one, ',');) out.push_back(one);
    return out;
  }

  static void list_properties(cim::Context& context, const std::vector<std::string>& names) {
    cim::Value::Array list;
    for (const auto& name : names) list.push_back(cim::Value::text(name));
    context.put("__PUT_EXTENSIONS", {cim::CimType::kBoolean, false}, cim::Value::boolean(true));
    context.put("__PUT_EXT_PROPERTIES", {cim::CimType::kString, true}, cim::Value::array(std::move(list)));
  }

  void remove(const std::vector<std::string>& words) {
    const bool limited = words[1].starts_with("rights=");
    const std::string what = line_.substr(limited ? 8 + words[1].size() : 7);
    next();
    expect(
        store_.write(name_space_, [&](SchemaView& view, repository::WriteTransaction& transaction, UpdateRequest& request) -> base::Status {
          if (limited) request.rights = rights_of(words[1]);
          TRY_ASSIGN(const auto path, cim::ObjectPath::parse(what));
          if (path.is_class())
            TRY(delete_class(view, transaction, request, path.class_name));
          else
            TRY(delete_instance(view, transaction, request, path));
          return {};
        }));
  }

  void count(const std::vector<std::string>& words) {
    const auto found = store_.read(name_space_, [&](SchemaView& view, const Namespace& ns) { return *view.count_instances(ns, words[1]); });
    EXPECT_EQ(std::to_string(found), words.back());
  }

  void read(const std::vector<std::string>& words) {
    const auto value = store_.read_property(name_space(words), words[1], words[2]);
    EXPECT_EQ(value, line_.substr(line_.find("=> ") + 3));
  }

  void show(const std::vector<std::string>& words) {
    auto cls = store_.get_class(name_space(words), words[1]);
    ASSERT_NE(cls, nullptr) << words[1];
    if (words.back() == "amended")
      cls = store_.read(name_space_, [&](SchemaView& view, const Namespace& ns) { return *view.amended(ns, cls, kLocales); });
    std::string expected;
    while (next() && !line_.empty()) expected += line_ + "\n";
    EXPECT_EQ(mof::print_class(*cls), expected);
  }

  std::string path_;
  std::ifstream in_;
  std::string line_;
  int number_ = 0;
  int cases_ = 0;
  std::string title_;
  std::string name_space_;
  Store store_;
};

class UpdateText : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(UpdateText, Steps) { Script(GetParam().string()).run(); }

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(OWMI_SOURCE_DIR "/tests/manager"))
    if (entry.path().extension() == ".test") out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

std::string name_of(const ::testing::TestParamInfo<std::filesystem::path>& file) { return file.param.stem().string(); }

INSTANTIATE_TEST_SUITE_P(Files, UpdateText, ::testing::ValuesIn(files()), name_of);

}  // namespace
}  // namespace manager
