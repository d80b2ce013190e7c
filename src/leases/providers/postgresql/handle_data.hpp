// What a handle says about a role beside its name: all that removing it takes, whatever the configuration says by then
// (token-lease 5.3). Pure.
#pragma once
#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jeton::leases::postgresql {

struct HandleData {
  std::string group;                   ///< who gets what it owns; empty: the manager
  std::vector<std::string> databases;  ///< where it may own something, beside the manager's own
  std::vector<std::string> revoke;     ///< statements, complete
};
BOOST_DESCRIBE_STRUCT(HandleData, (), (group, databases, revoke))

std::string write_handle_data(const HandleData& data);
/// Absent: nothing is said, as for a role that is known from a list only.
std::optional<HandleData> read_handle_data(std::string_view text);

}  // namespace jeton::leases::postgresql
