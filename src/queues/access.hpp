// Who may use which sub-queue: the three restriction modes of message-queue 5. Pure, but for the list of restricted
// sub-queues, which follows the event log.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/queue.hpp"
#include "queues/restricted_sub_queues.hpp"

namespace jeton::queues {

/// What a token allows in its sub-queue. The original knows kEverything only.
enum class TokenScope : std::uint8_t { kEverything, kPublish, kConsume };

/// The words are those of tokens and of `POST /auth?scope=`.
std::string_view scope_text(TokenScope scope);
/// nullopt for a word that is not known.
std::optional<TokenScope> scope_from(std::string_view text);

/// The one answer to a token that is missing or not believed, whatever the reason (message-queue 6.2).
base::Error unauthenticated();

/// What a verified token says (message-queue 5.4).
struct Claim {
  std::string sub_queue;
  TokenScope scope = TokenScope::kEverything;
  std::optional<base::Instant> ends;  ///< by its `exp`; none: it does not

  bool operator==(const Claim&) const = default;
};
using Credential = std::optional<Claim>;

/// Whether it is the token that restricting the sub-queue gave.
bool is_owner_of(const Credential& credential, std::string_view sub_queue);
/// kUnauthenticated once the token has ended, for who checks again after a wait.
base::Status expect_not_ended(const Credential& credential, base::Instant now);

/// What a caller is about to do with a sub-queue.
enum class Use : std::uint8_t { kPublish, kConsume, kClear };

/// Thread-safe.
class Access {
 public:
  /// Dead letters of a sub-queue are in another one, whose name is longer by `dead_letter_suffix`; they are guarded by
  /// the first one's restriction, whether or not more of them are made.
  Access(model::RestrictionMode mode, std::string dead_letter_suffix, const RestrictedSubQueues& restricted)
      : mode_(mode), dead_letter_suffix_(std::move(dead_letter_suffix)), restricted_(restricted) {}

  model::RestrictionMode mode() const { return mode_; }
  /// The gate of message-queue 5.5: whether the caller may ask for anything that is not open to everybody.
  bool admits(const Credential& credential) const;
  /// message-queue 5.6.
  bool allows(const Credential& credential, std::string_view sub_queue, Use use) const;
  /// Whether a restriction of its own would be of no use to it: it is guarded as another one's dead letters.
  bool is_guarded_by_another(std::string_view sub_queue) const;
  /// kForbidden when it does not; the message names the sub-queue and the mode in brackets (message-queue 6.2).
  base::Status check(const Credential& credential, std::string_view sub_queue, Use use) const;

 private:
  std::string_view guard_of(std::string_view sub_queue) const;

  const model::RestrictionMode mode_;
  const std::string dead_letter_suffix_;
  const RestrictedSubQueues& restricted_;
};

}  // namespace jeton::queues
