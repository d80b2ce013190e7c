// Asks the Blacklist system whether a system is listed (arrowhead-authorization 9.5).
#pragma once
#include <stop_token>

#include "cloud/neighbours.hpp"
#include "identity/blacklist_source.hpp"

namespace jeton::cloud {

class BlacklistSource final : public identity::BlacklistSource {
 public:
  /// `neighbours` outlives it; `stop` ends what waits when the server goes down.
  BlacklistSource(Neighbours& neighbours, std::stop_token stop) : neighbours_(neighbours), stop_(std::move(stop)) {}
  base::Result<bool> is_listed(std::string_view system) override;

 private:
  Neighbours& neighbours_;
  const std::stop_token stop_;
};

}  // namespace jeton::cloud
