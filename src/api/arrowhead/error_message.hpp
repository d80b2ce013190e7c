// The error body of the Arrowhead contract (arrowhead-authorization 4): one table from our codes to its statuses and
// exception types.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace jeton::api::arrowhead {

struct ErrorKind {
  int status;
  std::string_view exception_type;
};

ErrorKind error_kind(base::ErrorCode code);

/// Appends {"errorMessage":…,"errorCode":…,"exceptionType":…,"origin":…}; an empty origin is omitted.
void append_error_message(std::string& out, const base::Error& error, std::string_view origin);

/// The same where a transport has its own table.
void append_error_message(std::string& out, const base::Error& error, const ErrorKind& kind, std::string_view origin);

/// The same body for what was refused below the operations (malformed HTTP and the like), which has a status but no
/// code.
void append_refusal(std::string& out, int status, std::string_view message);

}  // namespace jeton::api::arrowhead
