// Every response carries X-Request-Id: the request's own when it is sane, else a fresh one.
#pragma once
#include <string>
#include <string_view>

namespace jeton::api::http::middleware {

/// 1 to limits::kRequestIdBytesMax characters of letters, digits and -._:/+=@; anything else is replaced, so that an id
/// can be put into a header, a log line and an error body as it is.
bool is_sane_request_id(std::string_view id);

/// The id to use for a request that sent `presented` (possibly nothing). Fresh ids are unique per process and short.
std::string request_id(std::string_view presented);

}  // namespace jeton::api::http::middleware
