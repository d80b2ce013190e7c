#include "conformance/store_drivers.hpp"

#include <cstdlib>
#include <stdexcept>

namespace jeton::store::conformance {

std::vector<StoreDriver> store_drivers() {
  return {
      {"SqliteFile", "", true},
      {"SqliteMemory", "sqlite::memory:", false},
  };
}

TestFolder::TestFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "jeton-store-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the test");
  path_ = pattern;
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

crypto::Sealer test_sealer() {
  return *crypto::Sealer::create({{1, base::Secret(std::string(32, 'k'))}}, 1);
}

model::AccessToken sample_token(std::int64_t number) {
  const std::string text = std::to_string(number);
  model::AccessToken token;
  token.digest.fill(static_cast<std::uint8_t>(number));
  token.kind = model::TokenKind::kTimeLimited;
  token.variant = model::TokenVariant::kTimeLimited;
  token.subject = "Consumer" + text;
  token.audience = "Provider" + text;
  token.requester = "Requester" + text;
  token.cloud = "LOCAL";
  token.target = "target" + text;
  token.issued_at = base::Instant{std::chrono::seconds{1'900'000'000 + number}};
  token.expires_at = token.issued_at + std::chrono::hours{1};
  return token;
}

model::PolicySet sample_policy(std::int64_t number) {
  const std::string text = std::to_string(number);
  model::PolicySet policy;
  policy.target = {.cloud = "LOCAL", .provider = "Provider" + text, .target = "target" + text};
  policy.description = "number " + text;
  policy.default_policy = {.type = model::PolicyType::kWhitelist, .systems = {"Alpha" + text, "Beta" + text}};
  policy.scoped = {
      {"read",
       {.type = model::PolicyType::kSystemMetadata, .requirement = R"({"floor":{"op":"LESS_THAN","value":3}})"}}};
  policy.created_by = "Owner" + text;
  policy.created_at = base::Instant{std::chrono::seconds{1'900'000'000 + number}};
  return policy;
}

void Gate::open() {
  const std::scoped_lock lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

void Gate::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return open_; });
}

void RecordingFollower::apply(std::span<const model::Event> events) noexcept {
  const std::scoped_lock lock(mutex_);
  for (const model::Event& event : events) ids_.push_back(event.id.value);
}

std::vector<std::int64_t> RecordingFollower::ids() const {
  const std::scoped_lock lock(mutex_);
  return ids_;
}

StoreConformance::StoreConformance() : sealer_(test_sealer()) {
  open();
}

void StoreConformance::open() {
  close();
  auto opened = open_store({GetParam().url, folder_.path() / "data"}, sealer_, clock_);
  if (!opened) throw std::runtime_error(opened.error().message);
  store_ = std::move(*opened);
  store_->follow(follower_);
  store_->start();
}

model::TokenId insert_token(Transaction& transaction, model::AccessToken token, base::Instant at) {
  const model::EventId number = transaction.next_event();
  token.id = {number.value};
  (void)transaction.access_tokens().insert(token);
  transaction.append(number, at, "test", model::TokenIssued{token});
  return token.id;
}

model::TokenId StoreConformance::keep(model::AccessToken token) {
  model::TokenId id;
  const auto status = store().write([&](Transaction& transaction) -> base::Status {
    id = insert_token(transaction, token, now());
    return {};
  });
  EXPECT_TRUE(status) << status.error().message;
  return id;
}

base::Result<model::PolicyId> StoreConformance::grant(model::PolicySet policy) {
  const auto status = store().write([&](Transaction& transaction) -> base::Status {
    const model::EventId number = transaction.next_event();
    policy.id = {number.value};
    if (auto inserted = transaction.policies().insert(policy); !inserted) return inserted;
    transaction.append(number, now(), "test", model::PolicyGranted{policy});
    return {};
  });
  if (!status) return base::failure(status.error());
  return policy.id;
}

std::optional<model::AccessToken> StoreConformance::find(model::TokenId id) {
  std::optional<model::AccessToken> found;
  const auto status = store().read([&](const Snapshot& snapshot) -> base::Status {
    auto token = snapshot.access_tokens().find(id);
    if (!token) return base::failure(token.error());
    found = std::move(*token);
    return {};
  });
  EXPECT_TRUE(status) << status.error().message;
  return found;
}

}  // namespace jeton::store::conformance
