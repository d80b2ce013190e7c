// Where a PostgreSQL server is and who calls it, as libpq's parameters. Pure but for read_place, which reads no more
// than its text.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "leases/provider_settings.hpp"

namespace jeton::leases::postgresql {

using Words = std::vector<std::pair<std::string, std::string>>;

struct Place {
  Words words;  ///< libpq's keywords and their values, without the password
  base::Secret password;

  /// The value of a keyword; empty when there is none.
  std::string_view word(std::string_view keyword) const;
  /// "127.0.0.1:5432", for people.
  std::string shown() const;
};

/// Of settings.url as libpq reads it, and the account, authorities and certificate beside it. A server elsewhere than
/// on this machine is verified unless the URL's sslmode says otherwise. kInvalid, at the setting.
base::Result<Place> read_place(std::string_view name, const ProviderSettings& settings);

/// The same place with the addresses of its hosts, so that libpq need not look them up, which it can only do waiting
/// for as long as it takes. `look_up` is asked for each host that is a name or an address.
base::Result<Words> with_addresses(
    const Place& place, const std::function<base::Result<std::vector<std::string>>(const std::string&)>& look_up);

}  // namespace jeton::leases::postgresql
