#include "base/secret.hpp"

#include <cstring>

namespace jeton::base {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    value_ = other.value_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    value_ = std::move(other.value_);
    other.wipe();
  }
  return *this;
}

bool Secret::equals(std::string_view presented) const {
  return equal_in_constant_time(value_, presented);
}

void Secret::wipe() noexcept {
  // explicit_bzero is not removed by the optimiser, unlike memset before a free.
  explicit_bzero(value_.data(), value_.capacity());
  value_.clear();
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference =
        static_cast<unsigned char>(difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  }
  volatile unsigned char result = difference;
  return result == 0;
}

}  // namespace jeton::base
