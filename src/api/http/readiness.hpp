// What /readyz answers: every part that can be unwell says so under its name.
#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace jeton::api::http {

/// Thread-safe.
class Readiness {
 public:
  using Check = std::function<base::Status()>;  ///< quick, never blocks, from any thread

  void add(std::string name, Check check);
  struct Trouble {
    std::string name;
    std::string reason;
  };
  /// Empty: ready.
  std::vector<Trouble> troubles() const;

 private:
  mutable std::mutex mutex_;  // guards checks_
  std::vector<std::pair<std::string, Check>> checks_;
};

}  // namespace jeton::api::http
