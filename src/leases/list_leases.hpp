// Lists leases, never with secrets.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "leases/who.hpp"
#include "store/lease_table.hpp"
#include "store/store.hpp"

namespace jeton::leases {

inline constexpr std::int64_t kLeasesPerPageMax = 1'000;
inline constexpr std::int64_t kLeasesPerPageByDefault = 100;

/// What is asked for; members that are not set are any.
struct LeaseFilter {
  std::optional<std::string> owner;  ///< for operators; others see their own only, whatever they say
  std::optional<std::string> provider;
  std::optional<std::string> prefix;       ///< of the lease's name
  std::optional<model::LeaseState> state;  ///< none: those that live; for operators also what is still to be taken back
  bool due_only = false;                   ///< whose revocation is due, and held or not tried yet
  std::int64_t limit = kLeasesPerPageByDefault;  ///< 1 to kLeasesPerPageMax
  std::string cursor;                            ///< `next` of the page before; empty: from the first
};

struct LeasePage {
  std::vector<model::Lease> leases;  ///< oldest first; an operator's by prefix: by name
  std::string next;                  ///< empty: this was the last page
};

class ListLeases {
 public:
  explicit ListLeases(store::Store& store) : store_(store) {}
  /// Reads the store: for threads that may wait. kInvalid, at "limit" or "cursor".
  base::Result<LeasePage> operator()(const Who& who, const LeaseFilter& filter, base::Instant now) const;
  /// How many leases count against quotas: in all, by provider, role and owner. Reads the store.
  base::Result<std::vector<store::LeaseCount>> counts() const;
  /// How many leases with names that begin so have ended and are not taken back yet. Reads the store, and walks them.
  base::Result<std::int64_t> unfinished(std::string_view prefix) const;

 private:
  store::Store& store_;
};

}  // namespace jeton::leases
