// The addresses of a host, for who has a deadline: the operating system's own look-up may take half a minute, and
// cannot be cut short.
#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::net {

/// IPv4 and IPv6 addresses as text, in the order in which they are to be tried; of an address, itself. kExternal: the
/// name is not known, or too many look-ups hang; kTimeout: nobody said within `patience`.
base::Result<std::vector<std::string>> look_up(const std::string& host, base::Duration patience);

}  // namespace jeton::net
