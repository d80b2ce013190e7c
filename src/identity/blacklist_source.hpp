// Who is blacklisted, as the Blacklist system says (arrowhead-authorization 9.5). A port.
#pragma once
#include <string_view>

#include "base/result.hpp"

namespace jeton::identity {

/// Thread-safe.
class BlacklistSource {
 public:
  virtual ~BlacklistSource() = default;
  /// May block up to a call's time-out. kUnauthenticated and kForbidden are the Blacklist system's own refusals of the
  /// question; every other error means that there is no answer.
  virtual base::Result<bool> is_listed(std::string_view system) = 0;
};

}  // namespace jeton::identity
