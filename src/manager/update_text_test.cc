// Runs tests/manager/*.test: steps of the update side as text. A file is a list of cases, each in a namespace of its own:
//   case TITLE
//   put [create] [update] [safe] [force] [amended] [rights=HEX] [in CHILD]
//   <MOF, all of it one transaction>
//   => CODE                 WBEM_S_NO_ERROR is written OK
//   delete PATH
//   => CODE
//   count CLASS [NAMESPACE] => NUMBER      instances of the class and those derived from it
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
        remove(line_.substr(7));
      else if (words[0] == "count")
        count(words);
      else if (words[0] == "show")
        show(words);
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
    for (const auto& word : words) {
      if (word == "create") flags |= cim::flag::kCreateOnly;
      if (word == "update") flags |= cim::flag::kUpdateOnly;
      if (word == "safe") flags |= cim::flag::kUpdateSafeMode;
      if (word == "force") flags |= cim::flag::kUpdateForceMode;
      if (word == "amended") flags |= cim::flag::kUseAmendedQualifiers;
      if (word.starts_with("rights=")) rights = static_cast<std::uint32_t>(std::stoul(word.substr(7), nullptr, 16));
    }
    std::string text;
    while (next() && !line_.starts_with("=>")) text += line_ + "\n";
    expect(store_.compile(name_space(words), text, flags, rights, {"MS_407", "MS_409"}));
  }

  void remove(const std::string& what) {
    next();
    expect(store_.write(name_space_,
                        [&](SchemaView& view, repository::WriteTransaction& transaction, const UpdateRequest& request) -> base::Status {
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

  void show(const std::vector<std::string>& words) {
    auto cls = store_.get_class(name_space(words), words[1]);
    ASSERT_NE(cls, nullptr) << words[1];
    if (words.back() == "amended")
      cls = store_.read(name_space_, [&](SchemaView& view, const Namespace& ns) {
        const std::vector<std::string> locales{"MS_407", "MS_409"};
        return *view.amended(ns, cls, locales);
      });
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
