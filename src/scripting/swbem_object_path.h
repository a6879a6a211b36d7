// SWbemObjectPath: a path in its parts, with the security settings of a display name.
#pragma once

#include "cim/path.h"
#include "scripting/live_object.h"
#include "scripting/swbem_named_values.h"
#include "scripting/world.h"

namespace scripting {

class SwbemObjectPath final : public SwbemBase {
 public:
  SwbemObjectPath();
  /// Of an object: its class can be renamed here and nothing else changed (WBEM_E_READ_ONLY), except in the path of a Clone_. `owner` may
  /// be null.
  SwbemObjectPath(const SessionPtr& session, cim::ObjectPath path, Ref<LiveObject> owner);
  static const Interface& declaration();

  Outcome<Variant> path(MemberCall& call);
  Outcome<Variant> rel_path(MemberCall& call);
  Outcome<Variant> server(MemberCall& call);
  Outcome<Variant> name_space(MemberCall& call);
  Outcome<Variant> parent_namespace(MemberCall& call);
  Outcome<Variant> display_name(MemberCall& call);
  Outcome<Variant> class_name(MemberCall& call);
  Outcome<Variant> is_class(MemberCall& call);
  Outcome<Variant> set_as_class(MemberCall& call);
  Outcome<Variant> is_singleton(MemberCall& call);
  Outcome<Variant> set_as_singleton(MemberCall& call);
  Outcome<Variant> keys(MemberCall& call);
  Outcome<Variant> security(MemberCall& call);
  Outcome<Variant> locale(MemberCall& call);
  Outcome<Variant> authority(MemberCall& call);

 private:
  /// The path with the keys as they are now.
  base::Result<cim::ObjectPath> current() const;
  void set_relative(cim::ObjectPath path);
  void take_keys(std::vector<cim::PathKey> keys);
  /// The number that a key's text stands for; null when the text is the key itself.
  const cim::PathKey* wide_key(std::string_view name, const cim::Value& value) const;

  cim::ObjectPath path_;            // without keys
  std::vector<cim::PathKey> wide_;  // keys whose numbers scripts see as text, as they were given
  Ref<NamedValues> keys_ = make<NamedValues>();
  std::shared_ptr<OwnSecurity> security_;
  std::string locale_;
  std::string authority_;
  Ref<LiveObject> owner_;
  bool read_only_ = false;
};

/// For OnObjectPut and the results of puts. A text that is no path stands in it as a class name; of an owner without a path the class is
/// known all the same.
DispatchRef make_object_path(const SessionPtr& session, std::string_view text, Ref<LiveObject> owner = {});

}  // namespace scripting
