// Who is calling, whatever transport and authentication policy told us.
#pragma once
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace jeton::identity {

struct Caller {
  /// System name, not necessarily a valid one: normalized under the policies declared and certificate, under outsourced
  /// as the Authentication system wrote it (arrowhead-authorization 9.1, 9.2). Normalize it before comparing.
  std::string name;
  bool sysop = false;  ///< may use every management operation
  std::string scope;   ///< what a bearer token confines its holder to (RFC 6749 3.3); empty: nothing
  /// When what it showed ends, where that matters to who waits for long; none: it does not.
  std::optional<base::Instant> ends;
};

}  // namespace jeton::identity
