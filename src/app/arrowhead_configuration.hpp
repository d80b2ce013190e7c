// What `get-config` tells: our settings under the names and in the units of the system we replace
// (arrowhead-authorization 5.20).
#pragma once
#include <string>

#include "app/config/config.hpp"
#include "base/json/types.hpp"

namespace jeton::app {

base::json::Members<std::string> arrowhead_configuration(const config::Config& config);

}  // namespace jeton::app
