// The decision: may this consumer call that target of that provider (arrowhead-authorization 6). Pure; what is compiled
// may be asked by any number of threads.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "authorization/metadata_requirement_rules.hpp"
#include "base/enum_text.hpp"
#include "base/json/types.hpp"
#include "base/result.hpp"
#include "model/policy.hpp"

namespace jeton::authorization {

/// A policy set with its metadata requirements ready to be evaluated. Every set has a default policy, so the headers
/// without any policy that the reference knows ("zombies", Q17) cannot be told apart from absent ones: an importer
/// leaves them out.
class CompiledPolicySet {
 public:
  /// Never fails: a requirement that is damaged fails the questions that need it. Lists of systems are sorted if they
  /// are not.
  explicit CompiledPolicySet(model::PolicySet set);

  const model::PolicySet& set() const { return set_; }
  void describe(std::string_view description) { set_.description = description; }

  /// Policies by position: 0 is the default policy, the scoped ones follow.
  std::size_t size() const { return set_.scoped.size() + 1; }
  const model::Policy& policy(std::size_t position) const;
  std::string_view scope(std::size_t position) const;
  /// The policy that counts for a requested scope: its own, else the default (6.4).
  std::size_t position_of(std::string_view scope) const;
  /// Of a kSystemMetadata policy only.
  const base::Result<MetadataRequirement>& requirement(std::size_t position) const { return *requirements_[position]; }

 private:
  model::PolicySet set_;
  std::vector<std::unique_ptr<const base::Result<MetadataRequirement>>>
      requirements_;  ///< by position; empty when none is needed
};

/// Why a question was answered as it was.
enum class Reason : std::uint8_t {
  kNoPolicy,            ///< denied: neither level has a policy set for the target
  kEveryone,            ///< granted
  kListed,              ///< granted by a whitelist, denied by a blacklist
  kNotListed,           ///< denied by a whitelist, granted by a blacklist
  kMetadataMatched,     ///< granted
  kMetadataMismatched,  ///< denied: a requirement does not hold
  kMetadataMissing,     ///< denied: nothing is known of the consumer, and something is required
  kNeedsMetadata,       ///< not decided: fetch the consumer's metadata and ask again
};

struct Decision {
  bool granted = false;
  Reason reason = Reason::kNoPolicy;
  model::PolicyId policy;  ///< the policy set that decided; none with kNoPolicy
  model::PolicyLevel level = model::PolicyLevel::kProvider;
  std::string scope;  ///< of the policy that decided: the one that denied, else the first that was looked at

  bool needs_metadata() const { return reason == Reason::kNeedsMetadata; }
  bool operator==(const Decision&) const = default;
};

/// What is known of a consumer's metadata (6.6). A failed fetch is known_metadata(nullptr): "no metadata".
struct KnownMetadata {
  bool fetched = false;
  const base::json::Value* value = nullptr;  ///< not owned
};
inline constexpr KnownMetadata kMetadataNotFetched{};
inline KnownMetadata known_metadata(const base::json::Value* value) {
  return {.fetched = true, .value = value};
}

/// The answer after 6.4 and 6.5. Null stands for an absent policy set; a management set decides alone, whatever it
/// says. All names are normalized; an empty scope means that none was requested: then every policy of the set must
/// admit the consumer, asked in order up to the first that does not. With metadata not fetched the answer is
/// kNeedsMetadata as soon as one relevant policy is about metadata, before any is looked at, even where another would
/// deny. kInvalid: a metadata requirement that was looked at cannot be evaluated (7.1).
base::Result<Decision> decide(const CompiledPolicySet* management, const CompiledPolicySet* provider,
                              std::string_view consumer, std::string_view scope, KnownMetadata metadata);

/// Whether a repeated grant asks for what is stored already (5.1): the same scopes and, per scope, the same type and
/// content. Lists count as sets; requirements are compared deeply and type-strictly, without regard to the order of
/// members.
bool same_details(const model::PolicySet& a, const model::PolicySet& b);
bool same_details(const model::Policy& a, const model::Policy& b);

}  // namespace jeton::authorization

namespace jeton::base {
template <>
struct EnumText<authorization::Reason> {
  static constexpr auto kRows =
      enum_rows<authorization::Reason>({{authorization::Reason::kNoPolicy, "no-policy"},
                                        {authorization::Reason::kEveryone, "everyone"},
                                        {authorization::Reason::kListed, "listed"},
                                        {authorization::Reason::kNotListed, "not-listed"},
                                        {authorization::Reason::kMetadataMatched, "metadata-matched"},
                                        {authorization::Reason::kMetadataMismatched, "metadata-mismatched"},
                                        {authorization::Reason::kMetadataMissing, "metadata-missing"},
                                        {authorization::Reason::kNeedsMetadata, "needs-metadata"}});
};
}  // namespace jeton::base
