#include "api/mqtt/dialect.hpp"

#include <stdexcept>

namespace jeton::api::mqtt {

using base::ErrorCode;

arrowhead::ErrorKind error_kind(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMethodNotAllowed:
    case ErrorCode::kNotAcceptable:
    case ErrorCode::kUnsupportedMediaType:
    case ErrorCode::kTooLarge:
      return {400, "INVALID_PARAMETER"};
    case ErrorCode::kTooManyRequests:
      return {423, "LOCKED"};
    case ErrorCode::kUnavailable:
      return {500, "INTERNAL_SERVER_ERROR"};
    case ErrorCode::kInvalid:
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kForbidden:
    case ErrorCode::kNotFound:
    case ErrorCode::kConflict:
    case ErrorCode::kTimeout:
    case ErrorCode::kExternal:
    case ErrorCode::kExternalLocked:
    case ErrorCode::kExternalFault:
    case ErrorCode::kInternal:
      break;
  }
  return arrowhead::error_kind(code);
}

http::Dialect::Verdict Dialect::admit(http::Call& /*call*/, Patience /*patience*/) const {
  throw std::logic_error("over MQTT the pipeline admits");
}

http::Dialect::Form Dialect::word(std::string& body, const http::Failure& failure) const {
  const auto kind = error_kind(failure.error.code);
  arrowhead::append_error_message(body, failure.error, kind, topics_.of(failure.origin.route));
  return {.status = kind.status, .content_type = http::kJsonType};
}

}  // namespace jeton::api::mqtt
