// jeton lease create, renew, revoke, abandon, release
#include <fmt/format.h>

#include <algorithm>

#include "app/cli/api.hpp"
#include "app/cli/arguments.hpp"
#include "app/cli/lease_wire.hpp"
#include "app/cli/queue_api.hpp"
#include "app/cli/shown_time.hpp"
#include "app/cli/verbs.hpp"
#include "base/json/writer.hpp"
#include "base/strings.hpp"

namespace jeton::cli {
namespace {

constexpr base::Duration kFirstPause = std::chrono::milliseconds{200};
constexpr base::Duration kPauseMax = std::chrono::seconds{2};
constexpr std::string_view kRevoked = "revoked";
constexpr std::string_view kIrrevocable = "irrevocable";

std::int64_t milliseconds(base::Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

std::string path_of(const LeaseName& lease, std::string_view operation) {
  return with_query(fmt::format("/leases/{}{}", base::percent_encode(lease.id), operation),
                    {{"provider", lease.provider}});
}

std::string end_text(const wire::Lease& lease, base::Instant now) {
  if (!lease.expires) return "has no end that the server tells";
  if (*lease.expires <= now) return "ended " + local_text(*lease.expires);
  return fmt::format("ends {} (in {})", local_text(*lease.expires), left_text(*lease.expires - now));
}

// How many of those that were revoked their providers have not confirmed; nullopt when the server does not tell.
std::optional<std::int64_t> unconfirmed(const LeaseRevoke& options, Api& api) {
  const auto answer = api.call("GET", with_query("/leases/counts", {{"prefix", options.prefix}}), {});
  if (!answer) return std::nullopt;
  const auto counts = read_answer<wire::LeaseCountsAnswer>(answer->body);
  if (!counts) return std::nullopt;
  if (!options.prefix.empty()) return counts->remaining;
  const auto own = std::ranges::find_if(
      counts->counts, [&](const wire::LeaseCount& one) { return one.kind == "owner" && one.name == options.owner; });
  return own == counts->counts.end() ? 0 : own->count;
}

// Until none is left, or waiting has taken as long as it may.
std::optional<std::int64_t> await_confirmation(const LeaseRevoke& options, std::int64_t count, const Wait& wait,
                                               Api& api, Output& output) {
  base::Duration pause = kFirstPause;
  base::Duration left = options.wait;
  for (;;) {
    const auto open = unconfirmed(options, api);
    if (!open || *open <= 0 || left <= base::Duration::zero()) return open;
    output.progress(fmt::format("{} of {} are taken back", std::max<std::int64_t>(count - *open, 0), count));
    pause = std::min(pause, left);
    if (!wait(pause)) return open;
    left -= pause;
    pause = std::min(pause * 2, kPauseMax);
  }
}

ExitCode revoke_many(const LeaseRevoke& options, const Wait& wait, Api& api, Output& output) {
  const wire::LeaseSelection selection{.id = {},
                                       .prefix = unless_empty(options.prefix),
                                       .owner = unless_empty(options.owner),
                                       .provider = {},
                                       .all = {}};
  const auto answer = api.call("POST", "/leases/revoke", base::json::write(selection));
  if (!answer) return output.fail(answer.error());
  const auto done = read_answer<wire::LeasesDone>(answer->body);
  if (!done) return output.fail(done.error());
  if (output.json()) {
    output.raw_line(answer->body);
    return ExitCode::kDone;
  }
  std::optional<std::int64_t> open = 0;
  if (done->count > 0 && options.wait > base::Duration::zero())
    open = await_confirmation(options, done->count, wait, api, output);
  const bool confirmed = open.value_or(0) <= 0;
  output.line(fmt::format("revoked {} {}{}", done->count, done->count == 1 ? "lease" : "leases",
                          confirmed ? "" : fmt::format(", {} of them not confirmed", *open)));
  if (confirmed) return ExitCode::kDone;
  output.note(
      "providers are asked until they confirm; `jeton lease due` and `jeton lease irrevocable` show what is left");
  return ExitCode::kNo;
}

}  // namespace

ExitCode create_lease(const LeaseCreate& options, Api& api, Output& output) {
  wire::LeaseCreate request{.provider = unless_empty(options.provider),
                            .role = unless_empty(options.role),
                            .ttl = options.ttl ? std::optional(milliseconds(*options.ttl)) : std::nullopt,
                            .options = {}};
  if (!options.options.empty()) request.options = base::json::Raw{base::json::write(options.options)};
  std::vector<net::HttpHeader> headers;
  if (!options.idempotency_key.empty()) headers.push_back({"Idempotency-Key", options.idempotency_key});
  const auto answer = api.call("POST", "/leases", base::json::write(request), headers);
  if (!answer) return output.fail(answer.error());
  const auto made = read_answer<wire::LeaseAnswer>(answer->body);
  if (!made) return output.fail(made.error());
  if (output.json()) {
    output.raw_line(answer->body);
    return ExitCode::kDone;
  }
  const wire::Lease& lease = made->lease;
  if (!lease.value)
    return output.fail({ExitCode::kFailed,
                        fmt::format("the server made {} and did not tell its secret", lease.lease_id),
                        fmt::format("take it back: jeton lease revoke {}", lease.lease_id)});
  output.line(*lease.value);
  output.note(fmt::format(
      "{}{} of {}{}; it {}", answer->status == 200 ? "the same lease again: " : "lease ", lease.lease_id, lease.owner,
      lease.username ? fmt::format(", with user name {}", *lease.username) : "", end_text(lease, output.now())));
  return ExitCode::kDone;
}

ExitCode renew_lease(const LeaseRenew& options, Api& api, Output& output) {
  const wire::LeaseIncrement body{options.by ? std::optional(milliseconds(*options.by)) : std::nullopt};
  const auto answer = api.call("POST", path_of(options.lease, "/renew"), base::json::write(body));
  if (!answer) return output.fail(answer.error());
  const auto renewed = read_answer<wire::LeaseAnswer>(answer->body);
  if (!renewed) return output.fail(renewed.error());
  if (output.json()) {
    output.raw_line(answer->body);
    return ExitCode::kDone;
  }
  output.verdict(true, "renewed",
                 fmt::format(": {} {}", renewed->lease.lease_id, end_text(renewed->lease, output.now())));
  if (!renewed->lease.renewable) output.note("it cannot be renewed any further");
  return ExitCode::kDone;
}

ExitCode revoke_lease(const LeaseRevoke& options, const Wait& wait, Api& api, Output& output) {
  if (options.lease.id.empty()) return revoke_many(options, wait, api, output);
  const auto answer = api.call("DELETE", path_of(options.lease, ""), {});
  if (!answer) return output.fail(answer.error());
  const auto done = read_answer<wire::LeaseDone>(answer->body);
  if (!done) return output.fail(done.error());
  const bool refused = done->status == kIrrevocable;
  if (output.json()) {
    output.raw_line(answer->body);
  } else {
    output.verdict(!refused, done->status.empty() ? kRevoked : std::string_view(done->status),
                   fmt::format(": {}", options.lease.id));
    if (!done->message.empty()) output.note(done->message);
  }
  return refused ? ExitCode::kNo : ExitCode::kDone;
}

ExitCode abandon_lease(const LeaseAbandon& options, Api& api, Output& output) {
  const auto answer =
      api.call("POST", path_of(options.lease, "/abandon"), base::json::write(wire::LeaseReason{options.reason}));
  if (!answer) return output.fail(answer.error());
  const auto given_up = read_answer<wire::LeaseAnswer>(answer->body);
  if (!given_up) return output.fail(given_up.error());
  if (output.json()) {
    output.raw_line(answer->body);
    return ExitCode::kDone;
  }
  output.verdict(true, given_up->lease.status, fmt::format(": {}", options.lease.id));
  if (given_up->lease.status == kRevoked) output.note("its provider took the credential back after all");
  return ExitCode::kDone;
}

ExitCode release_leases(const LeaseRelease& options, Api& api, Output& output) {
  wire::LeaseSelection selection{.id = unless_empty(options.lease.id),
                                 .prefix = unless_empty(options.prefix),
                                 .owner = {},
                                 .provider = unless_empty(options.lease.provider),
                                 .all = {}};
  if (!selection.id && !selection.prefix) selection.all = true;
  const auto answer = api.call("POST", "/leases/release", base::json::write(selection));
  if (!answer) return output.fail(answer.error());
  const auto done = read_answer<wire::LeasesDone>(answer->body);
  if (!done) return output.fail(done.error());
  if (output.json()) {
    output.raw_line(answer->body);
  } else {
    output.line(fmt::format("released {} {}", done->count, done->count == 1 ? "revocation" : "revocations"));
  }
  return ExitCode::kDone;
}

}  // namespace jeton::cli
