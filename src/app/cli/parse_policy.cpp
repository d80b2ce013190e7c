// jeton policy …
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "app/cli/arguments.hpp"
#include "app/cli/verb_builder.hpp"

namespace jeton::cli {
namespace {

using Finished = VerbBuilder::Finished;

struct TypedGrant {
  PolicyGrant made;
  RuleOptions rule;
  std::vector<std::string> scopes;

  Finished command() {
    auto whole = rule_of(rule);
    if (!whole) return std::unexpected(whole.error().message);
    made.rule = *std::move(whole);
    for (const std::string& text : scopes) {
      auto scope = scoped_rule_of(text);
      if (!scope) return std::unexpected(scope.error().message);
      const bool twice =
          std::ranges::any_of(made.scopes, [&](const auto& other) { return other.first == scope->first; });
      if (twice) return std::unexpected(fmt::format("--scope {} is given twice", scope->first));
      made.scopes.push_back(*std::move(scope));
    }
    return std::move(made);
  }
};

void add_grant(GroupBuilder& policy) {
  VerbBuilder grant = policy.verb(
      "grant", "Let systems use a target",
      "jeton policy grant flowRate --provider PumpStation --allow FlowReader --scope set-speed=allow:Dispatcher");
  const auto typed = std::make_shared<TypedGrant>();
  add_target(grant, typed->made.target);
  grant.text({"--provider", "NAME", "Grant for this provider, on the management level; default: for --as, its own"},
             typed->made.provider);
  grant.flag({"--all", "", "Everyone may"}, typed->rule.all);
  grant.repeated({"--allow", "A,B", "Only these may"}, typed->rule.allow);
  grant.repeated({"--deny", "A,B", "All but these may"}, typed->rule.deny);
  grant.text({"--metadata", "JSON", "Those whose metadata satisfy this may"}, typed->rule.metadata);
  grant.repeated({"--scope", "NAME=RULE", "NAME=all, NAME=allow:A,B, NAME=deny:A,B or NAME=metadata:JSON; repeatable"},
                 typed->scopes);
  grant.text({"--description", "TEXT", "What for"}, typed->made.description);
  grant.connection();
  grant.finish([typed] { return typed->command(); });
}

void add_revoke(GroupBuilder& policy) {
  VerbBuilder revoke =
      policy.verb("revoke", "Take policies back", "jeton policy revoke 'MGMT|LOCAL|PumpStation|SERVICE_DEF|flowRate'");
  const auto made = std::make_shared<PolicyRevoke>();
  revoke.words({.name = "instance-id", .value = "", .description = "As list shows it", .required = true},
               made->instance_ids);
  revoke.connection();
  revoke.finish([made]() -> Finished { return *made; });
}

void add_list(GroupBuilder& policy) {
  VerbBuilder list = policy.verb("list", "Show policies", "jeton policy list --provider PumpStation");
  const auto made = std::make_shared<PolicyList>();
  list.choice({"--level", "", "Only of this level"}, {{"provider", "PROVIDER"}, {"mgmt", "MGMT"}}, made->level);
  list.repeated({"--provider", "A,B", "Only of these providers"}, made->providers);
  list.repeated({"--target", "A,B", "Only for these service definitions, with --event event types"}, made->targets);
  list.flag({"--event", "", "Only for event types"}, made->event);
  list.text({"--cloud", "CLOUD", "Only for consumers of this cloud"}, made->cloud);
  list.connection();
  list.finish([made]() -> Finished {
    made->providers = split_names(made->providers);
    made->targets = split_names(made->targets);
    return *made;
  });
}

void add_verify(GroupBuilder& policy) {
  VerbBuilder verify = policy.verb("verify", "Ask whether a system may use a target; exit code 0 yes, 3 no",
                                   "jeton policy verify flowRate --consumer FlowReader --provider PumpStation");
  const auto made = std::make_shared<PolicyVerify>();
  add_target(verify, made->target);
  verify.text({.name = "--consumer", .value = "NAME", .description = "Who wants to use it", .required = true},
              made->consumer);
  verify.text({.name = "--provider", .value = "NAME", .description = "Whose it is", .required = true}, made->provider);
  verify.text({"--scope", "SCOPE", "For this scope; default: for every one"}, made->scope);
  verify.connection();
  verify.finish([made]() -> Finished { return *made; });
}

}  // namespace

void add_target(VerbBuilder& verb, Target& target) {
  verb.text({.name = "target",
             .value = "",
             .description = "Service definition, or with --event event type",
             .required = true},
            target.name);
  verb.flag({"--event", "", "The target is an event type"}, target.event);
  verb.text({"--cloud", "CLOUD", "Cloud of the consumers, Cloud|Organization; default the server's own"}, target.cloud);
}

void add_policy_verbs(GroupBuilder root) {
  GroupBuilder policy = root.group("policy", "Who may use which service or event type of whom");
  add_grant(policy);
  add_revoke(policy);
  add_list(policy);
  add_verify(policy);
}

}  // namespace jeton::cli
