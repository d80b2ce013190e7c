// The JSON of requests about leases: small, flat, and read member by member (token-lease 1.1.7, 1.4 A8). Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json/types.hpp"
#include "base/result.hpp"

namespace jeton::api::leases {

/// kTooLarge past limits::kLeaseMessageBytesMax. kInvalid past limits::kLeaseMessageDepthMax and
/// kLeaseObjectMembersMax, which are looked for before anything is built of the text.
base::Status check_bounds(std::string_view text);

/// Checks the bounds, then parses. kInvalid: "invalid JSON: …", or what is wrong with its shape.
base::Result<base::json::Object> read_object(std::string_view text);

/// Reads the members of a request by name; absent and null are the same, others are passed over. Every failure is
/// kInvalid at the member.
class Members {
 public:
  /// It outlives this.
  explicit Members(const base::json::Object& object) : object_(object) {}

  /// Null when it is absent.
  const base::json::Value* find(std::string_view name) const;
  /// One that is longer than limits::kLeaseTextBytesMax or has control characters is refused.
  base::Result<std::optional<std::string>> text(std::string_view name) const;
  /// The same, empty when it is absent.
  base::Result<std::string> text_or_empty(std::string_view name) const;
  base::Result<std::optional<std::int64_t>> integer(std::string_view name) const;
  base::Result<bool> boolean(std::string_view name) const;  ///< false when it is absent

 private:
  const base::json::Object& object_;
};

/// A whole number of milliseconds from zero, with 64 bits; "`name` must be an integer number of milliseconds" for
/// everything else, null and absence included. More than kMillisecondsMax counts as that.
base::Result<base::Duration> read_milliseconds(const base::json::Value* value, std::string_view name);
/// A hundred years: past every bound on leases, and an instant all the same.
inline constexpr std::int64_t kMillisecondsMax = 100LL * 365 * 24 * 3'600 * 1'000;

/// kInvalid, at `name`, for control characters, and past `bytes_max`.
base::Status check_text(std::string_view text, std::string_view name, std::size_t bytes_max);

}  // namespace jeton::api::leases
