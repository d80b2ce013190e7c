// What the tests of the store's driver share.
#pragma once
#include <filesystem>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "crypto/aead.hpp"
#include "store/open_store.hpp"

namespace jeton::store {

/// A folder that is gone after the test.
class OwnFolder {
 public:
  OwnFolder();
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;
  ~OwnFolder();
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path database() const { return path_ / "jeton.db"; }

 private:
  std::filesystem::path path_;
};

const crypto::Sealer& any_sealer();
const base::Clock& any_clock();

base::Result<std::unique_ptr<Store>> open_in(const std::filesystem::path& folder);
/// Opened and started; throws when that fails.
std::unique_ptr<Store> started_in(const std::filesystem::path& folder);

/// A write that keeps a token with its event; `text` is one of its columns.
base::Status keep_token(Store& store, model::TokenId& id, const std::string& text = "subject");
/// The ids of all tokens, ascending.
std::vector<std::int64_t> token_ids(Store& store);

void write_file(const std::filesystem::path& file, const std::string& content);
/// Runs SQL on a file beside the store.
void run_sql(const std::filesystem::path& file, const std::string& script);

}  // namespace jeton::store
