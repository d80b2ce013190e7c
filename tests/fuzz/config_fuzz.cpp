// Any text is refused with problems or loads, and what loads prints to a text that loads to the same print.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "app/config/load.hpp"
#include "app/config/print.hpp"

namespace {

using jeton::config::Config;

bool has_secret(const Config& config) {
  const auto is_set = [](const jeton::base::Secret& secret) { return !secret.empty(); };
  return is_set(config.tokens.reference_key) || is_set(config.tokens.signing_key_password) ||
         is_set(config.http.tls.password) || is_set(config.arrowhead.mqtt.password) ||
         is_set(config.queues.access_token_key) || !config.queues.previous_access_token_keys.empty() ||
         !config.identity.authenticator_secret_keys.empty() || !config.identity.authenticator_credentials.empty() ||
         // None loads without its url, which may hold one.
         !config.leases.providers.empty();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jeton::config;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto first = load({.file = File{"fuzz.yaml", text}, .environment = {}, .settings = {}});
  if (!first) {
    if (first.error().empty() || first.error().size() > kProblemsMax + 1) std::abort();
    for (const std::string& problem : first.error()) {
      // A problem is one line on a terminal: nothing of the file may break or colour it.
      if (std::ranges::any_of(problem, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) std::abort();
    }
    return 0;
  }
  const bool has_secrets = has_secret(first->config);
  const std::string printed = print(first->config, first->origins);
  const auto second = load({.file = File{"printed.yaml", printed}, .environment = {}, .settings = {}});
  if (has_secrets) {
    if (second) std::abort();  // the placeholder must not become the secret
    return 0;
  }
  if (!second || print(second->config) != print(first->config)) std::abort();
  return 0;
}
