#include "net/http/listen.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/v6_only.hpp>
#include <charconv>

#include "base/strings.hpp"

namespace jeton::net::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

base::Error unreadable(std::string_view address) {
  return base::invalid(
      fmt::format("the listen address {} is not of the form HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080",
                  base::shown(address)));
}

base::Error cannot_listen(const Endpoint& endpoint, const error_code& problem) {
  const std::string address = to_text(endpoint);
  if (problem == asio::error::address_in_use) {
    return base::unavailable(fmt::format(
        "cannot listen on {}: something else already does; stop it, or choose another port (0 takes a free one)",
        address));
  }
  if (problem == asio::error::access_denied) {
    return base::forbidden(fmt::format(
        "cannot listen on {}: not permitted; ports below 1024 need CAP_NET_BIND_SERVICE, or choose a higher one",
        address));
  }
  if (problem == asio::error::address_family_not_supported ||
      problem == error_code(EADDRNOTAVAIL, asio::error::get_system_category())) {
    return base::invalid(
        fmt::format("cannot listen on {}: this machine does not have that address; 127.0.0.1 is itself, 0.0.0.0 all of "
                    "its addresses",
                    address));
  }
  return base::unavailable(fmt::format("cannot listen on {}: {}", address, problem.message()));
}

}  // namespace

base::Result<Endpoint> parse_listen_address(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return base::failure(unreadable(address));
  std::string_view host = address.substr(0, colon);
  const std::string_view port_text = address.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string_view::npos) return base::failure(unreadable(address));

  std::uint16_t port = 0;
  const char* const end = port_text.data() + port_text.size();
  if (const auto read = std::from_chars(port_text.data(), end, port); read.ec != std::errc{} || read.ptr != end) {
    return base::failure(unreadable(address));
  }

  error_code problem;
  if (const auto literal = asio::ip::make_address(host, problem); !problem) return Endpoint{literal, port};
  if (bracketed) return base::failure(unreadable(address));

  asio::io_context context;
  const auto found = tcp::resolver(context).resolve(host, "", tcp::resolver::numeric_service, problem);
  if (problem || found.empty()) {
    return base::failure(base::invalid(fmt::format("the host {} of the listen address {} cannot be resolved: {}",
                                                   base::shown(host), base::shown(address), problem.message())));
  }
  for (const auto& entry : found) {
    if (entry.endpoint().address().is_v4()) return Endpoint{entry.endpoint().address(), port};
  }
  return Endpoint{found.begin()->endpoint().address(), port};
}

std::string to_text(const Endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", host, endpoint.port())
                                    : fmt::format("{}:{}", host, endpoint.port());
}

base::Result<std::vector<Acceptor>> listen(const Endpoint& endpoint, const std::vector<asio::io_context*>& contexts) {
  std::vector<Acceptor> acceptors;
  Endpoint bound = endpoint;
  error_code problem;
  for (asio::io_context* context : contexts) {
    Acceptor& acceptor = acceptors.emplace_back(*context);
    acceptor.open(bound.protocol(), problem);
    if (!problem) acceptor.set_option(asio::socket_base::reuse_address(true), problem);
    if (!problem && bound.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), problem);
    if (!problem) acceptor.bind(bound, problem);
    if (!problem) bound = acceptor.local_endpoint(problem);
    if (problem) return base::failure(cannot_listen(bound, problem));
  }
  // The port is shared only from here on: a socket that was bound as sharing would be let in beside any other of this
  // user's that shares, and two servers would each get half of the connections.
  for (Acceptor& acceptor : acceptors) {
    if (acceptors.size() > 1) acceptor.set_option(ReusePort(true), problem);
    if (!problem) acceptor.listen(asio::socket_base::max_listen_connections, problem);
    if (problem) return base::failure(cannot_listen(bound, problem));
  }
  return acceptors;
}

}  // namespace jeton::net::http
