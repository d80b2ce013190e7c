#include "app/cli/failure.hpp"

#include <fmt/format.h>

#include "app/cli/wire.hpp"
#include "base/json/reader.hpp"

namespace jeton::cli {
namespace {

bool is_queue_path(std::string_view path) {
  return path.starts_with("/queue/") || path.starts_with("/auth/");
}

bool is_lease_path(std::string_view path) {
  return path.starts_with("/leases");
}

// What the server said; empty when it is none of ours.
std::string told_by(std::string_view body) {
  auto told = base::json::read_unpadded<wire::ErrorMessage>(body);
  if (!told) return {};
  for (std::string* sentence : {&told->error_message, &told->message, &told->detail}) {
    if (!sentence->empty()) return std::move(*sentence);
  }
  return {};
}

std::string advice_for(int status, std::string_view path, std::string_view caller, bool is_ours) {
  if (is_queue_path(path) && (status == 401 || status == 403)) {
    return status == 401 ? "a restricted sub-queue wants its token, with --token or JETON_QUEUE_TOKEN; a server that "
                           "restricts nothing takes none"
                         : "where the sub-queue is restricted, its token opens it: --token or JETON_QUEUE_TOKEN";
  }
  if (is_lease_path(path) && is_ours && (status == 502 || status == 503 || status == 504))
    return "`jeton lease providers` shows how the providers are";
  switch (status) {
    case 401:
      return "say who is calling with --as NAME";
    case 403:
      if (path.find("/mgmt/") == std::string_view::npos && !path.starts_with("/events")) return {};
      if (caller == kDefaultCaller) return "ask who runs the server about its identity.management settings";
      return fmt::format(
          "management operations are for {}, or for those whom the server's identity.management settings name; try "
          "--as {}",
          kDefaultCaller, kDefaultCaller);
    case 404:
    case 405:
      return is_ours ? "" : "is --server the address of a Jeton server, without a path?";
    case 429:
    case 503:
      return "try again in a moment";
    default:
      return status >= 500 ? "the server's log says more" : "";
  }
}

}  // namespace

Failure failure_of_transport(const base::Error& error) {
  switch (error.code) {
    case base::ErrorCode::kInvalid:
      return {ExitCode::kUsage, error.message, "give the server as --server http://HOST:PORT"};
    case base::ErrorCode::kTooLarge:
      return {ExitCode::kFailed, error.message, "ask for less with the filters of this verb"};
    default:
      return {ExitCode::kNotReachable, error.message,
              "is the server running? start it with `jeton serve`, or name another with --server"};
  }
}

Failure failure_of_answer(int status, std::string_view body, std::string_view path, std::string_view caller) {
  std::string message = told_by(body);
  const bool is_ours = !message.empty();
  ExitCode exit = status == 401 || status == 403 ? ExitCode::kNotPermitted : ExitCode::kFailed;
  if (status == 404 && is_ours && is_lease_path(path)) exit = ExitCode::kNo;
  if (!is_ours) message = fmt::format("the server answered with status {} and no explanation", status);
  return {exit, std::move(message), advice_for(status, path, caller, is_ours)};
}

}  // namespace jeton::cli
