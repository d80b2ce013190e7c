// Addresses to listen on: from text to bound sockets.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace jeton::net::http {

/// With the executor's type written out, an operation costs no virtual call.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
using Endpoint = boost::asio::ip::tcp::endpoint;

/// "HOST:PORT" or "[IPV6]:PORT". A name is resolved, IPv4 before IPv6; this may wait for the resolver.
base::Result<Endpoint> parse_listen_address(std::string_view address);

/// The form that parse_listen_address reads.
std::string to_text(const Endpoint& endpoint);

/// One listening socket on each context, among which the kernel spreads the connections. Port 0 becomes a free one.
/// Fails when anybody else listens there, other servers of ours included.
base::Result<std::vector<Acceptor>> listen(const Endpoint& endpoint,
                                           const std::vector<boost::asio::io_context*>& contexts);

}  // namespace jeton::net::http
