// .wsf files: jobs of several scripts (Windows Script Host's XML format).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace script::wsh {

struct WsfScript {
  std::string language;          // as written; empty: VBScript
  std::string source_file;       // src=, as written
  std::string text;              // when there is no src
  std::uint32_t first_line = 1;  // of `text` in the file
};
/// `<object id progid events>`; `<reference object guid>` has no id and gives constants.
struct WsfObject {
  std::string id;
  std::string prog_id;
  std::string class_id;  // classid= or guid=, without "clsid:"
  bool events = false;
};
struct WsfArgument {
  enum class Kind : std::uint8_t { kNamed, kUnnamed } kind = Kind::kNamed;
  std::string name;
  std::string help;
  std::string type;  // named: string, boolean, simple
  bool required = false;
  std::uint32_t many = 0;  // unnamed: how often; with many="true" at least `required`
  bool any_number = false;
};
struct WsfResource {
  std::string id;
  std::string text;
};
struct WsfJob {
  std::string id;
  bool shows_errors = true;  // <?job error="false"?>
  bool debug = false;
  std::vector<WsfObject> objects;
  std::vector<WsfObject> references;
  std::vector<WsfScript> scripts;
  std::vector<WsfResource> resources;
  std::vector<WsfArgument> arguments;  // of <runtime>
  std::string description;
  std::string example;
  std::string usage;  // <usage>: in place of all that
};
struct WsfFile {
  std::vector<WsfJob> jobs;
};
struct WsfError {
  std::string text;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// Limits [in brackets the attack]: jobs, scripts, objects and arguments of a file, nested elements, attributes of an element.
struct WsfLimits {
  std::size_t items = 10'000;   // [memory by empty elements]
  std::size_t depth = 16;       // [nesting]
  std::size_t attributes = 64;  // [one element with many attributes]
};

/// Without `<?xml?>` in front the text of scripts is taken as it stands up to its end tag (`<` and `&` need no CDATA); with it, it is XML.
/// Element and attribute names have no case in the first form. Thread-safe.
std::expected<WsfFile, WsfError> parse_wsf(std::string_view text, const WsfLimits& limits = {});

/// What WScript.Arguments.ShowUsage and `/?` print. `script`: the file's name.
std::string wsf_usage(const WsfJob& job, std::string_view script);

}  // namespace script::wsh
