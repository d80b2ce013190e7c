// jeton token …
#include <fmt/format.h>

#include "app/cli/arguments.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/shown_time.hpp"
#include "app/cli/verbs.hpp"
#include "base/strings.hpp"

namespace jeton::cli {
namespace {

constexpr std::size_t kTokenBytesMax = 64 * 1024;

std::string kind_text(std::string_view type) {
  if (type == "TIME_LIMITED_TOKEN") return "time";
  if (type == "USAGE_LIMITED_TOKEN") return "usage";
  if (type == "SELF_CONTAINED_TOKEN") return "self-contained";
  return std::string(type);
}

std::string limits_text(const wire::TokenEntry& token, base::Instant now) {
  if (token.expires_at) return "ends " + shown_time(*token.expires_at, now);
  if (token.usage_limit) return fmt::format("can be used {} times", *token.usage_limit);
  return "without a limit that the server tells";
}

Outcome<Answer> ask_for_token(const TokenGenerate& options, Api& api, base::Instant now) {
  wire::GenerateRequest request{.token_variant = options.variant,
                                .target_type = options.target.type_text(),
                                .consumer_cloud = unless_empty(options.target.cloud),
                                .consumer = unless_empty(options.consumer),
                                .provider = options.provider,
                                .target = options.target.name,
                                .scope = unless_empty(options.scope),
                                .expires_at = {},
                                .usage_limit = options.uses};
  if (!options.expires.empty()) {
    auto expires = expiry_text(options.expires, now);
    if (!expires) return std::unexpected(Failure{ExitCode::kUsage, expires.error().message, ""});
    request.expires_at = *std::move(expires);
  }
  return request.consumer ? api.generate_token_for(request, options.unbound) : api.generate_token(request);
}

Outcome<wire::TokenEntry> generated_token(const TokenGenerate& options, const Answer& answer) {
  if (options.consumer.empty()) return read_answer<wire::TokenEntry>(answer.body);
  auto list = read_answer<wire::TokenList>(answer.body);
  if (!list) return std::unexpected(list.error());
  if (!list->entries.empty()) return std::move(list->entries.front());
  return std::unexpected(
      Failure{ExitCode::kNo,
              fmt::format("no policy lets {} use {} of {}", options.consumer, options.target.name, options.provider),
              fmt::format("grant one: jeton policy grant {} --provider {} --allow {}", options.target.name,
                          options.provider, options.consumer)});
}

// The token that was typed, or the first line of standard input.
Outcome<std::string> token_text(const std::string& typed, std::istream& in) {
  std::string text = typed;
  if (typed == "-") {
    text.clear();
    for (char c = 0; in.get(c) && c != '\n' && text.size() <= kTokenBytesMax;) text += c;
  }
  text = base::trim(text);
  if (text.empty()) return std::unexpected(Failure{ExitCode::kUsage, "there is no token on standard input", ""});
  if (text.size() > kTokenBytesMax) {
    return std::unexpected(Failure{ExitCode::kUsage, fmt::format("a token has at most {} bytes", kTokenBytesMax), ""});
  }
  return text;
}

std::vector<std::string> token_row(const wire::TokenEntry& token, base::Instant now) {
  std::string left;
  if (token.usage_limit)
    left = fmt::format("{} of {} uses", token.usage_left.value_or(*token.usage_limit), *token.usage_limit);
  if (token.expires_at) left = shown_time(*token.expires_at, now);
  const bool foreign = !token.consumer_cloud.empty() && token.consumer_cloud != "LOCAL";
  return {token.token_reference,
          kind_text(token.token_type),
          foreign ? fmt::format("{} ({})", token.consumer, token.consumer_cloud) : token.consumer,
          token.provider,
          token.target,
          token.scope,
          std::move(left),
          token.created_at ? shown_time(*token.created_at, now) : ""};
}

}  // namespace

ExitCode generate_token(const TokenGenerate& options, Api& api, Output& output) {
  const auto answer = ask_for_token(options, api, output.now());
  if (!answer) return output.fail(answer.error());
  const auto token = generated_token(options, *answer);
  if (!token) return output.fail(token.error());
  if (output.json()) {
    output.raw_line(answer->body);
    return ExitCode::kDone;
  }
  output.line(token->token);
  output.note(fmt::format("a {} token of {} for {} of {}; it {}", kind_text(token->token_type),
                          options.consumer.empty() ? api.connection().as : options.consumer, options.target.name,
                          options.provider, limits_text(*token, output.now())));
  return ExitCode::kDone;
}

ExitCode verify_token(const TokenVerify& options, std::istream& in, Api& api, Output& output) {
  const auto token = token_text(options.token, in);
  if (!token) return output.fail(token.error());
  const auto answer = api.verify_token(*token);
  if (!answer) return output.fail(answer.error());
  const auto verified = read_answer<wire::VerifiedToken>(answer->body);
  if (!verified) return output.fail(verified.error());
  if (output.json()) {
    output.raw_line(answer->body);
  } else if (verified->verified) {
    output.verdict(true, "valid",
                   fmt::format(": {} may use {}{}", verified->consumer, verified->target,
                               verified->scope.empty() ? "" : " with scope " + verified->scope));
  } else {
    output.verdict(false, "not valid", fmt::format(" for {}", api.connection().as));
    if (api.connection().as == kDefaultCaller)
      output.note("a token is verified by its provider: name it with --as PROVIDER");
  }
  return verified->verified ? ExitCode::kDone : ExitCode::kNo;
}

ExitCode list_tokens(const TokenList& options, Api& api, Output& output) {
  wire::TokenQuery query{.pagination = {},
                         .requester = unless_empty(options.requester),
                         .token_type = unless_empty(options.kind),
                         .consumer_cloud = unless_empty(options.cloud),
                         .consumer = unless_empty(options.consumer),
                         .provider = unless_empty(options.provider),
                         .target_type = {},
                         .target = unless_empty(options.target)};
  if (options.event) query.target_type = "EVENT_TYPE";
  if (!options.event && !options.target.empty()) query.target_type = "SERVICE_DEF";
  const auto entries = api.query_tokens(std::move(query), page_progress(output, "tokens"));
  if (!entries) return output.fail(entries.error());
  if (output.json()) return print_json(*entries, output);
  const base::Instant now = output.now();
  return print_table<wire::TokenEntry>(
      *entries, {"REFERENCE", "KIND", "CONSUMER", "PROVIDER", "TARGET", "SCOPE", "LEFT", "CREATED"},
      [now](const wire::TokenEntry& token) { return token_row(token, now); }, "no tokens", output);
}

ExitCode revoke_tokens(const TokenRevoke& options, Api& api, Output& output) {
  const auto answer = api.revoke_tokens(options.references);
  if (!answer) return output.fail(answer.error());
  // The wire does not say which of them existed.
  for (const std::string& reference : options.references) {
    if (!output.json()) output.line(fmt::format("no longer accepted: {}", reference));
  }
  return ExitCode::kDone;
}

}  // namespace jeton::cli
