// What the configuration says about one provider; each type uses a part of it and refuses the rest.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"

namespace jeton::leases {

inline constexpr std::array<std::string_view, 6> kProviderTypes = {"influxdb", "influxdb1", "postgresql",
                                                                   "redis",    "rabbitmq",  "webhook"};

struct ProviderSettings {
  std::string type;  ///< one of kProviderTypes
  base::Secret url;  ///< of the service; postgresql:// and redis:// ones may hold user and password
  std::string user;  ///< the manager's account
  base::Secret password;
  base::Secret token;                    ///< the manager's API token
  std::string org;                       ///< influxdb: the organisation's id, for requests that name none
  std::string database;                  ///< influxdb1: the database that grants are for
  std::string vhost = "/";               ///< rabbitmq
  std::string rules;                     ///< redis: the rules of requests without a role
  std::string acl_persistence = "auto";  ///< redis: auto, acl-file, config-rewrite or none
  std::vector<std::string> create;       ///< postgresql: statements behind CREATE ROLE, in its transaction
  std::vector<std::string> revoke;       ///< postgresql: statements before DROP ROLE
  std::vector<std::string> databases;    ///< postgresql: where roles may come to own something
  std::vector<std::pair<std::string, std::string>> roles;  ///< role name -> what it gives, in the type's own words
  std::string ca;                                          ///< PEM of the authorities to trust; empty: the system's
  std::string certificate;                                 ///< PEM shown to the service; empty: none
  std::string key;
  std::uint64_t connections = 4;       ///< calls at a time, for creating and for revoking each
  std::uint64_t connection_limit = 0;  ///< postgresql: connections a credential may have; 0: no limit
  base::Duration call_timeout = std::chrono::seconds{10};
  base::Duration max_ttl{};      ///< zero: leases.ttl.maximum
  std::uint64_t max_leases = 0;  ///< 0: no limit
  bool adopt = false;            ///< influxdb: take over the leases of earlier managers
};

}  // namespace jeton::leases
