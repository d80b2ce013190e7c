#include "cloud/place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/strings.hpp"
#include "cloud/error_answer.hpp"
#include "net/http_client.hpp"

namespace jeton::cloud {
namespace {

using base::json::Array;
using base::json::Object;
using base::json::Value;

const std::string* text_member(const Value& value, std::string_view name) {
  const Value* member = value.member(name);
  return member == nullptr ? nullptr : member->as<std::string>();
}

// Nothing that could turn into another part of a URL.
bool is_host(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == ':';
  });
}

bool is_path(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != '?' && c != '#'; });
}

bool is_method(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

base::Result<std::string> origin_of_properties(std::string_view scheme, const Value& properties) {
  const Value* addresses = properties.member("accessAddresses");
  const Array* list = addresses == nullptr ? nullptr : addresses->as<Array>();
  const std::string* host = list == nullptr || list->empty() ? nullptr : list->front().as<std::string>();
  if (host == nullptr || !is_host(*host)) return base::failure(unusable("it has no usable `accessAddresses`"));
  const Value* port_member = properties.member("accessPort");
  const std::int64_t* port = port_member == nullptr ? nullptr : port_member->as<std::int64_t>();
  if (port == nullptr || *port < 1 || *port > 65535) return base::failure(unusable("it has no usable `accessPort`"));
  const bool is_ipv6 = host->find(':') != std::string::npos;
  const std::string url =
      is_ipv6 ? fmt::format("{}://[{}]:{}", scheme, *host, *port) : fmt::format("{}://{}:{}", scheme, *host, *port);
  auto origin = net::origin_of(url);
  if (!origin) return base::failure(unusable(fmt::format("its address is not one: {}", origin.error().message)));
  return origin;
}

base::Result<std::vector<Operation>> operations_of(const Value& properties) {
  std::vector<Operation> out;
  const Value* member = properties.member("operations");
  const Object* operations = member == nullptr ? nullptr : member->as<Object>();
  if (operations == nullptr) return base::failure(unusable("it has no `operations`"));
  for (const auto& [name, description] : *operations) {
    const std::string* path = text_member(description, "path");
    const std::string* method = text_member(description, "method");
    if (path == nullptr || method == nullptr || !is_path(*path)) continue;
    std::string upper = base::to_upper(*method);
    if (is_method(upper)) out.push_back({name, std::move(upper), *path});
  }
  return out;
}

// As they are these segments mean other paths (RFC 3986 5.2.4).
std::string dots_encoded(std::string_view dots) {
  std::string out;
  for (std::size_t i = 0; i < dots.size(); ++i) out += "%2E";
  return out;
}

}  // namespace

base::Result<Operation> Place::operation(std::string_view name) const {
  const auto found = std::ranges::find(operations, name, &Operation::name);
  if (found == operations.end()) {
    return base::failure(
        base::not_found(fmt::format("{} offers no operation {}", provider.empty() ? origin : provider, name)));
  }
  return *found;
}

std::string Place::url(const Operation& operation, std::span<const std::string_view> arguments,
                       std::string_view query) const {
  std::string out = origin + base_path + operation.path;
  for (const std::string_view argument : arguments) {
    out += '/';
    out += argument == "." || argument == ".." ? dots_encoded(argument) : base::percent_encode(argument);
  }
  if (!query.empty()) {
    out += '?';
    out += query;
  }
  return out;
}

base::Result<Place> place_of(std::string_view scheme, std::string provider, const Value& properties) {
  auto origin = origin_of_properties(scheme, properties);
  if (!origin) return base::failure(origin.error());
  const std::string* base_path = text_member(properties, "basePath");
  if (base_path == nullptr || !is_path(*base_path)) return base::failure(unusable("it has no usable `basePath`"));
  auto operations = operations_of(properties);
  if (!operations) return base::failure(operations.error());
  return Place{std::move(provider), *std::move(origin), *base_path, *std::move(operations)};
}

Place identity_place(std::string origin) {
  return {.provider = "Authentication",
          .origin = std::move(origin),
          .base_path = "/authentication/identity",
          .operations = {{"identity-login", "POST", "/login"},
                         {"identity-logout", "POST", "/logout"},
                         {"identity-verify", "GET", "/verify"}}};
}

}  // namespace jeton::cloud
