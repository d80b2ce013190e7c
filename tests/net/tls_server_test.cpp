// The server under TLS, on real sockets, with time told by hand.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

#include "crypto/owned.hpp"
#include "crypto/test_certificates.hpp"
#include "crypto/test_files.hpp"
#include "http_wire.hpp"
#include "net/http/server.hpp"
#include "net/tls/context.hpp"

namespace jeton::net::http::testing {
namespace {

using crypto::Owned;
using crypto::test_certificates::Made;
using std::chrono::seconds;
using ::testing::HasSubstr;

int connect_to(const Server& server) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const timeval patience{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const std::string& bound = server.addresses().front();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoul(bound.substr(bound.rfind(':') + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return socket;
}

/// Blocking; believes whatever certificate it is shown.
class SecureClient {
 public:
  explicit SecureClient(
      const Server& server, const std::function<void(SSL_CTX*)>& prepare = [](SSL_CTX*) {})
      : socket_(connect_to(server)), context_(SSL_CTX_new(TLS_client_method())) {
    prepare(context_.get());
    connection_.reset(SSL_new(context_.get()));
    SSL_set_fd(connection_.get(), socket_);
    connected_ = SSL_connect(connection_.get()) == 1;
    ERR_clear_error();
  }
  SecureClient(const SecureClient&) = delete;
  SecureClient& operator=(const SecureClient&) = delete;
  ~SecureClient() {
    connection_.reset();
    ::close(socket_);
  }

  bool connected() const { return connected_; }
  int socket() const { return socket_; }
  SSL* connection() { return connection_.get(); }

  void write(std::string_view bytes) {
    EXPECT_EQ(SSL_write(connection_.get(), bytes.data(), static_cast<int>(bytes.size())),
              static_cast<int>(bytes.size()));
  }

  /// Until `text` is among what came, or the end.
  std::string read_until(std::string_view text) {
    std::string all;
    std::array<char, 65536> bytes;
    while (all.find(text) == std::string::npos) {
      const int size = SSL_read(connection_.get(), bytes.data(), static_cast<int>(bytes.size()));
      if (size <= 0) break;
      all.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return all;
  }

  /// Whether the server ended the connection, with a close_notify (RFC 8446 6.1).
  bool at_polite_end() {
    char byte = 0;
    const int size = SSL_read(connection_.get(), &byte, 1);
    const bool polite = size <= 0 && SSL_get_error(connection_.get(), size) == SSL_ERROR_ZERO_RETURN;
    ERR_clear_error();
    return polite;
  }

 private:
  int socket_;
  Owned<SSL_CTX, SSL_CTX_free> context_;
  Owned<SSL, SSL_free> connection_;
  bool connected_ = false;
};

/// Is always hundreds of requests ahead of the answers, which it drops, and always a part of a record ahead of those.
class EndlessClient {
 public:
  explicit EndlessClient(const Server& server) : client_(server), records_(BIO_new(BIO_s_mem())) {
    SSL_set0_wbio(client_.connection(), records_);
    const int at_once = 1;
    ::setsockopt(client_.socket(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  }

  /// Sends so many requests, each a record, and of the last only the beginning.
  void feed(int requests) {
    const std::scoped_lock lock(mutex_);
    std::array<char, 65536> answers;
    while (::recv(client_.socket(), answers.data(), answers.size(), MSG_DONTWAIT) > 0) continue;
    if (ended_) return;
    for (int i = 0; i < requests; ++i) client_.write("GET /again HTTP/1.1\r\nHost: a\r\n\r\n");
    char* record = nullptr;
    const long size = BIO_get_mem_data(records_, &record);
    held_.append(record, static_cast<std::size_t>(size));
    (void)BIO_reset(records_);
    const std::size_t last = static_cast<std::size_t>(size) / static_cast<std::size_t>(requests);
    const std::size_t sent = held_.size() - last + kSentOfTheLast;
    ::send(client_.socket(), held_.data(), sent, MSG_NOSIGNAL);
    held_.erase(0, sent);
  }
  void end() { ended_ = true; }

 private:
  // Less than a record's header: OpenSSL then reads on at the front of its buffer, which so never fills up to where a
  // record happens to end.
  static constexpr std::size_t kSentOfTheLast = 3;

  SecureClient client_;
  BIO* records_;      // the connection's
  std::mutex mutex_;  // guards all but ended_: the first feed may still run when the first request is served
  std::string held_;
  std::atomic<bool> ended_ = false;
};

class TlsServer : public ::testing::Test {
 protected:
  void SetUp() override {
    handler_.on_request = [](const Request& request, Exchange& exchange) {
      std::string body = request.secure ? "secure " : "bare ";
      for (const crypto::Subject& subject : request.certificates) body += subject.common_name + ";";
      if (request.path == "/large") body.assign(900'000, 'x');
      body += request.body;
      exchange.respond({.body = body});
    };
  }

  std::shared_ptr<const tls::Context> context(const Made& server,
                                              tls::ClientCertificates clients = tls::ClientCertificates::kNone,
                                              const std::string& believed = {}) {
    const auto pair = crypto::KeyPair::load_pem(folder_.write("c.pem", server.pem()).string(),
                                                folder_.write("k.pem", server.key_pem()).string(), {});
    const auto trust =
        crypto::TrustStore::load(folder_.write("ca.pem", believed.empty() ? root_.pem() : believed).string());
    return tls::Context::create(pair.value(), clients, *trust).value();
  }

  std::unique_ptr<Server> start(tls::ClientCertificates clients = tls::ClientCertificates::kNone,
                                std::size_t connections_max = 1000) {
    current_ = std::make_shared<tls::CurrentContext>(context(first_, clients));
    ServerSettings settings{.threads = 1, .connections_max = connections_max, .tls = current_};
    auto server = Server::open(settings, handler_, clock_).value();
    server->start();
    return server;
  }

  static std::string get(std::string_view path) { return fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", path); }

  /// For a client with this certificate, the issuers behind it.
  std::function<void(SSL_CTX*)> showing(const Made& caller, const std::string& issuers = {}) {
    const std::string chain = folder_.write("chain.pem", caller.pem() + issuers).string();
    const std::string key = folder_.write("caller.key", caller.key_pem()).string();
    return [=](SSL_CTX* context) {
      EXPECT_EQ(SSL_CTX_use_certificate_chain_file(context, chain.c_str()), 1);
      EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM), 1);
    };
  }

  static bool answered(SecureClient& client) {
    client.write(get("/"));
    return client.read_until("secure").find("200 OK") != std::string::npos;
  }

  static std::string name_shown(SecureClient& client) {
    const Owned<X509, X509_free> shown(SSL_get1_peer_certificate(client.connection()));
    std::array<char, 64> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name.data(), name.size());
    return name.data();
  }

  crypto::TestFolder folder_;
  base::ManualClock clock_;
  ScriptedHandler handler_;
  // Long enough for the time at which the tests run, too: TLS itself looks at the machine's clock.
  static Made lasting(const Made* issuer, std::string name, bool authority,
                      base::Instant end = base::Instant{seconds{4'000'000'000}}) {
    const crypto::test_certificates::Wanted wanted{.common_name = std::move(name),
                                                   .authority = authority,
                                                   .not_before = base::Instant{seconds{1'000'000'000}},
                                                   .not_after = end};
    return issuer == nullptr ? Made::root(wanted) : issuer->issue(wanted);
  }
  const Made root_ = lasting(nullptr, "root", true);
  const Made first_ = lasting(&root_, "first", false);
  const Made second_ = lasting(&root_, "second", false);
  std::shared_ptr<tls::CurrentContext> current_;
};

TEST_F(TlsServer, AnswersInOrderWhateverTheSizes) {
  const auto server = start();
  SecureClient client(*server);
  ASSERT_TRUE(client.connected());
  client.write("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + std::string(300'000, 'y') +
               get("/large") + "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answers = client.read_until("never");
  EXPECT_NE(answers.find("secure " + std::string(300'000, 'y')), std::string::npos);
  EXPECT_LT(answers.find("yyy"), answers.find("xxx"));
  EXPECT_TRUE(answers.ends_with("secure "));
}

TEST_F(TlsServer, ManyRequestsInOneRecordAreAllAnswered) {
  const auto server = start();
  SecureClient client(*server);
  std::string many;
  for (int i = 0; i < 300; ++i) many += get("/");
  client.write(many + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answers = client.read_until("never");
  std::size_t count = 0;
  for (std::size_t at = 0; (at = answers.find("HTTP/1.1 200", at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, 301U);
  EXPECT_TRUE(client.at_polite_end());
}

// Each request that is served brings the next, so this client's bytes never end.
TEST_F(TlsServer, AClientThatAlwaysHasMoreLeavesOthersTheirTurn) {
  const auto server = start();
  EndlessClient endless(*server);
  handler_.on_request = [&](const Request& request, Exchange& exchange) {
    if (request.path == "/again") endless.feed(1);
    exchange.respond({.body = request.path});
  };
  endless.feed(200);
  SecureClient other(*server);
  EXPECT_TRUE(other.connected());
  if (other.connected()) other.write(get("/other"));
  EXPECT_THAT(other.read_until("/other"), HasSubstr("200 OK"));
  auto drained = std::async(std::launch::async, [&] { server->drain(seconds(0)); });
  EXPECT_EQ(drained.wait_for(seconds(20)), std::future_status::ready) << "nor can it keep the server from ending";
  endless.end();
}

// The goodbye comes with the request in one read of the socket, and nothing follows that would make it readable again.
TEST_F(TlsServer, AGoodbyeBehindTheRequestEndsTheConnection) {
  const auto server = start();
  SecureClient client(*server);
  ASSERT_TRUE(client.connected());
  BIO* const records = BIO_new(BIO_s_mem());
  SSL_set0_wbio(client.connection(), records);
  client.write(get("/"));
  SSL_shutdown(client.connection());
  char* both = nullptr;
  const long size = BIO_get_mem_data(records, &both);
  ASSERT_EQ(::send(client.socket(), both, static_cast<std::size_t>(size), MSG_NOSIGNAL), size);
  EXPECT_THAT(client.read_until("secure"), HasSubstr("200 OK"));
  EXPECT_TRUE(client.at_polite_end());
}

TEST_F(TlsServer, HandshakeThatDoesNotEndInTimeIsCutShort) {
  const auto server = start();
  const int silent = connect_to(*server);
  const int halting = connect_to(*server);
  ::send(halting, "\x16\x03\x01\x02\x00\x01", 6, MSG_NOSIGNAL);
  SecureClient client(*server);  // also tells that the server has taken the two before
  ASSERT_TRUE(client.connected());
  clock_.advance(base::limits::kHandshakeSecondsMax - std::chrono::milliseconds(1));
  client.write(get("/"));
  EXPECT_THAT(client.read_until("secure"), HasSubstr("200 OK"));
  EXPECT_EQ(server->counters().handshakes_failed, 0U);
  clock_.advance(std::chrono::milliseconds(1));
  char byte = 0;
  EXPECT_EQ(::recv(silent, &byte, 1, 0), 0);
  EXPECT_LE(::recv(halting, &byte, 1, 0), 0);
  EXPECT_EQ(server->counters().handshakes_failed, 2U);
  ::close(silent);
  ::close(halting);
  client.write(get("/"));
  EXPECT_THAT(client.read_until("secure"), HasSubstr("200 OK")) << "one that is done has other deadlines";
}

TEST_F(TlsServer, IdleConnectionEndsWithAGoodbye) {
  const auto server = start();
  SecureClient client(*server);
  client.write(get("/"));
  client.read_until("secure");
  clock_.advance(base::limits::kIdleSecondsMax);
  EXPECT_TRUE(client.at_polite_end());
}

TEST_F(TlsServer, DrainSaysGoodbyeAndDropsHandshakes) {
  const auto server = start();
  const int silent = connect_to(*server);
  SecureClient client(*server);
  client.write(get("/"));
  client.read_until("secure");
  server->drain(seconds(5));
  EXPECT_TRUE(client.at_polite_end());
  char byte = 0;
  EXPECT_EQ(::recv(silent, &byte, 1, 0), 0);
  ::close(silent);
}

TEST_F(TlsServer, ANewContextIsForNewConnections) {
  const auto server = start();
  SecureClient before(*server);
  current_->set(context(second_));
  SecureClient after(*server);
  EXPECT_EQ(name_shown(before), "first");
  EXPECT_EQ(name_shown(after), "second");
  before.write(get("/"));
  EXPECT_THAT(before.read_until("secure"), HasSubstr("200 OK"));
}

// What fails for one client, such as memory for its TLS, is no reason to take no more.
TEST_F(TlsServer, AConnectionThatCannotBeBegunLeavesTheListenerOpen) {
  const auto server = start(tls::ClientCertificates::kNone, 2);
  current_->set(std::make_shared<const tls::Context>(nullptr));  // OpenSSL begins no connection with it
  for (int i = 0; i < 5; ++i) {
    const int dropped = connect_to(*server);
    char byte = 0;
    EXPECT_EQ(::recv(dropped, &byte, 1, 0), 0) << "closed at once";
    ::close(dropped);
  }
  // The last one is counted out on its thread just after the client sees it go.
  constexpr int kTriesMax = 20'000'000;
  for (int i = 0; i < kTriesMax && server->counters().open != 0; ++i) std::this_thread::yield();
  EXPECT_EQ(server->counters().open, 0U) << "none of them takes the place of another";
  current_->set(context(first_));
  SecureClient client(*server);
  client.write(get("/"));
  EXPECT_THAT(client.read_until("secure"), HasSubstr("200 OK"));
}

TEST_F(TlsServer, RequestsCarryTheVerifiedChain) {
  const auto server = start(tls::ClientCertificates::kWant);
  const Made between = lasting(&root_, "between", true);
  SecureClient client(*server, showing(lasting(&between, "caller", false), between.pem()));
  client.write(get("/"));
  EXPECT_THAT(client.read_until("secure"), HasSubstr("secure caller;between;root;"));
  SecureClient nobody(*server);
  nobody.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(nobody.read_until("never"), HasSubstr("\r\n\r\nsecure "));
}

TEST_F(TlsServer, AConnectionEndsWithTheFirstCertificateOfItsChain) {
  const auto server = start(tls::ClientCertificates::kWant);
  const base::Instant end{seconds{3'000'000'000}};
  const Made between = lasting(&root_, "between", true, end);
  SecureClient shorter(*server, showing(lasting(&between, "shorter", false), between.pem()));
  SecureClient longer(*server, showing(lasting(&root_, "longer", false)));
  SecureClient nobody(*server);
  EXPECT_TRUE(answered(shorter) && answered(longer) && answered(nobody));
  clock_.set_wall(end);
  EXPECT_TRUE(answered(shorter)) << "valid to the end";
  clock_.set_wall(end + seconds{1});
  EXPECT_TRUE(shorter.at_polite_end());
  EXPECT_TRUE(answered(longer) && answered(nobody));
}

TEST_F(TlsServer, AConnectionEndsWhenItsAuthorityIsNoLongerBelieved) {
  const auto server = start(tls::ClientCertificates::kWant);
  const Made other = lasting(nullptr, "other", true);
  SecureClient first(*server, showing(lasting(&root_, "first", false)));
  EXPECT_TRUE(answered(first));
  current_->set(context(first_, tls::ClientCertificates::kWant, root_.pem() + other.pem()));
  SecureClient second(*server, showing(lasting(&other, "second", false)));
  SecureClient nobody(*server);
  EXPECT_TRUE(answered(first) && answered(second) && answered(nobody));
  current_->set(context(first_, tls::ClientCertificates::kWant, other.pem()));
  EXPECT_TRUE(first.at_polite_end());
  EXPECT_TRUE(answered(second) && answered(nobody)) << "who is believed, and who never was anybody, goes on";
}

TEST_F(TlsServer, RefusedClientSeesTheAlertNotAReset) {
  const auto server = start(tls::ClientCertificates::kNeed);
  SecureClient client(*server, [](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION); });
  // Its own handshake is over before the server looks at the certificate that is not there (RFC 8446 2).
  ASSERT_TRUE(client.connected());
  client.write(get("/") + std::string(100'000, 'x'));
  char byte = 0;
  const int size = SSL_read(client.connection(), &byte, 1);
  EXPECT_EQ(SSL_get_error(client.connection(), size), SSL_ERROR_SSL);
  EXPECT_EQ(ERR_GET_REASON(ERR_peek_error()), SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED);
  ERR_clear_error();
}

TEST_F(TlsServer, FullServerSaysSoUnderTlsToo) {
  const auto server = start(tls::ClientCertificates::kNone, 1);
  SecureClient first(*server);
  ASSERT_TRUE(first.connected());
  SecureClient second(*server);
  EXPECT_THAT(second.read_until("REFUSED"), HasSubstr("503"));
  first.write(get("/"));
  EXPECT_THAT(first.read_until("secure"), HasSubstr("200 OK"));
}

TEST_F(TlsServer, BytesAreCountedAsTheyAreOnTheWire) {
  const auto server = start();
  SecureClient client(*server);
  client.write(get("/"));
  client.read_until("secure");
  const std::uint64_t seen = BIO_number_read(SSL_get_rbio(client.connection()));
  const std::uint64_t written = BIO_number_written(SSL_get_wbio(client.connection()));
  EXPECT_GE(server->counters().bytes_sent, seen);
  EXPECT_EQ(server->counters().bytes_received, written);
  EXPECT_GT(seen, 500U);
}

}  // namespace
}  // namespace jeton::net::http::testing
