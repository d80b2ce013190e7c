#include "api/http/readiness.hpp"

namespace jeton::api::http {

void Readiness::add(std::string name, Check check) {
  const std::scoped_lock lock(mutex_);
  checks_.emplace_back(std::move(name), std::move(check));
}

std::vector<Readiness::Trouble> Readiness::troubles() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Trouble> found;
  for (const auto& [name, check] : checks_) {
    if (const auto status = check(); !status) found.push_back({name, status.error().message});
  }
  return found;
}

}  // namespace jeton::api::http
