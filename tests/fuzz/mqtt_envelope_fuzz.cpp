// Any bytes as a request envelope: reading must refuse them without misbehaving, and what it accepts must be answered
// with a JSON object that carries the same traceId back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/mqtt/envelope.hpp"
#include "api/mqtt/inputs.hpp"
#include "base/json/types.hpp"
#include "base/limits.hpp"

namespace {

namespace http = jeton::api::http;
namespace mqtt = jeton::api::mqtt;

constexpr std::size_t kPayloadBytesMax = 1024;

void check_inputs(const mqtt::Envelope& envelope) {
  http::Route object;
  object.request_type = http::kJsonType;
  http::Route text;
  text.parameters = {"token"};
  http::Route list;
  list.query = {{.name = "keys", .description = {}, .required = true, .list = true}};
  for (const http::Route* route : {&object, &text, &list}) {
    const auto given = mqtt::read_inputs(*route, envelope, kPayloadBytesMax);
    if (!given && given.error().code != jeton::base::ErrorCode::kInvalid) std::abort();
  }
}

void check(std::string_view input) {
  std::string message;
  message.reserve(input.size() + jeton::base::limits::kJsonPaddingBytes);
  message = input;
  const auto envelope = mqtt::read_envelope(message);
  if (!envelope) {
    if (envelope.error().code != jeton::base::ErrorCode::kInvalid) std::abort();
    return;
  }
  if (envelope->qos < 0 || envelope->qos > 2) std::abort();
  std::string reply;
  const auto payload = envelope->payload ? std::string_view(envelope->payload->text) : std::string_view{};
  mqtt::append_reply(reply, {.status = 200, .trace_id = envelope->trace_id, .receiver = "Sysop"}, payload);
  const auto read = jeton::base::json::parse(reply);
  if (!read) std::abort();
  const auto* trace = read->member("traceId");
  if ((trace != nullptr) != envelope->trace_id.has_value()) std::abort();
  if (trace != nullptr && *trace->as<std::string>() != *envelope->trace_id) std::abort();
  check_inputs(*envelope);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({reinterpret_cast<const char*>(data), size});
  return 0;
}
