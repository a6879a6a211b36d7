// Objects of VBScript itself: instances of its classes, procedures by reference, Err.
#pragma once

#include <memory>

#include "script/vbscript/code.h"

namespace script::vbscript {

class Machine;
class ScriptObject;

/// What the objects of a machine know of it; they may outlive it.
struct Owner {
  Machine* machine = nullptr;     // null: it has ended
  ScriptObject* first = nullptr;  // all that live, in the order in which they were made
  ScriptObject* last = nullptr;
  /// At the script's end: what still lives holds itself in a circle. Class_Terminate runs and the circles are opened.
  void end_objects();
};

/// An instance of a class. Ids are 1 + the member's position; 0 the default member.
class ScriptObject final : public scripting::Dispatch {
 public:
  ScriptObject(std::shared_ptr<Owner> owner, const Class& cls);
  ~ScriptObject() override;

  const Class& cls() const { return cls_; }
  Variant* fields() { return fields_.get(); }
  /// Null when there is none of that name.
  const Member* find(NameId name) const;
  const std::shared_ptr<Owner>& owner() const { return owner_; }

  scripting::Dispid id_of(std::u16string_view name) override;
  Outcome<Variant> invoke(scripting::Dispid member, unsigned how, scripting::Arguments arguments) override;
  std::string type_name() const override { return owner_->machine == nullptr ? std::string() : cls_.text_name; }
  const void* shape() const override { return owner_->machine == nullptr ? nullptr : &cls_; }

 protected:
  void last_release() override;

 private:
  friend struct Owner;
  /// Once.
  void terminate();

  std::shared_ptr<Owner> owner_;
  const Class& cls_;
  std::unique_ptr<Variant[]> fields_;
  std::uint32_t count_;
  bool terminated_ = false;
  bool ended_ = false;  // with the script
  ScriptObject* before_ = nullptr;
  ScriptObject* behind_ = nullptr;
};

/// GetRef: calling its default member calls the procedure.
class ProcedureReference final : public scripting::Dispatch {
 public:
  ProcedureReference(std::shared_ptr<Owner> owner, std::uint32_t function) : owner_(std::move(owner)), function_(function) {}
  std::uint32_t function() const { return function_; }
  scripting::Dispid id_of(std::u16string_view) override { return scripting::kUnknownName; }
  Outcome<Variant> invoke(scripting::Dispid member, unsigned how, scripting::Arguments arguments) override;
  std::string type_name() const override { return "Object"; }

 private:
  std::shared_ptr<Owner> owner_;
  std::uint32_t function_;
};

/// For Each at work: an array, which is locked meanwhile, or an object's enumeration. Lives in a register only.
class Walk final : public scripting::Dispatch {
 public:
  explicit Walk(scripting::Ref<scripting::Array> array) : array_(std::move(array)) { ++array_->locks; }
  explicit Walk(scripting::Ref<scripting::Enumeration> items) : items_(std::move(items)) {}
  ~Walk() override {
    if (array_) --array_->locks;
  }
  /// nullopt at the end.
  Outcome<std::optional<Variant>> next();
  scripting::Dispid id_of(std::u16string_view) override { return scripting::kUnknownName; }
  Outcome<Variant> invoke(scripting::Dispid, unsigned, scripting::Arguments) override {
    return scripting::failure(scripting::DISP_E_MEMBERNOTFOUND);
  }
  std::string type_name() const override { return "Object"; }

 private:
  scripting::Ref<scripting::Array> array_;
  std::size_t position_ = 0;
  scripting::Ref<scripting::Enumeration> items_;
};

/// What Err shows.
struct ErrorState {
  std::int32_t number = 0;
  std::string source;
  std::string description;
  std::string help_file;
  std::int32_t help_context = 0;
};

/// The object Err.
scripting::DispatchRef make_err(std::shared_ptr<Owner> owner);

}  // namespace script::vbscript
