#include "app/cli/arguments.hpp"

#include <fmt/format.h>

#include "base/strings.hpp"
#include "base/time_text.hpp"

namespace jeton::cli {
namespace {

base::Result<wire::Rule> list_rule(std::string type, const std::vector<std::string>& occurrences,
                                   std::string_view option) {
  auto names = split_names(occurrences);
  if (names.empty())
    return base::failure(base::invalid(fmt::format("{} names nobody; expected systems such as A,B", option)));
  return wire::Rule{.policy_type = std::move(type), .policy_list = std::move(names), .policy_metadata_requirement = {}};
}

base::Result<wire::Rule> metadata_rule(std::string_view text) {
  const auto value = base::json::parse(text);
  const auto* members = value ? value->as<base::json::Object>() : nullptr;
  if (members == nullptr || members->empty()) {
    return base::failure(base::invalid(
        fmt::format("{} is not a requirement on metadata; expected a JSON object with members, such as {}",
                    base::shown(text), R"({"zone":"A"})")));
  }
  return wire::Rule{.policy_type = "SYS_METADATA",
                    .policy_list = {},
                    .policy_metadata_requirement = base::json::Raw{std::string(base::trim(text))}};
}

}  // namespace

std::vector<std::string> split_names(const std::vector<std::string>& occurrences) {
  std::vector<std::string> names;
  for (const std::string& occurrence : occurrences) {
    for (const std::string_view name : base::split(occurrence, ',')) {
      if (!base::is_blank(name)) names.emplace_back(base::trim(name));
    }
  }
  return names;
}

base::Result<wire::Rule> rule_of(const RuleOptions& options) {
  const int given = (options.all ? 1 : 0) + (options.allow.empty() ? 0 : 1) + (options.deny.empty() ? 0 : 1) +
                    (options.metadata.empty() ? 0 : 1);
  if (given != 1) {
    return base::failure(
        base::invalid(fmt::format("{}: --all, --allow A,B, --deny A,B or --metadata JSON",
                                  given == 0 ? "say who may, with one of" : "only one can say who may")));
  }
  if (options.all) return wire::Rule{.policy_type = "ALL", .policy_list = {}, .policy_metadata_requirement = {}};
  if (!options.allow.empty()) return list_rule("WHITELIST", options.allow, "--allow");
  if (!options.deny.empty()) return list_rule("BLACKLIST", options.deny, "--deny");
  return metadata_rule(options.metadata);
}

base::Result<std::pair<std::string, wire::Rule>> scoped_rule_of(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = base::trim(text.substr(0, equals));
  const std::string_view rule = equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  const std::size_t colon = rule.find(':');
  const std::string_view kind = rule.substr(0, colon);
  const std::string content(colon == std::string_view::npos ? std::string_view() : rule.substr(colon + 1));
  const bool has_content = !base::is_blank(content);
  RuleOptions options;
  if (kind == "all" && colon == std::string_view::npos) {
    options.all = true;
  } else if (kind == "allow" && has_content) {
    options.allow = {content};
  } else if (kind == "deny" && has_content) {
    options.deny = {content};
  } else if (kind == "metadata" && has_content) {
    options.metadata = content;
  }
  auto made = rule_of(options);
  if (name.empty() || (!made && kind != "metadata")) {
    return base::failure(base::invalid(fmt::format(
        "--scope {} is not understood; expected NAME=all, NAME=allow:A,B, NAME=deny:A,B or NAME=metadata:JSON",
        base::shown(text))));
  }
  if (!made) return base::failure(made.error());
  return std::pair(std::string(name), *std::move(made));
}

base::Result<std::string> expiry_text(std::string_view text, base::Instant now) {
  if (const auto duration = base::parse_duration(text)) {
    if (*duration <= base::Duration::zero())
      return base::failure(base::invalid("--expires 0 is no time; expected one such as 10m"));
    if (*duration > base::Instant::max() - now)
      return base::failure(base::invalid("--expires is past what a date can say"));
    return base::format_instant(std::chrono::ceil<std::chrono::seconds>(now + *duration));
  }
  const auto instant = base::parse_instant(text);
  if (!instant) {
    return base::failure(base::invalid(
        fmt::format("--expires {} is neither a duration nor a date-time; expected 10m or 2031-03-04T05:06:07Z",
                    base::shown(text))));
  }
  return base::format_instant(*instant);
}

}  // namespace jeton::cli
