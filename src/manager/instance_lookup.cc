#include "manager/instance_lookup.h"

#include "manager/core.h"

namespace manager {

base::Status InstanceLookup::begin(SchemaView& schema, const Place& place, const StoredClassPtr& cls, const cim::ObjectPath& path,
                                   Wanted wanted) {
  name_space_ = place.name_space->path;
  wanted_ = std::move(wanted);
  const auto add = [&](const cim::ClassPtr& candidate) -> base::Status {
    if (!candidate->dynamic()) return {};
    TRY_ASSIGN(cim::ObjectPath typed, typed_path(*candidate, path));
    candidates_.push_back({candidate, std::move(typed)});
    return {};
  };
  TRY(add(cls->cls));
  TRY_ASSIGN(const std::vector<StoredClassPtr> below, schema.descendants(*place.name_space, cls->folded));
  for (const StoredClassPtr& derived : below) TRY(add(derived->cls));
  return {};
}

base::Status InstanceLookup::ask(Candidate& candidate) {
  TRY_ASSIGN(const ProviderEntry* entry,
             operation_.connection().core->providers.find(*candidate.cls, operation_.options().context, WBEM_E_PROVIDER_NOT_FOUND));
  if (!entry->capabilities.get) {
    return {WBEM_E_PROVIDER_NOT_CAPABLE, fmt::format("the provider of {} does not get single instances", candidate.cls->name())};
  }
  ProviderRequest request;
  request.kind = ProviderRequest::Kind::kGet;
  request.entry = entry;
  request.cls = candidate.cls;
  request.name_space = name_space_;
  request.path = std::move(candidate.path);
  request.wanted = wanted_;
  job_ = slot_.start(operation_, std::move(request));
  return {};
}

base::Result<Step> InstanceLookup::next() {
  for (;;) {
    if (job_ != nullptr) {
      cim::BatchBuilder rows;
      if (job_->take(rows) && !found_) found_ = rows.take().object(0).instance();
      std::optional<base::Status> outcome = job_->outcome();
      if (!outcome) return Step::kWait;
      job_.reset();
      if (found_ && outcome->ok()) return Step::kDone;
      found_.reset();
      if (!outcome->ok() && outcome->code() != WBEM_E_NOT_FOUND && !failure_) failure_ = std::move(outcome);
    }
    if (position_ == candidates_.size()) {
      if (failure_) return base::fail(*std::move(failure_));
      return Step::kDone;
    }
    if (base::Status status = ask(candidates_[position_++]); !status.ok() && !failure_) failure_ = std::move(status);
  }
}

}  // namespace manager
