// OBJREF and DUALSTRINGARRAY; what was read is written and read again.
#include <cstdlib>

#include "dcom/objref.h"

namespace {

void check(bool condition) {
  if (!condition) std::abort();
}

/// An empty list grows to two zeros when written, so an array at the limit may lose its last binding.
bool near_limit(std::size_t octets) { return octets >= (dcom::DualStringArray::kMaxEntries - 8) * 2; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dcom;
  const std::string_view octets(reinterpret_cast<const char*>(data), size);

  const auto objref = Objref::from_octets(octets);
  if (objref && !(objref->remote() && near_limit(size))) check(Objref::from_octets(objref->to_octets()) == *objref);
  const auto view = custom_view(octets);
  check(view.has_value() == (objref && objref->custom()));
  if (view) {
    check(view->data == objref->custom()->data && view->data.data() + view->data.size() == octets.data() + size);
    std::string again;
    append_custom(again, view->iid, view->unmarshaler, view->data);
    check(again == objref->to_octets());
  }

  std::size_t used = 0;
  const auto array = DualStringArray::from_octets(octets, used);
  if (array) {
    check(used <= size);
    for (const StringBinding& binding : array->strings) {
      const auto address = parse_address(binding.address);
      if (!address) continue;
      const auto again = parse_address(make_address(address->host, address->port));
      check(again && again->host == address->host && again->port == address->port);
    }
    std::size_t written = 0;
    if (!near_limit(used)) check(DualStringArray::from_octets(array->to_octets(), written) == *array);
  }

  rpc::NdrReader in(octets);
  const DualStringArray referent = DualStringArray::read(in);
  if (in.ok() && !near_limit(size)) {
    std::string stub;
    rpc::NdrWriter out(stub);
    referent.write(out);
    rpc::NdrReader back(stub);
    check(DualStringArray::read(back) == referent && back.ok());
  }
  rpc::NdrReader pointer(octets);
  (void)read_interface_pointer(pointer);
  return 0;
}
