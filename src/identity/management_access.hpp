// Who may use management operations (arrowhead-authorization 9.6).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authorization/authorizer.hpp"
#include "base/result.hpp"
#include "identity/caller.hpp"
#include "identity/management_policy.hpp"
#include "model/names.hpp"

namespace jeton::identity {

struct ManagementSettings {
  bool filter = true;  ///< false: every authenticated system is admitted
  ManagementPolicy policy = ManagementPolicy::kSysopOnly;
  std::vector<std::string> whitelist;
};

/// Thread-safe.
class ManagementAccess {
 public:
  /// `own_name` is the provider under which policies for our own operations are looked up.
  ManagementAccess(const ManagementSettings& settings, std::string own_name, const model::Normalizer& normalizer,
                   const authorization::Authorizer& authorizer);

  /// Success admits. kForbidden otherwise; kInvalid when a policy cannot be evaluated. `operation` empty stands for one
  /// that is not known, which no policy can grant. From memory; nullopt: the caller's metadata has to be asked for, by
  /// admit(). Never blocks.
  std::optional<base::Status> admit_now(const Caller& caller, std::string_view service,
                                        std::string_view operation) const;
  /// Asks for metadata if need be: may block.
  base::Status admit(const Caller& caller, std::string_view service, std::string_view operation) const;

 private:
  bool is_admitted_by_name(const Caller& caller) const;
  bool policies_decide(std::string_view operation) const;
  authorization::AccessRequest question(std::string_view consumer, std::string_view service,
                                        std::string_view operation) const;
  base::Status conclude(const Caller& caller, const base::Result<authorization::Decision>& decision) const;
  base::Status refuse(const Caller& caller) const;
  bool is_whitelisted(std::string_view name) const;

  bool filter_;
  ManagementPolicy policy_;
  std::vector<std::string> whitelist_;  // normalized, sorted
  std::string own_name_;
  const model::Normalizer& normalizer_;
  const authorization::Authorizer& authorizer_;
};

}  // namespace jeton::identity
