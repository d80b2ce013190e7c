// Tells a story to the use-cases, without any wire.
#include "api/arrowhead/grant_requests.hpp"
#include "api/arrowhead/policy_requests.hpp"
#include "api/arrowhead/requester.hpp"
#include "api/arrowhead/token_answers.hpp"
#include "api/arrowhead/token_requests.hpp"
#include "authorization/instance_id_rules.hpp"
#include "scenarios/payloads.hpp"
#include "scenarios/world.hpp"

namespace jeton::scenarios {
namespace {

namespace arrowhead = api::arrowhead;
using jeton::testing::Awaited;

class UseCaseSpeaker final : public Speaker {
 public:
  base::ManualClock& clock() override { return world_.clock; }

  std::string grant(const std::string& caller, const Grant& grant) override {
    auto wanted = arrowhead::check_grant(grant_request(grant), caller, world_.names);
    if (!wanted) return outcome_of(wanted.error());
    Awaited<authorization::GrantedPolicy> granted;
    world_.grant_policy(*std::move(wanted), now(), {}, granted.completion());
    const auto result = granted.get();
    if (!result) return outcome_of(result.error());
    return result->outcome == authorization::GrantOutcome::kCreated ? "created" : "unchanged";
  }

  std::string revoke(const std::string& caller, const std::string& target) override {
    auto revocation =
        arrowhead::check_revoke(fmt::format("PR|LOCAL|{}|SERVICE_DEF|{}", caller, target), caller, world_.names);
    if (!revocation) return outcome_of(revocation.error());
    Awaited<bool> removed;
    world_.revoke_policy(*std::move(revocation), now(), {}, removed.completion());
    const auto result = removed.get();
    return result ? "done" : outcome_of(result.error());
  }

  std::string look_up(const std::string& caller, const std::string& target) override {
    arrowhead::LookupRequest request;
    request.target_names = {target};
    request.target_type = "SERVICE_DEF";
    const auto query = arrowhead::check_lookup(request, caller, world_.names);
    return query ? count(*query) : outcome_of(query.error());
  }

  std::string may_use(const std::string& caller, const Use& use) override {
    arrowhead::NameBuffers buffers;
    arrowhead::VerifyRequest request;
    request.provider = use.provider;
    request.target_type = "SERVICE_DEF";
    request.target = use.target;
    if (!use.scope.empty()) request.scope = use.scope;
    const auto access = arrowhead::check_verify(request, caller, world_.names, buffers);
    if (!access) return outcome_of(access.error());
    const auto decision = world_.authorizer.decide(*access);
    if (!decision) return outcome_of(decision.error());
    return decision->granted ? "yes" : "no";
  }

  Token generate(const std::string& caller, const std::string& variant, const Use& use) override {
    arrowhead::TokenGenerationRequest request{
        .token_variant = variant, .provider = use.provider, .target_type = {}, .target = use.target, .scope = {}};
    auto order = arrowhead::check_generation(request, caller, world_.names);
    if (!order) return {.text = {}, .outcome = outcome_of(order.error())};
    const auto minted = world_.generate(*std::move(order));
    if (!minted) return {.text = {}, .outcome = outcome_of(minted.error())};
    return {.text = std::string(minted->text.reveal()), .outcome = "issued"};
  }

  std::string verify(const std::string& caller, const std::string& token) override {
    std::string buffer;
    const auto question = arrowhead::check_verification(token, caller, world_.names, buffer);
    if (!question) return outcome_of(question.error());
    const auto found = world_.verify_token.check(question->token, question->provider, now());
    if (!found) return outcome_of(found.error());
    const auto good = world_.verify(question->token, question->provider);
    if (!good) return outcome_of(good.error());
    if (!*good) return "not good";
    const auto told = arrowhead::verified_answer(found->token);
    return fmt::format("good {} {}", told.consumer.value_or(""), told.target.value_or(""));
  }

  std::string register_key(const std::string& caller, const std::string& key) override {
    auto order = arrowhead::check_key({.key = key, .algorithm = {}}, caller, world_.names);
    if (!order) return outcome_of(order.error().error);
    std::vector<tokens::EncryptionKeyOrder> orders;
    orders.push_back(*std::move(order));
    Awaited<tokens::RegisterEncryptionKeys::Keys> registered;
    world_.register_encryption_keys(std::move(orders), caller, now(), {}, registered.completion());
    const auto result = registered.get();
    return result ? "created" : outcome_of(result.error());
  }

  std::string unregister_key(const std::string& caller) override {
    Awaited<std::size_t> removed;
    world_.remove_encryption_keys({caller}, caller, now(), {}, removed.completion());
    const auto result = removed.get();
    if (!result) return outcome_of(result.error());
    return *result != 0 ? "done" : "nothing";
  }

  std::string dictate(const std::string& caller, const Grant& grant) override {
    if (const auto refused = manages(caller, "grant-policies"); !refused.empty()) return refused;
    arrowhead::ManagementGrantListRequest request;
    request.list.emplace().emplace_back(grant_request(grant));
    auto wanted = arrowhead::check_grants(request, caller, world_.names);
    if (!wanted) return outcome_of(wanted.error());
    Awaited<std::vector<model::PolicySet>> granted;
    world_.grant_policies(*std::move(wanted), now(), {}, granted.completion());
    const auto result = granted.get();
    return result ? "created" : outcome_of(result.error());
  }

  std::string count_policies(const std::string& caller, const std::string& provider) override {
    if (const auto refused = manages(caller, "query-policies"); !refused.empty()) return refused;
    arrowhead::QueryRequest request;
    request.level = "PROVIDER";
    request.providers = {provider};
    const auto query = arrowhead::check_query(request, 100, world_.names);
    return query ? count(*query) : outcome_of(query.error());
  }

 private:
  base::Instant now() { return world_.clock.wall(); }

  std::string count(const store::PolicyQuery& query) {
    const auto page = world_.query_policies(query);
    return page ? std::to_string(page->total) : outcome_of(page.error());
  }

  // Empty: the caller may.
  std::string manages(const std::string& caller, std::string_view operation) {
    const std::string key = "SYSTEM//" + caller;
    const auto outcome = world_.admission.decide({.credentials = identity::credentials_of_text(key),
                                                  .management = true,
                                                  .service = "authorizationManagement",
                                                  .operation = operation});
    return outcome.refusal ? outcome_of(outcome.refusal->error) : std::string{};
  }

  World world_;
};

}  // namespace

std::unique_ptr<Speaker> make_use_case_speaker() {
  return std::make_unique<UseCaseSpeaker>();
}

}  // namespace jeton::scenarios
