// The manager's connections to one server, and what their failures mean for a credential.
#pragma once
#include <array>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "leases/provider.hpp"
#include "leases/providers/idle_connections.hpp"
#include "leases/providers/postgresql/connection.hpp"
#include "leases/providers/postgresql/place.hpp"
#include "leases/providers/postgresql/trouble.hpp"

namespace jeton::leases::postgresql {

/// Thread-safe.
class Sessions {
 public:
  template <class T>
  using Outcome = Provider::Outcome<T>;
  using Session = std::unique_ptr<Connection>;

  /// The clock outlives it. At most `idle_max` connections wait for their next use.
  Sessions(Place place, std::size_t idle_max, const base::Clock& clock)
      : place_(std::move(place)), secrets_{place_.password}, clock_(clock), idle_(idle_max) {}

  /// To the place's own database.
  Outcome<Session> begin(base::Tick deadline);
  /// To another one; ends with its use. A null session: there is no such database (any more).
  Outcome<Session> begin_in(const std::string& database, base::Tick deadline);
  /// For the next call. One that is of no more use is ended.
  void give_back(Session session);

  Problem problem(const Failure& failure, Again again) const;
  Problem problem(Trouble trouble, std::string_view text) const;
  base::Duration left(base::Tick deadline) const { return time_left(deadline, clock_.monotonic()); }

 private:
  const Place place_;
  const std::array<base::Secret, 1> secrets_;
  const base::Clock& clock_;
  IdleConnections<Connection> idle_;
};

}  // namespace jeton::leases::postgresql
