#include "cloud/registration.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"
#include "base/log.hpp"
#include "cloud/error_answer.hpp"

namespace jeton::cloud {
namespace {

struct Registered {
  std::string instance_id;
};
BOOST_DESCRIBE_STRUCT(Registered, (), (instance_id))

struct RegisteredInstances {
  std::vector<Registered> entries;
};
BOOST_DESCRIBE_STRUCT(RegisteredInstances, (), (entries))

struct OwnInstances {
  std::vector<std::string> provider_names;
};
BOOST_DESCRIBE_STRUCT(OwnInstances, (), (provider_names))

Neighbours::Question question(std::string_view service, std::string_view operation, std::string body,
                              const std::stop_token& stop) {
  return {.neighbour = kServiceRegistry,
          .provider = kServiceRegistry,
          .service = service,
          .operation = operation,
          .body = std::move(body),
          .repeatable = true,  // registering twice ends in the same record
          .patience = {.stop = stop}};
}

}  // namespace

Registration::Registration(SelfDescription self, std::vector<OfferedService> services, Neighbours& neighbours,
                           const base::Clock& clock)
    : self_(std::move(self)), services_(std::move(services)), neighbours_(neighbours), clock_(clock) {}

base::Status Registration::keep(const std::stop_token& stop) {
  const std::scoped_lock telling(telling_);
  bool registered = false;
  {
    const std::scoped_lock lock(mutex_);
    if (withdrawn_) return {};
    registered = registered_;
  }
  if (registered) {
    const auto there = is_registered(stop);
    if (!there) return note(base::failure(there.error()));
    if (*there) return note({});
    base::log::warn("cloud", "the ServiceRegistry does not have our services any more: registering again");
  }
  if (auto told = register_all(stop); !told) return note(std::move(told));
  // At once: the less time it has to forget us unseen, the more is known of what it hides.
  const auto there = is_registered(stop);
  if (!there) return note(base::failure(there.error()));
  if (!*there) {
    return note(base::failure(
        unusable(fmt::format("{} does not show the services of which it was just told", kServiceRegistry))));
  }
  return note({});
}

base::Status Registration::register_all(const std::stop_token& stop) {
  {
    const std::scoped_lock lock(mutex_);
    registered_ = false;
    expected_.reset();
  }
  // What an earlier life left, whose services go with it.
  if (const auto revoked = neighbours_.ask(question(Discovery::kSystemDiscovery, "revoke", {}, stop)); !revoked)
    return base::failure(revoked.error());
  const auto system =
      neighbours_.ask(question(Discovery::kSystemDiscovery, "register", system_registration(self_), stop));
  if (!system) return base::failure(system.error());
  for (const OfferedService& service : services_) {
    if (const auto status = register_service(service, stop); !status) return status;
  }
  const std::scoped_lock lock(mutex_);
  registered_ = true;
  base::log::info("cloud", "registered in the ServiceRegistry",
                  {{"system", neighbours_.credentials().system_name()},
                   {"services", fmt::to_string(services_.size())},
                   {"address", fmt::format("{}:{}", self_.address, self_.port)}});
  return {};
}

base::Status Registration::register_service(const OfferedService& service, const std::stop_token& stop) {
  {
    // The id that it will have, should the answer be lost: it is taken out again all the same.
    const std::scoped_lock lock(mutex_);
    instances_.try_emplace(
        service.name, fmt::format("{}|{}|{}", neighbours_.credentials().system_name(), service.name, kServiceVersion));
  }
  const auto body =
      neighbours_.ask(question(Discovery::kServiceDiscovery, "register", service_registration(self_, service), stop));
  if (!body) return base::failure(body.error());
  const auto registered = base::json::read_unpadded<Registered>(*body);
  if (!registered || registered->instance_id.empty()) {
    neighbours_.doubt(Discovery::kServiceDiscovery);
    return base::failure(unusable(fmt::format("the answer of {} to the registration of {} holds no `instanceId`",
                                              kServiceRegistry, service.name)));
  }
  const std::scoped_lock lock(mutex_);
  instances_[service.name] = registered->instance_id;
  return {};
}

base::Result<bool> Registration::is_registered(const std::stop_token& stop) {
  auto ours = question(Discovery::kServiceDiscovery, "lookup",
                       base::json::write(OwnInstances{{neighbours_.credentials().system_name()}}), stop);
  ours.query = "verbose=false";
  const auto body = neighbours_.ask(ours);
  if (!body) return base::failure(body.error());
  const auto found = base::json::read_unpadded<RegisteredInstances>(*body);
  if (!found) {
    neighbours_.doubt(Discovery::kServiceDiscovery);
    return base::failure(
        unusable(fmt::format("the answer of {} cannot be used: {}", kServiceRegistry, found.error().message)));
  }
  std::set<std::string> shown;
  for (const Registered& entry : found->entries) shown.insert(entry.instance_id);
  const std::scoped_lock lock(mutex_);
  if (!expected_) expected_ = expected_of(shown);
  return std::ranges::includes(shown, *expected_);
}

// What is discovered without restriction is shown to everybody, also by a registry that forgot the rest of us.
std::set<std::string> Registration::expected_of(const std::set<std::string>& shown) const {
  std::set<std::string> expected;
  for (const OfferedService& service : services_) {
    const auto instance = instances_.find(service.name);
    if (instance == instances_.end()) continue;
    if (service.unrestricted_discovery || shown.contains(instance->second)) expected.insert(instance->second);
  }
  return expected;
}

// A change is a line in the log; the state in between is for /readyz to tell.
base::Status Registration::note(base::Status status) {
  if (!status && status.error().code == base::ErrorCode::kUnavailable) return status;  // the server stops
  const std::scoped_lock lock(mutex_);
  if (!status && troubled_ != status.error().code) {
    base::log::warn("cloud", "the ServiceRegistry cannot be told about this server, and is tried again",
                    {{"reason", status.error().message}});
  }
  if (status && troubled_) base::log::info("cloud", "the ServiceRegistry knows this server again");
  troubled_ = status ? std::nullopt : std::optional(status.error().code);
  health_ = status ? base::Status{} : base::failure(base::unavailable(status.error().message));
  return status;
}

void Registration::withdraw(base::Duration time_max) {
  const base::Tick deadline = clock_.monotonic() + time_max;
  {
    const std::scoped_lock lock(mutex_);
    withdrawn_ = true;
  }
  const std::unique_lock telling(telling_, time_max);
  if (!telling.owns_lock())
    return base::log::warn("cloud", "the services could not be taken out of the ServiceRegistry in time");
  std::map<std::string, std::string> instances;
  {
    const std::scoped_lock lock(mutex_);
    instances.swap(instances_);
    registered_ = false;
  }
  for (const auto& [service, instance] : instances) {
    auto revoke = question(Discovery::kServiceDiscovery, "revoke", {}, {});
    revoke.arguments = {instance};
    revoke.patience.until = deadline;
    const auto revoked = neighbours_.ask(revoke);
    if (revoked) continue;
    base::log::warn("cloud", "a service could not be taken out of the ServiceRegistry",
                    {{"service", service}, {"reason", revoked.error().message}});
    if (revoked.error().code == base::ErrorCode::kExternal) return;  // nor will the others
  }
  if (!instances.empty()) base::log::info("cloud", "taken out of the ServiceRegistry");
}

base::Status Registration::health() const {
  const bool away = neighbours_.is_away(kServiceRegistry);
  const std::scoped_lock lock(mutex_);
  if (health_ && away) return base::failure(base::unavailable("the ServiceRegistry does not answer"));
  return health_;
}

}  // namespace jeton::cloud
