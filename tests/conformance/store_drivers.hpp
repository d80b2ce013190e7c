// The databases that the store's suite runs on, and what its tests share. A further driver is one more row in
// store_drivers().
#pragma once
#include <condition_variable>
#include <filesystem>
#include <ostream>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "crypto/aead.hpp"
#include "store/open_store.hpp"

namespace jeton::store::conformance {

/// A folder that is gone after the test.
class TestFolder {
 public:
  TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct StoreDriver {
  const char* name;
  const char* url;
  bool survives_closing;  ///< false for what is documented to be gone with the process

  friend void PrintTo(const StoreDriver& driver, std::ostream* out) { *out << driver.name; }
};
std::vector<StoreDriver> store_drivers();
inline std::string driver_name(const testing::TestParamInfo<StoreDriver>& info) {
  return info.param.name;
}

crypto::Sealer test_sealer();

/// A token that differs from others by its number in every text.
model::AccessToken sample_token(std::int64_t number);
model::PolicySet sample_policy(std::int64_t number);

/// Holds back whoever waits, until it is opened.
class Gate {
 public:
  void open();
  void wait();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

/// Remembers what it was told.
class RecordingFollower final : public Follower {
 public:
  void apply(std::span<const model::Event> events) noexcept override;
  std::vector<std::int64_t> ids() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::int64_t> ids_;
};

class StoreConformance : public testing::TestWithParam<StoreDriver> {
 protected:
  StoreConformance();

  /// Opens (again) and starts.
  void open();
  void close() { store_.reset(); }
  Store& store() { return *store_; }
  base::Instant now() const { return clock_.wall(); }

  /// Writes the token with its event; the id it got.
  model::TokenId keep(model::AccessToken token);
  /// Writes the policy set with its event.
  base::Result<model::PolicyId> grant(model::PolicySet policy);
  std::optional<model::AccessToken> find(model::TokenId id);

  TestFolder folder_;
  base::ManualClock clock_;
  const crypto::Sealer sealer_;
  RecordingFollower follower_;
  std::unique_ptr<Store> store_;
};

/// Inserts the token under a new number, with its event.
model::TokenId insert_token(Transaction& transaction, model::AccessToken token, base::Instant at);

}  // namespace jeton::store::conformance
