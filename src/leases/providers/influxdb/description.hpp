// The description of an authorization of InfluxDB: the only place where a token can be marked as ours
// (token-lease 3.7).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "leases/provider.hpp"

namespace jeton::leases::influxdb {

/// What our descriptions say: `TLM:<label>:<lease>:<end, Unix seconds>`, a blank, and what the caller wrote.
struct Mark {
  std::string label;
  std::string lease;  ///< its name; empty when somebody wrote over this part
  std::string note;   ///< the caller's own words; may be empty

  bool operator==(const Mark&) const = default;
};

std::string write_description(const Mark& mark, base::Instant expires_at);

/// nullopt unless a description is one of ours, of any installation. The label alone decides: what stands behind it may
/// have been written over.
std::optional<Mark> read_description(std::string_view description);

/// The owner and the end in a description of the second (`ockam/<identity>/<date>`) or third (`OCKAM:<identity>:<Unix
/// seconds>`) generation of the Token Lease Manager; nullopt for all others and for damaged ones.
std::optional<Found::Earlier> read_earlier(std::string_view description);

}  // namespace jeton::leases::influxdb
