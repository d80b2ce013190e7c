// Any bytes as a certificate, in each of the forms in which one arrives: reading must refuse them or give something
// whose words can be looked at.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/strings.hpp"
#include "identity/certificate_authenticator.hpp"
#include "identity/certificate_rules.hpp"

namespace {

using jeton::crypto::Certificate;

void look_at(const Certificate& certificate) {
  const jeton::crypto::Subject subject = certificate.subject();
  if (!jeton::base::is_utf8(subject.common_name)) std::abort();
  const auto name = jeton::identity::certified_name(subject.common_name);
  if (name && name->system.empty()) std::abort();
  jeton::identity::profile_of(subject);
  if (certificate.subject_text().size() > 256) std::abort();
  certificate.not_before();
  certificate.not_after();
}

// The input's first byte says which form the rest has.
void check(std::string_view input) {
  if (input.empty()) return;
  const int form = static_cast<unsigned char>(input.front()) % 3;
  input.remove_prefix(1);
  if (form == 0) {
    if (const auto certificate = Certificate::from_der(input)) look_at(*certificate);
  } else if (form == 1) {
    const auto all = Certificate::all_in_pem(input, 10, "file");
    if (all && (all->empty() || all->size() > 10)) std::abort();
    if (all) look_at(all->front());
  } else if (const auto certificate = jeton::identity::certificate_in(input)) {
    look_at(*certificate);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({reinterpret_cast<const char*>(data), size});
  return 0;
}
