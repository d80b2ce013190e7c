#include "leases/providers/redis/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.hpp"
#include "crypto/digest.hpp"

namespace jeton::leases::redis {
namespace {

using net::redis::Command;
using net::redis::Value;

constexpr std::string_view kBlanks = " \t";

// Words and beginnings of words that would say who may log in. That is what a lease says.
bool is_ours_to_say(std::string_view rule) {
  constexpr std::array<std::string_view, 5> kWords = {"on", "off", "reset", "nopass", "resetpass"};
  constexpr std::string_view kPasswords = "><#!";
  return kPasswords.find(rule.front()) != std::string_view::npos ||
         std::ranges::any_of(kWords, [&](std::string_view word) { return base::equals_ignoring_case(word, rule); });
}

// The value behind "name:" in an answer of INFO.
std::string_view info_field(std::string_view info, std::string_view name) {
  for (std::string_view line : base::split(info, '\n')) {
    if (line.starts_with(name)) return base::trim(line.substr(name.size()));
  }
  return {};
}

}  // namespace

base::Result<Rules> read_rules(std::string_view text) {
  Rules out;
  for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    const std::string_view rule = text.substr(at, end - at);
    if (is_ours_to_say(rule)) {
      return base::failure(base::invalid(
          fmt::format("{} is not for a role to say; expected rules such as ~keys:* &channel +@read", rule)));
    }
    out.emplace_back(rule);
    at = text.find_first_not_of(kBlanks, end);
  }
  if (out.empty()) return base::failure(base::invalid("expected rules such as ~keys:* &channel +@read"));
  return out;
}

Command create_command(std::string_view name, const Rules& rules, std::string_view secret) {
  Command out = {"ACL", "SETUSER", std::string(name), "reset", "on", "#" + base::hex_encode(crypto::sha256(secret))};
  out.insert(out.end(), rules.begin(), rules.end());
  return out;
}

Command revoke_command(std::span<const std::string> names) {
  Command out = {"ACL", "DELUSER"};
  out.insert(out.end(), names.begin(), names.end());
  return out;
}

base::Result<Persistence> read_persistence(std::string_view text) {
  using enum Persistence;
  constexpr std::array<std::pair<std::string_view, Persistence>, 4> kAll = {
      {{"auto", kAuto}, {"acl-file", kAclFile}, {"config-rewrite", kConfigRewrite}, {"none", kNone}}};
  for (const auto& [word, persistence] : kAll) {
    if (word == text) return persistence;
  }
  return base::failure(
      base::invalid(fmt::format("expected auto, acl-file, config-rewrite or none, found {}", base::shown(text))));
}

std::expected<Persistence, Value> found_persistence(std::span<const Value> answers) {
  for (const Value& answer : answers) {
    if (answer.is_error()) return std::unexpected(answer);
  }
  const std::vector<Value>& setting = answers[0].items;  // its name and its value
  if (setting.size() == 2 && !setting[1].text.empty()) return Persistence::kAclFile;
  return info_field(answers[1].text, "config_file:").empty() ? Persistence::kNone : Persistence::kConfigRewrite;
}

Trouble trouble_of(std::string_view word) {
  constexpr std::array<std::string_view, 4> kDenied = {"WRONGPASS", "NOAUTH", "NOPERM", "NOPROTO"};
  constexpr std::array<std::string_view, 9> kBusy = {"LOADING", "BUSY",     "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN",
                                                     "OOM",     "READONLY", "NOREPLICAS", "MISCONF"};
  if (std::ranges::find(kDenied, word) != kDenied.end()) return Trouble::kDenied;
  if (std::ranges::find(kBusy, word) != kBusy.end()) return Trouble::kBusy;
  return Trouble::kRejected;
}

}  // namespace jeton::leases::redis
