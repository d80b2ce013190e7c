#include "cloud/outgoing_credentials.hpp"

#include <fmt/format.h>

#include <utility>

namespace jeton::cloud {

OutgoingCredentials::OutgoingCredentials(Policy policy, std::string system_name)
    : policy_(policy), system_name_(std::move(system_name)) {
  if (policy_ == Policy::kDeclared) authorization_ = base::Secret(fmt::format("Bearer SYSTEM//{}", system_name_));
}

base::Secret OutgoingCredentials::authorization() const {
  const std::scoped_lock lock(mutex_);
  return authorization_;
}

void OutgoingCredentials::use_token(const base::Secret& token) {
  const std::scoped_lock lock(mutex_);
  authorization_ =
      token.empty() ? base::Secret() : base::Secret(fmt::format("Bearer IDENTITY-TOKEN//{}", token.reveal()));
  refused_ = false;
}

void OutgoingCredentials::refused(const base::Secret& shown) {
  const std::scoped_lock lock(mutex_);
  if (!shown.empty() && authorization_.equals(shown.reveal())) refused_ = true;
}

bool OutgoingCredentials::is_refused() const {
  const std::scoped_lock lock(mutex_);
  return refused_;
}

}  // namespace jeton::cloud
