#include "cloud/error_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/json/reader.hpp"

namespace jeton::cloud {
namespace {

using base::ErrorCode;

struct ErrorMessage {
  std::string error_message;
  std::string exception_type;
};
BOOST_DESCRIBE_STRUCT(ErrorMessage, (), (error_message, exception_type))

constexpr std::array<std::pair<std::string_view, ErrorCode>, 9> kKinds = {{
    {"INVALID_PARAMETER", ErrorCode::kInvalid},
    {"AUTH", ErrorCode::kUnauthenticated},
    {"FORBIDDEN", ErrorCode::kForbidden},
    {"DATA_NOT_FOUND", ErrorCode::kNotFound},
    {"TIMEOUT", ErrorCode::kTimeout},
    {"LOCKED", ErrorCode::kExternalLocked},
    {"INTERNAL_SERVER_ERROR", ErrorCode::kInternal},
    {"ARROWHEAD", ErrorCode::kExternalFault},
    {"EXTERNAL_SERVER_ERROR", ErrorCode::kExternal},
}};

ErrorCode code_of_status(int status) {
  if (status == 401) return ErrorCode::kUnauthenticated;
  if (status == 403) return ErrorCode::kForbidden;
  if (status == 502 || status == 503 || status == 504) return ErrorCode::kExternal;
  return ErrorCode::kExternalFault;
}

// At most so many bytes, no half character at the end, nothing that ends a line.
std::string one_line(std::string_view text) {
  constexpr std::size_t kBytesMax = 300;
  std::size_t end = std::min(text.size(), kBytesMax);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  std::string out(text.substr(0, end));
  std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

}  // namespace

Trouble error_of_answer(std::string_view neighbour, int status, std::string_view body) {
  const auto message = base::json::read_unpadded<ErrorMessage>(body);
  const auto kind =
      message ? std::ranges::find(kKinds, message->exception_type, &decltype(kKinds)::value_type::first) : kKinds.end();
  if (kind == kKinds.end()) {
    return {.error = {code_of_status(status), fmt::format("{} answered {} without saying why", neighbour, status), {}}};
  }
  return {.error = {kind->second,
                    fmt::format("{} answered {}: {}", neighbour, status, one_line(message->error_message)),
                    {}},
          .own_word = true};
}

}  // namespace jeton::cloud
