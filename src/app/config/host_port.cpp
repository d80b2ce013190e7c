#include "app/config/host_port.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/strings.hpp"

namespace jeton::config {
namespace {

constexpr std::size_t kHostBytesMax = 253;

template <std::size_t kBytes>
std::optional<std::array<std::uint8_t, kBytes>> parse_address(int family, const std::string& host) {
  std::array<std::uint8_t, kBytes> bytes{};
  if (inet_pton(family, host.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Letters, digits, dots and dashes, and not what looks like an IPv4 address but is none: a last part of digits only.
bool is_name(std::string_view host) {
  if (host.empty() || host.size() > kHostBytesMax) return false;
  const auto parts = base::split(host, '.');
  for (const std::string_view part : parts) {
    if (part.empty() || part.front() == '-' || part.back() == '-') return false;
    const bool plain = std::ranges::all_of(
        part, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; });
    if (!plain) return false;
  }
  return !std::ranges::all_of(parts.back(), is_digit);
}

std::optional<HostPort> parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  HostPort address;
  const std::string_view port = text.substr(colon + 1);
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (problem != std::errc{} || end != port.data() + port.size()) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  address.host = bracketed ? host.substr(1, host.size() - 2) : host;
  const bool good = bracketed ? parse_address<16>(AF_INET6, address.host).has_value()
                              : is_name(host) || parse_address<4>(AF_INET, address.host).has_value();
  if (!good) return std::nullopt;
  return address;
}

}  // namespace

base::Result<HostPort> parse_host_port(std::string_view text) {
  if (auto address = parse(text)) return std::move(*address);
  return base::failure(base::invalid(
      fmt::format("{} is not an address; expected HOST:PORT, such as 127.0.0.1:8445, 0.0.0.0:8445 or [::1]:8445",
                  base::shown(text))));
}

bool is_peer(std::string_view text) {
  const auto peer = parse(text);
  return peer && peer->port != 0;
}

bool is_base_url(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (text.starts_with(scheme)) return is_peer(text.substr(scheme.size()));
  }
  return false;
}

bool is_loopback(const HostPort& address) {
  if (base::equals_ignoring_case(address.host, "localhost")) return true;
  if (const auto v4 = parse_address<4>(AF_INET, address.host)) return v4->front() == 127;
  const auto v6 = parse_address<16>(AF_INET6, address.host);
  constexpr std::array<std::uint8_t, 16> kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return v6 && *v6 == kLoopback;
}

}  // namespace jeton::config
