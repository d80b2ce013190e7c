#include "identity/admission.hpp"

#include <utility>

namespace jeton::identity {
namespace {

using Stage = Admission::Stage;
using Outcome = Admission::Outcome;

Outcome refused(Caller caller, Stage stage, base::Error error) {
  return {.caller = std::move(caller), .refusal = Admission::Refusal{.stage = stage, .error = std::move(error)}};
}

}  // namespace

std::optional<Outcome> Admission::decide_now(const Wish& wish) const {
  auto known = authenticator_.authenticate_now(wish.credentials);
  if (!known) return std::nullopt;
  if (!*known) return refused({}, Stage::kAuthentication, std::move(known->error()));
  Caller& caller = **known;
  const auto let_in = blacklist_.admit_now(caller);
  if (!let_in) return std::nullopt;
  if (!*let_in) return refused(std::move(caller), Stage::kBlacklist, let_in->error());
  if (wish.management) {
    const auto may_manage = management_.admit_now(caller, wish.service, wish.operation);
    if (!may_manage) return std::nullopt;
    if (!*may_manage) return refused(std::move(caller), Stage::kManagement, may_manage->error());
  }
  return std::optional<Outcome>(std::in_place, std::move(caller), std::nullopt);
}

Outcome Admission::decide(const Wish& wish) const {
  auto known = authenticator_.authenticate(wish.credentials);
  if (!known) return refused({}, Stage::kAuthentication, std::move(known.error()));
  if (const auto let_in = blacklist_.admit(*known); !let_in)
    return refused(*std::move(known), Stage::kBlacklist, let_in.error());
  if (wish.management) {
    if (const auto may_manage = management_.admit(*known, wish.service, wish.operation); !may_manage)
      return refused(*std::move(known), Stage::kManagement, may_manage.error());
  }
  return {.caller = *std::move(known), .refusal = std::nullopt};
}

}  // namespace jeton::identity
