#include "security/spnego_token.h"

#include "security/der.h"
#include "security/sspi_status.h"

namespace security::spnego {
namespace {

std::unexpected<base::Status> malformed(std::string_view what) {
  return base::fail(SEC_E_INVALID_TOKEN, "malformed SPNEGO token: " + std::string(what));
}

/// The one element of kind `tag` inside of a context field.
std::optional<std::string_view> only(std::string_view field, std::uint8_t tag) {
  der::Reader reader(field);
  const auto element = reader.next(tag);
  if (!element || !reader.at_end()) return std::nullopt;
  return element->content;
}

/// Content of the outermost elements, each of which holds exactly the next one.
std::optional<std::string_view> unwrap(std::string_view octets, std::initializer_list<std::uint8_t> tags) {
  for (const std::uint8_t tag : tags) {
    const auto content = only(octets, tag);
    if (!content) return std::nullopt;
    octets = *content;
  }
  return octets;
}

base::Status parse_mechanisms(std::string_view field, Init& out) {
  der::Reader outer(field);
  const auto list = outer.next(der::kSequence);
  if (!list || !outer.at_end()) return malformed("mechTypes").error();
  out.mechanism_list = list->whole;
  der::Reader reader(list->content);
  while (!reader.at_end()) {
    const auto mechanism = reader.next(der::kOid);
    if (!mechanism || mechanism->content.empty()) return malformed("a mechanism in mechTypes").error();
    if (out.mechanisms.size() == kMaxMechanisms) return malformed("too many mechanisms").error();
    out.mechanisms.emplace_back(mechanism->content);
  }
  return {};
}

base::Status parse_init_field(const der::Element& field, Init& out) {
  switch (field.tag) {
    case der::context(0): return parse_mechanisms(field.content, out);
    case der::context(1): return {};
    case der::context(2): {
      const auto token = only(field.content, der::kOctetString);
      if (!token) return malformed("mechToken").error();
      out.token = *token;
      return {};
    }
    case der::context(3):
      // negHints in NegTokenInit2, mechListMIC in RFC 4178: told apart by what is inside.
      if (only(field.content, der::kSequence)) return {};
      [[fallthrough]];
    case der::context(4): {
      const auto mic = only(field.content, der::kOctetString);
      if (!mic) return malformed("mechListMIC").error();
      out.mic = *mic;
      return {};
    }
    default: return {};  // the type is extensible
  }
}

base::Status parse_response_field(const der::Element& field, Response& out) {
  if (field.tag == der::context(0)) {
    const auto state = only(field.content, der::kEnumerated);
    if (!state || state->size() != 1 || static_cast<std::uint8_t>((*state)[0]) > 3) return malformed("negState").error();
    out.state = static_cast<Response::State>((*state)[0]);
  } else if (field.tag == der::context(1)) {
    const auto mechanism = only(field.content, der::kOid);
    if (!mechanism || mechanism->empty()) return malformed("supportedMech").error();
    out.mechanism = *mechanism;
  } else if (field.tag == der::context(2) || field.tag == der::context(3)) {
    const auto octets = only(field.content, der::kOctetString);
    if (!octets) return malformed("responseToken or mechListMIC").error();
    (field.tag == der::context(2) ? out.token : out.mic) = *octets;
  }
  return {};
}

/// Fields in ascending order of their tags, none twice.
template <class Out>
base::Status parse_fields(std::string_view sequence, base::Status (*parse)(const der::Element&, Out&), Out& out) {
  der::Reader reader(sequence);
  int previous = -1;
  while (!reader.at_end()) {
    const auto field = reader.next();
    if (!field || field->tag <= previous) return malformed("its fields").error();
    previous = field->tag;
    TRY(parse(*field, out));
  }
  return {};
}

void append_octets(std::string& out, unsigned field, const std::optional<std::string>& value) {
  if (value) der::append(out, der::context(field), der::element(der::kOctetString, *value));
}

}  // namespace

base::Result<Init> parse_init(std::string_view octets) {
  if (octets.size() > kMaxToken) return malformed("too long");
  // RFC 2743, 3.1: [APPLICATION 0] with the OID of SPNEGO, then the choice [0].
  const auto content = unwrap(octets, {der::kApplication0});
  if (!content) return malformed("no initial token");
  der::Reader reader(*content);
  const auto mechanism = reader.next(der::kOid);
  if (!mechanism || mechanism->content != oid::kSpnego) return malformed("the initial token is of another mechanism");
  const auto choice = reader.next(der::context(0));
  if (!choice || !reader.at_end()) return malformed("no negTokenInit");
  const auto sequence = unwrap(choice->content, {der::kSequence});
  if (!sequence) return malformed("no negTokenInit");
  Init out;
  TRY(parse_fields(*sequence, &parse_init_field, out));
  if (out.mechanisms.empty()) return malformed("no mechanism is offered");
  return out;
}

base::Result<Response> parse_response(std::string_view octets) {
  if (octets.size() > kMaxToken) return malformed("too long");
  const auto sequence = unwrap(octets, {der::context(1), der::kSequence});
  if (!sequence) return malformed("no negTokenResp");
  Response out;
  TRY(parse_fields(*sequence, &parse_response_field, out));
  return out;
}

std::string build_mechanism_list(const std::vector<std::string>& mechanisms) {
  std::string list;
  for (const std::string& mechanism : mechanisms) der::append(list, der::kOid, mechanism);
  return der::element(der::kSequence, list);
}

std::string build_init(const Init& init) {
  std::string fields = der::element(der::context(0), init.mechanism_list);
  append_octets(fields, 2, init.token);
  append_octets(fields, 3, init.mic);
  const std::string choice = der::element(der::context(0), der::element(der::kSequence, fields));
  return der::element(der::kApplication0, der::element(der::kOid, oid::kSpnego) + choice);
}

std::string build_response(const Response& response) {
  std::string fields;
  if (response.state) {
    const char state = static_cast<char>(*response.state);
    der::append(fields, der::context(0), der::element(der::kEnumerated, {&state, 1}));
  }
  if (!response.mechanism.empty()) der::append(fields, der::context(1), der::element(der::kOid, response.mechanism));
  append_octets(fields, 2, response.token);
  append_octets(fields, 3, response.mic);
  return der::element(der::context(1), der::element(der::kSequence, fields));
}

}  // namespace security::spnego
