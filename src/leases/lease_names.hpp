// Names that no lease had before and that cannot be guessed: leases to us, credentials to their providers
// (token-lease 5.2, 6).
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace jeton::leases {

inline constexpr std::string_view kNoRole = "-";
inline constexpr std::size_t kTagCharacters = 6;
inline constexpr std::size_t kRandomCharacters = 26;  ///< of 32 letters: 130 bits
inline constexpr std::size_t kSecretBytes = 32;
inline constexpr std::size_t kRoleBytesMax = 63;

/// Thread-safe when `random_bytes` is.
class LeaseNames {
 public:
  using RandomBytes = std::function<std::string(std::size_t count)>;

  /// `key` belongs to this installation and survives backups: the tag is made of it.
  LeaseNames(const base::Secret& key, RandomBytes random_bytes);

  /// What all our labels have in common, `lt_<tag>_`; [a-z0-9_].
  const std::string& label_prefix() const { return label_prefix_; }
  /// What tells this installation's credentials from those of others at the same provider.
  std::string_view tag() const { return tag_; }

  struct Names {
    std::string lease;  ///< provider/role/random
    std::string label;  ///< the prefix and the same random part
  };
  Names make(std::string_view provider, std::string_view role) const;
  /// [A-Za-z0-9_-], 256 bits.
  base::Secret make_secret() const;
  /// In [0, 1).
  double random_fraction() const;

 private:
  const RandomBytes random_bytes_;
  std::string tag_;
  std::string label_prefix_;
};

/// kInvalid unless it is one to kRoleBytesMax of [A-Za-z0-9_.-], not beginning with a dash or a dot.
base::Status check_role(std::string_view role);

}  // namespace jeton::leases
