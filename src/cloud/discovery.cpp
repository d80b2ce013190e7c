#include "cloud/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "cloud/error_answer.hpp"

namespace jeton::cloud {
namespace {

using base::ErrorCode;
using Found = Discovery::Found;

// For a question whose answer leads to a place, and for one that leads to none.
constexpr base::Duration kAnswerKept = std::chrono::seconds(1);
constexpr std::string_view kOrchestrationService = "serviceOrchestration";
constexpr std::array<std::string_view, 2> kOrchestrators = {"DynamicServiceOrchestration",
                                                            "FlexibleServiceOrchestration"};

struct Named {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Named, (), (name))

struct Interface {
  std::string template_name;
  base::json::Value properties;
};
BOOST_DESCRIBE_STRUCT(Interface, (), (template_name, properties))

struct Instance {
  std::optional<Named> provider;
  std::vector<Interface> interfaces;
};
BOOST_DESCRIBE_STRUCT(Instance, (), (provider, interfaces))

struct LookupAnswer {
  std::vector<Instance> entries;
};
BOOST_DESCRIBE_STRUCT(LookupAnswer, (), (entries))

struct Orchestrated {
  std::string provider_name;
  std::vector<Interface> interfaces;
};
BOOST_DESCRIBE_STRUCT(Orchestrated, (), (provider_name, interfaces))

struct OrchestrationAnswer {
  std::vector<Orchestrated> results;
};
BOOST_DESCRIBE_STRUCT(OrchestrationAnswer, (), (results))

struct Lookup {
  base::json::Raw provider_names;
  std::vector<std::string> service_definition_names;
  std::vector<std::string> interface_template_names;
};
BOOST_DESCRIBE_STRUCT(Lookup, (), (provider_names, service_definition_names, interface_template_names))

struct Requirement {
  std::string service_definition;
  std::vector<std::string> interface_template_names;
  std::vector<std::string> preferred_providers;
};
BOOST_DESCRIBE_STRUCT(Requirement, (), (service_definition, interface_template_names, preferred_providers))

struct OrchestrationRequest {
  Requirement service_requirement;
  base::json::Members<bool> orchestration_flags;
};
BOOST_DESCRIBE_STRUCT(OrchestrationRequest, (), (service_requirement, orchestration_flags))

std::string template_of(std::string_view scheme) {
  return fmt::format("generic_{}", scheme);
}

base::Error nobody_offers(std::string_view service) {
  return base::not_found(fmt::format("no system of the local cloud offers the service {}", service));
}

base::Error unreadable(std::string_view neighbour, std::string_view reason) {
  return unusable(fmt::format("the answer of {} cannot be used: {}", neighbour, reason));
}

// The first interface of the cloud's own kind.
base::Result<Found> first_place(std::string_view scheme, const std::string& provider,
                                const std::vector<Interface>& interfaces, std::string_view service) {
  const auto fits = std::ranges::find(interfaces, template_of(scheme), &Interface::template_name);
  if (fits == interfaces.end()) return base::failure(nobody_offers(service));
  auto place = place_of(scheme, provider, fits->properties);
  if (!place) {
    return base::failure(unusable(
        fmt::format("what is registered for {} of {} cannot be used: {}", service, provider, place.error().message)));
  }
  return std::make_shared<const Place>(*std::move(place));
}

std::string names_or_null(std::string_view name) {
  return name.empty() ? std::string("null") : base::json::write(std::vector<std::string>{std::string(name)});
}

std::string scheme_of(std::string_view origin) {
  return std::string(origin.substr(0, origin.find("://")));
}

}  // namespace

Discovery::Discovery(Settings settings, Exchange& exchange, const base::Clock& clock)
    : settings_(std::move(settings)),
      scheme_(scheme_of(settings_.registry)),
      exchange_(exchange),
      clock_(clock),
      answers_(clock, {.answers_max = 64, .bytes_max = 1024 * 1024}) {
  for (const auto& [service, place] : settings_.fixed) known_[service] = {std::make_shared<const Place>(place)};
}

base::Result<Found> Discovery::find(std::string_view service, std::string_view provider, const Patience& patience) {
  Found last_known;
  {
    const std::scoped_lock lock(mutex_);
    const auto known = known_.find(service);
    if (known != known_.end() && !known->second.doubtful) return known->second.place;
    if (known != known_.end()) last_known = known->second.place;
  }
  const auto answered = answers_.ask(
      service,
      [&] {
        Answer answer = look(service, provider, patience);
        return base::AnswerMemory<Answer>::Answer{std::move(answer), kAnswerKept, 0};
      },
      std::min(patience.until - clock_.monotonic(), base::AnswerMemory<Answer>::kForever));
  const Answer answer =
      answered ? *answered
               : base::failure(base::Error{ErrorCode::kExternal, "the ServiceRegistry is slow to answer", {}});
  if (!answer) {
    // A service that is not offered any more is gone; while nobody tells, it may be back where it was.
    if (answer.error().code == ErrorCode::kNotFound || last_known == nullptr) return answer;
    return last_known;
  }
  const std::scoped_lock lock(mutex_);
  known_.insert_or_assign(std::string(service), Known{*answer});
  return answer;
}

void Discovery::doubt(std::string_view service, const Found& place) {
  const auto fixed =
      std::ranges::find(settings_.fixed, service, [](const auto& entry) { return std::string_view(entry.first); });
  if (fixed != settings_.fixed.end()) return;
  const std::scoped_lock lock(mutex_);
  const auto known = known_.find(service);
  if (known != known_.end() && (place == nullptr || known->second.place == place)) known->second.doubtful = true;
}

Discovery::Answer Discovery::look(std::string_view service, std::string_view provider, const Patience& patience) {
  if (settings_.registry.empty()) return base::failure(nobody_offers(service));
  Answer answer = ask_registry(service, provider, patience);
  const bool is_orchestration = service == kOrchestrationService;
  if (answer || answer.error().code != ErrorCode::kNotFound || is_orchestration) return answer;
  for (const std::string_view orchestrator : kOrchestrators) {
    if (Answer orchestrated = ask_orchestrator(orchestrator, service, provider, patience)) return orchestrated;
  }
  return answer;
}

Discovery::Answer Discovery::ask_registry(std::string_view service, std::string_view provider,
                                          const Patience& patience) {
  const Lookup lookup{.provider_names = {names_or_null(provider)},
                      .service_definition_names = {std::string(service)},
                      .interface_template_names = {template_of(scheme_)}};
  const auto body =
      exchange_.send({.neighbour = kServiceRegistry,
                      .method = "POST",
                      .url = settings_.registry + "/serviceregistry/service-discovery/lookup?verbose=false",
                      .body = base::json::write(lookup),
                      .repeatable = true,
                      .anonymous = service == kIdentity,
                      .patience = patience});
  if (!body) return base::failure(body.error().error);
  const auto found = base::json::read_unpadded<LookupAnswer>(*body);
  if (!found) return base::failure(unreadable(kServiceRegistry, found.error().message));
  if (found->entries.empty()) return base::failure(nobody_offers(service));
  const Instance& first = found->entries.front();
  return first_place(scheme_, first.provider ? first.provider->name : std::string(), first.interfaces, service);
}

Discovery::Answer Discovery::ask_orchestrator(std::string_view orchestrator, std::string_view service,
                                              std::string_view provider, const Patience& patience) {
  const Answer place = ask_registry(kOrchestrationService, orchestrator, patience);
  if (!place) return place;
  const auto pull = (*place)->operation("pull");
  if (!pull) return base::failure(pull.error());
  OrchestrationRequest request{
      .service_requirement = {.service_definition = std::string(service),
                              .interface_template_names = {template_of(scheme_)},
                              .preferred_providers = {}},
      .orchestration_flags = {{"MATCHMAKING", true}, {"ALLOW_INTERCLOUD", false}, {"ALLOW_TRANSLATION", false}}};
  if (!provider.empty()) request.service_requirement.preferred_providers.emplace_back(provider);
  const auto body = exchange_.send({.neighbour = kOrchestration,
                                    .method = pull->method,
                                    .url = (*place)->url(*pull, {}, {}),
                                    .body = base::json::write(request),
                                    .repeatable = true,
                                    .patience = patience});
  if (!body) return base::failure(body.error().error);
  const auto found = base::json::read_unpadded<OrchestrationAnswer>(*body);
  if (!found) return base::failure(unreadable(orchestrator, found.error().message));
  const auto fits = std::ranges::find_if(
      found->results, [&](const Orchestrated& result) { return provider.empty() || result.provider_name == provider; });
  if (fits == found->results.end()) return base::failure(nobody_offers(service));
  return first_place(scheme_, fits->provider_name, fits->interfaces, service);
}

}  // namespace jeton::cloud
