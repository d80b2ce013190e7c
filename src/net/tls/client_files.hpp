// What TLS towards a server needs of files.
#pragma once
#include <string>

namespace jeton::net::tls {

struct ClientFiles {
  std::string ca;           ///< PEM; empty: the system's authorities
  std::string certificate;  ///< PEM with its chain; empty: none is shown
  std::string key;          ///< PEM, not encrypted; with certificate
};

}  // namespace jeton::net::tls
