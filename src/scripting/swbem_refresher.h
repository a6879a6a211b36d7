// SWbemRefresher and SWbemRefreshableItem: objects and sets that are read again together.
#pragma once

#include <map>

#include "scripting/swbem_base.h"
#include "scripting/swbem_object.h"
#include "scripting/swbem_object_set.h"

namespace scripting {

class SwbemRefreshableItem;

class SwbemRefresher final : public SwbemBase {
 public:
  SwbemRefresher() : SwbemBase(declaration()) {}
  static const Interface& declaration();
  Outcome<Ref<Enumeration>> enumerate() override;
  base::Status remove_item(std::int32_t index);

  Outcome<Variant> item(MemberCall& call);
  Outcome<Variant> count(MemberCall& call);
  Outcome<Variant> add(MemberCall& call);
  Outcome<Variant> add_enum(MemberCall& call);
  Outcome<Variant> remove(MemberCall& call);
  Outcome<Variant> refresh(MemberCall& call);
  Outcome<Variant> auto_reconnect(MemberCall& call);
  Outcome<Variant> delete_all(MemberCall& call);

 private:
  friend class SwbemRefreshableItem;
  /// What one item stands for; it outlives its place in the refresher.
  struct Content final : Counted {
    std::int32_t index = 0;
    SessionPtr session;
    std::string what;  // a path or the name of a class
    std::uint32_t flags = 0;
    cim::ContextPtr values;
    Ref<SwbemObject> object;
    Ref<SwbemObjectSet> set;
  };
  Outcome<Ref<Content>> prepare(MemberCall& call);
  Outcome<Variant> keep(Ref<Content> content);
  static base::Status read(Content& content);

  std::map<std::int32_t, Ref<Content>> items_;
  std::int32_t last_index_ = -1;
  bool auto_reconnect_ = true;
};

/// Holds its refresher.
class SwbemRefreshableItem final : public SwbemBase {
 public:
  SwbemRefreshableItem(Ref<SwbemRefresher> refresher, Ref<SwbemRefresher::Content> content)
      : SwbemBase(declaration()), refresher_(std::move(refresher)), content_(std::move(content)) {}
  static const Interface& declaration();

  Outcome<Variant> index(MemberCall& call);
  Outcome<Variant> refresher(MemberCall& call);
  Outcome<Variant> is_set(MemberCall& call);
  Outcome<Variant> object(MemberCall& call);
  Outcome<Variant> object_set(MemberCall& call);
  Outcome<Variant> remove(MemberCall& call);

 private:
  const Ref<SwbemRefresher> refresher_;
  const Ref<SwbemRefresher::Content> content_;
};

}  // namespace scripting
