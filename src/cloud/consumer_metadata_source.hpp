// The metadata of consumers, as the ServiceRegistry has it (arrowhead-authorization 6.6).
#pragma once
#include <atomic>
#include <stop_token>

#include "authorization/consumer_metadata.hpp"
#include "base/answer_memory.hpp"
#include "cloud/neighbours.hpp"

namespace jeton::cloud {

/// Remembers answers for a while, also that a system has no metadata; a question that failed is asked again.
class ConsumerMetadataSource final : public authorization::ConsumerMetadata {
 public:
  /// `neighbours` and `clock` outlive it; `stop` ends what waits when the server goes down.
  ConsumerMetadataSource(Neighbours& neighbours, const base::Clock& clock, base::Duration remember,
                         std::stop_token stop);

  std::optional<Found> at_hand(std::string_view system) override { return known_.recall(system); }
  Found fetch(std::string_view system) override;

  std::size_t remembered() const { return known_.size(); }
  /// How often the ServiceRegistry was not asked: too many others were waiting for it.
  std::uint64_t unasked() const { return known_.unanswered(); }

 private:
  base::AnswerMemory<Found>::Answer ask(std::string_view system);
  void tell_trouble(std::string_view system, std::string_view reason);

  Neighbours& neighbours_;
  const base::Duration remember_;
  const std::stop_token stop_;
  base::AnswerMemory<Found> known_;
  std::atomic<bool> troubled_{false};  // the log says it once until it is over
};

}  // namespace jeton::cloud
