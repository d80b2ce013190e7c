// How a verb ends: the documented exit codes, and what is said when it fails.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace jeton::cli {

/// Scripts rely on these numbers (docs/cli.md).
enum class ExitCode : std::uint8_t {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,         ///< the command line is wrong; nothing was sent
  kNo = 3,            ///< the question was answered, with no: denied, not valid
  kNotReachable = 4,  ///< the server could not be reached or did not finish its answer
  kNotPermitted = 5,  ///< the server refused the caller (401, 403)
};

/// For the foot of every help page.
inline constexpr std::string_view kExitCodesText =
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the answer is no, 4 server not reachable, 5 not permitted";

struct Failure {
  ExitCode exit = ExitCode::kFailed;
  std::string message;  ///< a sentence without its full stop; never a secret
  std::string advice;   ///< what to try; may be empty
};

template <class T>
using Outcome = std::expected<T, Failure>;

/// A request that got no answer.
Failure failure_of_transport(const base::Error& error);

/// An answer other than 2xx. `path` is the request's; `caller` is who asked.
Failure failure_of_answer(int status, std::string_view body, std::string_view path, std::string_view caller);

}  // namespace jeton::cli
