#include "repository/lmdb_status.h"
#include "repository/repository_impl.h"

namespace repository {

ExtentScan::ExtentScan(Repository& repository, ClassId class_id, std::optional<Hash128> after)
    : repository_(&repository), class_id_(class_id), position_(after) {}
ExtentScan::ExtentScan(ExtentScan&& other) noexcept = default;
ExtentScan& ExtentScan::operator=(ExtentScan&& other) noexcept = default;
ExtentScan::~ExtentScan() = default;

void ExtentScan::release() {
  rows_.clear();
  transaction_.reset();
}

base::Result<std::span<const InstanceRow>> ExtentScan::next_rows(std::size_t max) {
  rows_.clear();
  if (at_end_ || max == 0) {
    transaction_.reset();
    return std::span<const InstanceRow>();
  }
  if (transaction_) {
    Context* context = std::exchange(transaction_->context_, nullptr);
    const base::Status status = repository_->impl_->store->renew_read(context);
    if (!status.ok()) {
      transaction_.reset();
      return base::fail(status);
    }
    transaction_->context_ = context;
  } else {
    TRY_ASSIGN(transaction_, repository_->read());
  }
  const Context& context = *transaction_->context_;
  int rc = context.extent != nullptr ? mdb_cursor_renew(context.txn, context.extent)
                                     : mdb_cursor_open(context.txn, context.table(Table::kInstances), &transaction_->context_->extent);
  const InstanceKey start = instance_key({class_id_, position_.value_or(Hash128{})});
  MDB_val key = value_of(view(start));
  MDB_val value;
  if (rc == 0) rc = mdb_cursor_get(context.extent, &key, &value, MDB_SET_RANGE);
  if (rc == 0 && position_ && text_of(key) == view(start)) rc = mdb_cursor_get(context.extent, &key, &value, MDB_NEXT);
  const std::string_view prefix = view(start).substr(0, 4);
  if (rows_.capacity() < std::min<std::size_t>(max, 1024)) rows_.reserve(std::min<std::size_t>(max, 1024));
  while (rc == 0 && text_of(key).starts_with(prefix)) {
    const auto parsed = parse_instance(text_of(value));
    if (key.mv_size != kInstanceKey || !parsed) return base::fail(damaged_record(Table::kInstances, text_of(key), "a malformed record"));
    rows_.push_back({instance_id(text_of(key)), parsed->key, parsed->octets});
    if (rows_.size() == max) {
      position_ = rows_.back().id.key;
      return std::span<const InstanceRow>(rows_);
    }
    rc = mdb_cursor_get(context.extent, &key, &value, MDB_NEXT);
  }
  if (rc != 0 && rc != MDB_NOTFOUND) return base::fail(lmdb_status(rc, "reading the repository"));
  at_end_ = true;
  if (!rows_.empty()) position_ = rows_.back().id.key;
  return std::span<const InstanceRow>(rows_);
}

}  // namespace repository
