#include "wmid/services_messages.h"

#include <fmt/format.h>

#include "remote/values.h"
#include "wmid/login_messages.h"
#include "wmid/wire.h"

namespace wmid::link {
namespace {

constexpr std::uint32_t kMaxLocales = 1024;

std::span<const std::uint8_t> octets_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }
std::string_view text_of(std::span<const std::uint8_t> octets) { return {reinterpret_cast<const char*>(octets.data()), octets.size()}; }

base::Status malformed(std::string_view what) { return {base::WBEM_E_INVALID_STREAM, fmt::format("{} is malformed", what)}; }

void write_context(WireWriter& out, const cim::ContextPtr& context) {
  out.boolean(context != nullptr);
  if (context) out.text(remote::encode_context(*context));
}
void write_object(WireWriter& out, const cim::ObjectPtr& object) {
  out.boolean(object != nullptr);
  if (object) out.text(cim::encode_unit(*object));
}

struct RequestWriter {
  WireWriter& out;
  void operator()(const Connect& what) const {
    out.text(what.ticket);
    out.text(what.name_space);
    out.text(what.locales);
  }
  void operator()(const Open& what) const {
    out.u64(what.session);
    out.optional_text(what.name);
    out.u32(what.flags);
    write_context(out, what.context);
  }
  void operator()(const Start& what) const {
    out.u64(what.session);
    out.u8(static_cast<std::uint8_t>(what.operation));
    out.u32(what.flags);
    out.boolean(what.reader_paced);
    out.boolean(what.must_exist);
    out.optional_text(what.text);
    out.optional_text(what.more_text);
    write_object(out, what.object);
    write_context(out, what.context);
  }
  void operator()(const Reply& what) const { out.u32(static_cast<std::uint32_t>(what.result)); }
  void operator()(const Cancel&) const {}
  void operator()(const QuerySink& what) const {
    out.u64(what.session);
    out.u32(what.flags);
  }
  void operator()(const Close& what) const { out.u64(what.session); }
  void operator()(const Backup& what) const {
    out.text(what.ticket);
    out.boolean(what.restore);
    out.text(what.file);
    out.u32(what.flags);
  }
};

/// Reads what stands in a message; the first malformed object or context is in `error`.
class Reader : public WireReader {
 public:
  Reader(std::string_view octets, cim::ClassInterner& interner) : WireReader(octets), interner_(interner) {}

  cim::ContextPtr context() {
    if (!boolean()) return nullptr;
    auto read = remote::decode_context(text(), &interner_);
    if (!read) return keep(read.error()), nullptr;
    return std::make_shared<const cim::Context>(*std::move(read));
  }
  cim::ObjectPtr object() {
    if (!boolean()) return nullptr;
    auto read = cim::decode_unit(octets_of(text()), &interner_);
    if (!read) return keep(read.error()), nullptr;
    return std::make_shared<const cim::Object>(*std::move(read));
  }
  cim::Batch batch();
  cim::ClassInterner& interner() { return interner_; }

  base::Status error;

 private:
  void keep(const base::Status& status) {
    if (error.ok()) error = status;
  }
  cim::ClassInterner& interner_;
};

void read(Reader& in, Connect& what) {
  what.ticket = in.text(login::kTicketSize);
  what.name_space = in.text(kMaxName);
  what.locales = in.text(kMaxName);
}
void read(Reader& in, Open& what) {
  what.session = in.u64();
  what.name = in.optional_text(kMaxName);
  what.flags = in.u32();
  what.context = in.context();
}
void read(Reader& in, Start& what) {
  what.session = in.u64();
  what.operation = static_cast<cim::Operation>(in.u8());
  what.flags = in.u32();
  what.reader_paced = in.boolean();
  what.must_exist = in.boolean();
  what.text = in.optional_text();
  what.more_text = in.optional_text();
  what.object = in.object();
  what.context = in.context();
}
void read(Reader& in, Reply& what) { what.result = base::Hresult{in.u32()}; }
void read(Reader&, Cancel&) {}
void read(Reader& in, QuerySink& what) {
  what.session = in.u64();
  what.flags = in.u32();
}
void read(Reader& in, Close& what) { what.session = in.u64(); }
void read(Reader& in, Backup& what) {
  what.ticket = in.text(login::kTicketSize);
  what.restore = in.boolean();
  what.file = in.text(kMaxName);
  what.flags = in.u32();
}

/// The alternative with this number.
template <class Variant, std::size_t I = 0>
bool read_kind(Reader& in, std::size_t kind, Variant& out) {
  if constexpr (I == std::variant_size_v<Variant>) {
    return false;
  } else {
    if (kind != I) return read_kind<Variant, I + 1>(in, kind, out);
    read(in, out.template emplace<I>());
    return true;
  }
}

// Rows: the classes that occur, then each row as the number of its class and its octets; a class itself as a unit.

void write_batch(WireWriter& out, const cim::Batch& batch) {
  out.boolean(batch.decorated());
  std::vector<const cim::Class*> classes;
  const std::size_t at = out.position();
  out.u32(0);
  out.u32(static_cast<std::uint32_t>(batch.size()));
  for (std::size_t row = 0; row < batch.size(); ++row) {
    if (batch.is_class(row)) {
      out.u32(0);
      out.text(cim::encode_unit(batch.object(row)));
      continue;
    }
    const cim::ClassPtr& cls = batch.cls(row);
    std::size_t number = classes.size();
    while (number > 0 && classes[number - 1] != cls.get()) --number;
    if (number == 0) {
      classes.push_back(cls.get());
      number = classes.size();
      out.u32(static_cast<std::uint32_t>(number));
      out.boolean(cls->decorated());
      out.text(cls->server());
      out.text(cls->name_space());
      out.text(text_of(cls->class_part()));
    } else {
      out.u32(static_cast<std::uint32_t>(number));
    }
    out.text(text_of(batch.row_octets(row)));
  }
  out.patch_u32(at, static_cast<std::uint32_t>(classes.size()));
}

/// From the process that is trusted: rows are not validated again.
cim::Batch Reader::batch() {
  cim::BatchBuilder builder;
  builder.set_decorated(boolean());
  std::vector<cim::ClassPtr> classes;
  const std::uint32_t known = u32();
  const std::uint32_t count = u32();
  if (known > remaining() || count > remaining()) return refuse(), cim::Batch();
  builder.reserve(count, remaining());
  for (std::uint32_t row = 0; row < count && ok(); ++row) {
    const std::uint32_t number = u32();
    if (number == 0) {
      const auto object = cim::decode_unit(octets_of(text()), &interner_);
      if (!object) return keep(object.error()), cim::Batch();
      builder.add(*object);
      continue;
    }
    if (number > classes.size() + 1) return refuse(), cim::Batch();
    if (number == classes.size() + 1) {
      const bool decorated = boolean();
      const std::string_view server = text();
      const std::string_view name_space = text();
      auto cls = interner_.intern(octets_of(text()), decorated ? server : std::string_view(), decorated ? name_space : std::string_view());
      if (!cls) return keep(cls.error()), cim::Batch();
      classes.push_back(*std::move(cls));
    }
    builder.add(classes[number - 1], octets_of(text()));
  }
  return builder.take();
}

struct EventWriter {
  WireWriter& out;
  void operator()(const Connected& what) const {
    out.status(what.status);
    out.u64(what.session);
    out.text(what.name_space);
    out.u32(static_cast<std::uint32_t>(what.locales.size()));
    for (const std::string& locale : what.locales) out.text(locale);
    out.boolean(what.requires_encryption);
  }
  void operator()(const Started& what) const { out.status(what.status); }
  void operator()(const Rows& what) const { write_batch(out, what.batch); }
  void operator()(const State& what) const {
    out.u32(static_cast<std::uint32_t>(what.status.type));
    out.u32(static_cast<std::uint32_t>(what.status.code));
    out.text(what.status.text);
    write_object(out, what.status.error);
  }
};

void read(Reader& in, Connected& what) {
  what.status = in.status();
  what.session = in.u64();
  what.name_space = in.text();
  const std::uint32_t count = in.u32();
  for (std::uint32_t i = 0; i < count && i < kMaxLocales && in.ok(); ++i) what.locales.emplace_back(in.text());
  what.requires_encryption = in.boolean();
}
void read(Reader& in, Started& what) { what.status = in.status(); }
void read(Reader& in, Rows& what) { what.batch = in.batch(); }
void read(Reader& in, State& what) {
  what.status.type = static_cast<cim::StatusType>(in.u32());
  what.status.code = base::Hresult{in.u32()};
  what.status.text = in.text();
  what.status.error = in.object();
}

template <class Message, class Write>
std::string encode_message(const Message& message) {
  std::string octets;
  WireWriter out(octets);
  out.u8(static_cast<std::uint8_t>(message.what.index()));
  out.u64(message.id);
  std::visit(Write{out}, message.what);
  return octets;
}

bool known_operation(cim::Operation operation) {
  return operation >= cim::Operation::kGetObjectAsync && operation <= cim::Operation::kExecMethodAsync &&
         static_cast<unsigned>(operation) % 2 == 1;
}

}  // namespace

std::string encode(const Request& request) { return encode_message<Request, RequestWriter>(request); }
std::string encode(const Event& event) { return encode_message<Event, EventWriter>(event); }

base::Result<DecodedRequest> decode_request(std::string_view octets, cim::ClassInterner& interner) {
  Reader in(octets, interner);
  const std::uint8_t kind = in.u8();
  DecodedRequest out;
  out.request.id = in.u64();
  if (!read_kind(in, kind, out.request.what) || !in.whole()) return base::fail(malformed("a request"));
  const auto* start = std::get_if<Start>(&out.request.what);
  if (start && !known_operation(start->operation)) return base::fail(malformed("an operation"));
  out.object_error = std::move(in.error);
  return out;
}

base::Result<Event> decode_event(std::string_view octets, cim::ClassInterner& interner) {
  Reader in(octets, interner);
  const std::uint8_t kind = in.u8();
  Event out;
  out.id = in.u64();
  if (!read_kind(in, kind, out.what)) return base::fail(malformed("an event"));
  TRY(in.error);
  if (!in.whole()) return base::fail(malformed("an event"));
  return out;
}

}  // namespace wmid::link
