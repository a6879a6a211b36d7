// Any text as a query: parsed, bound to a fixed class, run over fixed rows; its projection and prototype are built.
#include <cstdint>
#include <string_view>

#include "wql/dates.h"
#include "wql/plan.h"
#include "wql/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<cim::Instance> rows = wql::testing::sample_rows();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(wql::parse_moment(text));
  const auto query = wql::parse(text);
  if (!query) return 0;
  const auto plan = wql::bind(*query, wql::testing::thing_class());
  if (!plan) return 0;
  for (const cim::ClassPtr& cls : {wql::testing::thing_class(), wql::testing::special_class()}) {
    const wql::Predicate predicate = plan->bind_class(cls);
    const auto projection = plan->project(cls);
    for (const cim::Instance& row : rows) {
      if (row.cls() != cls || !predicate.matches(row.view()) || !projection) continue;
      std::string out;
      projection->append_to(row.view(), out);
    }
  }
  static_cast<void>(plan->prototype());
  return 0;
}
