#include "cli/doctor_report.h"

#include <fmt/format.h>

#include "base/json.h"

namespace cli {
namespace {

constexpr std::size_t kIndent = 31;  // of what was found

/// Breaks between words; every line but the first is indented.
std::string folded(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t used = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (used > indent && used + 1 + end > width) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (used > indent) {
      out += ' ';
      ++used;
    }
    out += text.substr(0, end);
    used += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

std::string_view rung_name(Rung rung) {
  switch (rung) {
    case Rung::kName: return "name";
    case Rung::kPort: return "port";
    case Rung::kEndpoint: return "endpoint";
    case Rung::kLogin: return "login";
    case Rung::kActivation: return "activation";
    case Rung::kObjects: return "object port";
    case Rung::kNamespace: return "namespace";
    case Rung::kQuery: return "query";
    case Rung::kCallback: return "callback";
  }
  return "";
}

DoctorReport::DoctorReport(const Console& console, std::string host, std::optional<Format> json)
    : console_(console), host_(std::move(host)), json_(json) {}

void DoctorReport::add(std::string_view rung, std::chrono::nanoseconds took, Finding finding) {
  const double milliseconds = std::chrono::duration<double, std::milli>(took).count();
  if (finding.state == RungState::kFails) sound_ = false;
  if (!json_ && finding.state != RungState::kSkipped) print_text(rung, milliseconds, finding);
  lines_.push_back({std::string(rung), milliseconds, std::move(finding)});
}

bool DoctorReport::finish() {
  if (json_) {
    print_json();
    return sound_;
  }
  std::string skipped;
  for (const Line& line : lines_) {
    if (line.finding.state == RungState::kSkipped) skipped += (skipped.empty() ? "not tried: " : ", ") + line.rung;
  }
  console_.write(skipped.empty() ? "" : skipped + "\n");
  console_.flush();
  return sound_;
}

void DoctorReport::print_text(std::string_view rung, double milliseconds, const Finding& finding) const {
  const std::size_t width = console_.out_is_terminal ? std::max<std::size_t>(console_.width, kIndent + 30) : 120;
  const char* const mark = finding.state == RungState::kHolds ? "ok" : "FAIL";
  console_.write(
      fmt::format("{:<5} {:<12} {:>9}   {}\n", mark, rung, fmt::format("{:.0f} ms", milliseconds), folded(finding.found, kIndent, width)));
  if (!finding.cause.empty())
    console_.write(fmt::format("{}{}\n", std::string(kIndent, ' '), folded("Likely: " + finding.cause, kIndent, width)));
  console_.flush();
}

void DoctorReport::print_json() const {
  std::string text;
  base::JsonWriter json(text, *json_ == Format::kJson ? 2 : 0);
  json.begin_object();
  json.key("host").string(host_);
  json.key("ok").boolean(sound_);
  json.key("rungs").begin_array();
  for (const Line& line : lines_) {
    json.begin_object();
    json.key("rung").string(line.rung);
    if (line.finding.state == RungState::kSkipped)
      json.key("ok").null();
    else
      json.key("ok").boolean(line.finding.state == RungState::kHolds);
    json.key("milliseconds").real(static_cast<double>(static_cast<std::int64_t>(line.milliseconds * 1000)) / 1000);
    json.key("found").string(line.finding.found);
    if (!line.finding.cause.empty()) json.key("likely").string(line.finding.cause);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  console_.write(text + "\n");
  console_.flush();
}

}  // namespace cli
