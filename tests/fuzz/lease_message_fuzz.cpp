// Any bytes as a message about leases: as JSON, as a BARE string and as CBOR. Reading must refuse what it does not
// understand, by the two codes that the wire has for that and in a text that can be written as JSON; what it accepts is
// within the bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "api/leases/answers.hpp"
#include "api/leases/bounded_json.hpp"
#include "api/leases/cbor.hpp"
#include "api/leases/framing.hpp"
#include "api/leases/messages.hpp"
#include "api/leases/requests.hpp"
#include "base/json/writer.hpp"
#include "base/limits.hpp"
#include "base/strings.hpp"

namespace {

namespace base = jeton::base;
namespace leases = jeton::api::leases;

void expect(bool holds) {
  if (!holds) std::abort();
}

void check_refusal(const base::Error& error) {
  expect(error.code == base::ErrorCode::kInvalid || error.code == base::ErrorCode::kTooLarge);
  std::string answer;
  leases::append_failure_answer(answer, error);
  expect(base::json::parse(answer).has_value());
}

template <class T>
bool accepted(const base::Result<T>& result) {
  if (!result) check_refusal(result.error());
  return result.has_value();
}

void check_id(const jeton::leases::LeaseRef& which) {
  expect(!which.id.empty() && which.id.size() <= base::limits::kLeaseIdBytesMax && base::is_utf8(which.id));
}

struct MessageCheck {
  void operator()(const leases::CreateRequest& request) const {
    expect(request.ttl.has_value() && *request.ttl >= base::Duration::zero());
    for (const auto& option : request.options) expect(option.first != "ttl");
  }
  void operator()(const leases::GetRequest& request) const { check_id(request.which); }
  void operator()(const leases::RevokeRequest& request) const { check_id(request.which); }
  void operator()(const leases::RenewRequest& request) const {
    check_id(request.which);
    expect(request.increment >= base::Duration::zero());
  }
  void operator()(const leases::ListRequest& /*request*/) const {}
  void operator()(const leases::RevokeManyRequest& request) const {
    expect(request.selection.prefix || request.selection.owner || request.selection.provider);
  }
  void operator()(const leases::AbandonRequest& request) const {
    check_id(request.which);
    expect(!base::is_blank(request.reason));
  }
};

void check_message(std::string_view text) {
  const auto message = leases::read_message(text);
  if (accepted(message)) std::visit(MessageCheck{}, *message);
}

void check_bodies(const base::json::Object& body) {
  accepted(leases::read_create(body));
  accepted(leases::read_increment(body));
  accepted(leases::read_reason(body));
  accepted(leases::read_revoke_many(body));
  accepted(leases::read_release(body));
}

void check_cbor(std::string_view bytes) {
  const auto value = leases::cbor::decode(bytes);
  if (!accepted(value)) return;
  expect(base::json::parse(base::json::write(*value)).has_value());
  if (const auto* object = value->as<base::json::Object>()) check_bodies(*object);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_message(input);
  if (const auto text = leases::read_bare_string(input)) {
    std::string again;
    leases::append_bare_string(again, *text);
    expect(leases::read_bare_string(again) == *text);
    check_message(*text);
  }
  if (const auto body = leases::read_object(input); accepted(body)) check_bodies(*body);
  check_cbor(input);
  return 0;
}
