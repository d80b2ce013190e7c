#include "leases/providers/postgresql/sessions.hpp"

#include <fmt/format.h>

#include <utility>

#include "leases/providers/problem_text.hpp"

namespace jeton::leases::postgresql {

Sessions::Outcome<Sessions::Session> Sessions::begin(base::Tick deadline) {
  if (left(deadline) == base::Duration::zero())
    return std::unexpected(problem(Trouble::kBusy, place_.shown() + ": no time was left to ask"));
  while (Session idle = idle_.take(clock_.monotonic())) {
    if (idle->is_idle()) return idle;
  }
  auto opened = Connection::open(place_, {}, clock_, deadline);
  if (!opened) return std::unexpected(problem(opened.error(), Again::kIsHarmless));
  return *std::move(opened);
}

Sessions::Outcome<Sessions::Session> Sessions::begin_in(const std::string& database, base::Tick deadline) {
  auto opened = Connection::open(place_, database, clock_, deadline);
  if (opened) return *std::move(opened);
  if (opened.error().sqlstate == sqlstate::kNoSuchDatabase) return Session{};
  opened.error().message += fmt::format(" (database {})", database);
  return std::unexpected(problem(opened.error(), Again::kIsHarmless));
}

void Sessions::give_back(Session session) {
  if (session->is_idle()) idle_.give(std::move(session), clock_.monotonic());
}

Problem Sessions::problem(const Failure& failure, Again again) const {
  const std::string text =
      failure.sqlstate.empty() ? failure.message : fmt::format("{} (SQLSTATE {})", failure.message, failure.sqlstate);
  return problem(trouble_of(failure, again), text);
}

Problem Sessions::problem(Trouble trouble, std::string_view text) const {
  return {.trouble = trouble, .message = problem_text(text, secrets_), .retry_after = std::nullopt};
}

}  // namespace jeton::leases::postgresql
