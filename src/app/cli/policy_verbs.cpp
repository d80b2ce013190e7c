// jeton policy …
#include <fmt/format.h>

#include "app/cli/arguments.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/shown_time.hpp"
#include "app/cli/verbs.hpp"
#include "base/strings.hpp"

namespace jeton::cli {
namespace {

std::string rule_text(const wire::Rule& rule) {
  const std::string names = rule.policy_list ? fmt::format("{}", fmt::join(*rule.policy_list, ", ")) : "";
  if (rule.policy_type == "ALL") return "everyone";
  if (rule.policy_type == "WHITELIST") return "only " + names;
  if (rule.policy_type == "BLACKLIST") return "all but " + names;
  if (rule.policy_type == "SYS_METADATA") return "by metadata";
  return rule.policy_type;
}

std::string scopes_text(const wire::PolicyEntry& policy) {
  std::string out;
  for (const auto& [scope, rule] : policy.scoped_policies) {
    out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", scope, rule_text(rule));
  }
  return out;
}

std::string policy_text(const wire::PolicyEntry& policy) {
  const std::string scopes = scopes_text(policy);
  return fmt::format("{}: {}{}{}", policy.instance_id, rule_text(policy.default_policy), scopes.empty() ? "" : "; ",
                     scopes);
}

struct GrantedList {
  std::vector<wire::PolicyEntry> entries;
};
BOOST_DESCRIBE_STRUCT(GrantedList, (), (entries))

Outcome<wire::PolicyEntry> granted_policy(const Answer& answer, bool is_list) {
  if (!is_list) return read_answer<wire::PolicyEntry>(answer.body);
  auto list = read_answer<GrantedList>(answer.body);
  if (!list) return std::unexpected(list.error());
  if (list->entries.empty()) return std::unexpected(Failure{ExitCode::kFailed, "the server granted nothing", ""});
  return std::move(list->entries.front());
}

// Whether the caller may remove it without management access: its own, on the provider level.
bool is_own(std::string_view instance_id, std::string_view caller) {
  const auto parts = base::split(instance_id, '|');
  return parts.size() >= 5 && base::equals_ignoring_case(base::trim(parts.front()), "PR") &&
         base::trim(parts[parts.size() - 3]) == caller;
}

}  // namespace

ExitCode grant_policy(const PolicyGrant& options, Api& api, Output& output) {
  wire::GrantRequest request{.cloud = unless_empty(options.target.cloud),
                             .provider = unless_empty(options.provider),
                             .target_type = options.target.type_text(),
                             .target = options.target.name,
                             .description = unless_empty(options.description),
                             .default_policy = options.rule,
                             .scoped_policies = {}};
  if (!options.scopes.empty()) request.scoped_policies.emplace(options.scopes.begin(), options.scopes.end());
  const auto answer = api.grant_policy(request);
  if (!answer) return output.fail(answer.error());
  if (output.json()) {
    output.raw_line(answer->body);
    return ExitCode::kDone;
  }
  const auto policy = granted_policy(*answer, request.provider.has_value());
  if (!policy) return output.fail(policy.error());
  output.verdict(true, answer->status == 201 ? "granted" : "already granted", " " + policy_text(*policy));
  return ExitCode::kDone;
}

ExitCode revoke_policy(const PolicyRevoke& options, Api& api, Output& output) {
  std::vector<std::string> others;
  for (const std::string& id : options.instance_ids) {
    if (!is_own(id, api.connection().as)) {
      others.push_back(id);
      continue;
    }
    const auto answer = api.revoke_own_policy(id);
    if (!answer) return output.fail(answer.error());
    if (!output.json()) output.line(fmt::format("{} {}", answer->status == 204 ? "was not there:" : "revoked", id));
  }
  if (others.empty()) return ExitCode::kDone;
  const auto answer = api.revoke_policies(others);
  if (!answer) return output.fail(answer.error());
  // The wire does not say which of them existed.
  for (const std::string& id : others) {
    if (!output.json()) output.line(fmt::format("no longer granted: {}", id));
  }
  return ExitCode::kDone;
}

ExitCode list_policies(const PolicyList& options, Api& api, Output& output) {
  wire::PolicyQuery query{.pagination = {},
                          .level = {},
                          .providers = unless_empty(options.providers),
                          .cloud_identifiers = {},
                          .target_names = unless_empty(options.targets),
                          .target_type = {}};
  if (!options.cloud.empty()) query.cloud_identifiers = {options.cloud};
  if (options.event) query.target_type = "EVENT_TYPE";
  if (!options.event && !options.targets.empty()) query.target_type = "SERVICE_DEF";
  std::vector<base::json::Raw> entries;
  for (const std::string level : {"MGMT", "PROVIDER"}) {
    if (!options.level.empty() && options.level != level) continue;
    query.level = level;
    auto found = api.query_policies(query, page_progress(output, "policies"));
    if (!found) return output.fail(found.error());
    std::ranges::move(*found, std::back_inserter(entries));
  }
  if (output.json()) return print_json(entries, output);
  const base::Instant now = output.now();
  return print_table<wire::PolicyEntry>(
      entries, {"POLICY", "WHO MAY", "SCOPES", "BY", "CREATED"},
      [now](const wire::PolicyEntry& policy) -> std::vector<std::string> {
        return {policy.instance_id, rule_text(policy.default_policy), scopes_text(policy), policy.created_by,
                policy.created_at ? shown_time(*policy.created_at, now) : ""};
      },
      "no policies", output);
}

ExitCode verify_policy(const PolicyVerify& options, Api& api, Output& output) {
  const wire::VerifyRequest request{.provider = options.provider,
                                    .consumer = options.consumer,
                                    .cloud = unless_empty(options.target.cloud),
                                    .target_type = options.target.type_text(),
                                    .target = options.target.name,
                                    .scope = unless_empty(options.scope)};
  const std::string& caller = api.connection().as;
  const bool concerned = caller == options.consumer || caller == options.provider;
  const auto answer = concerned ? api.verify_policy(request) : api.check_policy(request);
  if (!answer) return output.fail(answer.error());
  bool granted = base::trim(answer->body) == "true";
  if (!concerned) {
    const auto checked = read_answer<wire::CheckAnswer>(answer->body);
    if (!checked) return output.fail(checked.error());
    granted = !checked->entries.empty() && checked->entries.front().granted;
  } else if (!granted && base::trim(answer->body) != "false") {
    return output.fail({ExitCode::kFailed, "the server's answer is neither true nor false",
                        "is --server the address of a Jeton server?"});
  }
  if (output.json()) {
    output.raw_line(answer->body);
  } else {
    output.verdict(
        granted, granted ? "granted" : "denied",
        fmt::format(": {} {} use {} of {}{}", options.consumer, granted ? "may" : "may not", options.target.name,
                    options.provider, options.scope.empty() ? "" : " with scope " + options.scope));
  }
  return granted ? ExitCode::kDone : ExitCode::kNo;
}

}  // namespace jeton::cli
