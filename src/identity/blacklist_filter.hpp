// Keeps out whom the Blacklist system has listed (arrowhead-authorization 9.5, arrowhead-mqtt 9).
#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "base/answer_memory.hpp"
#include "base/clock.hpp"
#include "identity/blacklist.hpp"
#include "identity/blacklist_source.hpp"
#include "model/names.hpp"

namespace jeton::identity {

class BlacklistFilter final : public Blacklist {
 public:
  struct Settings {
    bool force = true;                 ///< while the Blacklist system cannot be asked: true keeps out, false lets in
    std::vector<std::string> exclude;  ///< systems that are never asked about
    base::Duration remember = std::chrono::seconds{5};  ///< an answer about a system; zero: every request asks
  };
  /// All outlive it.
  BlacklistFilter(const Settings& settings, BlacklistSource& source, const model::Normalizer& normalizer,
                  const base::Clock& clock);

  std::optional<base::Status> admit_now(const Caller& caller) const override;
  base::Status admit(const Caller& caller) const override;

  std::size_t remembered() const { return listed_.size(); }
  /// How often the Blacklist system was not asked: too many others were waiting for it.
  std::uint64_t unasked() const { return listed_.unanswered(); }

 private:
  bool is_exempt(const Caller& caller) const;
  base::Status without_answer(const Caller& caller, std::string_view reason) const;

  const bool force_;
  const base::Duration remember_;
  std::vector<std::string> exempt_;  // normalized, sorted
  const model::Normalizer& normalizer_;
  BlacklistSource& source_;
  using Listed = base::Result<bool>;
  mutable base::AnswerMemory<Listed> listed_;  // by the caller's name
  mutable std::atomic<bool> troubled_{false};  // the log says it once until it is over
};

}  // namespace jeton::identity
