// What the verbs of leases send and read (token-lease 1.4). Members that only some servers tell are optional.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json/names.hpp"
#include "base/json/types.hpp"

namespace jeton::cli::wire {

struct LeaseCreate {
  std::optional<std::string> provider;
  std::optional<std::string> role;
  std::optional<std::int64_t> ttl;  ///< milliseconds
  std::optional<base::json::Raw> options;
};
struct LeaseIncrement {
  std::optional<std::int64_t> increment;  ///< milliseconds
};
struct LeaseReason {
  std::string reason;
};
/// Of revoking and releasing; members that are absent are any.
struct LeaseSelection {
  std::optional<std::string> id;
  std::optional<std::string> prefix;
  std::optional<std::string> owner;
  std::optional<std::string> provider;
  std::optional<bool> all;
};

struct Lease {
  std::string id;
  std::optional<std::string> value;
  std::int64_t ttl = 0;  ///< milliseconds
  std::string issued;
  bool renewable = false;
  std::string lease_id;
  std::string provider;
  std::optional<std::string> role;
  std::string owner;
  std::optional<base::Instant> expires;
  std::string status;
  std::int64_t max_ttl = 0;  ///< milliseconds
  std::optional<std::string> username;
  std::optional<std::string> reason;
  std::optional<base::Instant> due;
  std::optional<std::string> error;
};
struct LeaseAnswer {
  Lease lease;
};
struct LeasePage {
  std::string result;
  std::vector<base::json::Raw> leases;
  std::optional<std::string> cursor;
};
/// Of what was done to one lease; `status` and `message` where its provider has not confirmed it.
struct LeaseDone {
  std::string status;
  std::string message;
};
struct LeasesDone {
  std::int64_t count = 0;
};

struct LeaseCount {
  std::string kind;
  std::string name;
  std::int64_t count = 0;
};
struct LeaseCountsAnswer {
  std::vector<LeaseCount> counts;
  std::optional<std::int64_t> remaining;
};
struct LeaseProvider {
  std::string name;
  std::string type;
  bool is_default = false;
  bool available = false;
  std::optional<std::string> trouble;
  std::int64_t ttl = 0;      ///< milliseconds
  std::int64_t max_ttl = 0;  ///< milliseconds
  std::string policy_target;
  std::optional<std::int64_t> live;
  std::optional<std::int64_t> waiting;
  std::optional<std::int64_t> irrevocable;
};
struct LeaseProvidersAnswer {
  std::vector<LeaseProvider> providers;
};

BOOST_DESCRIBE_STRUCT(LeaseCreate, (), (provider, role, ttl, options))
BOOST_DESCRIBE_STRUCT(LeaseIncrement, (), (increment))
BOOST_DESCRIBE_STRUCT(LeaseReason, (), (reason))
BOOST_DESCRIBE_STRUCT(LeaseSelection, (), (id, prefix, owner, provider, all))
BOOST_DESCRIBE_STRUCT(Lease, (),
                      (id, value, ttl, issued, renewable, lease_id, provider, role, owner, expires, status, max_ttl,
                       username, reason, due, error))
BOOST_DESCRIBE_STRUCT(LeaseAnswer, (), (lease))
BOOST_DESCRIBE_STRUCT(LeasePage, (), (result, leases, cursor))
BOOST_DESCRIBE_STRUCT(LeaseDone, (), (status, message))
BOOST_DESCRIBE_STRUCT(LeasesDone, (), (count))
BOOST_DESCRIBE_STRUCT(LeaseCount, (), (kind, name, count))
BOOST_DESCRIBE_STRUCT(LeaseCountsAnswer, (), (counts, remaining))
BOOST_DESCRIBE_STRUCT(LeaseProvider, (),
                      (name, type, is_default, available, trouble, ttl, max_ttl, policy_target, live, waiting,
                       irrevocable))
BOOST_DESCRIBE_STRUCT(LeaseProvidersAnswer, (), (providers))

}  // namespace jeton::cli::wire

template <>
inline constexpr bool jeton::base::json::kKeepsMemberNames<jeton::cli::wire::Lease> = true;
template <>
inline constexpr bool jeton::base::json::kKeepsMemberNames<jeton::cli::wire::LeaseProvider> = true;
