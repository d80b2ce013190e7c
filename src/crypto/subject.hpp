// Whom an X.509 certificate names, as far as anybody here asks.
#pragma once
#include <string>
#include <vector>

namespace jeton::crypto {

/// UTF-8. The values are the certificate's word: whether it is believed is for its chain to say.
struct Subject {
  std::string common_name;              ///< the first one (OID 2.5.4.3); empty: none
  std::vector<std::string> qualifiers;  ///< DN qualifiers (OID 2.5.4.46), in order

  bool operator==(const Subject&) const = default;
};

}  // namespace jeton::crypto
