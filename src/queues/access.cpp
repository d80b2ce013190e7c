#include "queues/access.hpp"

#include <fmt/format.h>

namespace jeton::queues {
namespace {

using model::RestrictionMode;

bool covers(TokenScope scope, Use use) {
  switch (scope) {
    case TokenScope::kEverything:
      return true;
    case TokenScope::kPublish:
      return use == Use::kPublish;
    case TokenScope::kConsume:
      return use == Use::kConsume;
  }
  return false;
}

}  // namespace

std::string_view scope_text(TokenScope scope) {
  switch (scope) {
    case TokenScope::kEverything:
      return {};
    case TokenScope::kPublish:
      return "publish";
    case TokenScope::kConsume:
      return "consume";
  }
  return {};
}

std::optional<TokenScope> scope_from(std::string_view text) {
  for (const TokenScope scope : {TokenScope::kEverything, TokenScope::kPublish, TokenScope::kConsume}) {
    if (scope_text(scope) == text) return scope;
  }
  return std::nullopt;
}

base::Error unauthenticated() {
  return {base::ErrorCode::kUnauthenticated, "the bearer token is missing or not valid here", {}};
}

bool is_owner_of(const Credential& credential, std::string_view sub_queue) {
  return credential && credential->sub_queue == sub_queue && credential->scope == TokenScope::kEverything;
}

base::Status expect_not_ended(const Credential& credential, base::Instant now) {
  if (!credential || !credential->ends || now < *credential->ends) return {};
  return base::failure(unauthenticated());
}

bool Access::admits(const Credential& credential) const {
  if (mode_ != RestrictionMode::kRestricted) return true;
  return credential && restricted_.contains(credential->sub_queue);
}

bool Access::allows(const Credential& credential, std::string_view sub_queue, Use use) const {
  if (mode_ == RestrictionMode::kNone) return true;
  const std::string_view name = guard_of(sub_queue);
  if (!restricted_.contains(name)) return mode_ == RestrictionMode::kHybrid;
  return credential && credential->sub_queue == name && covers(credential->scope, use);
}

base::Status Access::check(const Credential& credential, std::string_view sub_queue, Use use) const {
  if (allows(credential, sub_queue, use)) return {};
  return base::failure(base::forbidden(
      fmt::format("sub-queue [{}] is closed to this caller, mode [{}]; it takes the token that restricting it gave",
                  sub_queue, base::enum_text(mode_))));
}

// The sub-queue whose restriction counts. That of the sub-queue where dead letters come from does before one of their
// own, which anybody might have asked for.
std::string_view Access::guard_of(std::string_view sub_queue) const {
  if (!sub_queue.ends_with(dead_letter_suffix_)) return sub_queue;
  const std::string_view origin = sub_queue.substr(0, sub_queue.size() - dead_letter_suffix_.size());
  return restricted_.contains(origin) ? origin : sub_queue;
}

bool Access::is_guarded_by_another(std::string_view sub_queue) const {
  return guard_of(sub_queue) != sub_queue;
}

}  // namespace jeton::queues
