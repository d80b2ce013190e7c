// `jeton config print`.
#pragma once
#include <string>

#include "app/config/load.hpp"

namespace jeton::config {

/// The effective values as YAML with every key; behind each that is no default, a comment with its origin. Secrets show
/// as "(set)". Without secrets it loads again to the same values; with them, loading it says which to fill in.
std::string print(const Config& config, const Origins& origins = {});

}  // namespace jeton::config
