#include "api/arrowhead/error_message.hpp"

#include "base/json/writer.hpp"

namespace jeton::api::arrowhead {

using base::ErrorCode;

ErrorKind error_kind(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kConflict:
      return {400, "INVALID_PARAMETER"};
    case ErrorCode::kUnauthenticated:
      return {401, "AUTH"};
    case ErrorCode::kForbidden:
      return {403, "FORBIDDEN"};
    case ErrorCode::kNotFound:
      return {404, "DATA_NOT_FOUND"};
    case ErrorCode::kMethodNotAllowed:
      return {405, "INVALID_PARAMETER"};
    case ErrorCode::kNotAcceptable:
      return {406, "INVALID_PARAMETER"};
    case ErrorCode::kTimeout:
      return {408, "TIMEOUT"};
    case ErrorCode::kTooLarge:
      return {413, "INVALID_PARAMETER"};
    case ErrorCode::kUnsupportedMediaType:
      return {415, "INVALID_PARAMETER"};
    case ErrorCode::kTooManyRequests:
      return {429, "LOCKED"};
    case ErrorCode::kExternalLocked:
      return {423, "LOCKED"};
    case ErrorCode::kExternalFault:
      return {500, "ARROWHEAD"};
    case ErrorCode::kInternal:
      return {500, "INTERNAL_SERVER_ERROR"};
    case ErrorCode::kUnavailable:  // the contract pairs 503 with this type
    case ErrorCode::kExternal:
      return {503, "EXTERNAL_SERVER_ERROR"};
  }
  return {500, "INTERNAL_SERVER_ERROR"};
}

namespace {

void append_body(std::string& out, std::string_view message, int status, std::string_view exception_type,
                 std::string_view origin) {
  out += "{\"errorMessage\":";
  base::json::append_text(out, message);
  out += ",\"errorCode\":";
  base::json::append_integer(out, status);
  out += ",\"exceptionType\":";
  base::json::append_text(out, exception_type);
  if (!origin.empty()) {
    out += ",\"origin\":";
    base::json::append_text(out, origin);
  }
  out += '}';
}

std::string_view refusal_type(int status) {
  if (status == 408) return "TIMEOUT";
  if (status == 503) return "EXTERNAL_SERVER_ERROR";
  return status < 500 ? "INVALID_PARAMETER" : "INTERNAL_SERVER_ERROR";
}

}  // namespace

void append_error_message(std::string& out, const base::Error& error, std::string_view origin) {
  append_error_message(out, error, error_kind(error.code), origin);
}

void append_error_message(std::string& out, const base::Error& error, const ErrorKind& kind, std::string_view origin) {
  // In a request with many members a message must say which one it is about.
  const bool placed = error.where.empty() || error.message.find(error.where) != std::string::npos;
  append_body(out, placed ? error.message : error.where + ": " + error.message, kind.status, kind.exception_type,
              origin);
}

void append_refusal(std::string& out, int status, std::string_view message) {
  append_body(out, message, status, refusal_type(status), {});
}

}  // namespace jeton::api::arrowhead
