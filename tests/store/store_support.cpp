#include "store/store_support.hpp"

#include <sqlite3.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace jeton::store {

OwnFolder::OwnFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "jeton-store-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the test");
  path_ = pattern;
}

OwnFolder::~OwnFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

const crypto::Sealer& any_sealer() {
  static const crypto::Sealer sealer = *crypto::Sealer::create({{1, base::Secret(std::string(32, 'k'))}}, 1);
  return sealer;
}

const base::Clock& any_clock() {
  static const base::ManualClock clock;
  return clock;
}

base::Result<std::unique_ptr<Store>> open_in(const std::filesystem::path& folder) {
  return open_store({"", folder}, any_sealer(), any_clock());
}

std::unique_ptr<Store> started_in(const std::filesystem::path& folder) {
  auto opened = open_in(folder);
  if (!opened) throw std::runtime_error(opened.error().message);
  (*opened)->start();
  return std::move(*opened);
}

base::Status keep_token(Store& store, model::TokenId& id, const std::string& text) {
  return store.write([&](Transaction& transaction) -> base::Status {
    model::AccessToken token;
    token.subject = text;
    const model::EventId number = transaction.next_event();
    id = token.id = {number.value};
    if (auto inserted = transaction.access_tokens().insert(token); !inserted) return inserted;
    transaction.append(number, any_clock().wall(), "test", model::TokenUsed{.id = token.id});
    return {};
  });
}

std::vector<std::int64_t> token_ids(Store& store) {
  std::vector<std::int64_t> ids;
  const auto status = store.read([&](const Snapshot& snapshot) {
    return snapshot.access_tokens().scan([&](const AccessTokenRow& row) { ids.push_back(row.id.value); });
  });
  EXPECT_TRUE(status) << status.error().message;
  return ids;
}

void write_file(const std::filesystem::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

void run_sql(const std::filesystem::path& file, const std::string& script) {
  sqlite3* handle = nullptr;
  const bool done = sqlite3_open(file.c_str(), &handle) == SQLITE_OK &&
                    sqlite3_exec(handle, script.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  const std::string reason = done ? "" : sqlite3_errmsg(handle);
  sqlite3_close(handle);
  if (!done) throw std::runtime_error("sqlite: " + reason);
}

}  // namespace jeton::store
