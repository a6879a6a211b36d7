// File, Folder, Files and Folders.
#include <sys/stat.h>

#include <cerrno>

#include "base/utf.h"
#include "script/wsh/file_system_support.h"

namespace script::wsh {
namespace {

using namespace vbscript;
using scripting::handler;
using scripting::MemberCall;
using scripting::MemberTable;
using scripting::TableObject;
namespace invoke = scripting::invoke;

Outcome<Variant> nothing(Outcome<void> result) {
  if (!result) return std::unexpected(std::move(result).error());
  return Variant();
}

std::string below(const std::string& folder, const std::string& name) { return folder == "/" ? "/" + name : folder + "/" + name; }

/// Where something goes that is copied or moved to `to`: into it when that ends with a separator.
Outcome<std::string> destination(const DriveMap& drives, const Variant& argument, const std::string& name) {
  READ(const Text text, text_argument(argument));
  READ(const std::string path, path_argument(drives, argument, kPathNotFound));
  return paths::is_separator(text.view().back()) ? below(path, name) : path;
}

/// What a File and a Folder have in common; looks at the disk at every call.
class Item : public TableObject {
 public:
  Item(const MemberTable& table, Drives drives, std::string path, bool folder)
      : TableObject(table), drives_(std::move(drives)), path_(std::move(path)), folder_(folder) {}

  Outcome<Variant> path(MemberCall&) { return text_of(drives_->to_windows(path_)); }
  Outcome<Variant> name(MemberCall& call) {
    if (!call.is_put()) return Variant::utf8(path_ == "/" ? std::string() : name_of(path_));
    READ(const Text name, text_argument(call.value()));
    if (name.empty() || name.view().find_first_of(u"\\/:*?\"<>|") != std::u16string_view::npos) return file_error(kInvalidCall);
    READ(const FileFacts facts, here());
    return relocate(below(parent_of(path_), name.to_utf8()), facts);
  }
  Outcome<Variant> short_path(MemberCall& call) { return path(call); }
  Outcome<Variant> short_name(MemberCall&) { return Variant::utf8(path_ == "/" ? std::string() : name_of(path_)); }
  Outcome<Variant> drive(MemberCall&) { return Variant::object(drive_of(drives_, path_)); }
  Outcome<Variant> parent_folder(MemberCall&) {
    if (is_root()) return Variant::object(nullptr);
    return Variant::object(make_folder(drives_, parent_of(path_)));
  }
  Outcome<Variant> attributes(MemberCall& call) {
    READ(const FileFacts facts, here());
    if (!call.is_put()) return Variant::int32(attributes_of(path_, facts));
    READ(const std::int32_t wanted, to_int32(call.value()));
    return nothing(set_attributes(path_, wanted));
  }
  template <double FileFacts::* Date>
  Outcome<Variant> date(MemberCall&) {
    READ(const FileFacts facts, here());
    return Variant::date(facts.*Date);
  }
  Outcome<Variant> size(MemberCall&) {
    READ(const FileFacts facts, here());
    return number_of(folder_ ? folder_size(path_) : facts.size);
  }
  Outcome<Variant> type(MemberCall&) {
    if (folder_) return text_of(u"File Folder");
    std::u16string extension(paths::extension_name(Text::from_utf8(name_of(path_)).view()));
    for (char16_t& c : extension) c = upper(c);
    return text_of(extension.empty() ? std::u16string(u"File") : extension + u" File");
  }
  Outcome<Variant> remove(MemberCall& call) {
    READ(const bool force, call.has(0) ? to_boolean(call.argument(0)) : Outcome<bool>(false));
    return nothing(folder_ ? delete_folder(path_, force) : delete_file(path_, force));
  }
  Outcome<Variant> copy(MemberCall& call) {
    READ(const std::string to, destination(*drives_, call.argument(0), name_of(path_)));
    READ(const bool overwrite, call.has(1) ? to_boolean(call.argument(1)) : Outcome<bool>(true));
    return nothing(folder_ ? copy_folder(path_, to, overwrite) : copy_file(path_, to, overwrite));
  }
  Outcome<Variant> move(MemberCall& call) {
    READ(const std::string to, destination(*drives_, call.argument(0), name_of(path_)));
    READ(const FileFacts facts, here());
    return relocate(to, facts);
  }

 protected:
  bool is_root() const { return path_ == "/" || drives_->to_windows(path_).size() == 3; }
  Outcome<FileFacts> here() const {
    const FileFacts facts = look(path_);
    if (!facts.exists) return file_error(folder_ ? kPathNotFound : kFileNotFound);
    return facts;
  }
  Outcome<Variant> relocate(const std::string& to, const FileFacts& facts) {
    if (is_root()) return file_error(kPermissionDenied);
    auto moved = move_path(path_, to, facts.is_folder);
    if (moved) path_ = to;
    return nothing(std::move(moved));
  }

  Drives drives_;
  std::string path_;
  bool folder_;
};

class File final : public Item {
 public:
  File(Drives drives, std::string path) : Item(table(), std::move(drives), std::move(path), false) {}
  Outcome<Variant> open(MemberCall& call) {
    READ(const std::int32_t mode, call.has(0) ? to_int32(call.argument(0)) : Outcome<std::int32_t>(OpenMode::kReading));
    READ(const std::int32_t format, call.has(1) ? to_int32(call.argument(1)) : Outcome<std::int32_t>(OpenMode::kAscii));
    return open_text(path_, mode, false, format);
  }

 private:
  static const MemberTable& table();
};

const MemberTable& File::table() {
  constexpr unsigned kBoth = invoke::kGet | invoke::kPut;
  static const MemberTable made("File", {
                                            {"Path", scripting::kValue, invoke::kGet, "", handler<&Item::path>},
                                            {"Name", 1000, kBoth, "", handler<&Item::name>},
                                            {"ShortName", 1001, invoke::kGet, "", handler<&Item::short_name>},
                                            {"ShortPath", 1002, invoke::kGet, "", handler<&Item::short_path>},
                                            {"Attributes", 1003, kBoth, "", handler<&Item::attributes>},
                                            {"Drive", 1004, invoke::kGet, "", handler<&Item::drive>},
                                            {"ParentFolder", 1005, invoke::kGet, "", handler<&Item::parent_folder>},
                                            {"DateCreated", 1006, invoke::kGet, "", handler<&Item::date<&FileFacts::created>>},
                                            {"DateLastModified", 1007, invoke::kGet, "", handler<&Item::date<&FileFacts::modified>>},
                                            {"DateLastAccessed", 1008, invoke::kGet, "", handler<&Item::date<&FileFacts::accessed>>},
                                            {"Size", 1009, invoke::kGet, "", handler<&Item::size>},
                                            {"Type", 1010, invoke::kGet, "", handler<&Item::type>},
                                            {"OpenAsTextStream", 1100, invoke::kMethod, "[IOMode], [Format]", handler<&File::open>},
                                            {"Delete", 1201, invoke::kMethod, "[Force]", handler<&Item::remove>},
                                            {"Copy", 1202, invoke::kMethod, "Destination, [OverWriteFiles]", handler<&Item::copy>},
                                            {"Move", 1204, invoke::kMethod, "Destination", handler<&Item::move>},
                                        });
  return made;
}

/// Files or Folders of one folder, as they are when asked.
class Collection final : public TableObject {
 public:
  Collection(Drives drives, std::string folder, bool folders)
      : TableObject(folders ? folders_table() : files_table()), drives_(std::move(drives)), folder_(std::move(folder)), folders_(folders) {}

  Outcome<Variant> item(MemberCall& call) {
    READ(const Text name, text_argument(call.argument(0)));
    const std::uint32_t missing = folders_ ? kPathNotFound : kFileNotFound;
    if (name.view().find_first_of(u"\\/") != std::u16string_view::npos) return file_error(missing);
    READ(const auto names, list_folder(folder_, folders_));
    for (const std::string& found : names) {
      if (base::equal_ignore_case(found, name.to_utf8())) return member(found);
    }
    return file_error(missing);
  }
  Outcome<Variant> count(MemberCall&) {
    READ(const auto names, list_folder(folder_, folders_));
    return int32_of(static_cast<std::int64_t>(names.size()));
  }
  Outcome<Variant> add(MemberCall& call) {
    READ(const Text name, text_argument(call.argument(0)));
    if (name.empty() || name.view().find_first_of(u"\\/:*?\"<>|") != std::u16string_view::npos) return file_error(kInvalidCall);
    const std::string path = below(folder_, name.to_utf8());
    if (::mkdir(path.c_str(), 0777) != 0) return system_error(errno, kPathNotFound);
    return Variant::object(make_folder(drives_, path));
  }
  Outcome<scripting::Ref<scripting::Enumeration>> enumerate() override {
    READ(auto names, list_folder(folder_, folders_));
    return scripting::make<Each>(scripting::Ref<Collection>(this), std::move(names), 0U);
  }

 private:
  class Each final : public scripting::Enumeration {
   public:
    Each(scripting::Ref<Collection> collection, std::vector<std::string> names, std::size_t next)
        : collection_(std::move(collection)), names_(std::move(names)), next_(next) {}
    Outcome<std::optional<Variant>> next() override {
      if (next_ >= names_.size()) return std::optional<Variant>();
      return std::optional<Variant>(collection_->member(names_[next_++]));
    }
    Outcome<bool> reset() override {
      next_ = 0;
      return true;
    }
    Outcome<scripting::Ref<scripting::Enumeration>> clone() override { return scripting::make<Each>(collection_, names_, next_); }

   private:
    scripting::Ref<Collection> collection_;
    std::vector<std::string> names_;
    std::size_t next_;
  };

  Variant member(const std::string& name) const {
    const std::string path = below(folder_, name);
    return Variant::object(folders_ ? make_folder(drives_, path) : make_file(drives_, path));
  }
  static const MemberTable& files_table() {
    static const MemberTable made("Files", {
                                               {"Item", scripting::kValue, invoke::kGet, "Key", handler<&Collection::item>},
                                               {"Count", 1, invoke::kGet, "", handler<&Collection::count>},
                                           });
    return made;
  }
  static const MemberTable& folders_table() {
    static const MemberTable made("Folders", {
                                                 {"Item", scripting::kValue, invoke::kGet, "Key", handler<&Collection::item>},
                                                 {"Count", 1, invoke::kGet, "", handler<&Collection::count>},
                                                 {"Add", 2, invoke::kMethod, "Name", handler<&Collection::add>},
                                             });
    return made;
  }

  Drives drives_;
  std::string folder_;
  bool folders_;
};

class Folder final : public Item {
 public:
  Folder(Drives drives, std::string path) : Item(table(), std::move(drives), std::move(path), true) {}
  Outcome<Variant> is_root_folder(MemberCall&) { return Variant::boolean(is_root()); }
  Outcome<Variant> sub_folders(MemberCall&) { return Variant::object(scripting::make<Collection>(drives_, path_, true)); }
  Outcome<Variant> files(MemberCall&) { return Variant::object(scripting::make<Collection>(drives_, path_, false)); }
  Outcome<Variant> create_text_file(MemberCall& call) {
    READ(const Text name, text_argument(call.argument(0)));
    READ(const bool overwrite, call.has(1) ? to_boolean(call.argument(1)) : Outcome<bool>(true));
    READ(const bool unicode, call.has(2) ? to_boolean(call.argument(2)) : Outcome<bool>(false));
    if (name.empty()) return file_error(kInvalidCall);
    const auto path = drives_->to_linux(paths::build(drives_->to_windows(path_), name.view()));
    if (!path) return file_error(kPathNotFound);
    return create_text(*path, overwrite, unicode);
  }

 private:
  static const MemberTable& table();
};

const MemberTable& Folder::table() {
  constexpr unsigned kBoth = invoke::kGet | invoke::kPut;
  static const MemberTable made(
      "Folder", {
                    {"Path", scripting::kValue, invoke::kGet, "", handler<&Item::path>},
                    {"Name", 1000, kBoth, "", handler<&Item::name>},
                    {"ShortName", 1001, invoke::kGet, "", handler<&Item::short_name>},
                    {"ShortPath", 1002, invoke::kGet, "", handler<&Item::short_path>},
                    {"Attributes", 1003, kBoth, "", handler<&Item::attributes>},
                    {"Drive", 1004, invoke::kGet, "", handler<&Item::drive>},
                    {"ParentFolder", 1005, invoke::kGet, "", handler<&Item::parent_folder>},
                    {"DateCreated", 1006, invoke::kGet, "", handler<&Item::date<&FileFacts::created>>},
                    {"DateLastModified", 1007, invoke::kGet, "", handler<&Item::date<&FileFacts::modified>>},
                    {"DateLastAccessed", 1008, invoke::kGet, "", handler<&Item::date<&FileFacts::accessed>>},
                    {"Size", 1009, invoke::kGet, "", handler<&Item::size>},
                    {"Type", 1010, invoke::kGet, "", handler<&Item::type>},
                    {"CreateTextFile", 1101, invoke::kMethod, "FileName, [Overwrite], [Unicode]", handler<&Folder::create_text_file>},
                    {"Delete", 1201, invoke::kMethod, "[Force]", handler<&Item::remove>},
                    {"Copy", 1202, invoke::kMethod, "Destination, [OverWriteFiles]", handler<&Item::copy>},
                    {"Move", 1204, invoke::kMethod, "Destination", handler<&Item::move>},
                    {"IsRootFolder", 10000, invoke::kGet, "", handler<&Folder::is_root_folder>},
                    {"SubFolders", 10001, invoke::kGet, "", handler<&Folder::sub_folders>},
                    {"Files", 10002, invoke::kGet, "", handler<&Folder::files>},
                });
  return made;
}

}  // namespace

scripting::DispatchRef make_file(Drives drives, std::string path) { return scripting::make<File>(std::move(drives), std::move(path)); }
scripting::DispatchRef make_folder(Drives drives, std::string path) { return scripting::make<Folder>(std::move(drives), std::move(path)); }

}  // namespace script::wsh
