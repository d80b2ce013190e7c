// The outgoing client towards servers that want to know who is calling, and whom it wants to trust.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/tls_peer.hpp"

namespace jeton::net {
namespace {

using ::testing::HasSubstr;
using testing::TlsPeer;

HttpClient::Request to(const TlsPeer& peer) {
  HttpClient::Request request;
  request.url = peer.url();
  return request;
}

TEST(HttpClientCertificate, IsShownFromPemFilesOrPkcs12) {
  const TlsPeer peer;
  CurlClient::Settings pem{.ca_file = peer.file("ca.pem")};
  pem.certificate = peer.file("client.pem");
  pem.key = peer.file("client.key");
  pem.password = base::Secret("pw");
  CurlClient::Settings bundle{.ca_file = peer.file("ca.pem")};
  bundle.pkcs12 = peer.file("client.p12");
  bundle.password = base::Secret("pw");
  for (const CurlClient::Settings& settings : {pem, bundle}) {
    CurlClient client(settings);
    const auto response = client.send(to(peer));
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response->body, "jeton.client");
  }
}

TEST(HttpClientCertificate, WhatCannotBeUsedIsAnErrorWithoutThePassword) {
  const TlsPeer peer;
  CurlClient::Settings settings{.ca_file = peer.file("ca.pem")};
  settings.pkcs12 = peer.file("client.p12");
  settings.password = base::Secret("hush");
  CurlClient client(settings);
  const auto response = client.send(to(peer));
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, base::ErrorCode::kExternal);
  EXPECT_THAT(response.error().message, HasSubstr("the own certificate"));
  EXPECT_THAT(response.error().message, ::testing::Not(HasSubstr("hush")));
}

TEST(HttpClientCertificate, WithoutOneSuchAServerIsNotReached) {
  const TlsPeer peer;
  CurlClient client({.ca_file = peer.file("ca.pem")});
  EXPECT_EQ(client.send(to(peer)).error().code, base::ErrorCode::kExternal);
}

TEST(HttpClientCertificate, AServerThatNobodyVouchesForIsNotTrusted) {
  const TlsPeer peer;
  CurlClient client({});
  const auto response = client.send(to(peer));
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, base::ErrorCode::kExternal);
}

TEST(HttpClientCertificate, NewAuthoritiesInTheSameFileCountAtOnce) {
  std::optional<TlsPeer> peer(std::in_place);
  CurlClient::Settings settings{.ca_file = peer->file("ca.pem")};
  settings.pkcs12 = peer->file("client.p12");
  settings.password = base::Secret("pw");
  CurlClient client(settings);
  EXPECT_TRUE(client.send(to(*peer)).has_value());
  peer.reset();
  peer.emplace();  // another authority, in the same files
  ASSERT_EQ(peer->file("ca.pem"), settings.ca_file);
  const auto response = client.send(to(*peer));
  EXPECT_TRUE(response.has_value()) << response.error().message;
}

}  // namespace
}  // namespace jeton::net
