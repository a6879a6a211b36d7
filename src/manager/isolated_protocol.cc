#include "manager/isolated_protocol.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

#include "base/bytes.h"
#include "cim/wmio.h"
#include "wql/query.h"

namespace manager::isolated {

namespace {

constexpr std::uint32_t kMaxItems = 65536;
constexpr int kMaxDepth = 4;  // of arrays in values: CIM has one level

std::span<const std::uint8_t> octets_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

class Writer : public base::ByteWriter {
 public:
  using ByteWriter::ByteWriter;
  void text(std::string_view value) {
    u32(static_cast<std::uint32_t>(value.size()));
    bytes(value);
  }
  void boolean(bool value) { u8(value ? 1 : 0); }
  void optional_number(const std::optional<std::uint32_t>& value) {
    boolean(value.has_value());
    u32(value.value_or(0));
  }
  void value(const cim::Value& value);
};

void Writer::value(const cim::Value& value) {
  u8(static_cast<std::uint8_t>(value.variant().index()));
  if (const bool* flag = value.as_bool()) boolean(*flag);
  if (const auto* number = std::get_if<std::int64_t>(&value.variant())) u64(static_cast<std::uint64_t>(*number));
  if (const auto* number = std::get_if<std::uint64_t>(&value.variant())) u64(*number);
  if (const double* number = value.as_real()) f64(*number);
  if (const std::string* string = value.as_text()) text(*string);
  if (const cim::ObjectPtr* object = value.as_object()) text(*object == nullptr ? std::string() : cim::encode_block(**object));
  if (const cim::Value::Array* array = value.as_array()) {
    u32(static_cast<std::uint32_t>(array->size()));
    for (const cim::Value& element : *array) this->value(element);
  }
}

class Reader : public base::ByteReader {
 public:
  using ByteReader::ByteReader;
  std::string_view text() { return bytes(u32()); }
  bool boolean() { return u8() != 0; }
  std::optional<std::uint32_t> optional_number() {
    const bool there = boolean();
    const std::uint32_t number = u32();
    return there ? std::optional(number) : std::nullopt;
  }
  base::Result<cim::Value> value(int depth = 0);
};

base::Status broken(std::string_view what) { return {WBEM_E_INVALID_STREAM, fmt::format("a provider's process sent {}", what)}; }

base::Result<cim::Value> Reader::value(int depth) {
  switch (u8()) {
    case 0: return cim::Value();
    case 1: return cim::Value::boolean(boolean());
    case 2: return cim::Value::sint(static_cast<std::int64_t>(u64()));
    case 3: return cim::Value::uint(u64());
    case 4: return cim::Value::real(f64());
    case 5: return cim::Value::text(std::string(text()));
    case 6: {
      const std::string_view block = text();
      if (block.empty()) return cim::Value();
      TRY_ASSIGN(cim::Object object, cim::decode_block(octets_of(block)));
      return cim::Value::object(std::make_shared<const cim::Object>(std::move(object)));
    }
    case 7: {
      const std::uint32_t count = u32();
      if (depth >= kMaxDepth || count > remaining()) return base::fail(broken("an array that cannot be"));
      cim::Value::Array array;
      for (std::uint32_t i = 0; i < count; ++i) {
        TRY_ASSIGN(cim::Value element, value(depth + 1));
        array.push_back(std::move(element));
      }
      return cim::Value::array(std::move(array));
    }
    default: return base::fail(broken("a value of no kind"));
  }
}

void write_caller(Writer& out, const cim::Caller& caller) {
  out.text(caller.account);
  out.optional_number(caller.uid);
  out.optional_number(caller.gid);
  out.u32(static_cast<std::uint32_t>(caller.sids.size()));
  for (const std::string& sid : caller.sids) out.text(sid);
  out.boolean(caller.remote);
  out.u32(caller.max_rights);
  out.boolean(caller.administrator);
}

base::Result<cim::Caller> read_caller(Reader& in) {
  cim::Caller caller;
  caller.account = in.text();
  caller.uid = in.optional_number();
  caller.gid = in.optional_number();
  const std::uint32_t sids = in.u32();
  if (sids > kMaxItems) return base::fail(broken("too many groups"));
  for (std::uint32_t i = 0; i < sids && in.ok(); ++i) caller.sids.emplace_back(in.text());
  caller.remote = in.boolean();
  caller.max_rights = in.u32();
  caller.administrator = in.boolean();
  return caller;
}

void write_identity(Writer& out, const std::optional<Identity>& identity) {
  out.boolean(identity.has_value());
  if (!identity) return;
  out.u32(identity->uid);
  out.u32(identity->gid);
  out.u32(static_cast<std::uint32_t>(identity->groups.size()));
  for (const gid_t group : identity->groups) out.u32(group);
}

base::Result<std::optional<Identity>> read_identity(Reader& in) {
  if (!in.boolean()) return std::nullopt;
  Identity identity;
  identity.uid = in.u32();
  identity.gid = in.u32();
  const std::uint32_t groups = in.u32();
  if (groups > kMaxItems) return base::fail(broken("too many groups"));
  for (std::uint32_t i = 0; i < groups && in.ok(); ++i) identity.groups.push_back(in.u32());
  return identity;
}

void write_context(Writer& out, const cim::ContextPtr& context) {
  const std::size_t count = context == nullptr ? 0 : context->values().size();
  out.boolean(context != nullptr);
  out.u32(static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    const cim::NamedValue& named = context->values()[i];
    out.text(named.name);
    out.u32(cim::type_to_wire(named.type));
    out.value(named.value);
  }
}

base::Result<cim::ContextPtr> read_context(Reader& in) {
  const bool there = in.boolean();
  const std::uint32_t count = in.u32();
  if (count > kMaxItems) return base::fail(broken("too many named values"));
  auto context = std::make_shared<cim::Context>();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    std::string name(in.text());
    const std::optional<cim::Type> type = cim::type_from_wire(in.u32());
    if (!type) return base::fail(broken("a named value of no type"));
    TRY_ASSIGN(cim::Value value, in.value());
    context->put(std::move(name), *type, std::move(value));
  }
  return there ? cim::ContextPtr(std::move(context)) : nullptr;
}

void write_path(Writer& out, const cim::ObjectPath& path) {
  out.text(path.server);
  out.text(path.name_space);
  out.text(path.class_name);
  out.boolean(path.singleton);
  out.u32(static_cast<std::uint32_t>(path.keys.size()));
  for (const cim::PathKey& key : path.keys) {
    out.text(key.name);
    out.value(key.value);
  }
}

base::Result<cim::ObjectPath> read_path(Reader& in) {
  cim::ObjectPath path;
  path.server = in.text();
  path.name_space = in.text();
  path.class_name = in.text();
  path.singleton = in.boolean();
  const std::uint32_t keys = in.u32();
  if (keys > kMaxItems) return base::fail(broken("too many keys"));
  for (std::uint32_t i = 0; i < keys && in.ok(); ++i) {
    cim::PathKey key;
    key.name = in.text();
    TRY_ASSIGN(key.value, in.value());
    path.keys.push_back(std::move(key));
  }
  return path;
}

void write_wanted(Writer& out, const Wanted& wanted) {
  out.u32(static_cast<std::uint32_t>(wanted.properties.size()));
  for (const std::string& name : wanted.properties) out.text(name);
  out.u32(static_cast<std::uint32_t>(wanted.constraints.size()));
  for (const wql::Constraint& constraint : wanted.constraints) {
    out.text(constraint.property);
    out.u8(static_cast<std::uint8_t>(constraint.op));
    out.value(constraint.value);
  }
}

base::Result<Wanted> read_wanted(Reader& in) {
  Wanted wanted;
  const std::uint32_t properties = in.u32();
  if (properties > kMaxItems) return base::fail(broken("too many properties"));
  for (std::uint32_t i = 0; i < properties && in.ok(); ++i) wanted.properties.emplace_back(in.text());
  const std::uint32_t constraints = in.u32();
  if (constraints > kMaxItems) return base::fail(broken("too many constraints"));
  for (std::uint32_t i = 0; i < constraints && in.ok(); ++i) {
    wql::Constraint constraint;
    constraint.property = in.text();
    constraint.op = static_cast<wql::Operator>(in.u8());
    if (constraint.op > wql::Operator::kIsNotNull) return base::fail(broken("an unknown operator"));
    TRY_ASSIGN(constraint.value, in.value());
    wanted.constraints.push_back(std::move(constraint));
  }
  return wanted;
}

void write_instance(Writer& out, const std::optional<cim::Instance>& instance) {
  out.boolean(instance.has_value());
  out.text(instance ? cim::encode_block(cim::Object(*instance)) : std::string());
}

base::Result<std::optional<cim::Instance>> read_instance(Reader& in) {
  const bool there = in.boolean();
  const std::string_view block = in.text();
  if (!there) return std::nullopt;
  TRY_ASSIGN(const cim::Object object, cim::decode_block(octets_of(block)));
  if (object.is_class()) return base::fail(broken("a class where an instance belongs"));
  return object.instance();
}

}  // namespace

std::string encode_request(const cim::Caller& caller, const std::optional<Identity>& identity, const cim::ContextPtr& context,
                           const ProviderRequest& request) {
  std::string octets;
  Writer out(octets);
  write_caller(out, caller);
  write_context(out, context);
  out.u8(static_cast<std::uint8_t>(request.kind));
  out.text(request.name_space);
  out.text(request.cls->server());
  out.text(request.cls->name_space());
  out.text(cim::encode_class(*request.cls));
  write_path(out, request.path);
  write_wanted(out, request.wanted);
  out.text(request.query == nullptr ? std::string_view() : std::string_view(request.query->text));
  write_instance(out, request.instance);
  out.u32(request.flags);
  out.text(request.method == nullptr ? std::string_view() : std::string_view(request.method->name));
  write_identity(out, identity);
  return octets;
}

base::Result<Request> decode_request(std::string_view octets) {
  Reader in(octets);
  Request out;
  TRY_ASSIGN(out.caller, read_caller(in));
  TRY_ASSIGN(out.context, read_context(in));
  ProviderRequest& request = out.request;
  request.kind = static_cast<ProviderRequest::Kind>(in.u8());
  if (request.kind > ProviderRequest::Kind::kMethod) return base::fail(broken("an unknown request"));
  request.name_space = in.text();
  const std::string_view server = in.text();
  const std::string_view name_space = in.text();
  const std::string_view cls = in.text();
  TRY_ASSIGN(request.cls, cim::decode_class(octets_of(cls), std::string(server), std::string(name_space)));
  TRY_ASSIGN(request.path, read_path(in));
  TRY_ASSIGN(request.wanted, read_wanted(in));
  if (const std::string_view query = in.text(); request.kind == ProviderRequest::Kind::kQuery) {
    TRY_ASSIGN(wql::Query parsed, wql::parse(query));
    request.query = std::make_shared<const wql::Query>(std::move(parsed));
  }
  TRY_ASSIGN(request.instance, read_instance(in));
  request.flags = in.u32();
  request.method = request.cls->method(in.text());
  TRY_ASSIGN(out.identity, read_identity(in));
  if (!in.ok() || !in.at_end()) return base::fail(broken("a request of another length"));
  if ((request.kind == ProviderRequest::Kind::kMethod && request.method == nullptr) ||
      (request.kind == ProviderRequest::Kind::kPut && !request.instance)) {
    return base::fail(broken("a request without its object"));
  }
  return out;
}

std::string encode_reply(const Reply& reply) {
  std::string octets;
  Writer out(octets);
  out.u8(static_cast<std::uint8_t>(reply.kind));
  out.u32(reply.first);
  out.u32(reply.second);
  out.text(reply.octets);
  return octets;
}

base::Result<Reply> decode_reply(std::string_view octets) {
  Reader in(octets);
  Reply reply;
  reply.kind = static_cast<ReplyKind>(in.u8());
  reply.first = in.u32();
  reply.second = in.u32();
  reply.octets = in.text();
  if (!in.ok() || !in.at_end()) return base::fail(broken("a reply of another length"));
  switch (reply.kind) {
    case ReplyKind::kRow:
    case ReplyKind::kOut:
    case ReplyKind::kProgress:
    case ReplyKind::kEnd: return reply;
  }
  return base::fail(broken("an unknown reply"));
}

namespace {

bool send_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(socket, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_all(int socket, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t received = ::recv(socket, data, size, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return false;
    data += received;
    size -= static_cast<std::size_t>(received);
  }
  return true;
}

}  // namespace

bool send_message(int socket, std::string_view octets) {
  std::string message;
  message.reserve(octets.size() + 4);
  Writer(message).text(octets);
  return octets.size() <= kMaxMessage && send_all(socket, message.data(), message.size());
}

bool receive_message(int socket, std::string& octets) {
  std::uint32_t size = 0;
  if (!receive_all(socket, reinterpret_cast<char*>(&size), sizeof size) || size > kMaxMessage) return false;
  octets.resize(size);
  return receive_all(socket, octets.data(), size);
}

bool send_descriptor(int socket, char what, int descriptor) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec data{&what, 1};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == 1;
}

bool receive_descriptor(int socket, char& what, int& descriptor) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec data{&what, 1};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t received = 0;
  do {
    received = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  descriptor = -1;
  if (received != 1) return false;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof(int));
  }
  return true;
}

}  // namespace manager::isolated
