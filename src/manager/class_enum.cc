#include "manager/class_enum.h"

#include "manager/core.h"

namespace manager {

namespace {

constexpr std::size_t kClassesPerStep = 128;

}  // namespace

ClassEnumOperation::ClassEnumOperation(ConnectionPtr connection, const cim::CallOptions& options, cim::SinkPtr sink, std::string superclass)
    : Operation(std::move(connection), cim::Operation::kCreateClassEnumAsync, options, std::move(sink)),
      superclass_(std::move(superclass)) {}

base::Status ClassEnumOperation::list(SchemaView& schema, const Place& place) {
  std::string root;
  if (!superclass_.empty()) {
    TRY_ASSIGN(const StoredClassPtr superclass, schema.get(*place.name_space, superclass_, WBEM_E_INVALID_CLASS));
    root = superclass->folded;
  }
  const bool shallow = (options().flags & cim::flag::kShallow) != 0;
  TRY_ASSIGN(classes_, shallow ? schema.children(*place.name_space, root) : schema.descendants(*place.name_space, root));
  return {};
}

base::Result<Step> ClassEnumOperation::next(cim::BatchBuilder& out) {
  TRY_ASSIGN(const repository::ReadTransaction transaction, connection().core->read());
  SchemaView schema(connection().core->schema, transaction);
  TRY_ASSIGN(const Place place, home(schema, connection()));
  if (!std::exchange(listed_, true)) TRY(list(schema, place));
  const bool amended = (options().flags & cim::flag::kUseAmendedQualifiers) != 0;
  const std::size_t end = std::min(classes_.size(), position_ + kClassesPerStep);
  for (; position_ < end; ++position_) {
    cim::ClassPtr cls = classes_[position_]->cls;
    if (amended) {
      TRY_ASSIGN(cls, schema.amended(*place.name_space, cls, connection().locales));
    }
    out.add(cim::Object(std::move(cls)));
  }
  if (wants_progress() && classes_.size() > kClassesPerStep) {
    report_rows(static_cast<std::uint32_t>(position_), static_cast<std::uint32_t>(classes_.size()), "classes");
  }
  return position_ == classes_.size() ? Step::kDone : Step::kMore;
}

}  // namespace manager
