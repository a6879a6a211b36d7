// A call of a provider without an object manager, and folders that stand in for /proc and /sys: for tests.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "cim/path.h"
#include "manager/provider.h"
#include "providers/machine.h"

namespace providers::testing {

/// Records what the provider answers. Method parameters go in by name.
class FakeCall final : public manager::MethodCall {
 public:
  explicit FakeCall(cim::ClassPtr cls) : class_(std::move(cls)) {}

  /// Makes it a call of a method of the class.
  FakeCall& of_method(std::string_view name, std::string_view path) {
    method_ = class_->method(name);
    path_ = *cim::ObjectPath::parse(path);
    return *this;
  }
  FakeCall& with(std::string name, cim::Value value) {
    in_[std::move(name)] = std::move(value);
    return *this;
  }
  FakeCall& by_user(std::uint32_t uid) {
    caller_.uid = uid;
    caller_.gid = uid;
    caller_.administrator = uid == 0;
    return *this;
  }

  const cim::Caller& caller() const override { return caller_; }
  const std::string& name_space() const override { return name_space_; }
  const cim::ClassPtr& cls() const override { return class_; }
  const cim::ContextPtr& context() const override { return context_; }
  bool cancelled() const override { return false; }
  base::Status indicate(const cim::InstanceBuilder& row) override { return indicate(row.build()); }
  base::Status indicate(const cim::Instance& row) override {
    if (on_row) on_row(row);
    rows.push_back(row);
    return {};
  }
  void progress(std::uint32_t /*done*/, std::uint32_t /*total*/, std::string /*text*/) override {}
  std::shared_ptr<ProviderCall> detach() override { return nullptr; }
  void finish(base::Status /*status*/) override {}
  const cim::ObjectPath& path() const override { return path_; }
  const cim::Method& method() const override { return *method_; }
  cim::Value in(std::string_view name) const override {
    const auto it = in_.find(name);
    return it == in_.end() ? cim::Value() : it->second;
  }
  base::Status out(std::string_view name, const cim::Value& value) override {
    if (method_->out == nullptr || method_->out->property(name) == nullptr) return {WBEM_E_NOT_FOUND, std::string(name)};
    answers[std::string(name)] = value;
    return {};
  }
  std::uint64_t return_value() const {
    const auto it = answers.find("ReturnValue");
    return it == answers.end() ? ~std::uint64_t{0} : it->second.as_uint().value_or(~std::uint64_t{0});
  }

  std::vector<cim::Instance> rows;
  std::map<std::string, cim::Value, std::less<>> answers;
  std::function<void(const cim::Instance&)> on_row;

 private:
  cim::ClassPtr class_;
  const cim::Method* method_ = nullptr;
  cim::ObjectPath path_;
  cim::Caller caller_ = cim::Caller::process_user();
  cim::ContextPtr context_;
  std::string name_space_ = "root\\cimv2";
  std::map<std::string, cim::Value, std::less<>> in_;
};

inline std::string text_of(const cim::Instance& row, std::string_view property) {
  const cim::Value value = row.value(property);
  return value.as_text() != nullptr ? *value.as_text() : "NULL";
}
/// nullopt for NULL.
inline std::optional<std::uint64_t> number_of(const cim::Instance& row, std::string_view property) { return row.value(property).as_uint(); }

/// Folders that stand in for /proc, /sys, /etc and /dev.
class FakeRoots {
 public:
  FakeRoots() {
    roots.proc = *directory_ / "proc";
    roots.sys = *directory_ / "sys";
    roots.etc = *directory_ / "etc";
    roots.dev = *directory_ / "dev";
    for (const std::string& folder : {roots.proc, roots.sys, roots.etc, roots.dev}) EXPECT_TRUE(files_.make_directories(folder).ok());
  }
  /// Folders above the file are made.
  void put(const std::string& path, std::string_view text) {
    EXPECT_TRUE(files_.make_directories(path.substr(0, path.rfind('/'))).ok());
    EXPECT_TRUE(files_.write_atomic(path, text).ok());
  }
  /// A process with the state and nice value given.
  void put_process(std::uint32_t pid, const std::string& name, char state = 'S', int nice = 0) {
    put(roots.proc + "/" + std::to_string(pid) + "/stat",
        std::to_string(pid) + " (" + name + ") " + state + " 1 1 1 0 -1 0 10 0 2 0 300 40 0 0 20 " + std::to_string(nice) +
            " 3 0 500 8192000 7 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
  }
  Roots roots;

 private:
  base::Result<base::TempDir> directory_ = base::TempDir::create();
  base::SystemFiles files_;
};

}  // namespace providers::testing
