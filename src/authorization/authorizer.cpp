#include "authorization/authorizer.hpp"

namespace jeton::authorization {
namespace {

TargetView target_of(const AccessRequest& request) {
  return {request.cloud, request.provider, request.target_type, request.target};
}

}  // namespace

// Between the first and the second look a policy may change: the second answers by what is stored then.
std::optional<base::Result<Decision>> Authorizer::decide_now(const AccessRequest& request) const {
  auto decision = policies_.decide(target_of(request), request.consumer, request.scope);
  if (!decision || !decision->needs_metadata()) return decision;
  const auto metadata = metadata_.at_hand(request.consumer);
  if (!metadata) return std::nullopt;
  return policies_.decide(target_of(request), request.consumer, request.scope, known_metadata(metadata->get()));
}

base::Result<Decision> Authorizer::decide(const AccessRequest& request) const {
  auto decision = policies_.decide(target_of(request), request.consumer, request.scope);
  if (!decision || !decision->needs_metadata()) return decision;
  const ConsumerMetadata::Found metadata = metadata_.fetch(request.consumer);
  return policies_.decide(target_of(request), request.consumer, request.scope, known_metadata(metadata.get()));
}

}  // namespace jeton::authorization
