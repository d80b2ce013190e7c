// What an operation gets of an envelope's payload (arrowhead-mqtt 13): the inputs that it would have had by path, query
// or body over HTTP. Pure.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "api/http/call.hpp"
#include "api/http/route.hpp"
#include "api/mqtt/envelope.hpp"
#include "base/result.hpp"

namespace jeton::api::mqtt {

enum class InputKind : std::uint8_t {
  kNone,    ///< the payload is not even looked at
  kObject,  ///< a JSON object: the body
  kAny,     ///< any JSON, or none: the body, which the handler judges
  kText,    ///< a text: the only parameter of the path
  kList,    ///< a list of texts: the query parameter that is a list
};
InputKind input_kind(const http::Route& route);

/// The body and what else the operation reads.
struct Given {
  std::string body;     ///< kObject; limits::kJsonPaddingBytes readable bytes behind it; empty: there is none
  http::Inputs inputs;  ///< an element of a list that was null is empty
};

/// kInvalid, with `payload` as its place, when the payload has another shape than the operation reads, is missing where
/// nobody else can say so, or is larger than `payload_bytes_max`.
base::Result<Given> read_inputs(const http::Route& route, const Envelope& envelope, std::size_t payload_bytes_max);

}  // namespace jeton::api::mqtt
