#include "leases/providers/problem_text.hpp"

#include <algorithm>

#include "base/strings.hpp"

namespace jeton::leases {
namespace {

// Shorter ones are found in ordinary words.
constexpr std::size_t kSecretBytesMin = 4;

void hide(std::string& text, std::string_view secret) {
  if (secret.size() < kSecretBytesMin) return;
  constexpr std::string_view kHidden = "***";
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kHidden.size()))
    text.replace(at, secret.size(), kHidden);
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string problem_text(std::string_view text, std::span<const base::Secret> secrets) {
  std::string out(text);
  for (const base::Secret& secret : secrets) {
    hide(out, secret.reveal());
    hide(out, base::percent_encode(secret.reveal()));
  }
  if (!base::is_utf8(out))
    std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) > 0x7e; }, '?');
  std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  std::size_t end = std::min(out.size(), kProblemBytesMax);
  while (end < out.size() && end > 0 && is_continuation(out[end])) --end;
  out.resize(end);
  return out;
}

}  // namespace jeton::leases
