// Small texts of the command line into what they mean. Each error is a sentence that says what would be right.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/wire.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace jeton::cli {

/// "A, B" and further occurrences into names without blanks around them; empty ones are dropped.
std::vector<std::string> split_names(const std::vector<std::string>& occurrences);

/// A text or list for an optional member of a request: what was not typed is not sent.
template <class T>
std::optional<T> unless_empty(const T& value) {
  return value.empty() ? std::nullopt : std::optional<T>(value);
}

/// Who may: what the options --all, --allow, --deny and --metadata say. kInvalid unless exactly one of them is given,
/// with content.
struct RuleOptions {
  bool all = false;
  std::vector<std::string> allow;
  std::vector<std::string> deny;
  std::string metadata;
};
base::Result<wire::Rule> rule_of(const RuleOptions& options);

/// "read=all", "set-speed=allow:A,B", "steer=deny:A", "x=metadata:{…}".
base::Result<std::pair<std::string, wire::Rule>> scoped_rule_of(std::string_view text);

/// A date-time of the wire, or a duration from `now` on, as the wire's date-time in whole seconds.
base::Result<std::string> expiry_text(std::string_view text, base::Instant now);

}  // namespace jeton::cli
