// Who a certificate says its holder is, and whether we let that one in (arrowhead-authorization 9.3, arrowhead-mqtt
// 8.2). Pure; whether the certificate is believed has been found out before.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/enum_text.hpp"
#include "base/result.hpp"
#include "crypto/subject.hpp"
#include "identity/caller.hpp"
#include "model/names.hpp"

namespace jeton::identity {

/// What kind of holder an Arrowhead certificate was made for: its DN qualifier, the code in brackets.
enum class CertificateProfile : std::uint8_t {
  kMaster,        ///< ma
  kGate,          ///< ga
  kOrganization,  ///< or
  kLocalCloud,    ///< lo
  kOnBoarding,    ///< on
  kDevice,        ///< de
  kSystem,        ///< sy
  kOperator,      ///< op
};

/// The first qualifier that, trimmed, is a code. Letter case matters.
std::optional<CertificateProfile> profile_of(const crypto::Subject& subject);

/// The fields of `<system>.<cloud>.<organization>.<domain>.<domain>`, as written.
struct CertifiedName {
  std::string_view system;
  std::string_view cloud;
  std::string_view organization;
};
/// nullopt unless the text has exactly five fields divided by dots, none of them blank. Views into `common_name`.
std::optional<CertifiedName> certified_name(std::string_view common_name);

/// The local cloud that a certificate belongs to, normalized. The domain's two fields do not count: the chain takes
/// care of them.
struct CertifiedCloud {
  std::string cloud;
  std::string organization;

  bool operator==(const CertifiedCloud&) const = default;
};

/// The cloud of the server's own certificate. kInvalid unless its profile is `sy` and its common name has the five
/// fields.
base::Result<CertifiedCloud> own_cloud(const crypto::Subject& own, const model::Normalizer& names);

/// The caller that a chain names, `chain` in its order, the caller's own certificate first: the first certificate
/// counts that has both a profile and the five fields. kUnauthenticated when none has; kForbidden when its profile is
/// neither system nor operator, or its cloud another than `own`.
base::Result<Caller> caller_of(std::span<const crypto::Subject> chain, const CertifiedCloud& own,
                               const model::Normalizer& names);

}  // namespace jeton::identity

namespace jeton::base {
template <>
struct EnumText<identity::CertificateProfile> {
  static constexpr auto kRows =
      enum_rows<identity::CertificateProfile>({{identity::CertificateProfile::kMaster, "ma"},
                                               {identity::CertificateProfile::kGate, "ga"},
                                               {identity::CertificateProfile::kOrganization, "or"},
                                               {identity::CertificateProfile::kLocalCloud, "lo"},
                                               {identity::CertificateProfile::kOnBoarding, "on"},
                                               {identity::CertificateProfile::kDevice, "de"},
                                               {identity::CertificateProfile::kSystem, "sy"},
                                               {identity::CertificateProfile::kOperator, "op"}});
};
}  // namespace jeton::base
