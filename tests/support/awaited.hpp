// Waiting for completions that come on another thread.
#pragma once
#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "base/result.hpp"

namespace jeton::testing {

/// Waits for a completion.
template <class T>
class Awaited {
 public:
  auto completion() {
    return [promise = promise_](base::Result<T> result) { promise->set_value(std::move(result)); };
  }
  bool ready() { return future_.wait_for(std::chrono::seconds::zero()) == std::future_status::ready; }
  base::Result<T> get() { return future_.get(); }

 private:
  std::shared_ptr<std::promise<base::Result<T>>> promise_ = std::make_shared<std::promise<base::Result<T>>>();
  std::future<base::Result<T>> future_ = promise_->get_future();
};

}  // namespace jeton::testing
