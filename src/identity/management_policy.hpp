// The three policies of the management filter (arrowhead-authorization 9.6).
#pragma once
#include <cstdint>

#include "base/enum_text.hpp"

namespace jeton::identity {

/// Each admits whom the one before admits, and more.
enum class ManagementPolicy : std::uint8_t {
  kSysopOnly,      ///< system operators
  kWhitelist,      ///< and the systems on a list
  kAuthorization,  ///< and whom this server's own policies grant the operation
};

}  // namespace jeton::identity

namespace jeton::base {
template <>
struct EnumText<identity::ManagementPolicy> {
  static constexpr auto kRows =
      enum_rows<identity::ManagementPolicy>({{identity::ManagementPolicy::kSysopOnly, "sysop-only"},
                                             {identity::ManagementPolicy::kWhitelist, "whitelist"},
                                             {identity::ManagementPolicy::kAuthorization, "authorization"}});
};
}  // namespace jeton::base
