// Who is calling, whatever transport and authentication policy told us.
#pragma once
#include <string>

namespace jeton::identity {

struct Caller {
  std::string name;    ///< normalized system name; not necessarily a valid one (arrowhead-authorization 9.2)
  bool sysop = false;  ///< may use every management operation
  std::string scope;   ///< what a bearer token confines its holder to (RFC 6749 3.3); empty: nothing
};

}  // namespace jeton::identity
