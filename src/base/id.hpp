// Strong ids: two kinds of id cannot be mixed up, and none is a number by accident.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>

namespace jeton::base {

/// A positive, time-ordered number given by the store; 0 means "none yet".
template <class Tag>
struct Id {
  std::int64_t value = 0;

  explicit operator bool() const { return value != 0; }
  auto operator<=>(const Id&) const = default;
};

}  // namespace jeton::base

template <class Tag>
struct std::hash<jeton::base::Id<Tag>> {
  std::size_t operator()(const jeton::base::Id<Tag>& id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
