#include "cloud/consumer_metadata_source.hpp"

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "base/log.hpp"

namespace jeton::cloud {
namespace {

struct System {
  base::json::Value metadata;
};
BOOST_DESCRIBE_STRUCT(System, (), (metadata))

struct SystemsAnswer {
  std::vector<System> entries;
};
BOOST_DESCRIBE_STRUCT(SystemsAnswer, (), (entries))

// 6.6 writes the members that say nothing.
struct SystemsQuestion {
  std::vector<std::string> system_names;
  base::json::Raw addresses{"null"};
  base::json::Raw address_type{"null"};
  base::json::Raw metadata_requirement_list{"null"};
  base::json::Raw versions{"null"};
  base::json::Raw device_names{"null"};
};
BOOST_DESCRIBE_STRUCT(SystemsQuestion, (),
                      (system_names, addresses, address_type, metadata_requirement_list, versions, device_names))

// A tree of JSON takes several times the room of its text.
constexpr std::size_t kTreeFactor = 8;

}  // namespace

ConsumerMetadataSource::ConsumerMetadataSource(Neighbours& neighbours, const base::Clock& clock,
                                               base::Duration remember, std::stop_token stop)
    : neighbours_(neighbours),
      remember_(remember),
      stop_(std::move(stop)),
      known_(clock, {.shared = remember > base::Duration::zero()}) {}

authorization::ConsumerMetadata::Found ConsumerMetadataSource::fetch(std::string_view system) {
  auto found = known_.ask(system, [&] { return ask(system); });
  if (!found) tell_trouble(system, "the ServiceRegistry is slow to answer");
  return found.value_or(nullptr);
}

base::AnswerMemory<authorization::ConsumerMetadata::Found>::Answer ConsumerMetadataSource::ask(
    std::string_view system) {
  const auto body = neighbours_.ask({.neighbour = kServiceRegistry,
                                     .provider = kServiceRegistry,
                                     .service = Discovery::kSystemDiscovery,
                                     .operation = "lookup",
                                     .query = "verbose=false",
                                     .body = base::json::write(SystemsQuestion{.system_names = {std::string(system)}}),
                                     .repeatable = true,
                                     .patience = {.stop = stop_}});
  if (!body) {
    tell_trouble(system, body.error().message);
    return {};
  }
  auto answer = base::json::read_unpadded<SystemsAnswer>(*body);
  if (!answer) {
    neighbours_.doubt(Discovery::kSystemDiscovery);
    tell_trouble(system, answer.error().message);
    return {};
  }
  if (troubled_.exchange(false)) {
    base::log::info("cloud", "the metadata of consumers can be asked for again", {{"consumer", system}});
  }
  Found found;
  if (!answer->entries.empty() && answer->entries.front().metadata.as<base::json::Object>() != nullptr) {
    found = std::make_shared<const base::json::Value>(std::move(answer->entries.front().metadata));
  }
  return {std::move(found), remember_, body->size() * kTreeFactor};
}

void ConsumerMetadataSource::tell_trouble(std::string_view system, std::string_view reason) {
  if (troubled_.exchange(true)) return;
  base::log::warn("cloud",
                  "the metadata of a consumer cannot be asked for: policies that need it admit nobody until it can",
                  {{"consumer", system}, {"reason", reason}});
}

}  // namespace jeton::cloud
