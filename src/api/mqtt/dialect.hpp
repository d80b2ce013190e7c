// How errors look over MQTT (arrowhead-mqtt 11.1, 11.2).
#pragma once
#include <string>

#include "api/arrowhead/error_message.hpp"
#include "api/http/dialect.hpp"
#include "api/mqtt/topics.hpp"

namespace jeton::api::mqtt {

/// The table of 11.2. There are fewer statuses than over HTTP; overload is 500.
arrowhead::ErrorKind error_kind(base::ErrorCode code);

class Dialect final : public http::Dialect {
 public:
  /// It outlives the dialect.
  explicit Dialect(const Topics& topics) : topics_(topics) {}

  std::string_view logger() const override { return "api.mqtt"; }
  /// Not asked: what admits over MQTT is in the envelope, which the pipeline looks into. Throws std::logic_error.
  Verdict admit(http::Call& call, Patience patience) const override;
  /// The origin is the full topic, whatever a handler says of paths.
  Form word(std::string& body, const http::Failure& failure) const override;
  /// Nothing: this is no family of paths.
  Description description() const override { return {}; }

 private:
  const Topics& topics_;
};

}  // namespace jeton::api::mqtt
