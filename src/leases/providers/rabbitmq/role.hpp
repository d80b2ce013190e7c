// What a role of RabbitMQ gives. Pure.
#pragma once
#include <boost/describe/class.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace jeton::leases::rabbitmq {

/// Regular expressions of the names that may be configured, written to and read from; an empty one matches nothing.
struct Permissions {
  std::string configure;
  std::string write;
  std::string read;
};
BOOST_DESCRIBE_STRUCT(Permissions, (), (configure, write, read))

struct Role {
  Permissions permissions;
  std::string vhost;
};
/// kInvalid, saying what is wrong. `vhost` is that of roles that name none.
base::Result<Role> read_role(std::string_view text, std::string_view vhost);

}  // namespace jeton::leases::rabbitmq
