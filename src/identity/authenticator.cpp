#include "identity/authenticator.hpp"

#include "base/strings.hpp"

namespace jeton::identity {
namespace {

constexpr std::string_view kScheme = "Bearer";
constexpr std::string_view kPrefix = "SYSTEM";
constexpr std::string_view kSysop = "Sysop";

base::Error unauthenticated(std::string message) {
  return {base::ErrorCode::kUnauthenticated, std::move(message), {}};
}

// The name of `SYSTEM//name`; empty when there are not exactly these two pieces. Empty pieces at the end do not count.
std::string_view declared_name(std::string_view key) {
  const std::size_t first = key.find("//");
  if (first == std::string_view::npos || key.substr(0, first) != kPrefix) return {};
  const std::string_view rest = key.substr(first + 2);
  const std::size_t second = rest.find("//");
  std::string_view behind = second == std::string_view::npos ? std::string_view{} : rest.substr(second);
  while (behind.starts_with("//")) behind.remove_prefix(2);
  return behind.empty() ? rest.substr(0, second) : std::string_view{};
}

}  // namespace

base::Result<Caller> DeclaredAuthenticator::authenticate(const Credentials& credentials) const {
  const std::string_view value = base::trim(credentials.authorization);
  if (value.empty()) {
    return base::failure(
        unauthenticated("no credentials were sent; expected the header `Authorization: Bearer SYSTEM//<system name>`"));
  }
  const std::size_t blank = value.find(' ');
  const bool two_words = blank != std::string_view::npos && value.find(' ', blank + 1) == std::string_view::npos;
  const std::string_view name =
      two_words && value.substr(0, blank) == kScheme ? declared_name(value.substr(blank + 1)) : std::string_view{};
  Caller caller{.name = name.empty() ? std::string{} : std::string(normalizer_.system(name))};
  if (caller.name.empty()) {
    return base::failure(unauthenticated("the credentials have another form than `Bearer SYSTEM//<system name>`"));
  }
  caller.sysop = caller.name == kSysop;
  return caller;
}

}  // namespace jeton::identity
