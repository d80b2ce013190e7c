// Keys made with OpenSSL for the tests, as the texts of the files that would hold them.
#pragma once
#include <string>
#include <string_view>

namespace jeton::crypto::test_keys {

/// PKCS#8 PEM, encrypted when a password is given. Made once per size.
std::string rsa_pem(int bits, std::string_view password = {});
/// RSA restricted to PSS, of 2048 bits.
std::string rsa_pss_pem();
std::string ec_pem();
/// A self-signed certificate for rsa_pem(bits).
std::string certificate_pem(int bits);
/// PKCS#12 with the key and certificate of rsa_pem(bits).
std::string pkcs12(int bits, std::string_view password);
/// "-----BEGIN PUBLIC KEY-----" of rsa_pem(bits).
std::string public_pem(int bits);
/// An RSASSA-PKCS1-v1_5 check by OpenSSL alone, with the public key as SigningKey publishes it.
bool verifies(std::string_view der_public_key, const char* digest, std::string_view text, std::string_view signature);

}  // namespace jeton::crypto::test_keys
