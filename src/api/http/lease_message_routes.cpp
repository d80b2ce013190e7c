#include "api/http/lease_message_routes.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "api/http/call.hpp"
#include "api/http/middleware/negotiate.hpp"
#include "api/leases/dialect.hpp"
#include "api/leases/framing.hpp"
#include "api/leases/messages.hpp"
#include "base/strings.hpp"

namespace jeton::api::http {
namespace {

namespace wire = api::leases;

// As bytes it is a BARE string (1.1.1), and so is the answer then.
bool is_framed(const Call& call) {
  return base::equals_ignoring_case(middleware::media_type(call.request().field("Content-Type")), wire::kFramedType);
}

base::Result<wire::Message> read(std::string_view body, bool framed) {
  if (!framed) return wire::read_message(body);
  const auto text = wire::read_bare_string(body);
  if (!text) return base::failure(base::invalid("request must be a length-prefixed string"));
  return wire::read_message(*text);
}

void take(Call& call, const LeaseOperations& operations) {
  using Form = LeaseAnswer::Form;
  const bool framed = is_framed(call);
  auto message = read(call.request().body, framed);
  const auto answer = std::make_shared<LeaseAnswer>(call.later(), framed ? Form::kFramedMessage : Form::kMessage);
  if (answer->failed(message)) return;
  std::visit([&](auto& request) { operations.run(answer, call.caller(), std::move(request)); }, *message);
}

}  // namespace

void add_lease_message_routes(Router& router, const std::shared_ptr<const LeaseOperations>& operations) {
  Route out;
  out.method = net::http::Method::kPost;
  out.path = "/leases/messages";
  out.service = wire::kService;
  out.operation = kLeaseMessageOperation;
  out.request_type = kJsonType;
  out.also_reads = {std::string(wire::kFramedType)};
  out.judges_shape = true;
  out.summary = "Takes one message of the Token Lease Manager: create, get, revoke, list, renew and others.";
  out.request_schema = wire::message_schema();
  out.answers = {{200, "Success or failure, as `result` says; as bytes where the request was.",
                  R"({"type":"object","required":["result"],"properties":{"result":{"enum":["success","failure"]},)"
                  R"("lease":{"type":"object"},"leases":{"type":"array"},"cursor":{"type":"string"},)"
                  R"("count":{"type":"integer"},"code":{"type":"string"},"message":{"type":"string"}}})"}};
  out.handler = [operations](Call& call) { take(call, *operations); };
  router.add(std::move(out));
}

}  // namespace jeton::api::http
