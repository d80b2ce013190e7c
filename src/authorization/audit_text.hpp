// How a bulk operation names in the audit log what it changed. The event log has all of them.
#pragma once
#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>

namespace jeton::authorization {

inline constexpr std::size_t kAuditNamesMax = 16;

/// "a, b, c", or the first kAuditNamesMax "and n more".
inline std::string audit_text(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names.first(std::min(names.size(), kAuditNamesMax))) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  if (names.size() > kAuditNamesMax) out += fmt::format(" and {} more", names.size() - kAuditNamesMax);
  return out;
}

}  // namespace jeton::authorization
