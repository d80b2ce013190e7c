// Ownership of a C library's objects: `Owned<EVP_PKEY, EVP_PKEY_free>`. For .cpp files; names no library itself.
#pragma once
#include <memory>

namespace jeton::crypto {

template <auto Release>
struct ReleaseWith {
  template <class T>
  void operator()(T* object) const {
    Release(object);
  }
};

template <class T, auto Release>
using Owned = std::unique_ptr<T, ReleaseWith<Release>>;

}  // namespace jeton::crypto
