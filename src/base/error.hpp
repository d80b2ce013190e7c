// Errors are values: a closed code that no transport owns, a sentence for people, and details for programs.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace jeton::base {

/// What went wrong, in no protocol's terms. Each wire contract maps every code with an exhaustive switch, so a new code
/// does not compile until it is mapped.
enum class ErrorCode : std::uint8_t {
  kInvalid,               ///< the request says something wrong; repeating it unchanged cannot help
  kUnauthenticated,       ///< the caller did not prove who it is
  kForbidden,             ///< the caller is known, and may not
  kNotFound,              ///< no such thing, or not visible to this caller
  kConflict,              ///< it exists already, with other content
  kMethodNotAllowed,      ///< the path is known, the method is not
  kNotAcceptable,         ///< no representation the caller accepts
  kUnsupportedMediaType,  ///< the body's content type is not understood
  kTooLarge,              ///< past a bound on size; the message names the bound
  kTooManyRequests,       ///< past a bound on rate or queue; try again later
  kTimeout,               ///< a deadline passed
  kUnavailable,           ///< this server cannot at the moment (stopping, store refuses); try again later
  kExternal,              ///< another service could not be reached
  kExternalLocked,        ///< another service has locked what was asked about
  kExternalFault,         ///< another service failed by itself, or gave an answer that cannot be used
  kInternal,              ///< our fault; details are in the log under the request id
};

/// The code's name as used in logs and metric labels, e.g. "not_found". Static storage.
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  ///< says what was wrong, with which value, and what would be right; never a secret
  std::string where;    ///< the member, parameter or file the message is about; empty when there is none

  bool operator==(const Error&) const = default;
};

inline Error invalid(std::string message, std::string where = {}) {
  return {ErrorCode::kInvalid, std::move(message), std::move(where)};
}
inline Error forbidden(std::string message) {
  return {ErrorCode::kForbidden, std::move(message), {}};
}
inline Error not_found(std::string message) {
  return {ErrorCode::kNotFound, std::move(message), {}};
}
inline Error unavailable(std::string message) {
  return {ErrorCode::kUnavailable, std::move(message), {}};
}
inline Error internal(std::string message) {
  return {ErrorCode::kInternal, std::move(message), {}};
}

}  // namespace jeton::base
