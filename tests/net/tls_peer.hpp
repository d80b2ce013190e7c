// A fake: a server that wants a client certificate and answers with the name in it. Its authority and all certificates
// are made for the occasion.
#pragma once
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace jeton::net::testing {

template <auto Free>
struct Release {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;

inline Certificate make_certificate(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate out(X509_new());
  X509_set_version(out.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), 3600);
  X509_set_pubkey(out.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(out.get(), X509_get_subject_name(issuer == nullptr ? out.get() : issuer));
  const auto extend = [&](int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer == nullptr ? out.get() : issuer, out.get(), nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    X509_add_ext(out.get(), extension.get(), -1);
  };
  extend(NID_basic_constraints, issuer == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
  extend(NID_subject_alt_name, "IP:127.0.0.1");
  X509_sign(out.get(), issuer_key, EVP_sha256());
  return out;
}

class TlsPeer {
 public:
  TlsPeer() : folder_(std::filesystem::temp_directory_path() / fmt::format("jeton-tls-peer-{}", ::getpid())) {
    std::filesystem::create_directories(folder_);
    write_files();
    listen();
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsPeer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
    std::filesystem::remove_all(folder_);
  }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  std::string url() const { return fmt::format("https://127.0.0.1:{}/", port_); }
  /// ca.pem, client.pem, client.key (its password is "pw"), client.p12 (the same).
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

 private:
  void write_pem(const std::string& name, X509* certificate) const {
    const std::unique_ptr<BIO, Release<BIO_free_all>> out(BIO_new_file(file(name).c_str(), "w"));
    PEM_write_bio_X509(out.get(), certificate);
  }

  void write_files() {
    const Key authority_key(EVP_RSA_gen(2048));
    const Key client_key(EVP_RSA_gen(2048));
    key_.reset(EVP_RSA_gen(2048));
    authority_ = make_certificate("authority", authority_key.get(), nullptr, authority_key.get());
    certificate_ = make_certificate("peer", key_.get(), authority_.get(), authority_key.get());
    const Certificate client =
        make_certificate("jeton.client", client_key.get(), authority_.get(), authority_key.get());
    write_pem("ca.pem", authority_.get());
    write_pem("client.pem", client.get());
    const std::unique_ptr<BIO, Release<BIO_free_all>> key_out(BIO_new_file(file("client.key").c_str(), "w"));
    PEM_write_bio_PKCS8PrivateKey(key_out.get(), client_key.get(), EVP_aes_256_cbc(), "pw", 2, nullptr, nullptr);
    const std::unique_ptr<PKCS12, Release<PKCS12_free>> bundle(
        PKCS12_create("pw", "client", client_key.get(), client.get(), nullptr, 0, 0, 0, 0, 0));
    const std::unique_ptr<BIO, Release<BIO_free_all>> bundle_out(BIO_new_file(file("client.p12").c_str(), "wb"));
    i2d_PKCS12_bio(bundle_out.get(), bundle.get());
  }

  void listen() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    ::listen(socket_, 8);
    socklen_t size = sizeof(address);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }

  void serve() {
    const std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>> context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context.get(), certificate_.get());
    SSL_CTX_use_PrivateKey(context.get(), key_.get());
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority_.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    for (;;) {
      const int connection = ::accept(socket_, nullptr, nullptr);
      if (connection < 0) return;
      const std::unique_ptr<SSL, Release<SSL_free>> tls(SSL_new(context.get()));
      SSL_set_fd(tls.get(), connection);
      if (SSL_accept(tls.get()) == 1) answer(tls.get());
      ::close(connection);
    }
  }

  static void answer(SSL* tls) {
    std::array<char, 4096> request{};
    if (SSL_read(tls, request.data(), static_cast<int>(request.size())) <= 0) return;
    const Certificate peer(SSL_get1_peer_certificate(tls));
    std::array<char, 128> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name.data(), name.size());
    const std::string body(name.data());
    const std::string text =
        fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", body.size(), body);
    SSL_write(tls, text.data(), static_cast<int>(text.size()));
    SSL_shutdown(tls);
  }

  const std::filesystem::path folder_;
  Key key_;
  Certificate authority_;
  Certificate certificate_;
  int socket_ = -1;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace jeton::net::testing
