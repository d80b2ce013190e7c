// Where a Redis server is and who calls it, as one URL says it.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace jeton::net::redis {

struct Address {
  std::string host;
  std::uint16_t port = 6379;
  bool tls = false;
  std::string user;       ///< empty: the server's default user
  base::Secret password;  ///< empty: none is sent
  std::uint32_t database = 0;

  /// "redis://host:port", for people.
  std::string shown() const;
};

/// redis[s]://[[user][:password]@]host[:port][/database], the first two percent-encoded where they must be. kInvalid
/// says what is wrong, and does not repeat the URL.
base::Result<Address> read_address(const base::Secret& url);

}  // namespace jeton::net::redis
