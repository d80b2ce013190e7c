// Any text is refused with problems or loads, and what loads prints to a text that loads to the same print.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "app/config/load.hpp"
#include "app/config/print.hpp"

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
  const bool has_secrets = !first->config.tokens.reference_key.empty() ||
                           !first->config.tokens.signing_key_password.empty() ||
                           !first->config.http.tls.password.empty();
  const std::string printed = print(first->config, first->origins);
  const auto second = load({.file = File{"printed.yaml", printed}, .environment = {}, .settings = {}});
  if (has_secrets) {
    if (second) std::abort();  // the placeholder must not become the secret
    return 0;
  }
  if (!second || print(second->config) != print(first->config)) std::abort();
  return 0;
}
