// A secret text: it cannot be logged, formatted, compared in variable time or left behind in memory by accident.
#pragma once
#include <string>
#include <string_view>
#include <utility>

namespace jeton::base {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  /// The text itself. Every call is a place to look at in a security review.
  std::string_view reveal() const { return value_; }
  bool empty() const { return value_.empty(); }
  std::size_t size() const { return value_.size(); }

  /// Constant time in the length of the presented text.
  bool equals(std::string_view presented) const;

 private:
  void wipe() noexcept;
  std::string value_;
};

/// Compares without telling by its duration where two texts differ. Lengths are not hidden.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace jeton::base
