#include "net/http/server.hpp"

#include <list>
#include <thread>

#include "net/http/listen.hpp"
#include "net/http/loop.hpp"

namespace jeton::net::http {

struct Server::Threads {
  LoopSettings settings;
  std::atomic<std::size_t> open_connections = 0;
  std::list<Loop> loops;
};

Server::Server(const ServerSettings& settings, Handler& handler, const base::Clock& clock)
    : threads_(new Threads{.settings = {.connection = {.header_bytes_max = settings.header_bytes_max,
                                                       .body_bytes_max = settings.body_bytes_max,
                                                       .idle = settings.idle,
                                                       .request = settings.request},
                                        .connections_max = settings.connections_max,
                                        .tls = settings.tls}}) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const unsigned wanted = settings.threads != 0 ? settings.threads : cores;
  for (unsigned i = 0; i < wanted; ++i) {
    threads_->loops.emplace_back(threads_->settings, handler, clock, threads_->open_connections);
  }
}

Server::~Server() {
  drain(base::Duration::zero());
}

base::Result<std::unique_ptr<Server>> Server::open(const ServerSettings& settings, Handler& handler,
                                                   const base::Clock& clock) {
  std::unique_ptr<Server> server(new Server(settings, handler, clock));
  std::vector<boost::asio::io_context*> contexts;
  for (Loop& loop : server->threads_->loops) contexts.push_back(&loop.context());

  for (const std::string& address : settings.listen) {
    const auto endpoint = parse_listen_address(address);
    if (!endpoint) return base::failure(endpoint.error());
    auto acceptors = listen(*endpoint, contexts);
    if (!acceptors) return base::failure(acceptors.error());
    server->addresses_.push_back(to_text(acceptors->front().local_endpoint()));
    auto acceptor = acceptors->begin();
    for (Loop& loop : server->threads_->loops) loop.add(std::move(*acceptor++));
  }
  return server;
}

void Server::start() {
  for (Loop& loop : threads_->loops) loop.start();
}

void Server::drain(base::Duration grace) {
  for (Loop& loop : threads_->loops) loop.begin_drain(grace);
  for (Loop& loop : threads_->loops) loop.join();
}

ServerCounters Server::counters() const {
  ServerCounters sum{.open = threads_->open_connections.load(std::memory_order_relaxed)};
  for (const Loop& loop : threads_->loops) {
    const LoopCounters& counters = loop.counters();
    sum.accepted += counters.accepted.load(std::memory_order_relaxed);
    sum.refused += counters.turned_away.load(std::memory_order_relaxed);
    sum.bytes_received += counters.bytes_received.load(std::memory_order_relaxed);
    sum.bytes_sent += counters.bytes_sent.load(std::memory_order_relaxed);
    sum.handshakes_failed += counters.handshakes_failed.load(std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace jeton::net::http
