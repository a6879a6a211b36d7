// IWbemServices (MS-WMI 3.1.4.3): what each opnum has among its parameters is one table.
#include <array>

#include "remote/messages.h"

namespace remote {
using rpc::RPC_X_BAD_STUB_DATA;
namespace {

/// What comes back in a reply before ppCallResult.
enum class Out : std::uint8_t { kNothing, kObject, kServices, kInterface };  // the first two pointers are [in,out,unique], the last [out]

/// The parameters in their order: texts, object (puts), flags, context, object (methods), sink; then the [in,out] and [out] ones.
struct Shape {
  std::uint8_t texts = 0;
  bool object_first = false;
  bool flags = true;
  bool context = true;
  bool object_last = false;
  bool sink = false;
  Out out = Out::kNothing;
  bool result = false;
  constexpr bool in_out_object() const { return out == Out::kObject || out == Out::kServices; }
};

constexpr Shape kPut{.object_first = true, .result = true};
constexpr Shape kPutAsync{.object_first = true, .sink = true};
constexpr Shape kDelete{.texts = 1, .result = true};
constexpr Shape kTextAsync{.texts = 1, .sink = true};
constexpr Shape kEnum{.texts = 1, .out = Out::kInterface};
constexpr Shape kQuery{.texts = 2, .out = Out::kInterface};
constexpr Shape kQueryAsync{.texts = 2, .sink = true};

/// By opnum, from 3 on.
constexpr std::array<Shape, 23> kShapes = {
    Shape{.texts = 1, .out = Out::kServices, .result = true},                     // OpenNamespace
    Shape{.flags = false, .context = false, .sink = true},                        // CancelAsyncCall
    Shape{.context = false, .out = Out::kInterface},                              // QueryObjectSink
    Shape{.texts = 1, .out = Out::kObject, .result = true},                       // GetObject
    kTextAsync,                                                                   // GetObjectAsync
    kPut,                                                                         // PutClass
    kPutAsync,                                                                    // PutClassAsync
    kDelete,                                                                      // DeleteClass
    kTextAsync,                                                                   // DeleteClassAsync
    kEnum,                                                                        // CreateClassEnum
    kTextAsync,                                                                   // CreateClassEnumAsync
    kPut,                                                                         // PutInstance
    kPutAsync,                                                                    // PutInstanceAsync
    kDelete,                                                                      // DeleteInstance
    kTextAsync,                                                                   // DeleteInstanceAsync
    kEnum,                                                                        // CreateInstanceEnum
    kTextAsync,                                                                   // CreateInstanceEnumAsync
    kQuery,                                                                       // ExecQuery
    kQueryAsync,                                                                  // ExecQueryAsync
    kQuery,                                                                       // ExecNotificationQuery
    kQueryAsync,                                                                  // ExecNotificationQueryAsync
    Shape{.texts = 2, .object_last = true, .out = Out::kObject, .result = true},  // ExecMethod
    Shape{.texts = 2, .object_last = true, .sink = true},                         // ExecMethodAsync
};

const Shape* shape_of(cim::Operation operation) {
  const auto opnum = static_cast<std::size_t>(operation);
  return opnum < 3 || opnum - 3 >= kShapes.size() ? nullptr : &kShapes[opnum - 3];
}

base::Status unknown_operation() { return {WBEM_E_UNEXPECTED, "this is no operation of IWbemServices"}; }

/// The first of several.
void note(base::Status& problem, base::Status status) {
  if (problem.ok() && !status.ok()) problem = std::move(status);
}

template <class T>
T take(base::Result<T> read, base::Status& problem) {
  if (read) return *std::move(read);
  note(problem, std::move(read).error());
  return T{};
}

/// An [in,out,unique] pointer to an interface pointer as requests have it: what it points to, mostly null, is of no use.
bool read_in_out(rpc::NdrReader& in) {
  if (!in.pointer()) return false;
  if (in.pointer()) (void)dcom::read_interface(in);
  return true;
}

void write_in_out(rpc::NdrWriter& out, bool wanted) {
  if (out.pointer(wanted)) out.pointer(false);
}

}  // namespace

void write_request(rpc::NdrWriter& out, cim::Operation operation, const ServicesRequest& request) {
  const Shape* shape = shape_of(operation);
  if (!shape) return;
  if (shape->texts > 0) write_bstr(out, request.text);
  if (shape->texts > 1) write_bstr(out, request.more_text);
  if (shape->object_first) write_object(out, request.object);
  if (shape->flags) out.u32(request.flags);
  if (shape->context) write_context(out, request.context);
  if (shape->object_last) write_object(out, request.object);
  if (shape->sink) dcom::write_interface_pointer(out, request.sink);
  if (shape->in_out_object()) write_in_out(out, request.wants_object);
  if (shape->result) write_in_out(out, request.wants_result);
}

base::Result<ServicesRequest> read_request(rpc::NdrReader& in, cim::Operation operation, cim::ClassInterner* interner) {
  const Shape* shape = shape_of(operation);
  if (!shape) return base::fail(unknown_operation());
  ServicesRequest out;
  if (shape->texts > 0) out.text = read_bstr(in, "a text");
  if (shape->texts > 1) out.more_text = read_bstr(in, "a text");
  if (shape->object_first) out.object = take(read_object(in, interner), out.problem);
  if (shape->flags) out.flags = in.u32();
  if (shape->context) out.context = take(read_context(in, interner), out.problem);
  if (shape->object_last) out.object = take(read_object(in, interner), out.problem);
  if (shape->sink) out.sink = take(dcom::read_interface_pointer(in), out.problem);
  if (shape->in_out_object()) out.wants_object = read_in_out(in);
  if (shape->result) out.wants_result = read_in_out(in);
  TRY(in.status(cim::operation_name(operation)));
  return out;
}

void write_reply(rpc::NdrWriter& out, cim::Operation operation, const ServicesRequest& request, const ServicesReply& reply) {
  const Shape* shape = shape_of(operation);
  if (!shape) return;
  if (shape->out == Out::kInterface) dcom::write_interface_pointer(out, reply.reference);
  if (shape->in_out_object() && out.pointer(request.wants_object)) {
    shape->out == Out::kObject ? write_object(out, reply.object) : dcom::write_interface_pointer(out, reply.reference);
  }
  if (shape->result && out.pointer(request.wants_result)) dcom::write_interface_pointer(out, reply.call_result);
}

base::Result<ServicesReply> read_reply(rpc::NdrReader& in, cim::Operation operation, const ServicesRequest& request,
                                       cim::ClassInterner* interner) {
  const Shape* shape = shape_of(operation);
  if (!shape) return base::fail(unknown_operation());
  ServicesReply out;
  base::Status problem;
  if (shape->out == Out::kInterface) out.reference = take(dcom::read_interface_pointer(in), problem);
  if (shape->in_out_object() && in.pointer()) {
    if (shape->out == Out::kObject) {
      out.object = take(read_object(in, interner), problem);
    } else {
      out.reference = take(dcom::read_interface_pointer(in), problem);
    }
  }
  if (shape->result && in.pointer()) out.call_result = take(dcom::read_interface_pointer(in), problem);
  TRY(in.status(cim::operation_name(operation)));
  TRY(problem);
  // C706 14.3.12.2: an [in,out] pointer that was null cannot come back with something.
  if ((out.object && !request.wants_object) || (out.call_result && !request.wants_result)) {
    return base::fail(RPC_X_BAD_STUB_DATA, "an answer has a result where none was asked for");
  }
  return out;
}

}  // namespace remote
