#include "app/config/import_server.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config/host_port.hpp"
#include "base/strings.hpp"

namespace jeton::config {
namespace {

constexpr std::string_view kLocalHost = "127.0.0.1";

std::string listener_of(ImportSettings& settings, std::string_view default_port, bool is_guarded) {
  std::string port(default_port);
  const auto typed_port = settings.take_trimmed("server.port");
  if (typed_port && parse_host_port(joined(kLocalHost, typed_port->value))) {
    port = typed_port->value;
  } else if (typed_port) {
    settings.note(*typed_port, "not taken over: it is no port; expected a whole number from 0 to 65535");
  }
  const auto address = settings.take_trimmed("server.address");
  if (!address) {
    settings.note(
        "server.address is not set: the original serves all addresses of the machine, this configuration 127.0.0.1 "
        "alone; see http.listen");
    return joined(kLocalHost, port);
  }
  std::string listener = joined(address->value, port);
  const auto parsed = parse_host_port(listener);
  if (!parsed) {
    settings.note(*address, "not taken over: it is no address; expected a host name or an IP address");
    return joined(kLocalHost, port);
  }
  if (!is_guarded && !is_loopback(*parsed))
    settings.note(*address, "other machines can reach it; `jeton serve` wants --insecure for that");
  return listener;
}

}  // namespace

std::string joined(std::string_view host, std::string_view port) {
  const bool is_ipv6 = host.find(':') != std::string_view::npos && !host.starts_with('[');
  return is_ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

void import_listener(ImportSettings& settings, std::string_view default_port, bool is_guarded) {
  const std::string listener = listener_of(settings, default_port, is_guarded);
  settings.put_list("http.listen", {&listener, 1});
}

std::optional<std::string> path_of(ImportSettings& settings, const Property& property, std::string_view instead) {
  constexpr std::string_view kFile = "file:";
  if (property.value.starts_with("classpath:")) {
    settings.note(property, fmt::format("not taken over: it is inside the original's program; {}", instead));
    return std::nullopt;
  }
  std::string_view path = property.value;
  if (path.starts_with(kFile)) path.remove_prefix(kFile.size());
  return std::string(path);
}

std::optional<std::string> import_key_store(ImportSettings& settings) {
  const auto type = settings.take_trimmed("server.ssl.key-store-type");
  const auto store = settings.take_trimmed("server.ssl.key-store");
  const auto password = settings.take("server.ssl.key-store-password");
  if (!store) return std::nullopt;
  auto path = path_of(settings, *store, "set http.tls.pkcs12 to a copy of the file");
  if (!path) return std::nullopt;
  if (type && !base::equals_ignoring_case(type->value, "PKCS12")) {
    settings.note(*store,
                  fmt::format("not taken over: it is no PKCS#12 file, by its server.ssl.key-store-type; run `keytool "
                              "-importkeystore -srckeystore {} -destkeystore {} -deststoretype PKCS12` and set "
                              "http.tls.pkcs12 and http.tls.password",
                              shell_word(*path), shell_word(*path + ".p12")));
    return std::nullopt;
  }
  settings.put("http.tls.pkcs12", *path);
  if (password) settings.put_secret("http.tls.password", password->value);
  return path;
}

std::string shell_word(std::string_view text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(text);
  std::string out = "'";
  for (const char c : text) c == '\'' ? out += "'\\''" : out += c;
  return out + "'";
}

}  // namespace jeton::config
