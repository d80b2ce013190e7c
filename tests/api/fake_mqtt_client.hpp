// A stand-in for the connection to an MQTT broker: takes what is published and lets a test wait for it.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "net/mqtt/client.hpp"

namespace jeton::api::testing {

class FakeMqttClient final : public net::mqtt::Client {
 public:
  base::Status start(const std::stop_token& /*stop*/) override { return {}; }
  bool publish(net::mqtt::Outgoing message) override {
    const std::scoped_lock lock(mutex_);
    published_.push_back(std::move(message));
    changed_.notify_all();
    return true;
  }
  void unsubscribe(base::Duration /*patience*/) override {}
  void stop(base::Duration /*patience*/) override {}
  base::Status health() const override { return {}; }
  Figures figures() const override { return {}; }

  net::mqtt::Outgoing next() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds{60}, [&] { return taken_ < published_.size(); }))
      throw std::runtime_error("nothing was published");
    return published_[taken_++];
  }
  std::size_t count() {
    const std::scoped_lock lock(mutex_);
    return published_.size();
  }

 private:
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::vector<net::mqtt::Outgoing> published_;
  std::size_t taken_ = 0;
};

}  // namespace jeton::api::testing
