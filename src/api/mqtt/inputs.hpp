// What an operation gets of an envelope's payload (arrowhead-mqtt 13): the inputs that it would have had by path, query
// or body over HTTP. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/http/route.hpp"
#include "api/mqtt/envelope.hpp"
#include "base/result.hpp"

namespace jeton::api::mqtt {

enum class InputKind : std::uint8_t {
  kNone,    ///< the payload is not even looked at
  kObject,  ///< a JSON object: the body
  kText,    ///< a text: the only parameter of the path
  kList,    ///< a list of texts: the query parameter that is a list
};
InputKind input_kind(const http::Route& route);

struct Inputs {
  std::string body;                              ///< kObject; limits::kJsonPaddingBytes readable bytes behind it
  std::string text;                              ///< kText; empty: there is none
  std::optional<std::vector<std::string>> list;  ///< kList; nullopt: there is none. What was null is empty.
};

/// kInvalid, with `payload` as its place, when the payload has another shape than the operation reads, or is missing
/// where only the transport can say so; larger than `payload_bytes_max`.
base::Result<Inputs> read_inputs(const http::Route& route, const Envelope& envelope, std::size_t payload_bytes_max);

/// `params.unbound` as an operation reads it: on for `true` in any letter case, else off, never an error (12, 14.4.1).
bool is_unbound(const Envelope& envelope);

}  // namespace jeton::api::mqtt
