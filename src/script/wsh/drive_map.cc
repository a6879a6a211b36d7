#include "script/wsh/drive_map.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>

#include "base/utf.h"

namespace script::wsh {
namespace {

bool is_letter(char16_t c) { return (c | 0x20) >= u'a' && (c | 0x20) <= u'z' && c < 0x80; }
char capital(char16_t c) { return static_cast<char>(c >= u'a' ? c - 32 : c); }

/// An absolute path without ".", "..", and doubled slashes.
std::string normal(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view step = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (step.empty() || step == ".") continue;
    if (step == "..") {
      out.resize(out.empty() ? 0 : out.rfind('/'));
    } else {
      out.append("/").append(step);
    }
  }
  return out.empty() ? "/" : out;
}

bool exists(const std::string& path) {
  struct stat found{};
  return ::lstat(path.c_str(), &found) == 0;
}

/// The name in a folder that is the same without case; the first in order.
std::optional<std::string> other_case(const std::string& folder, std::string_view name) {
  DIR* handle = ::opendir(folder.empty() ? "/" : folder.c_str());
  if (handle == nullptr) return std::nullopt;
  std::optional<std::string> found;
  while (const dirent* entry = ::readdir(handle)) {
    const std::string_view candidate(entry->d_name);
    if (base::equal_ignore_case(candidate, name) && (!found || candidate < *found)) found = candidate;
  }
  ::closedir(handle);
  return found;
}

std::string resolve_case(std::string path) {
  if (exists(path)) return path;
  std::string out;
  std::string_view rest(path);
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the slash
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    std::string step(rest.substr(0, slash));
    rest.remove_prefix(slash);
    if (!exists(out + "/" + step)) {
      auto found = other_case(out, step);
      if (!found) return out + "/" + step + std::string(rest);
      step = *std::move(found);
    }
    out += "/" + step;
  }
  return out.empty() ? "/" : out;
}

std::string working_folder() {
  char buffer[PATH_MAX];
  return ::getcwd(buffer, sizeof buffer) != nullptr ? buffer : "/";
}

bool is_below(std::string_view path, std::string_view root) {
  return root == "/" || (path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/'));
}

}  // namespace

DriveMap::DriveMap() { add('C', "/"); }

DriveMap::DriveMap(std::string_view setting) : DriveMap() {
  while (!setting.empty()) {
    const std::size_t end = std::min(setting.find(':'), setting.size());
    const std::string_view item = setting.substr(0, end);
    setting.remove_prefix(std::min(end + 1, setting.size()));
    if (item.size() < 3 || item[1] != '=' || item[2] != '/' || !is_letter(static_cast<unsigned char>(item[0]))) continue;
    add(capital(static_cast<unsigned char>(item[0])), std::string(item.substr(2)));
  }
}

DriveMap DriveMap::from_environment() {
  const char* setting = std::getenv("OWMI_DRIVES");
  return setting != nullptr ? DriveMap(setting) : DriveMap();
}

void DriveMap::add(char letter, std::string folder) { roots_[letter] = normal(folder); }

const std::string* DriveMap::root(char16_t letter) const {
  if (!is_letter(letter)) return nullptr;
  const auto found = roots_.find(capital(letter));
  return found == roots_.end() ? nullptr : &found->second;
}

std::vector<char> DriveMap::letters() const {
  std::vector<char> out;
  for (const auto& [letter, folder] : roots_) out.push_back(letter);
  return out;
}

std::optional<std::string> DriveMap::to_linux(std::u16string_view path) const {
  if (path.contains(u'\0')) return std::nullopt;
  std::string text = base::utf16_to_utf8(path);
  if (text.starts_with("\\\\?\\")) {
    text.erase(0, 4);
  } else if (text.starts_with("\\\\")) {
    return std::nullopt;
  }
  const bool has_backslash = text.contains('\\');
  std::ranges::replace(text, '\\', '/');
  if (text.size() >= 2 && text[1] == ':' && is_letter(static_cast<unsigned char>(text[0]))) {
    const std::string* folder = root(static_cast<unsigned char>(text[0]));
    if (folder == nullptr) return std::nullopt;
    text.erase(0, 2);
    const std::string cwd = working_folder();
    const bool relative = !text.starts_with('/') && is_below(cwd, *folder);
    if (relative) text = (*folder == "/" ? cwd : cwd.substr(folder->size())) + "/" + text;
    text = *folder + normal(text);  // `..` does not leave the drive
  } else if (!text.starts_with('/')) {
    text = working_folder() + "/" + text;
  } else if (has_backslash && text.starts_with("//")) {
    return std::nullopt;
  }
  return resolve_case(normal(text));
}

std::u16string DriveMap::to_windows(std::string_view path) const {
  std::string_view best_root;
  char best = 'C';
  for (const auto& [letter, folder] : roots_) {
    if (!is_below(path, folder) || folder.size() < best_root.size()) continue;
    if (folder.size() == best_root.size() && letter != 'C') continue;
    best_root = folder;
    best = letter;
  }
  if (best_root.size() > 1) path.remove_prefix(best_root.size());
  std::u16string out{static_cast<char16_t>(best), u':'};
  if (!path.starts_with('/')) out += u'\\';
  for (const char16_t c : base::utf8_to_utf16(path)) out += c == u'/' ? u'\\' : c;
  return out;
}

namespace paths {

bool is_separator(char16_t c) { return c == u'\\' || c == u'/'; }

namespace {

std::u16string_view without_end(std::u16string_view path) {
  const std::size_t drive = drive_name(path).size();
  while (path.size() > drive && is_separator(path.back())) path.remove_suffix(1);
  return path;
}
std::size_t last_separator(std::u16string_view path) { return path.find_last_of(u"\\/"); }

}  // namespace

std::u16string_view drive_name(std::u16string_view path) {
  if (path.size() >= 2 && path[1] == u':' && is_letter(path[0])) return path.substr(0, 2);
  if (!path.starts_with(u"\\\\")) return {};
  const std::size_t server = path.find(u'\\', 2);
  if (server == std::u16string_view::npos || server == 2) return {};
  return path.substr(0, path.find(u'\\', server + 1));
}

std::u16string_view file_name(std::u16string_view path) {
  const std::u16string_view whole = without_end(path);
  const std::size_t drive = drive_name(whole).size();
  if (whole.size() <= drive) return {};
  const std::size_t separator = last_separator(whole);
  const std::size_t start = separator == std::u16string_view::npos ? 0 : separator + 1;
  return whole.substr(std::max(start, drive));
}

std::u16string_view parent_folder(std::u16string_view path) {
  const std::u16string_view whole = without_end(path);
  const std::size_t drive = drive_name(whole).size();
  const std::size_t separator = last_separator(whole);
  if (whole.size() <= drive || separator == std::u16string_view::npos || separator < drive) return {};
  if (separator == drive) return whole.substr(0, separator + 1);
  return without_end(whole.substr(0, separator));
}

std::u16string_view base_name(std::u16string_view path) {
  const std::u16string_view name = file_name(path);
  return name.substr(0, name.rfind(u'.'));
}

std::u16string_view extension_name(std::u16string_view path) {
  const std::u16string_view name = file_name(path);
  const std::size_t dot = name.rfind(u'.');
  return dot == std::u16string_view::npos ? std::u16string_view() : name.substr(dot + 1);
}

std::u16string build(std::u16string_view path, std::u16string_view name) {
  std::u16string out(path);
  if (out.empty() || name.empty()) return out.append(name);
  const bool slashes = out.contains(u'/') && !out.contains(u'\\');
  while (!name.empty() && is_separator(name.front()) && (is_separator(out.back()) || name.size() > 1)) name.remove_prefix(1);
  if (!is_separator(out.back()) && out.back() != u':') out += slashes ? u'/' : u'\\';
  return out.append(name);
}

}  // namespace paths

}  // namespace script::wsh
