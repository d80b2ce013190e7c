#include "net/redis/address.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "base/strings.hpp"

namespace jeton::net::redis {
namespace {

constexpr std::string_view kPlain = "redis://";
constexpr std::string_view kTls = "rediss://";

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && code == std::errc{} && end == text.data() + text.size();
}

base::Status read_account(std::string_view text, Address& out) {
  const std::size_t colon = text.find(':');
  const auto user = base::percent_decode(text.substr(0, colon), false);
  const auto password =
      base::percent_decode(colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1), false);
  if (!user || !password)
    return base::failure(base::invalid("the user name or the password has a broken percent-encoding"));
  out.user = *user;
  out.password = base::Secret(*password);
  if (!out.user.empty() && out.password.empty())
    return base::failure(base::invalid("the URL has a user name and no password"));
  return {};
}

base::Status read_host(std::string_view text, Address& out) {
  std::size_t end = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return base::failure(base::invalid("an IPv6 address lacks its ]"));
    out.host = text.substr(1, bracket - 1);
    end = bracket + 1 < text.size() ? bracket + 1 : std::string_view::npos;
  } else {
    out.host = text.substr(0, end);
  }
  if (out.host.empty()) return base::failure(base::invalid("the URL names no host"));
  if (end == std::string_view::npos) return {};
  if (text[end] != ':' || !read_number(text.substr(end + 1), out.port) || out.port == 0)
    return base::failure(base::invalid("expected a port from 1 to 65535 behind the host"));
  return {};
}

}  // namespace

std::string Address::shown() const {
  const bool brackets = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}{}:{}", tls ? kTls : kPlain, brackets ? "[" : "", host, brackets ? "]" : "", port);
}

base::Result<Address> read_address(const base::Secret& url) {
  Address out;
  std::string_view text = url.reveal();
  out.tls = text.starts_with(kTls);
  if (!out.tls && !text.starts_with(kPlain))
    return base::failure(base::invalid("expected a URL that begins with redis:// or rediss://"));
  text.remove_prefix(out.tls ? kTls.size() : kPlain.size());
  if (text.find_first_of("?#") != std::string_view::npos)
    return base::failure(base::invalid("expected no ? and no # in the URL; in a password they are %3F and %23"));
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    if (auto status = read_account(text.substr(0, at), out); !status) return base::failure(status.error());
    text.remove_prefix(at + 1);
  }
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view database = text.substr(slash + 1);
    if (!database.empty() && !read_number(database, out.database))
      return base::failure(base::invalid("expected the number of a database behind the /"));
    text = text.substr(0, slash);
  }
  if (auto status = read_host(text, out); !status) return base::failure(status.error());
  return out;
}

}  // namespace jeton::net::redis
