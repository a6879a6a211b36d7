#include "wmid/login_messages.h"

#include "wmid/wire.h"

namespace wmid::login {
namespace {

enum class Kind : std::uint8_t { kAccept = 1, kInitiate = 2, kStep = 3, kDrop = 4, kAnswer = 5 };
constexpr std::size_t kMaxSids = 65'536;

struct RequestWriter {
  WireWriter& out;
  void operator()(const Accept& what) const {
    out.u8(static_cast<std::uint8_t>(what.provider));
    out.text(what.peer_address);
  }
  void operator()(const Initiate& what) const {
    out.text(what.ticket);
    out.text(what.target_name);
    out.boolean(what.target_name_is_untrusted);
    out.u8(static_cast<std::uint8_t>(what.impersonation));
    out.text(what.workstation);
  }
  void operator()(const Step& what) const { out.text(what.token); }
  void operator()(const Drop&) const {}
};

base::Status malformed(std::string_view what) { return {base::WBEM_E_INVALID_STREAM, std::string(what) + " is malformed"}; }

security::Impersonation read_impersonation(WireReader& in) {
  const std::uint8_t value = in.u8();
  using security::Impersonation;
  return value == 4 ? Impersonation::kDelegate : value == 3 ? Impersonation::kImpersonate : Impersonation::kIdentify;
}

void write_peer(WireWriter& out, const security::Peer& peer) {
  out.u8(static_cast<std::uint8_t>(peer.mechanism));
  for (const std::string* text : {&peer.user, &peer.domain, &peer.workstation, &peer.target_name, &peer.channel_bindings, &peer.ticket}) {
    out.text(*text);
  }
  out.u8(static_cast<std::uint8_t>(peer.impersonation));
  out.boolean(peer.verified);
  out.text(peer.account.name);
  out.boolean(peer.account.administrator);
  out.u32(static_cast<std::uint32_t>(peer.account.sids.size()));
  for (const security::Sid& sid : peer.account.sids) out.text(sid.to_string());
}

security::Peer read_peer(WireReader& in) {
  security::Peer peer;
  peer.mechanism = static_cast<security::Provider>(in.u8());
  for (std::string* text : {&peer.user, &peer.domain, &peer.workstation, &peer.target_name, &peer.channel_bindings, &peer.ticket}) {
    *text = in.text();
  }
  peer.impersonation = read_impersonation(in);
  peer.verified = in.boolean();
  peer.account.name = in.text();
  peer.account.administrator = in.boolean();
  const std::uint32_t count = in.u32();
  for (std::uint32_t i = 0; i < count && i < kMaxSids && in.ok(); ++i) {
    if (auto sid = security::Sid::parse(in.text())) peer.account.sids.push_back(*std::move(sid));
  }
  return peer;
}

}  // namespace

std::string encode(const Request& request) {
  std::string octets;
  WireWriter out(octets);
  out.u8(static_cast<std::uint8_t>(request.what.index() + 1));
  out.u64(request.id);
  out.u64(request.context);
  std::visit(RequestWriter{out}, request.what);
  return octets;
}

base::Result<Request> decode_request(std::string_view octets) {
  WireReader in(octets);
  const auto kind = static_cast<Kind>(in.u8());
  Request out;
  out.id = in.u64();
  out.context = in.u64();
  if (kind == Kind::kAccept) {
    const auto provider = static_cast<security::Provider>(in.u8());
    out.what = Accept{provider, std::string(in.text(kMaxText))};
  } else if (kind == Kind::kInitiate) {
    Initiate what;
    what.ticket = in.text(kTicketSize);
    what.target_name = in.text(kMaxText);
    what.target_name_is_untrusted = in.boolean();
    what.impersonation = read_impersonation(in);
    what.workstation = in.text(kMaxText);
    out.what = std::move(what);
  } else if (kind == Kind::kStep) {
    out.what = Step{std::string(in.text())};
  } else if (kind == Kind::kDrop) {
    out.what = Drop{};
  } else {
    return base::fail(malformed("the kind of a request"));
  }
  if (!in.whole()) return base::fail(malformed("a request"));
  return out;
}

std::string encode(const Answer& answer) {
  std::string octets;
  WireWriter out(octets);
  out.u8(static_cast<std::uint8_t>(Kind::kAnswer));
  out.u64(answer.id);
  out.status(answer.status);
  out.text(answer.token);
  out.boolean(answer.established.has_value());
  if (!answer.established) return octets;
  write_peer(out, answer.established->peer);
  const security::ExportedSession& session = answer.established->session;
  out.u8(static_cast<std::uint8_t>(session.mechanism));
  out.text(session.session_key);
  out.text(session.state);
  return octets;
}

base::Result<Answer> decode_answer(std::string_view octets) {
  WireReader in(octets);
  if (in.u8() != static_cast<std::uint8_t>(Kind::kAnswer)) return base::fail(malformed("the kind of an answer"));
  Answer out;
  out.id = in.u64();
  out.status = in.status();
  out.token = in.text();
  if (in.boolean()) {
    Answer::Established& established = out.established.emplace();
    established.peer = read_peer(in);
    established.session.mechanism = static_cast<security::Provider>(in.u8());
    established.session.session_key = in.text();
    established.session.state = in.text();
  }
  if (!in.whole()) return base::fail(malformed("an answer"));
  return out;
}

}  // namespace wmid::login
