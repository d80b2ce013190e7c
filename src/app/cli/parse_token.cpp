// jeton token …
#include <memory>

#include "app/cli/verb_builder.hpp"

namespace jeton::cli {
namespace {

using Finished = VerbBuilder::Finished;

const Choices kVariants = {{"time", "TIME_LIMITED_TOKEN_AUTH"},
                           {"usage", "USAGE_LIMITED_TOKEN_AUTH"},
                           {"base64", "BASE64_SELF_CONTAINED_TOKEN_AUTH"},
                           {"rs256", "RSA_SHA256_JSON_WEB_TOKEN_AUTH"},
                           {"rs512", "RSA_SHA512_JSON_WEB_TOKEN_AUTH"}};
const Choices kKinds = {
    {"time", "TIME_LIMITED_TOKEN"}, {"usage", "USAGE_LIMITED_TOKEN"}, {"self-contained", "SELF_CONTAINED_TOKEN"}};

void add_generate(GroupBuilder& token) {
  VerbBuilder generate = token.verb("generate", "Print a new token; what limits it goes to stderr",
                                    "TOKEN=$(jeton token generate flowRate --provider PumpStation --as FlowReader)");
  const auto made = std::make_shared<TokenGenerate>();
  made->variant = "TIME_LIMITED_TOKEN_AUTH";
  add_target(generate, made->target);
  generate.text({.name = "--provider", .value = "NAME", .description = "Whose it is", .required = true},
                made->provider);
  generate.choice({"--variant", "", "How it is limited and built; default time"}, kVariants, made->variant);
  generate.text({"--scope", "SCOPE", "For this scope only"}, made->scope);
  generate.text({"--for", "CONSUMER", "For this consumer, as management; default: for --as"}, made->consumer);
  generate.text({.name = "--expires",
                 .value = "WHEN|DURATION",
                 .description = "A date-time, or how long from now: 10m",
                 .needs = "--for"},
                made->expires);
  generate.number({.name = "--uses", .value = "N", .description = "How often it can be used", .needs = "--for"}, 1,
                  made->uses);
  generate.flag({.name = "--unbound",
                 .value = "",
                 .description = "Without asking a policy, for callers whom the server lets",
                 .needs = "--for"},
                made->unbound);
  generate.needs("--cloud", "--for");
  generate.connection();
  generate.finish([made]() -> Finished { return *made; });
}

void add_verify(GroupBuilder& token) {
  VerbBuilder verify = token.verb("verify", "Ask, as its provider, whether a token is valid; exit code 0 yes, 3 no",
                                  "echo \"$TOKEN\" | jeton token verify - --as PumpStation");
  verify.only_long_help();
  const auto made = std::make_shared<TokenVerify>();
  verify.text({.name = "token",
               .value = "",
               .description = "The token; - reads it from standard input, where ps does not show it",
               .required = true},
              made->token);
  verify.connection();
  verify.finish([made]() -> Finished { return *made; });
}

void add_list(GroupBuilder& token) {
  VerbBuilder list = token.verb("list", "Show tokens, never their text", "jeton token list --consumer FlowReader");
  const auto made = std::make_shared<TokenList>();
  list.choice({"--kind", "", "Only of this kind"}, kKinds, made->kind);
  list.text({"--consumer", "NAME", "Only of this consumer"}, made->consumer);
  list.text({"--provider", "NAME", "Only for this provider"}, made->provider);
  list.text({"--requester", "NAME", "Only those that this system asked for"}, made->requester);
  list.text({"--target", "NAME", "Only for this service definition, with --event event type"}, made->target);
  list.flag({"--event", "", "Only for event types"}, made->event);
  list.text({"--cloud", "CLOUD", "Only of consumers of this cloud"}, made->cloud);
  list.connection();
  list.finish([made]() -> Finished { return *made; });
}

void add_revoke(GroupBuilder& token) {
  VerbBuilder revoke =
      token.verb("revoke", "Make tokens worthless", "jeton token revoke Rgb/tZYVA2E70U+mTUDqdw3iprwa9BBB0kqLFtfSsrE=");
  const auto made = std::make_shared<TokenRevoke>();
  revoke.words({.name = "reference", .value = "", .description = "As list shows it", .required = true},
               made->references);
  revoke.connection();
  revoke.finish([made]() -> Finished { return *made; });
}

}  // namespace

void add_token_verbs(GroupBuilder root) {
  GroupBuilder token = root.group("token", "The tokens that prove it");
  add_generate(token);
  add_verify(token);
  add_list(token);
  add_revoke(token);
}

}  // namespace jeton::cli
