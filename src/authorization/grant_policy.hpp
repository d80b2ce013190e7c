// A provider says who may use one of its services or event types (arrowhead-authorization 5.1).
#pragma once
#include <cstdint>
#include <functional>

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/result.hpp"
#include "model/policy.hpp"
#include "store/still_wanted.hpp"
#include "store/store.hpp"

namespace jeton::authorization {

enum class GrantOutcome : std::uint8_t {
  kCreated,
  kDescribed,  ///< it was there, with another description
  kUnchanged,  ///< it was there
};

struct GrantedPolicy {
  model::PolicySet policy;  ///< as stored
  GrantOutcome outcome = GrantOutcome::kUnchanged;
};

/// Thread-safe.
class GrantPolicy {
 public:
  using Done = std::move_only_function<void(base::Result<GrantedPolicy>)>;

  explicit GrantPolicy(store::Store& store) : store_(store) {}

  /// `wanted` is normalized and valid, without id and time; its creator is the caller. kConflict when a policy set with
  /// other details stands for the target: details are never overwritten, only the description is. Of identical grants
  /// at the same moment one creates, the others find. `done` is called once, after the commit, on the commit thread; or
  /// at once when the store refuses.
  void operator()(model::PolicySet wanted, base::Instant now, store::StillWanted still_wanted, Done done) const;

 private:
  store::Store& store_;
};

}  // namespace jeton::authorization

namespace jeton::base {
template <>
struct EnumText<authorization::GrantOutcome> {
  static constexpr auto kRows =
      enum_rows<authorization::GrantOutcome>({{authorization::GrantOutcome::kCreated, "created"},
                                              {authorization::GrantOutcome::kDescribed, "described"},
                                              {authorization::GrantOutcome::kUnchanged, "unchanged"}});
};
}  // namespace jeton::base
