#include "net/http/message.hpp"

#include "base/strings.hpp"

namespace jeton::net::http {

std::string_view to_string(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
    case Method::kOther:
      break;
  }
  return {};
}

std::string_view Request::field(std::string_view name) const {
  for (const Field& candidate : fields) {
    if (base::equals_ignoring_case(candidate.name, name)) return candidate.value;
  }
  return {};
}

}  // namespace jeton::net::http
