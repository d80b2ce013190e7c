// An address to listen on, as `http.listen` writes it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace jeton::config {

struct HostPort {
  std::string host;        ///< a name, an IPv4 address, or an IPv6 address without its brackets
  std::uint16_t port = 0;  ///< 0: any free one

  bool operator==(const HostPort&) const = default;
};

/// "127.0.0.1:8445", "[::1]:0", "localhost:8445". kInvalid, with what would be right, for everything else.
base::Result<HostPort> parse_host_port(std::string_view text);

/// True when only this machine can reach it: 127.0.0.0/8, ::1, or the name localhost. A name is not looked up.
bool is_loopback(const HostPort& address);

/// HOST:PORT of another server: its port is not 0.
bool is_peer(std::string_view text);
/// `http://` or `https://` and a peer: no path, no credentials.
bool is_base_url(std::string_view text);

}  // namespace jeton::config
