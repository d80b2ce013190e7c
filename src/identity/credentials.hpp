// What a caller presented to show who it is, whatever transport it came by (arrowhead-authorization 9,
// arrowhead-mqtt 8).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "crypto/subject.hpp"

namespace jeton::identity {

/// Views into the request.
struct Credentials {
  enum class Form : std::uint8_t {
    kNone,        ///< nothing was sent
    kUnreadable,  ///< something that does not say which key it holds
    kKey,         ///< a key, such as `SYSTEM//FlowReader`
  };
  Form form = Form::kNone;
  std::string_view key;  ///< never empty with kKey, else empty
  /// Of the certificates that the TLS peer proved to hold and that our authorities vouch for, its own first.
  std::span<const crypto::Subject> certificates;
};

/// Of the value of an Authorization header: exactly `Bearer`, one blank and the key, blanks around it aside (9.2).
Credentials credentials_of_header(std::string_view value);
/// Of a member that holds the key alone.
Credentials credentials_of_text(std::string_view text);

/// The parts of a key, divided by `//`. Empty ones at the end do not count, others do.
struct KeyPieces {
  static constexpr std::size_t kMax = 3;

  std::array<std::string_view, kMax> piece;
  std::size_t count = 0;  ///< above kMax: more than any key has
};
KeyPieces key_pieces(std::string_view key);

}  // namespace jeton::identity
