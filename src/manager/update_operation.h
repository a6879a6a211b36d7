// PutClassAsync, DeleteClassAsync, PutInstanceAsync, DeleteInstanceAsync (MS-WMI 3.1.4.3.7 - 3.1.4.3.17): one work for the repository's
// writer each, or one call of a provider. The functions of update.h decide what is allowed.
#pragma once

#include <optional>

#include "manager/instance_lookup.h"
#include "manager/update.h"

namespace manager {

/// What all four have in common: begin() either leaves the update to write(), or has started a provider job.
class UpdateOperation : public ProviderOperation {
 protected:
  using ProviderOperation::ProviderOperation;

  /// Called until it says kDone (the repository is to write, or nothing is left to do and provided_ is set); kWait for a provider.
  virtual base::Result<Step> begin() = 0;
  /// Inside the write transaction; may be run again.
  virtual base::Result<UpdateResult> write(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request) = 0;
  /// What is sent before the final status: once begin() set provided_, or what was written is on disk.
  virtual base::Status answer(cim::BatchBuilder& /*out*/) { return {}; }
  /// The namespace that the update concerns, by a path in it.
  virtual const cim::ObjectPath& place() const = 0;
  virtual std::uint32_t needed_right() const { return cim::right::kEnable; }

  base::Status start_job(ProviderRequest request);
  /// kDone when the job is over; its failure.
  base::Result<Step> finish_job();

  bool provided_ = false;      // done without the repository's writer
  std::string provided_path_;  // what it put

 private:
  enum class Stage : std::uint8_t { kBegin, kWriting, kWritten };

  base::Result<Step> next(cim::BatchBuilder& out) final;
  base::Result<Step> submit(cim::BatchBuilder& out);
  base::Status work(repository::WriteTransaction& transaction);
  base::Result<Step> written(cim::BatchBuilder& out);

  Stage stage_ = Stage::kBegin;
  ProviderJobPtr job_;
  UpdateResult result_;  // of the writer's thread until written_
  std::atomic<bool> written_{false};
  base::Status outcome_;
};

class PutClassOperation final : public UpdateOperation {
 public:
  PutClassOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, cim::ClassPtr cls);

 private:
  base::Result<Step> begin() override { return Step::kDone; }
  base::Result<UpdateResult> write(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request) override;
  const cim::ObjectPath& place() const override { return place_; }
  std::string describe() const override { return cls_->name(); }
  const cim::ClassPtr cls_;
  const cim::ObjectPath place_;
};

class DeleteClassOperation final : public UpdateOperation {
 public:
  DeleteClassOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, std::string name);

 private:
  base::Result<Step> begin() override { return Step::kDone; }
  base::Result<UpdateResult> write(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request) override;
  const cim::ObjectPath& place() const override { return place_; }
  std::string describe() const override { return name_; }
  const std::string name_;
  const cim::ObjectPath place_;
};

class PutInstanceOperation final : public UpdateOperation {
 public:
  PutInstanceOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, cim::Instance instance,
                       PartialUpdate partial);

 private:
  base::Result<Step> begin() override;
  base::Result<UpdateResult> write(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request) override;
  const cim::ObjectPath& place() const override { return place_; }
  std::string describe() const override;
  base::Result<Step> resolve();
  base::Status put(const cim::Instance& instance);

  const cim::Instance instance_;
  const PartialUpdate partial_;
  const cim::ObjectPath place_;
  bool resolved_ = false;
  bool putting_ = false;
  StoredClassPtr dynamic_;
  std::string name_space_;
  std::unique_ptr<InstanceLookup> lookup_;  // the instance that a partial update starts from
};

class DeleteInstanceOperation final : public UpdateOperation {
 public:
  DeleteInstanceOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, cim::ObjectPath path);

 private:
  base::Result<Step> begin() override;
  base::Result<UpdateResult> write(SchemaView& schema, repository::WriteTransaction& transaction, const UpdateRequest& request) override;
  const cim::ObjectPath& place() const override { return path_; }
  std::string describe() const override { return path_.to_string(); }

  const cim::ObjectPath path_;
  bool resolved_ = false;
};

}  // namespace manager
