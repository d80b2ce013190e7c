// jeton lease list, irrevocable, due, show, counts, providers
#include <fmt/format.h>

#include <array>

#include "app/cli/api.hpp"
#include "app/cli/lease_wire.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/queue_api.hpp"
#include "app/cli/shown_time.hpp"
#include "app/cli/verbs.hpp"
#include "base/json/writer.hpp"
#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::cli {
namespace {

constexpr std::string_view kLeasesOfAPage = "1000";
constexpr int kPagesMax = 100'000;
// The server lists one status at a time, or what lives or is still to be taken back.
constexpr std::array<std::string_view, 5> kEndedAndOther = {"", "revoked", "aborted", "abandoned", "lost"};

std::string duration_text(std::int64_t milliseconds) {
  return base::format_duration(std::chrono::milliseconds{milliseconds});
}

// All of one status, however many pages that takes.
Outcome<void> add_leases(const LeaseList& options, std::string_view status, Api& api, Output& output,
                         std::vector<base::json::Raw>& all) {
  std::string cursor;
  for (int pages = 0; pages < kPagesMax; ++pages) {
    const auto answer = api.call("GET",
                                 with_query("/leases", {{"owner", options.owner},
                                                        {"provider", options.provider},
                                                        {"prefix", options.prefix},
                                                        {"status", status},
                                                        {"due", options.due ? "true" : ""},
                                                        {"limit", kLeasesOfAPage},
                                                        {"cursor", cursor}}),
                                 {});
    if (!answer) return std::unexpected(answer.error());
    auto page = read_answer<wire::LeasePage>(answer->body);
    if (!page) return std::unexpected(page.error());
    std::ranges::move(page->leases, std::back_inserter(all));
    if (!page->cursor || page->cursor->empty() || *page->cursor == cursor) break;
    cursor = *std::move(page->cursor);
    output.progress(fmt::format("{} leases so far", all.size()));
  }
  return {};
}

// What an owner has of it: nothing of a lease that is to be taken back.
std::string time_left(const wire::Lease& lease, base::Instant now) {
  return left_text(lease.status == "active" && lease.expires ? *lease.expires - now : base::Duration::zero());
}

std::vector<std::string> lease_row(const wire::Lease& lease, base::Instant now) {
  return {lease.lease_id,
          lease.owner,
          lease.status,
          time_left(lease, now),
          lease.expires ? local_text(*lease.expires) : "",
          lease.due ? shown_time(*lease.due, now) : "",
          lease.error.value_or("")};
}

Table table_of(const wire::Lease& lease, base::Instant now) {
  Table table{.headers = {"LEASE", lease.lease_id}, .rows = {}};
  const auto add = [&table](std::string name, std::string text) {
    if (!text.empty()) table.rows.push_back({std::move(name), std::move(text)});
  };
  add("provider", lease.provider);
  add("called there", lease.id);
  add("user name", lease.username.value_or(""));
  add("role", lease.role.value_or(""));
  add("owner", lease.owner);
  add("status", lease.status);
  add("reason", lease.reason.value_or(""));
  add("issued", lease.issued);
  add("ends", lease.expires ? local_text(*lease.expires) : "");
  add("time left", time_left(lease, now));
  add("given for", duration_text(lease.ttl));
  add("at most for", duration_text(lease.max_ttl));
  add("renewable", lease.renewable ? "yes" : "no");
  add("due", lease.due ? shown_time(*lease.due, now) : "");
  add("error", lease.error.value_or(""));
  return table;
}

std::string number_text(const std::optional<std::int64_t>& number) {
  return number ? fmt::to_string(*number) : std::string();
}

}  // namespace

ExitCode list_leases(const LeaseList& options, Api& api, Output& output) {
  std::vector<base::json::Raw> all;
  const std::span<const std::string_view> statuses(kEndedAndOther);
  for (const std::string_view status : options.all ? statuses : statuses.first(1)) {
    const auto added = add_leases(options, options.all ? status : options.status, api, output, all);
    if (!added) return output.fail(added.error());
  }
  if (output.json()) {
    output.raw_line(base::json::write(wire::LeasePage{"success", std::move(all), std::nullopt}));
    return ExitCode::kDone;
  }
  const base::Instant now = output.now();
  return print_table<wire::Lease>(
      all, {"LEASE", "OWNER", "STATUS", "TIME LEFT", "ENDS", "DUE", "ERROR"},
      [now](const wire::Lease& lease) { return lease_row(lease, now); }, "no leases", output);
}

ExitCode show_lease(const LeaseShow& options, Api& api, Output& output) {
  const auto& [id, provider] = options.lease;
  const auto answer =
      api.call("GET", with_query(fmt::format("/leases/{}", base::percent_encode(id)), {{"provider", provider}}), {});
  if (!answer) return output.fail(answer.error());
  const auto shown = read_answer<wire::LeaseAnswer>(answer->body);
  if (!shown) return output.fail(shown.error());
  if (output.json()) {
    output.raw_line(answer->body);
  } else if (!options.value) {
    output.table(table_of(shown->lease, output.now()));
  } else if (shown->lease.value) {
    output.line(*shown->lease.value);
  } else {
    return output.fail({ExitCode::kNo, fmt::format("the server does not tell {} the secret", api.connection().as),
                        fmt::format("its owner gets it while the lease lives: --as {}", shown->lease.owner)});
  }
  return ExitCode::kDone;
}

ExitCode count_leases(const LeaseCounts& options, Api& api, Output& output) {
  const auto answer = api.call("GET", with_query("/leases/counts", {{"prefix", options.prefix}}), {});
  if (!answer) return output.fail(answer.error());
  const auto counts = read_answer<wire::LeaseCountsAnswer>(answer->body);
  if (!counts) return output.fail(counts.error());
  if (output.json()) {
    output.raw_line(answer->body);
    return ExitCode::kDone;
  }
  Table table{.headers = {"OF", "NAME", "LEASES"}, .rows = {}};
  for (const wire::LeaseCount& one : counts->counts)
    table.rows.push_back({one.kind, one.name, fmt::to_string(one.count)});
  output.table(table);
  if (counts->remaining)
    output.note(
        fmt::format("{} whose names begin with {} are still to be taken back", *counts->remaining, options.prefix));
  return ExitCode::kDone;
}

ExitCode list_lease_providers(const LeaseProviders&, Api& api, Output& output) {
  const auto answer = api.call("GET", "/leases/providers", {});
  if (!answer) return output.fail(answer.error());
  const auto read = read_answer<wire::LeaseProvidersAnswer>(answer->body);
  if (!read) return output.fail(read.error());
  if (output.json()) {
    output.raw_line(answer->body);
    return ExitCode::kDone;
  }
  if (read->providers.empty()) {
    output.note("no providers; who runs the server names them below leases.providers");
    return ExitCode::kDone;
  }
  Table table{.headers = {"NAME", "TYPE", "STATE", "DEFAULT TIME", "LONGEST", "LEASES", "WAITING", "IRREVOCABLE",
                          "POLICIES NAME IT", "TROUBLE"},
              .rows = {}};
  for (const wire::LeaseProvider& one : read->providers) {
    table.rows.push_back({one.is_default ? one.name + " (default)" : one.name, one.type,
                          one.available ? "available" : "away", duration_text(one.ttl), duration_text(one.max_ttl),
                          number_text(one.live), number_text(one.waiting), number_text(one.irrevocable),
                          one.policy_target, one.trouble.value_or("")});
  }
  output.table(table);
  return ExitCode::kDone;
}

}  // namespace jeton::cli
