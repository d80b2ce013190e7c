#include "identity/certificate_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/strings.hpp"
#include "identity/authenticator.hpp"

namespace jeton::identity {
namespace {

constexpr std::size_t kFields = 5;

CertifiedCloud cloud_of(const CertifiedName& name, const model::Normalizer& names) {
  return {.cloud = names.system(name.cloud), .organization = names.system(name.organization)};
}

}  // namespace

std::optional<CertificateProfile> profile_of(const crypto::Subject& subject) {
  for (const std::string& qualifier : subject.qualifiers) {
    if (const auto profile = base::enum_from<CertificateProfile>(base::trim(qualifier))) return profile;
  }
  return std::nullopt;
}

std::optional<CertifiedName> certified_name(std::string_view common_name) {
  const std::vector<std::string_view> fields = base::split(common_name, '.');
  if (fields.size() != kFields || std::ranges::any_of(fields, base::is_blank)) return std::nullopt;
  return CertifiedName{.system = fields[0], .cloud = fields[1], .organization = fields[2]};
}

base::Result<CertifiedCloud> own_cloud(const crypto::Subject& own, const model::Normalizer& names) {
  if (profile_of(own) != CertificateProfile::kSystem) {
    return base::failure(
        base::invalid("the server's certificate has another profile than system; its subject needs the DN qualifier "
                      "(OID 2.5.4.46) `sy`"));
  }
  const auto name = certified_name(own.common_name);
  if (!name) {
    return base::failure(base::invalid(
        fmt::format("the server's certificate has the common name {}; expected five fields divided by dots, such as "
                    "consumerauthorization.northgrid.acmewater.arrowhead.eu",
                    base::shown(own.common_name))));
  }
  return cloud_of(*name, names);
}

base::Result<Caller> caller_of(std::span<const crypto::Subject> chain, const CertifiedCloud& own,
                               const model::Normalizer& names) {
  for (const crypto::Subject& subject : chain) {
    const auto profile = profile_of(subject);
    const auto name = certified_name(subject.common_name);
    if (!profile || !name) continue;
    if (*profile != CertificateProfile::kSystem && *profile != CertificateProfile::kOperator) {
      return base::failure(
          base::forbidden(fmt::format("the certificate's profile is `{}`; only `sy` (system) and `op` (operator) may "
                                      "call",
                                      base::enum_text(*profile))));
    }
    if (const CertifiedCloud theirs = cloud_of(*name, names); theirs != own) {
      return base::failure(base::forbidden(fmt::format(
          "the certificate is of the cloud {} of {}; only systems of this server's own cloud, {} of {}, may call",
          base::shown(theirs.cloud), base::shown(theirs.organization), own.cloud, own.organization)));
    }
    Caller caller{.name = names.system(name->system), .sysop = *profile == CertificateProfile::kOperator};
    if (!caller.name.empty()) return caller;
  }
  return base::failure(
      unauthenticated("the certificate does not say who its holder is; its subject needs a common name of five fields "
                      "divided by dots, and a DN qualifier with a profile such as `sy`"));
}

}  // namespace jeton::identity
