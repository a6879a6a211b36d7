// SWbemObjectSet: the results of enumerations and queries.
#pragma once

#include <deque>
#include <vector>

#include "cim/calls.h"
#include "scripting/swbem_base.h"
#include "scripting/world.h"

namespace scripting {

/// Rows come while the operation runs; a set that is not forward-only keeps them. One that is can be walked once: what one For Each took
/// no other one sees, and Count, Item and ItemIndex are WBEM_E_FAILED.
class SwbemObjectSet final : public SwbemBase {
 public:
  /// Octets of rows that one set keeps; over them reading fails with WBEM_E_OUT_OF_MEMORY [an endless enumeration].
  static constexpr std::size_t kMaxOctets = cim::kMaxResultOctets;

  SwbemObjectSet(SessionPtr session, cim::EnumeratorPtr rows, CallSubject subject, bool forward_only)
      : SwbemBase(declaration()),
        session_(std::move(session)),
        reader_(std::move(rows)),
        subject_(std::move(subject)),
        forward_only_(forward_only) {}
  static const Interface& declaration();
  Outcome<Ref<Enumeration>> enumerate() override;

  /// Waits for the end of the operation. Its failure.
  base::Status read_all();
  /// The row at a position, waiting for it; null at the end. Of a forward-only set the next one, whatever the position.
  base::Result<const cim::Object*> row(std::size_t position);
  const SessionPtr& session() const { return session_; }
  /// Other rows in the place of these (a refresher's).
  void replace(std::vector<cim::Object> rows);

  Outcome<Variant> item(MemberCall& call);
  Outcome<Variant> count(MemberCall& call);
  Outcome<Variant> security(MemberCall& call);
  Outcome<Variant> item_index(MemberCall& call);

 private:
  base::Status pull();

  SessionPtr session_;
  cim::EnumeratorPtr reader_;  // null once it has ended
  const CallSubject subject_;
  const bool forward_only_;
  std::deque<cim::Object> rows_;
  std::optional<cim::Object> current_;  // of a forward-only set
  std::size_t octets_ = 0;
  base::Status failure_;
};

}  // namespace scripting
