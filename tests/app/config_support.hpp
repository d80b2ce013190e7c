// Loading short texts, and reading the problems that came of it.
#pragma once
#include <string>

#include "app/config/load.hpp"

namespace jeton::config {

inline std::expected<LoadedConfig, Problems> load_text(std::string text, Exposure exposure = Exposure::kGuarded) {
  return load({.file = File{"j.yaml", std::move(text)}, .environment = {}, .settings = {}, .exposure = exposure});
}

/// The problems of a text, empty when it loads.
inline Problems problems_of(std::string text) {
  auto loaded = load_text(std::move(text));
  return loaded ? Problems{} : std::move(loaded.error());
}

}  // namespace jeton::config
