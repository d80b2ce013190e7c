#include "crypto/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>

#include "base/strings.hpp"
#include "crypto/openssl_error.hpp"
#include "crypto/owned.hpp"
#include "crypto/public_key.hpp"

namespace jeton::crypto {
namespace {

using Buffer = Owned<BIO, BIO_free>;

constexpr std::size_t kSubjectTextBytesMax = 256;

// Every value that the name has for the attribute, as UTF-8.
std::vector<std::string> values(const X509_NAME* name, int attribute) {
  std::vector<std::string> found;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(name, attribute, at)) >= 0;) {
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size < 0) {
      take_openssl_reason();
      continue;
    }
    found.emplace_back(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
  }
  return found;
}

base::Instant instant_of(const ASN1_TIME* time) {
  std::tm fields{};
  if (ASN1_TIME_to_tm(time, &fields) != 1) {
    take_openssl_reason();
    return base::Instant{};  // long past: not believed
  }
  const auto at = std::chrono::sys_seconds{std::chrono::seconds{::timegm(&fields)}};
  constexpr auto kLast = std::chrono::floor<std::chrono::seconds>(base::Instant::max());
  constexpr auto kFirst = std::chrono::ceil<std::chrono::seconds>(base::Instant::min());
  return std::clamp(at, kFirst, kLast);
}

bool at_end_of_pem() {
  const unsigned long last = ERR_peek_last_error();
  const bool end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (end) take_openssl_reason();
  return end;
}

}  // namespace

std::optional<Certificate> Certificate::from_der(std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  X509* const read = d2i_X509(nullptr, &bytes, static_cast<long>(der.size()));
  if (read == nullptr) {
    take_openssl_reason();
    return std::nullopt;
  }
  return Certificate({read, X509_free});
}

base::Result<std::vector<Certificate>> Certificate::all_in_pem(std::string_view text, std::size_t most,
                                                               std::string_view path) {
  const Buffer input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  require(input != nullptr, "read from memory");
  std::vector<Certificate> all;
  while (X509* const read = PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr)) {
    all.emplace_back(std::shared_ptr<X509>{read, X509_free});
    if (all.size() > most) {
      return base::failure(
          base::invalid(fmt::format("the file {} holds more than {} certificates", path, most), std::string(path)));
    }
  }
  if (!at_end_of_pem()) {
    return base::failure(base::invalid(
        fmt::format("certificate {} in the file {} cannot be read ({})", all.size() + 1, path, take_openssl_reason()),
        std::string(path)));
  }
  if (all.empty()) {
    return base::failure(base::invalid(
        fmt::format("the file {} holds no certificate; expected PEM with -----BEGIN CERTIFICATE-----", path),
        std::string(path)));
  }
  return all;
}

Subject Certificate::subject() const {
  const X509_NAME* name = X509_get_subject_name(native());
  std::vector<std::string> names = values(name, NID_commonName);
  return {.common_name = names.empty() ? std::string{} : std::move(names.front()),
          .qualifiers = values(name, NID_dnQualifier)};
}

std::string Certificate::subject_text() const {
  const Buffer out(BIO_new(BIO_s_mem()));
  require(out != nullptr && X509_NAME_print_ex(out.get(), X509_get_subject_name(native()), 0, XN_FLAG_RFC2253) >= 0,
          "write a name");
  const char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, std::min(static_cast<std::size_t>(size), kSubjectTextBytesMax)};
}

std::string Certificate::public_key_base64() const {
  return encode_public_key(X509_get0_pubkey(native()));
}

base::Instant Certificate::not_before() const {
  return instant_of(X509_get0_notBefore(native()));
}

base::Instant Certificate::not_after() const {
  return instant_of(X509_get0_notAfter(native()));
}

bool Certificate::names_as_issuer(const Certificate& issuer) const {
  return X509_NAME_cmp(X509_get_issuer_name(native()), X509_get_subject_name(issuer.native())) == 0;
}

}  // namespace jeton::crypto
