// A repository in a directory of its own, filled with the shipped schema, for tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "manager/bootstrap.h"
#include "manager/mof_target.h"
#include "mof/check.h"
#include "mof/parser.h"

namespace manager::testing {

class Store {
 public:
  Store() {
    repository_ = *repository::Repository::open(directory_.path());
    schema_ = std::make_unique<Schema>(*repository_, "HOST");
    const auto status = bootstrap(*schema_, clock_);
    EXPECT_TRUE(status.ok()) << status.to_string();
  }

  Schema& schema() { return *schema_; }
  repository::Repository& repository() { return *repository_; }

  /// Runs `work(view, transaction, request)` as one write; `request` has all rights on `name_space`.
  template <class F>
  base::Status write(std::string_view name_space, F&& work) {
    return repository_->write([&](repository::WriteTransaction& transaction) -> base::Status {
      SchemaView view(*schema_, transaction);
      UpdateRequest request;
      TRY_ASSIGN(request.name_space, view.name_space(name_space));
      request.rights = cim::right::kAll;
      return work(view, transaction, request);
    });
  }

  /// Runs `work(view, namespace)` on a snapshot.
  template <class F>
  auto read(std::string_view name_space, F&& work) {
    const auto transaction = *repository_->read();
    SchemaView view(*schema_, transaction);
    const auto ns = *view.name_space(name_space);
    return work(view, *ns);
  }

  /// Null when there is no such class or namespace.
  cim::ClassPtr get_class(std::string_view name_space, std::string_view name) {
    const auto transaction = *repository_->read();
    SchemaView view(*schema_, transaction);
    const auto ns = view.name_space(name_space);
    const auto found = ns ? *view.find(**ns, name) : nullptr;
    return found ? found->cls : nullptr;
  }

  /// A property of the stored instance with this path, as display text; "(none)" when there is no such instance.
  std::string read_property(std::string_view name_space, std::string_view path, std::string_view property) {
    return read(name_space, [&](SchemaView& view, const Namespace& ns) -> std::string {
      const auto parsed = *cim::ObjectPath::parse(path);
      const auto cls = *view.find(ns, parsed.class_name);
      if (!cls) return "(none)";
      std::string key;
      EXPECT_TRUE(cim::canonical_key(*cls->cls, parsed, key).ok());
      const auto found = *view.find_instance(ns, cls, key);
      if (!found) return "(none)";
      return cim::to_display(*cim::Instance::copy_trusted(found->cls->cls, found->octets)->get(property));
    });
  }

  /// Compiles MOF text as one transaction.
  base::Status compile(std::string_view name_space, std::string_view text, std::uint32_t flags = 0, std::uint32_t rights = cim::right::kAll,
                       std::vector<std::string> locales = {}, cim::ContextPtr context = {}) {
    mof::Diagnostics diagnostics;
    TRY_ASSIGN(const auto unit, mof::parse_text("test.mof", std::string(text), diagnostics));
    TRY(mof::check(unit, diagnostics));
    mof::CompileOptions options;
    options.name_space = name_space;
    options.class_flags = flags;
    options.instance_flags = flags & (cim::flag::kUseAmendedQualifiers | cim::flag::kCreateOnly | cim::flag::kUpdateOnly);
    return repository_->write([&](repository::WriteTransaction& transaction) -> base::Status {
      diagnostics.clear();
      UpdateRequest request;
      request.rights = rights;
      request.locales = locales;
      request.context = context;
      MofTarget target(*schema_, transaction, std::move(request));
      TRY(mof::compile(unit, target, options, diagnostics));
      return {};
    });
  }

 private:
  base::TempDir directory_ = *base::TempDir::create("owmi_manager");
  base::ManualClock clock_;
  std::unique_ptr<repository::Repository> repository_;
  std::unique_ptr<Schema> schema_;
};

}  // namespace manager::testing
