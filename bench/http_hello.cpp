// Serves one fixed JSON answer: what the HTTP layer costs by itself. `http_hello PORT [THREADS]`
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/clock.hpp"
#include "net/http/server.hpp"

namespace {

namespace http = jeton::net::http;

constexpr std::string_view kAnswer = R"({"verified":true,"consumer":"TemperatureConsumer","target":"kelvin-info"})";
static_assert(kAnswer.size() == 73);

class Hello final : public http::Handler {
 public:
  void handle(const http::Request&, http::Exchange& exchange) override {
    exchange.respond({.content_type = "application/json", .body = kAnswer});
  }
  void refuse(const http::Refusal& refusal, http::Exchange& exchange) override {
    exchange.respond({.status = refusal.status, .content_type = "text/plain", .body = refusal.message});
  }
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fputs("usage: http_hello PORT [THREADS]\n", stderr);
    return 2;
  }
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);  // inherited by the network threads

  const jeton::base::SystemClock clock;
  Hello hello;
  const http::ServerSettings settings{.listen = {std::string("127.0.0.1:") + arguments[1]},
                                      .threads = count > 2 ? static_cast<unsigned>(std::atoi(arguments[2])) : 1U};
  auto server = http::Server::open(settings, hello, clock);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 1;
  }
  (*server)->start();
  std::printf("serving on %s\n", (*server)->addresses().front().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop, &signal);
  (*server)->drain(std::chrono::seconds(1));
  return 0;
}
