#include "leases/providers/postgresql/trouble.hpp"

#include <algorithm>

#include "base/strings.hpp"

namespace jeton::leases::postgresql {
namespace {

constexpr std::size_t kStateBytes = 5;

bool is_state(std::string_view text) {
  return text.size() == kStateBytes &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

// Classes of PostgreSQL's appendix A.
Trouble trouble_of_error(std::string_view state) {
  using enum Trouble;
  // A name that is ours was there already: an attempt of our own, which has to be taken back.
  if (state == sqlstate::kRoleExists) return kAmbiguous;
  if (state == "25006") return kUnreachable;               // a standby is not the server that is meant
  if (state == "57014" || state == "55P03") return kBusy;  // waited too long for a lock
  const std::string_view group = state.substr(0, 2);
  if (group == "28") return kDenied;
  if (group == "08" || ends_session(state)) return kUnreachable;
  const bool passes = group == "40" || group == "53" || group == "58" || group == "XX";
  return passes ? kBusy : kRejected;
}

Trouble trouble_of_login(std::string_view state) {
  if (state == "53300") return Trouble::kBusy;  // too many connections
  // Wrong account, no such database, or no right to connect to it.
  const bool denied = state.starts_with("28") || state == sqlstate::kNoSuchDatabase || state == "42501";
  return denied ? Trouble::kDenied : Trouble::kUnreachable;
}

// Stopping, crashed, or starting; the session was told to end, or was idle for too long inside of a transaction.
bool ends_session(std::string_view state) {
  return state.starts_with("57P") || state.starts_with("08") || state == "25P03";
}

Trouble trouble_of(const Failure& failure, Again again) {
  switch (failure.kind) {
    case Failure::Kind::kNotReached:
      return Trouble::kUnreachable;
    case Failure::Kind::kNoLogin:
      return trouble_of_login(failure.sqlstate);
    case Failure::Kind::kRefused:
      return trouble_of_error(failure.sqlstate);
    case Failure::Kind::kNoAnswer:
    case Failure::Kind::kLost:
      break;
  }
  return again == Again::kHarms ? Trouble::kAmbiguous : Trouble::kUnreachable;
}

// "… failed: FATAL:  28P01". The word before it is the server's, in its language.
std::string_view sqlstate_in(std::string_view message) {
  constexpr std::string_view kBefore = ":  ";
  std::string_view out;
  for (const std::string_view line : base::split(message, '\n')) {
    const std::size_t at = line.rfind(kBefore);
    if (at != std::string_view::npos && is_state(line.substr(at + kBefore.size()))) out = line.substr(at + 3);
  }
  return out;
}

}  // namespace jeton::leases::postgresql
