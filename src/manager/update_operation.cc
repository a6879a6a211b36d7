#include "manager/update_operation.h"

#include "manager/core.h"

namespace manager {

base::Status UpdateOperation::start_job(ProviderRequest request) {
  job_ = slot_.start(*this, std::move(request));
  return {};
}

base::Result<Step> UpdateOperation::finish_job() {
  cim::BatchBuilder rows;  // nothing is expected
  job_->take(rows);
  const std::optional<base::Status> outcome = job_->outcome();
  if (!outcome) return Step::kWait;
  TRY(*outcome);
  provided_ = true;
  return Step::kDone;
}

base::Result<Step> UpdateOperation::next(cim::BatchBuilder& out) {
  if (stage_ == Stage::kBegin) {
    TRY_ASSIGN(const Step step, begin());
    if (step != Step::kDone) return step;
    if (provided_) {
      TRY(answer(out));
      finish_with(WBEM_S_NO_ERROR, std::move(provided_path_));
      return Step::kDone;
    }
    stage_ = Stage::kWriting;
    return submit(out);
  }
  if (!written_.load(std::memory_order_acquire)) return Step::kWait;
  return written(out);
}

base::Result<Step> UpdateOperation::submit(cim::BatchBuilder& out) {
  repository::Repository& store = *connection().core->repository;
  if (options().caller_waits) {
    outcome_ = store.write([this](repository::WriteTransaction& transaction) { return work(transaction); });
    written_.store(true);
    return written(out);
  }
  const OperationPtr self(this);
  store.submit([self, this](repository::WriteTransaction& transaction) { return work(transaction); },
               [self, this](base::Status status) {
                 outcome_ = std::move(status);
                 written_.store(true, std::memory_order_release);
                 wake();
               });
  return Step::kWait;
}

// A cancelled update that has not begun leaves no trace; one that was committed stays.
base::Status UpdateOperation::work(repository::WriteTransaction& transaction) {
  if (stopped()) return {WBEM_E_CALL_CANCELLED, "cancelled before it was written"};
  SchemaView schema(connection().core->schema, transaction);
  TRY_ASSIGN(Place where, place_of(schema, connection(), place(), needed_right()));
  UpdateRequest request;
  request.name_space = std::move(where.name_space);
  request.rights = where.rights;
  request.caller = connection().caller.get();
  request.flags = options().flags;
  request.context = options().context;
  request.locales = connection().locales;
  TRY_ASSIGN(result_, write(schema, transaction, request));
  return {};
}

base::Result<Step> UpdateOperation::written(cim::BatchBuilder& out) {
  TRY(outcome_);
  TRY(answer(out));
  if (result_.instances_deleted != 0) {
    const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(result_.instances_deleted, 0xFFFF));
    report(count, count, fmt::format("{} instances deleted", result_.instances_deleted));
  }
  finish_with(WBEM_S_NO_ERROR, std::move(result_.path));
  return Step::kDone;
}

PutClassOperation::PutClassOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, cim::ClassPtr cls)
    : UpdateOperation(std::move(connection), cim::Operation::kPutClassAsync, options, std::move(sink)), cls_(std::move(cls)) {}

base::Result<UpdateResult> PutClassOperation::write(SchemaView& schema, repository::WriteTransaction& transaction,
                                                    const UpdateRequest& request) {
  return put_class(schema, transaction, request, cls_);
}

DeleteClassOperation::DeleteClassOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, std::string name)
    : UpdateOperation(std::move(connection), cim::Operation::kDeleteClassAsync, options, std::move(sink)), name_(std::move(name)) {}

base::Result<UpdateResult> DeleteClassOperation::write(SchemaView& schema, repository::WriteTransaction& transaction,
                                                       const UpdateRequest& request) {
  TRY_ASSIGN(UpdateResult result, delete_class(schema, transaction, request, name_));
  result.path.clear();  // only a put has a string
  return result;
}

PutInstanceOperation::PutInstanceOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink,
                                           cim::Instance instance, PartialUpdate partial)
    : UpdateOperation(std::move(connection), cim::Operation::kPutInstanceAsync, options, std::move(sink)),
      instance_(std::move(instance)),
      partial_(std::move(partial)) {}

std::string PutInstanceOperation::describe() const {
  std::string path = instance_->relative_path();
  return path.empty() ? instance_.cls()->name() : path;
}

base::Result<UpdateResult> PutInstanceOperation::write(SchemaView& schema, repository::WriteTransaction& transaction,
                                                       const UpdateRequest& request) {
  return put_instance(schema, transaction, request, instance_);
}

/// Static classes go to the writer at once; for a dynamic one the same checks are made here.
base::Result<Step> PutInstanceOperation::resolve() {
  TRY_ASSIGN(const repository::ReadTransaction transaction, connection().core->read());
  SchemaView schema(connection().core->schema, transaction);
  TRY_ASSIGN(const Place where, home(schema, connection()));
  TRY_ASSIGN(const StoredClassPtr stored, schema.find(*where.name_space, instance_.cls()->name()));
  if (stored == nullptr || !stored->cls->dynamic()) return Step::kDone;
  TRY(check_instance_rights(*stored, where.rights));
  dynamic_ = stored;
  name_space_ = where.name_space->path;
  TRY_ASSIGN(const cim::Instance received, receive(instance_, *stored, options().flags));
  if (!partial_.requested) {
    TRY(check_instance(*stored, received.view(), options().flags));
    TRY(put(received));
    return Step::kMore;
  }
  TRY_ASSIGN(const cim::ObjectPath path, cim::ObjectPath::parse(instance_->relative_path()));
  lookup_ = std::make_unique<InstanceLookup>(*this, slot_);
  TRY(lookup_->begin(schema, where, stored, path, {}));
  return Step::kMore;
}

base::Status PutInstanceOperation::put(const cim::Instance& instance) {
  TRY_ASSIGN(const ProviderEntry* entry,
             connection().core->providers.find(*dynamic_->cls, options().context, WBEM_E_PROVIDER_LOAD_FAILURE));
  if (!entry->capabilities.put) {
    return {WBEM_E_PROVIDER_NOT_CAPABLE, fmt::format("the provider of {} does not put instances", dynamic_->cls->name())};
  }
  const cim::ClassPtr& cls = dynamic_->cls;
  provided_path_ = fmt::format("\\\\{}\\{}:{}", cls->server(), cls->name_space(), instance->relative_path());
  ProviderRequest request;
  request.kind = ProviderRequest::Kind::kPut;
  request.entry = entry;
  request.cls = cls;
  request.name_space = name_space_;
  request.instance = instance;
  request.flags = options().flags & (cim::flag::kCreateOnly | cim::flag::kUpdateOnly);
  putting_ = true;
  return start_job(std::move(request));
}

base::Result<Step> PutInstanceOperation::begin() {
  if (!std::exchange(resolved_, true)) return resolve();
  if (putting_) return finish_job();
  TRY_ASSIGN(const Step step, lookup_->next());
  if (step == Step::kWait) return step;
  if (!lookup_->found()) return base::fail(WBEM_E_NOT_FOUND, fmt::format("no instance {}", describe()));
  TRY_ASSIGN(const cim::Instance merged, merge_partial(*lookup_->found(), instance_, partial_));
  TRY(check_instance(*dynamic_, merged.view(), options().flags));
  TRY(put(merged));
  return Step::kMore;
}

DeleteInstanceOperation::DeleteInstanceOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink,
                                                 cim::ObjectPath path)
    : UpdateOperation(std::move(connection), cim::Operation::kDeleteInstanceAsync, options, std::move(sink)), path_(std::move(path)) {}

base::Result<UpdateResult> DeleteInstanceOperation::write(SchemaView& schema, repository::WriteTransaction& transaction,
                                                          const UpdateRequest& request) {
  TRY_ASSIGN(UpdateResult result, delete_instance(schema, transaction, request, path_));
  result.path.clear();
  return result;
}

base::Result<Step> DeleteInstanceOperation::begin() {
  if (std::exchange(resolved_, true)) return finish_job();
  TRY_ASSIGN(const repository::ReadTransaction transaction, connection().core->read());
  SchemaView schema(connection().core->schema, transaction);
  TRY_ASSIGN(const Place where, place_of(schema, connection(), path_, cim::right::kEnable));
  TRY_ASSIGN(const StoredClassPtr stored, schema.find(*where.name_space, path_.class_name));
  if (stored == nullptr || !stored->cls->dynamic()) return Step::kDone;
  TRY(check_instance_rights(*stored, where.rights));
  ProviderRequest request;
  TRY_ASSIGN(request.path, typed_path(*stored->cls, path_));
  TRY_ASSIGN(request.entry, connection().core->providers.find(*stored->cls, options().context, WBEM_E_PROVIDER_LOAD_FAILURE));
  if (!request.entry->capabilities.remove) {
    return base::fail(WBEM_E_PROVIDER_NOT_CAPABLE, fmt::format("the provider of {} does not delete instances", stored->cls->name()));
  }
  request.kind = ProviderRequest::Kind::kRemove;
  request.cls = stored->cls;
  request.name_space = where.name_space->path;
  TRY(start_job(std::move(request)));
  return Step::kMore;
}

}  // namespace manager
