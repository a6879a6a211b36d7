#include "scripting/xml_reader.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/utf.h"

namespace scripting {
namespace {

using namespace base::codes;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_name(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  base::Result<XmlElement> document() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    TRY(skip_misc());
    XmlElement root;
    TRY(element(root, 0));
    TRY(skip_misc());
    if (at_ != text_.size()) return base::fail(expected("the end of the text"));
    return root;
  }

 private:
  base::Status expected(std::string_view what) const {
    return {WBEM_E_INVALID_SYNTAX, fmt::format("octet {} of the XML text: expected {}", at_ + 1, what)};
  }
  bool starts(std::string_view what) const { return text_.substr(std::min(at_, text_.size())).starts_with(what); }
  bool take(std::string_view what) {
    if (!starts(what)) return false;
    at_ += what.size();
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  base::Status skip_to(std::string_view end) {
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) return expected(end);
    at_ = found + end.size();
    return {};
  }
  /// White space, comments, processing instructions, a DOCTYPE without declarations.
  base::Status skip_misc() {
    for (;;) {
      skip_space();
      if (take("<!--")) {
        TRY(skip_to("-->"));
      } else if (take("<?")) {
        TRY(skip_to("?>"));
      } else if (starts("<!DOCTYPE")) {
        const std::size_t end = text_.find_first_of("[>", at_);
        if (end == std::string_view::npos || text_[end] == '[') return expected("a DOCTYPE without declarations");
        at_ = end + 1;
      } else {
        return {};
      }
    }
  }
  base::Result<std::string> name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    if (at_ == start) return base::fail(expected("a name"));
    return std::string(text_.substr(start, at_ - start));
  }

  /// `&lt;`, `&#65;`, `&#x41;`, after the `&`.
  base::Status reference(std::string& out) {
    const std::size_t end = text_.find(';', at_);
    if (end == std::string_view::npos || end - at_ > 10) return expected("';' of a reference");
    std::string_view what = text_.substr(at_, end - at_);
    static constexpr std::pair<std::string_view, char> kNamed[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [known, c] : kNamed) {
      if (what != known) continue;
      out += c;
      at_ = end + 1;
      return {};
    }
    if (!what.starts_with('#')) return expected("lt, gt, amp, quot, apos or a number");
    what.remove_prefix(1);
    const bool hex = what.starts_with('x');
    if (hex) what.remove_prefix(1);
    std::uint32_t code = 0;
    const auto [last, error] = std::from_chars(what.data(), what.data() + what.size(), code, hex ? 16 : 10);
    if (error != std::errc() || last != what.data() + what.size() || code > 0x10FFFF) return expected("the number of a character");
    base::append_code_point(out, static_cast<char32_t>(code));
    at_ = end + 1;
    return {};
  }

  base::Status attributes(XmlElement& element) {
    for (;;) {
      skip_space();
      if (at_ >= text_.size() || text_[at_] == '>' || text_[at_] == '/') return {};
      if (element.attributes.size() == kMaxXmlAttributes) return expected("fewer attributes");
      TRY_ASSIGN(std::string key, name());
      skip_space();
      if (!take("=")) return expected("'='");
      skip_space();
      const char quote = at_ < text_.size() ? text_[at_] : '\0';
      if (quote != '"' && quote != '\'') return expected("a quoted value");
      ++at_;
      std::string value;
      while (at_ < text_.size() && text_[at_] != quote) {
        if (text_[at_] == '<') return expected("no '<' in a value");
        if (take("&")) {
          TRY(reference(value));
        } else {
          value += text_[at_++];
        }
      }
      if (at_ >= text_.size()) return expected("the value's end");
      ++at_;
      element.attributes.emplace_back(std::move(key), std::move(value));
    }
  }

  base::Status element(XmlElement& out, int depth) {
    if (depth == kMaxXmlDepth) return expected("elements that nest less deeply");
    if (!take("<")) return expected("an element");
    TRY_ASSIGN(out.name, name());
    TRY(attributes(out));
    if (take("/>")) return {};
    if (!take(">")) return expected("'>'");
    return content(out, depth);
  }

  base::Status content(XmlElement& out, int depth) {
    while (at_ < text_.size()) {
      if (take("</")) {
        TRY_ASSIGN(const std::string closed, name());
        skip_space();
        if (closed != out.name || !take(">")) return expected("the end of " + out.name);
        return {};
      }
      if (take("<!--")) {
        TRY(skip_to("-->"));
      } else if (take("<![CDATA[")) {
        const std::size_t start = at_;
        TRY(skip_to("]]>"));
        out.text += text_.substr(start, at_ - 3 - start);
      } else if (take("<?")) {
        TRY(skip_to("?>"));
      } else if (starts("<")) {
        TRY(element(out.children.emplace_back(), depth + 1));
      } else if (take("&")) {
        TRY(reference(out.text));
      } else {
        const std::size_t end = std::min(text_.find_first_of("<&", at_), text_.size());
        out.text += text_.substr(at_, end - at_);
        at_ = end;
      }
    }
    return expected("the end of " + out.name);
  }

  const std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view XmlElement::attribute(std::string_view wanted) const {
  const auto found = std::ranges::find(attributes, wanted, [](const auto& attribute) { return std::string_view(attribute.first); });
  return found == attributes.end() ? std::string_view() : std::string_view(found->second);
}

base::Result<XmlElement> read_xml(std::string_view text) {
  if (text.size() > kMaxXmlLength) {
    return base::fail(WBEM_E_INVALID_SYNTAX, fmt::format("the XML text is longer than {} octets", kMaxXmlLength));
  }
  return Reader(text).document();
}

void append_xml(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&apos;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("&#{};", static_cast<int>(c));
        } else {
          out += c;
        }
    }
  }
}

}  // namespace scripting
