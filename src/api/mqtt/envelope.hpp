// What travels over MQTT around an operation's input and outcome (arrowhead-mqtt 5, 6). Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json/types.hpp"
#include "base/result.hpp"

namespace jeton::api::mqtt {

/// A request. Absent and null are the same; of a repeated member the last counts; unknown members are passed over.
struct Envelope {
  std::optional<std::string> trace_id;  ///< goes back as it came
  std::string authentication;           ///< empty: none
  std::string response_topic;           ///< blank: nobody wants an answer
  int qos = 0;                          ///< of the answer; 0 when the request does not say (decision D1)
  std::optional<std::string> unbound;   ///< `params.unbound`, the only parameter any operation reads
  std::optional<base::json::Raw> payload;
};

/// Reads scalars as leniently as 5.1 says: numbers and booleans as texts, a QoS that is a text or has a fraction, a
/// byte order mark before the object, anything behind it. `message` needs limits::kJsonPaddingBytes readable bytes
/// behind it. kInvalid: it is no envelope, and gets no answer.
base::Result<Envelope> read_envelope(std::string_view message);

/// The place of an answer, and what it is an answer to.
struct Reply {
  int status = 200;
  const std::optional<std::string>& trace_id;
  std::string_view receiver;  ///< empty: nobody was identified
};

/// Appends the answer with a payload that is JSON already; empty: the empty text.
void append_reply(std::string& out, const Reply& reply, std::string_view json_payload);
/// The same with a payload that becomes a JSON text.
void append_text_reply(std::string& out, const Reply& reply, std::string_view text_payload);

}  // namespace jeton::api::mqtt
