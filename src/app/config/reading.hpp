// What the steps of loading share: the values so far, where each came from, and what was wrong.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config/load.hpp"
#include "app/config/table.hpp"

namespace jeton::config {

struct Reading {
  LoadedConfig loaded;
  Problems problems;
  std::size_t left_out = 0;

  void problem(std::string_view source, std::string_view key, std::string_view what) {
    if (problems.size() < kProblemsMax) {
      problems.push_back(problem_line(source, key, what));
    } else {
      ++left_out;
    }
  }
  /// About a key wherever its value came from, or else the member that it is a key of.
  void problem_with(std::string_view key, std::string_view what) { problem(origin_of(loaded.origins, key), key, what); }
  void warn(std::string warning) {
    if (loaded.warnings.size() < kProblemsMax) loaded.warnings.push_back(std::move(warning));
  }
  void set(std::string_view key, std::string_view source) {
    loaded.origins.insert_or_assign(std::string(key), std::string(source));
  }
};

/// The members that a path leads through, `leases.providers.influx.url` through that named influx; they are made if
/// there are none of these names yet, and `source` is where they came from. nullopt when that cannot be, which is then
/// among the problems.
std::optional<std::vector<std::size_t>> enter(std::string_view path, std::string_view source, Reading& reading);

/// overrides.cpp: JETON_* variables, then settings of the command line.
void apply_environment(const Environment& environment, Reading& reading);
void apply_settings(const std::vector<Setting>& settings, Reading& reading);

/// validate.cpp: rules about several keys, or about more than a key's type.
void validate(Exposure exposure, Reading& reading);
/// validate_leases.cpp, validate_cloud.cpp: those about leases, and about other systems of an Arrowhead cloud; part of
/// validate().
void validate_leases(Exposure exposure, Reading& reading);
void validate_cloud(Reading& reading);
/// Whether a configured name can be compared with callers' names: it is a system name, or becomes one by normalization.
base::Status check_system_name(const Config& config, const std::string& name);

/// Notes that a key or section of a later release was given.
void warn_later(std::string_view source, const Later& section, Reading& reading);

}  // namespace jeton::config
