// From a YAML file, the environment and the command line to a checked Config. Later sources win: file, environment,
// settings. Nothing here reads the environment; only read_config_file touches a file.
#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.hpp"
#include "base/result.hpp"

namespace jeton::config {

inline constexpr std::size_t kProblemsMax = 20;

/// Each line is complete: `FILE:LINE: key: what is wrong; what would be right`. No line holds a secret.
using Problems = std::vector<std::string>;
/// Names and values; those that do not begin with JETON_ are passed over.
using Environment = std::map<std::string, std::string>;
/// Where each value that is not a default came from: `jeton.yaml:7`, `environment JETON_DATA`, `--set data`.
using Origins = std::map<std::string, std::string, std::less<>>;

struct File {
  std::string name;  ///< as shown to people
  std::string text;
};

/// `--set KEY=VALUE`, or another option that stands for one key: {"--data", "data=/srv/jeton"}.
struct Setting {
  std::string option = "--set";
  std::string assignment;
};

/// Whether an operator accepted listeners and a broker that other machines can reach without protection (`--insecure`).
enum class Exposure : std::uint8_t { kGuarded, kInsecure };

struct Sources {
  std::optional<File> file;
  Environment environment;
  std::vector<Setting> settings;
  Exposure exposure = Exposure::kGuarded;
};

struct LoadedConfig {
  Config config;
  Origins origins;
  std::vector<std::string> warnings;  ///< for the log; at most kProblemsMax
};

/// Where the value of a key came from, or else the section with an origin that it is in; empty for a default.
std::string_view origin_of(const Origins& origins, std::string_view key);

/// `SOURCE: KEY: WHAT`; source or key may be empty.
std::string problem_line(std::string_view source, std::string_view key, std::string_view what);

/// Everything that is wrong, not only the first, up to kProblemsMax lines and one that counts the rest.
std::expected<LoadedConfig, Problems> load(const Sources& sources);

/// At most kFileBytesMax bytes. kNotFound when there is no such file, kTooLarge past the bound, kInvalid when it is no
/// readable file.
base::Result<File> read_config_file(const std::string& path);

}  // namespace jeton::config
