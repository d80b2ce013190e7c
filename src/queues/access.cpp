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

bool Access::admits(const Credential& credential) const {
  if (mode_ != RestrictionMode::kRestricted) return true;
  return credential && restricted_.contains(credential->sub_queue);
}

bool Access::allows(const Credential& credential, std::string_view sub_queue, Use use) const {
  if (mode_ == RestrictionMode::kNone) return true;
  const std::string_view name = guarded_name(sub_queue);
  if (!restricted_.contains(name)) return mode_ == RestrictionMode::kHybrid;
  return credential && credential->sub_queue == name && covers(credential->scope, use);
}

base::Status Access::check(const Credential& credential, std::string_view sub_queue, Use use) const {
  if (allows(credential, sub_queue, use)) return {};
  return base::failure(base::forbidden(
      fmt::format("sub-queue [{}] is closed to this caller, mode [{}]; it takes the token that restricting it gave",
                  sub_queue, base::enum_text(mode_))));
}

// A sub-queue that is restricted by its own name is its own, whatever its name ends with.
std::string_view Access::guarded_name(std::string_view sub_queue) const {
  if (dead_letter_suffix_.empty() || !sub_queue.ends_with(dead_letter_suffix_)) return sub_queue;
  if (restricted_.contains(sub_queue)) return sub_queue;
  return sub_queue.substr(0, sub_queue.size() - dead_letter_suffix_.size());
}

}  // namespace jeton::queues
