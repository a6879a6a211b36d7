// CreateInstanceEnumAsync and the data queries of ExecQueryAsync (MS-WMI 3.1.4.3.17, 3.1.4.3.19): rows of a class and its subclasses, from
// the repository's extents and from providers, filtered and projected. A scan holds a read transaction for one batch only: it is no
// snapshot. When a class fails (its provider does), the others are still delivered and the first failure is the final status.
#pragma once

#include <optional>
#include <vector>

#include "manager/instance_lookup.h"
#include "wql/plan.h"

namespace manager {

/// What both have in common. A derived class says which classes, with which plan.
class ScanOperation : public ProviderOperation {
 protected:
  using ProviderOperation::ProviderOperation;

  /// Names the classes through set_class(). kDone: rows are in `out`, there is nothing to scan.
  virtual base::Result<Step> prepare(SchemaView& schema, const Place& place, cim::BatchBuilder& out) = 0;

  /// Scans `cls`, and what is derived from it if `deep`; through `plan` if there is one.
  base::Status set_class(SchemaView& schema, const Place& place, const StoredClassPtr& cls, bool deep, std::optional<wql::Plan> plan);
  bool amended() const { return (options().flags & cim::flag::kUseAmendedQualifiers) != 0; }

 private:
  /// One class of the scan.
  struct Source {
    StoredClassPtr stored;
    cim::ClassPtr cls;  // as the rows show it: with amended qualifiers when asked for
    wql::Predicate predicate;
    wql::Projection projection;
  };

  base::Result<Step> next(cim::BatchBuilder& out) final;
  base::Result<std::optional<Source>> make_source(SchemaView& schema, const Place& place, const StoredClassPtr& stored) const;
  void next_source();
  void failed(base::Status status);
  Step end();

  base::Result<Step> scan_extent(cim::BatchBuilder& out);
  base::Status follow_schema();
  base::Result<Step> ask_provider(cim::BatchBuilder& out);
  base::Result<Step> look_up(cim::BatchBuilder& out);
  base::Status find_stored(SchemaView& schema, const Place& place, const StoredClassPtr& cls, const cim::ObjectPath& path,
                           cim::BatchBuilder& out);
  base::Status start_job(const Source& source);
  base::Status add_row(const Source& source, const cim::InstanceView& row, cim::BatchBuilder& out);
  base::Status add_provided(cim::BatchBuilder& rows, const Source& source, cim::BatchBuilder& out);

  bool prepared_ = false;
  std::string name_space_;
  std::optional<wql::Plan> plan_;
  std::shared_ptr<const wql::Query> query_;
  std::vector<Source> sources_;
  std::size_t position_ = 0;
  std::uint64_t generation_ = 0;  // of the schema that sources_ comes from
  std::optional<repository::ExtentScan> scan_;
  ProviderJobPtr job_;
  bool query_refused_ = false;
  std::optional<InstanceLookup> lookup_;
  std::optional<base::Status> failure_;
  std::uint64_t delivered_ = 0;
  std::string scratch_;
};

class InstanceEnumOperation final : public ScanOperation {
 public:
  InstanceEnumOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, std::string class_name);

 private:
  base::Result<Step> prepare(SchemaView& schema, const Place& place, cim::BatchBuilder& out) override;
  std::string describe() const override { return class_name_; }
  const std::string class_name_;
};

class QueryOperation final : public ScanOperation {
 public:
  QueryOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, std::string language, std::string query);

 private:
  base::Result<Step> prepare(SchemaView& schema, const Place& place, cim::BatchBuilder& out) override;
  std::string describe() const override { return query_text_; }
  const std::string language_;
  const std::string query_text_;
};

}  // namespace manager
