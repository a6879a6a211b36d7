#include "manager/instance_scan.h"

#include "base/utf.h"
#include "manager/core.h"

namespace manager {

namespace {

constexpr std::size_t kRowsPerStep = 256;
/// Rows looked at without a match before others get a turn.
constexpr std::size_t kStepsWithoutRows = 16;

/// Loads every line of the rows' beginnings, independent of one another, before a predicate asks for them one after the other: its reads
/// depend on each other, so that each miss would be waited for. Loads, since prefetches of pages outside the TLB are dropped.
void load_lines(std::span<const repository::InstanceRow> rows) {
  constexpr std::size_t kLine = 64;
  constexpr std::size_t kMost = 8 * kLine;
  std::uint8_t sum = 0;
  for (const repository::InstanceRow& row : rows) {
    const std::size_t end = std::min(row.octets.size(), kMost);
    for (std::size_t at = 0; at < end; at += kLine) sum = static_cast<std::uint8_t>(sum + row.octets[at]);
  }
  [[maybe_unused]] volatile std::uint8_t used = sum;
}

std::span<const std::uint8_t> octets(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

}  // namespace

base::Result<std::optional<ScanOperation::Source>> ScanOperation::make_source(SchemaView& schema, const Place& place,
                                                                              const StoredClassPtr& stored) const {
  if (stored->cls->abstract() && !stored->cls->dynamic()) return std::nullopt;
  Source source;
  source.stored = stored;
  source.cls = stored->cls;
  if (amended()) {
    TRY_ASSIGN(source.cls, schema.amended(*place.name_space, stored->cls, connection().locales));
  }
  if (plan_) {
    source.predicate = plan_->bind_class(source.cls);
    if (source.predicate.never()) return std::nullopt;
    TRY_ASSIGN(source.projection, plan_->project(source.cls));
  }
  return source;
}

base::Status ScanOperation::set_class(SchemaView& schema, const Place& place, const StoredClassPtr& cls, bool deep,
                                      std::optional<wql::Plan> plan) {
  name_space_ = place.name_space->path;
  generation_ = schema.view().schema_generation();
  plan_ = std::move(plan);
  std::vector<StoredClassPtr> classes;
  if (deep) {
    TRY_ASSIGN(classes, schema.descendants(*place.name_space, cls->folded));
  }
  classes.insert(classes.begin(), cls);
  for (const StoredClassPtr& stored : classes) {
    TRY_ASSIGN(std::optional<Source> source, make_source(schema, place, stored));
    if (source) sources_.push_back(*std::move(source));
  }
  if (plan_) query_ = std::make_shared<const wql::Query>(plan_->query());
  return {};
}

base::Result<Step> ScanOperation::next(cim::BatchBuilder& out) {
  if (!prepared_) {
    TRY_ASSIGN(const repository::ReadTransaction transaction, connection().core->read());
    SchemaView schema(connection().core->schema, transaction);
    TRY_ASSIGN(const Place place, home(schema, connection()));
    prepared_ = true;
    TRY_ASSIGN(const Step step, prepare(schema, place, out));
    if (step == Step::kDone) return step;
    const std::optional<cim::ObjectPath> key = plan_ ? plan_->key_lookup() : std::nullopt;
    if (key && !sources_.empty()) {
      TRY_ASSIGN(const StoredClassPtr from, schema.get(*place.name_space, plan_->from()->name(), WBEM_E_INVALID_CLASS));
      TRY(find_stored(schema, place, from, *key, out));
      if (out.size() != 0) return Step::kDone;
      lookup_.emplace(*this, slot_);
      TRY(lookup_->begin(schema, place, from, *key, {plan_->wanted_properties(), plan_->constraints()}));
    }
  }
  if (lookup_) return look_up(out);
  for (std::size_t turn = 0; turn < kStepsWithoutRows && position_ < sources_.size(); ++turn) {
    const bool provided = sources_[position_].stored->cls->dynamic();
    base::Result<Step> step = provided ? ask_provider(out) : scan_extent(out);
    if (!step) {
      failed(std::move(step).error());
    } else if (*step == Step::kWait) {
      return step;
    }
    if (out.size() + kRowsPerStep > kBatchRows || out.octets() >= kBatchOctets || stopped()) break;
  }
  if (out.size() != 0) {
    delivered_ += out.size();
    if (wants_progress()) report_rows(static_cast<std::uint32_t>(std::min<std::uint64_t>(delivered_, 0xFFFF)), 0, "rows");
  }
  if (position_ < sources_.size()) return Step::kMore;
  if (failure_) return base::fail(*failure_);
  return Step::kDone;
}

void ScanOperation::failed(base::Status status) {
  if (!failure_) failure_ = std::move(status);
  next_source();
}

void ScanOperation::next_source() {
  scan_.reset();
  job_.reset();
  query_refused_ = false;
  ++position_;
}

base::Status ScanOperation::add_row(const Source& source, const cim::InstanceView& row, cim::BatchBuilder& out) {
  if (!source.predicate.matches(row)) return {};
  if (source.projection.identity()) {
    out.add(source.cls, row.octets());
    return {};
  }
  scratch_.clear();
  source.projection.append_to(row, scratch_);
  out.add(source.projection.cls(), octets(scratch_));
  return {};
}

// One batch in one transaction. The rows are read by the layout of source.cls, so they count only if the schema did not change before
// they were read: the newest generation is compared after that.
base::Result<Step> ScanOperation::scan_extent(cim::BatchBuilder& out) {
  Source& source = sources_[position_];
  repository::Repository& store = *connection().core->repository;
  if (!scan_) scan_.emplace(store, source.stored->id);
  const std::optional<repository::Hash128> position = scan_->position();
  TRY_ASSIGN(const std::span<const repository::InstanceRow> rows, scan_->next_rows(kRowsPerStep));
  if (store.schema_generation() != generation_) {
    const repository::ClassId id = source.stored->id;
    scan_.reset();
    TRY(follow_schema());
    if (position_ < sources_.size() && sources_[position_].stored->id == id) scan_.emplace(store, id, position);
    return Step::kMore;
  }
  if (rows.empty()) {
    next_source();
    return Step::kMore;
  }
  const bool all = source.predicate.always() && source.projection.identity();
  if (!all) load_lines(rows);
  for (const repository::InstanceRow& row : rows) {
    if (all) {
      out.add(source.cls, row.octets);
    } else {
      TRY(add_row(source, cim::InstanceView(*source.cls, row.octets), out));
    }
  }
  scan_->release();
  return Step::kMore;
}

/// Binds the remaining classes anew; those that are gone have no rows.
base::Status ScanOperation::follow_schema() {
  TRY_ASSIGN(const repository::ReadTransaction transaction, connection().core->read());
  SchemaView schema(connection().core->schema, transaction);
  TRY_ASSIGN(const Place place, home(schema, connection()));
  std::vector<Source> remaining;
  for (std::size_t i = position_; i < sources_.size(); ++i) {
    TRY_ASSIGN(const StoredClassPtr now, schema.find(*place.name_space, sources_[i].stored->folded));
    if (now == sources_[i].stored) {
      remaining.push_back(std::move(sources_[i]));
    } else if (now != nullptr && now->id == sources_[i].stored->id) {
      TRY_ASSIGN(std::optional<Source> changed, make_source(schema, place, now));
      if (changed) remaining.push_back(*std::move(changed));
    }
  }
  sources_ = std::move(remaining);
  position_ = 0;
  generation_ = schema.view().schema_generation();
  return {};
}

base::Status ScanOperation::start_job(const Source& source) {
  TRY_ASSIGN(const ProviderEntry* entry,
             connection().core->providers.find(*source.stored->cls, options().context, WBEM_E_PROVIDER_LOAD_FAILURE));
  ProviderRequest request;
  request.entry = entry;
  request.cls = source.stored->cls;
  request.name_space = name_space_;
  if (plan_) request.wanted = {plan_->wanted_properties(), plan_->constraints()};
  if (query_ && entry->capabilities.query && !query_refused_) {
    request.kind = ProviderRequest::Kind::kQuery;
    request.query = query_;
  } else if (entry->capabilities.enumerate) {
    request.kind = ProviderRequest::Kind::kEnumerate;
  } else {
    return {WBEM_E_PROVIDER_NOT_CAPABLE, fmt::format("the provider of {} does not enumerate instances", source.cls->name())};
  }
  job_ = slot_.start(*this, std::move(request));
  return {};
}

base::Result<Step> ScanOperation::ask_provider(cim::BatchBuilder& out) {
  const Source& source = sources_[position_];
  if (job_ == nullptr) TRY(start_job(source));
  cim::BatchBuilder rows;
  if (job_->take(rows)) TRY(add_provided(rows, source, out));
  std::optional<base::Status> outcome = job_->outcome();
  if (!outcome) return out.size() != 0 ? Step::kMore : Step::kWait;
  if (outcome->code() == WBEM_E_PROVIDER_NOT_CAPABLE && job_->request().kind == ProviderRequest::Kind::kQuery) {
    query_refused_ = true;  // this query is beyond it: enumerate and filter
    job_.reset();
    return Step::kMore;
  }
  if (!outcome->ok()) return base::fail(*std::move(outcome));
  next_source();
  return Step::kMore;
}

base::Status ScanOperation::add_provided(cim::BatchBuilder& rows, const Source& source, cim::BatchBuilder& out) {
  const bool all = source.predicate.always() && source.projection.identity() && source.cls == source.stored->cls;
  if (all && out.size() == 0) {
    std::swap(out, rows);
    return {};
  }
  const cim::Batch batch = rows.take();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch.is_class(i) || batch.cls(i) != source.stored->cls) {
      return {WBEM_E_PROVIDER_FAILURE, fmt::format("the provider of {} gave an object of another class", source.cls->name())};
    }
    TRY(add_row(source, cim::InstanceView(*source.cls, batch.view(i).octets()), out));
  }
  return {};
}

base::Status ScanOperation::find_stored(SchemaView& schema, const Place& place, const StoredClassPtr& cls, const cim::ObjectPath& path,
                                        cim::BatchBuilder& out) {
  std::string key;
  TRY(cim::canonical_key(*cls->cls, path, key));
  TRY_ASSIGN(const std::optional<StoredInstance> found, schema.find_instance(*place.name_space, cls, key));
  if (!found) return {};
  for (const Source& source : sources_) {
    if (source.stored->id == found->cls->id) return add_row(source, cim::InstanceView(*source.cls, found->octets), out);
  }
  return {};
}

base::Result<Step> ScanOperation::look_up(cim::BatchBuilder& out) {
  base::Result<Step> step = lookup_->next();
  if (!step && step.error().code() == WBEM_E_PROVIDER_NOT_CAPABLE) {
    lookup_.reset();  // no single instances there: enumerate and filter
    return Step::kMore;
  }
  if (!step || *step == Step::kWait || !lookup_->found()) return step;
  const cim::Instance& row = *lookup_->found();
  for (const Source& source : sources_) {
    if (source.stored->cls == row.cls()) TRY(add_row(source, cim::InstanceView(*source.cls, row.view().octets()), out));
  }
  return Step::kDone;
}

InstanceEnumOperation::InstanceEnumOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink,
                                             std::string class_name)
    : ScanOperation(std::move(connection), cim::Operation::kCreateInstanceEnumAsync, options, std::move(sink)),
      class_name_(std::move(class_name)) {}

base::Result<Step> InstanceEnumOperation::prepare(SchemaView& schema, const Place& place, cim::BatchBuilder&) {
  TRY_ASSIGN(const StoredClassPtr cls, schema.get(*place.name_space, class_name_, WBEM_E_INVALID_CLASS));
  TRY(set_class(schema, place, cls, (options().flags & cim::flag::kShallow) == 0, std::nullopt));
  return Step::kMore;
}

QueryOperation::QueryOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, std::string language,
                               std::string query)
    : ScanOperation(std::move(connection), cim::Operation::kExecQueryAsync, options, std::move(sink)),
      language_(std::move(language)),
      query_text_(std::move(query)) {}

base::Result<Step> QueryOperation::prepare(SchemaView& schema, const Place& place, cim::BatchBuilder& out) {
  if (!base::equal_ignore_case(language_, "WQL")) {
    return base::fail(WBEM_E_INVALID_QUERY_TYPE, fmt::format("the query language is WQL, not {}", language_));
  }
  TRY_ASSIGN(wql::Query query, wql::parse(query_text_));
  query.with_keys = (options().flags & cim::flag::kEnsureLocatable) != 0;
  TRY(wql::require_data_query(query));
  TRY_ASSIGN(const StoredClassPtr from, schema.get(*place.name_space, query.class_name, WBEM_E_INVALID_CLASS));
  cim::ClassPtr cls = from->cls;
  if (amended()) {
    TRY_ASSIGN(cls, schema.amended(*place.name_space, cls, connection().locales));
  }
  TRY_ASSIGN(wql::Plan plan, wql::bind(query, cls));
  if ((options().flags & cim::flag::kPrototype) != 0) {
    TRY_ASSIGN(const cim::ClassPtr prototype, plan.prototype());
    out.add(cim::Object(prototype));
    return Step::kDone;
  }
  TRY(set_class(schema, place, from, /*deep=*/true, std::move(plan)));
  return Step::kMore;
}

}  // namespace manager
