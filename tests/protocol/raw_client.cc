#include "raw_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "base/bytes.h"
#include "dcom/activation.h"
#include "remote/ids.h"

namespace protocol {

using rpc::PduType;

std::vector<rpc::ContextElement> contexts() {
  const Guid iids[] = {dcom::iid::kObjectExporter, dcom::iid::kRemoteScmActivator, dcom::iid::kActivation, dcom::iid::kRemUnknown,
                       remote::iid::kLevel1Login,  remote::iid::kServices,         remote::iid::kEnum};
  std::vector<rpc::ContextElement> out;
  for (const Guid& iid : iids) {
    out.push_back({static_cast<std::uint16_t>(out.size()), dcom::interface_syntax(iid), {rpc::kNdr}});
  }
  return out;
}

std::uint32_t Answer::code() const {
  if (fault) return *fault;
  return stub.size() < 4 ? 0xFFFFFFFF : base::load_le<std::uint32_t>(stub, stub.size() - 4);
}

RawClient::RawClient(std::uint16_t port, const char* from) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in source{};
  source.sin_family = AF_INET;
  ::inet_pton(AF_INET, from, &source.sin_addr);
  ::bind(socket_, reinterpret_cast<sockaddr*>(&source), sizeof source);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
}
RawClient::~RawClient() { close(); }

void RawClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}
void RawClient::half_close() { ::shutdown(socket_, SHUT_WR); }
void RawClient::set_receive_buffer(int octets) { ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets); }

bool RawClient::send(std::string_view octets) {
  while (!octets.empty() && !gone()) {
    std::size_t count = chunk == 0 ? octets.size() : std::min(chunk, octets.size());
    if (cut_after) count = std::min(count, *cut_after - sent_);
    if (count == 0) {
      close();
      return false;
    }
    const ssize_t done = ::send(socket_, octets.data(), count, MSG_NOSIGNAL);
    if (done <= 0) return false;
    sent_ += static_cast<std::size_t>(done);
    octets.remove_prefix(static_cast<std::size_t>(done));
  }
  boundaries.push_back(sent_);
  if (cut_after && sent_ >= *cut_after) close();
  return !gone();
}

bool RawClient::fill(std::size_t wanted, std::chrono::steady_clock::time_point until) {
  while (received_.size() < wanted) {
    if (gone()) return false;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd waiting{socket_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return false;
    char buffer[16384];
    const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
    if (count <= 0) {
      close();
      return false;
    }
    received_.append(buffer, static_cast<std::size_t>(count));
  }
  return true;
}

std::optional<Pdu> RawClient::receive(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  Pdu out;
  if (!fill(rpc::kHeaderSize, until)) return {};
  if (rpc::parse_header(received_, out.header) != rpc::HeaderError::kNone) return {};
  if (!fill(out.header.frag_length, until)) return {};
  out.octets = received_.substr(0, out.header.frag_length);
  received_.erase(0, out.header.frag_length);
  return out;
}

bool RawClient::ended(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!gone()) {
    received_.clear();
    if (!fill(1, until) && !gone()) return false;
  }
  return true;
}

std::string RawClient::bind_pdu(const std::vector<rpc::ContextElement>& elements, const rpc::AuthSegment* auth, PduType type,
                                std::uint8_t flags) {
  std::string out;
  rpc::append_bind(out, {type, flags, 0, 0, 1}, {5840, 5840, 0, elements}, auth);
  return out;
}

bool RawClient::bind() {
  send(bind_pdu(contexts()));
  const auto ack = receive();
  return ack && ack->header.type == PduType::kBindAck;
}

bool RawClient::log_in(const Login& login) {
  security::ClientOptions options;
  options.provider = login.provider;
  options.channel_bindings = login.channel_bindings;
  security::Credentials credentials;
  credentials.user = login.user;
  credentials.password = login.password;
  auto context = security::make_client(std::move(options), std::move(credentials));
  if (!context) return false;
  auth.id = 1;
  auth.type = static_cast<std::uint8_t>(login.provider);
  auth.level = static_cast<std::uint8_t>(login.level);
  auth.context = std::move(*context);
  std::string token;
  for (int leg = 0;; ++leg) {
    auto step = auth.context->step(token);
    if (!step) return false;
    if (step->token.empty()) return step->done;
    token = step->token;
    if (login.tamper) login.tamper(leg, token);
    const rpc::AuthSegment segment{auth.type, auth.level, 0, auth.id, token, 0};
    if (step->done && login.provider == Provider::kNtlm) {
      std::string last;
      rpc::append_auth3(last, 1, rpc::pfc::kWhole, segment);
      return send(last);
    }
    send(bind_pdu(contexts(), &segment, leg == 0 ? PduType::kBind : PduType::kAlterContext));
    const auto ack = receive();
    if (!ack || ack->header.type != (leg == 0 ? PduType::kBindAck : PduType::kAlterContextResp)) return false;
    if (step->done) return true;
    const auto theirs = rpc::parse_auth(ack->octets, ack->header, rpc::kHeaderSize);
    if (!theirs || !*theirs) return false;
    token = std::string((*theirs)->token);
  }
}

std::string RawClient::pdu(const Request& request) {
  std::string out;
  std::uint8_t flags = request.flags;
  if (request.object) flags |= rpc::pfc::kObjectUuid;
  const std::uint32_t id = request.call_id.value_or(0) != 0 ? *request.call_id : ++call_id;
  const rpc::Request fields{request.hint, request.context, request.opnum, request.object};
  rpc::append_request_header(out, {PduType::kRequest, flags, 0, 0, id}, fields);
  out += request.stub;
  const bool with = request.authenticated && auth.context && auth.context->done();
  (void)rpc::finish_fragment(out, 0, fields.header_size(), {with ? &auth : nullptr, security::HeaderSigning::kYes, false});
  return out;
}

namespace {

/// A request of one or more fragments.
std::vector<RawClient::Request> fragments(const RawClient::Request& whole, std::uint32_t id) {
  constexpr std::size_t kPart = 5600;
  std::vector<RawClient::Request> out;
  std::string_view rest = whole.stub;
  do {
    RawClient::Request part = whole;
    part.stub = std::string(rest.substr(0, kPart));
    part.call_id = id;
    part.flags = 0;
    if (out.empty()) part.flags |= whole.flags & rpc::pfc::kFirst;
    rest.remove_prefix(part.stub.size());
    if (rest.empty()) part.flags |= whole.flags & rpc::pfc::kLast;
    out.push_back(std::move(part));
  } while (!rest.empty());
  return out;
}

}  // namespace

Answer RawClient::exchange(const Request& request) {
  const std::uint32_t id = request.call_id.value_or(0) != 0 ? *request.call_id : ++call_id;
  for (const Request& part : fragments(request, id)) {
    if (!send(pdu(part))) break;
  }
  return answer();
}

Answer RawClient::exchange_octets(std::string_view octets) {
  send(octets);
  return answer();
}

Answer RawClient::answer(std::chrono::milliseconds patience) {
  Answer out;
  for (;;) {
    auto got = receive(patience);
    if (!got) {
      out.ended = true;
      return out;
    }
    if (got->header.type == PduType::kFault) {
      out.fault = rpc::parse_fault(got->octets)->status;
      out.executed = (got->header.flags & rpc::pfc::kDidNotExecute) == 0;
      return out;
    }
    if (got->header.type != PduType::kResponse) continue;
    const auto segment = rpc::parse_auth(got->octets, got->header, rpc::kCallHeaderSize);
    if (segment && *segment) {
      const auto part = rpc::open_fragment(got->octets, rpc::kCallHeaderSize, **segment, {&auth, security::HeaderSigning::kYes, false});
      if (!part) {
        out.ended = true;
        return out;
      }
      out.stub += *part;
    } else {
      out.stub += got->octets.substr(rpc::kCallHeaderSize);
    }
    if (got->header.flags & rpc::pfc::kLast) return out;
  }
}

std::string RawClient::orpc(const std::function<void(rpc::NdrWriter&)>& parameters, dcom::OrpcThis header) {
  std::string out;
  rpc::NdrWriter writer(out);
  header.write(writer);
  parameters(writer);
  return out;
}

Guid RawClient::activate(const Guid& clsid, const Guid& iid) {
  dcom::ActivationRequest request;
  request.clsid = clsid;
  request.iids = {iid};
  request.protocols = {dcom::kTowerTcp};
  const Answer got = exchange({kScmContext, dcom::kRemoteCreateInstance, {}, dcom::write_create_instance(request, {})});
  if (got.fault || got.ended) return {};
  const auto reply = dcom::read_create_instance_reply(got.stub);
  if (!reply || reply->interfaces.empty() || !reply->interfaces[0].object) return {};
  return reply->interfaces[0].object->remote()->standard.ipid;
}

std::optional<dcom::Objref> RawClient::reference_in(const Answer& answer) {
  if (answer.fault || answer.ended) return {};
  rpc::NdrReader in(answer.stub);
  (void)dcom::OrpcThat::read(in);
  const auto reference = remote::read_interface_reply(in);
  return reference ? *reference : std::nullopt;
}

Guid RawClient::open_namespace(const Guid& login_ipid, const std::string& name) {
  const auto write = [&](rpc::NdrWriter& out) {
    remote::write_ntlm_login(out, {.network_resource = name, .locales = {}, .flags = 0, .context = {}});
  };
  const auto reference = reference_in(exchange({kLoginContext, 6, login_ipid, orpc(write)}));
  return reference ? reference->remote()->standard.ipid : Guid{};
}

Guid RawClient::open() {
  const Guid login = activate(remote::clsid::kLevel1Login, remote::iid::kLevel1Login);
  return login == Guid{} ? login : open_namespace(login);
}

RawClient::Request RawClient::services_request(const Guid& ipid, cim::Operation operation, const remote::ServicesRequest& request) {
  const auto write = [&](rpc::NdrWriter& out) { remote::write_request(out, operation, request); };
  return {kServicesContext, static_cast<std::uint16_t>(operation), ipid, orpc(write)};
}

Answer RawClient::services(const Guid& ipid, cim::Operation operation, const remote::ServicesRequest& request) {
  return exchange(services_request(ipid, operation, request));
}

}  // namespace protocol
