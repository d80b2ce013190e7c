#include "leases/failure.hpp"

#include <fmt/format.h>

namespace jeton::leases {

using base::ErrorCode;

std::string_view word_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kConflict:
    case ErrorCode::kMethodNotAllowed:
    case ErrorCode::kNotAcceptable:
    case ErrorCode::kUnsupportedMediaType:
    case ErrorCode::kTooLarge:
      return "invalid";
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kForbidden:
      return "forbidden";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kTooManyRequests:
      return "quota";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kExternal:
    case ErrorCode::kExternalLocked:
      return "provider_unavailable";
    case ErrorCode::kExternalFault:
      return "provider_rejected";
    case ErrorCode::kUnavailable:
      return "storage";
    case ErrorCode::kInternal:
      break;
  }
  return "internal";
}

base::Error error_of(std::string_view provider, const Problem& problem) {
  const auto error = [&](ErrorCode code, std::string_view what) {
    return base::Error{code, fmt::format("provider {} {}: {}", provider, what, problem.message), {}};
  };
  switch (problem.trouble) {
    case Trouble::kUnreachable:
      return error(ErrorCode::kExternal, "is not reached");
    case Trouble::kDenied:
      return error(ErrorCode::kExternal, "does not let its manager in");
    case Trouble::kBusy:
      return error(ErrorCode::kExternalLocked, "asks to wait");
    case Trouble::kAmbiguous:
      return error(ErrorCode::kTimeout, "gave no answer that says whether it was done");
    case Trouble::kRejected:
      break;
  }
  return error(ErrorCode::kExternalFault, "refused");
}

}  // namespace jeton::leases
