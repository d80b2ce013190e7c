#include "tokens/token_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <mutex>
#include <utility>
#include <variant>

#include "crypto/random.hpp"
#include "store/transaction.hpp"

namespace jeton::tokens {
namespace {

// The order of the engine's keys does not matter; this is before every deadline.
constexpr base::Instant kAtOnce{};

std::array<std::uint64_t, 2> random_seed() {
  std::array<std::uint64_t, 2> seed{};
  const std::string bytes = crypto::random_bytes(sizeof(seed));
  std::memcpy(seed.data(), bytes.data(), sizeof(seed));
  seed[1] |= 1U;  // a multiplier
  return seed;
}

std::uint64_t stirred(std::uint64_t hash, std::uint64_t multiplier) {
  hash *= multiplier;
  hash ^= hash >> 29U;
  hash *= 0xbf58'476d'1ce4'e5b9U;  // the multiplier of splitmix64
  return hash ^ hash >> 32U;
}

std::uint64_t key_of(std::uint32_t reference, std::int64_t id) {
  return std::uint64_t{reference} << 32U | (static_cast<std::uint64_t>(id) & 0xffff'ffffU);
}

std::uint32_t saturated(std::int64_t uses) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(uses, 0, std::numeric_limits<std::uint32_t>::max()));
}

bool is_exhausted(const TokenRecord& record) {
  return record.kind == model::TokenKind::kUsageLimited && record.uses_left == 0;
}

}  // namespace

TokenTuple tuple_of(const model::AccessToken& token) {
  return {token.cloud, token.subject, token.audience, token.target_type, token.target, token.scope};
}

std::size_t TokenIndex::DigestHash::operator()(const model::TokenDigest& digest) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, digest.data() + 8, sizeof(hash));  // the first byte chose the shard
  return hash;
}

std::size_t TokenIndex::TupleHash::operator()(const TupleIds& tuple) const noexcept {
  return owner->mix(tuple);
}

std::size_t TokenIndex::TupleHash::operator()(std::uint32_t reference) const noexcept {
  const TokenRecord& record = owner->record({reference});
  return owner->mix({record.names, record.target_type});
}

bool TokenIndex::TupleSame::operator()(const TupleIds& a, std::uint32_t b) const noexcept {
  const TokenRecord& record = owner->record({b});
  return a.names == record.names && a.target_type == record.target_type;
}

TokenIndex::TokenIndex(base::Duration max_age, expiry::Engine& engine, expiry::KindId kind, std::size_t names_max)
    : max_age_(max_age),
      names_max_(names_max),
      engine_(engine),
      kind_(kind),
      seed_(random_seed()),
      by_tuple_(0, TupleHash{this}, TupleSame{this}) {
  // Tokens that are replaced or revoked leave their deadlines behind.
  engine_.keep_while(kind_, [this](std::uint64_t key) { return holds(key); });
}

std::uint64_t TokenIndex::mix(const TupleIds& tuple) const noexcept {
  std::uint64_t hash = seed_[0] ^ static_cast<std::uint64_t>(tuple.target_type);
  for (const base::Interner::TextId name : tuple.names) hash = stirred(hash ^ name, seed_[1]);
  return hash;
}

base::Interner::TextId& TokenIndex::recent(std::string_view name) const {
  return recent_names_[std::hash<std::string_view>{}(name) % kRecentNames];
}

std::optional<base::Interner::TextId> TokenIndex::known_id(std::string_view name) const {
  base::Interner::TextId& recently = recent(name);
  if (names_.text(recently) == name) return recently;
  const auto id = names_.find(name);
  if (id) recently = *id;
  return id;
}

base::Interner::TextId TokenIndex::id_of(std::string_view name) {
  base::Interner::TextId& recently = recent(name);
  if (names_.text(recently) != name) recently = names_.intern(name);
  return recently;
}

// What a row and an event have in common.
template <class Token>
TokenRecord TokenIndex::record_of(const Token& token) {
  TokenRecord record;
  record.digest = token.digest;
  record.id = token.id.value;
  const base::Instant oldest = token.issued_at + max_age_;
  record.ends_at = token.expires_at ? std::min(*token.expires_at, oldest) : oldest;
  record.names[TokenRecord::kCloud] = id_of(token.cloud);
  record.names[TokenRecord::kConsumer] = id_of(token.subject);
  record.names[TokenRecord::kProvider] = id_of(token.audience);
  record.names[TokenRecord::kTarget] = id_of(token.target);
  record.names[TokenRecord::kScope] = id_of(token.scope);
  record.uses_left = saturated(token.uses_left.value_or(0));
  record.kind = token.kind;
  record.variant = token.variant;
  record.target_type = token.target_type;
  return record;
}

base::Status TokenIndex::load(const store::Snapshot& snapshot) {
  store::AccessTokenQuery none;
  none.slice.limit = 1;
  const auto page = snapshot.access_tokens().query(none);
  if (!page) return base::failure(page.error());
  reserve(static_cast<std::size_t>(page->total));
  return snapshot.access_tokens().scan([this](const store::AccessTokenRow& row) { load(row); });
}

void TokenIndex::reserve(std::size_t tokens) {
  by_tuple_.reserve(tokens);
  engine_.reserve(kind_, tokens);
  for (Shard& shard : shards_) {
    const std::unique_lock lock(shard.mutex);
    shard.slots.reserve(tokens / kShards);
  }
}

void TokenIndex::load(const store::AccessTokenRow& row) {
  insert(record_of(row));
}

void TokenIndex::apply(std::span<const model::Event> events) noexcept {
  for (const model::Event& event : events) {
    if (const auto* issued = std::get_if<model::TokenIssued>(&event.body)) {
      insert(record_of(issued->token));
    } else if (const auto* used = std::get_if<model::TokenUsed>(&event.body)) {
      use(*used);
    } else if (const auto* ended = std::get_if<model::TokenEnded>(&event.body)) {
      remove(*ended);
    }
  }
}

void TokenIndex::insert(const TokenRecord& record) {
  const std::size_t at = shard_of(record.digest);
  Shard& shard = shards_[at];
  Reference reference{};
  {
    const std::unique_lock lock(shard.mutex);
    if (const auto same = shard.slots.find(record.digest); same != shard.slots.end()) forget(shard, *same);
    const std::uint32_t slot = shard.slab.add(record);
    shard.slots.insert(slot);
    reference.value = slot << 8U | static_cast<std::uint32_t>(at);
  }
  // Two tokens of one tuple come from an import only: the later one is the one to replace.
  if (const auto other = by_tuple_.find(TupleIds{record.names, record.target_type}); other != by_tuple_.end())
    by_tuple_.erase(other);
  by_tuple_.insert(reference.value);
  schedule(reference, record.id, is_exhausted(record) ? kAtOnce : record.ends_at);
}

void TokenIndex::use(const model::TokenUsed& used) {
  const std::size_t at = shard_of(used.digest);
  Shard& shard = shards_[at];
  Reference exhausted{};
  {
    const std::unique_lock lock(shard.mutex);
    const auto found = shard.slots.find(used.digest);
    if (found == shard.slots.end() || shard.slab[*found].id != used.id.value) return;
    TokenRecord& record = shard.slab[*found];
    record.uses_left = saturated(used.uses_left);
    if (!is_exhausted(record)) return;
    exhausted.value = *found << 8U | static_cast<std::uint32_t>(at);
  }
  schedule(exhausted, used.id.value, kAtOnce);
}

void TokenIndex::remove(const model::TokenEnded& ended) {
  Shard& shard = shards_[shard_of(ended.digest)];
  const std::unique_lock lock(shard.mutex);
  const auto found = shard.slots.find(ended.digest);
  if (found != shard.slots.end() && shard.slab[*found].id == ended.id.value) forget(shard, *found);
}

// With the shard locked.
void TokenIndex::forget(Shard& shard, std::uint32_t slot) {
  const TokenRecord& record = shard.slab[slot];
  const std::uint32_t reference = slot << 8U | static_cast<std::uint32_t>(shard_of(record.digest));
  const auto current = by_tuple_.find(TupleIds{record.names, record.target_type});
  if (current != by_tuple_.end() && *current == reference) by_tuple_.erase(current);
  shard.slots.erase(shard.slots.find(record.digest));
  shard.slab.remove(slot);
}

void TokenIndex::schedule(Reference reference, std::int64_t id, base::Instant at) {
  engine_.schedule(kind_, key_of(reference.value, id), at);
}

IndexedToken TokenIndex::copy_of(const TokenRecord& record) const {
  const auto name = [&](TokenRecord::Name which) { return names_.text(record.names[which]); };
  return {.id = {record.id},
          .digest = record.digest,
          .kind = record.kind,
          .variant = record.variant,
          .tuple = {name(TokenRecord::kCloud), name(TokenRecord::kConsumer), name(TokenRecord::kProvider),
                    record.target_type, name(TokenRecord::kTarget), name(TokenRecord::kScope)},
          .ends_at = record.ends_at,
          .uses_left = record.uses_left};
}

std::optional<IndexedToken> TokenIndex::find(const model::TokenDigest& digest) const {
  const Shard& shard = shards_[shard_of(digest)];
  const std::shared_lock lock(shard.mutex);
  const auto found = shard.slots.find(digest);
  if (found == shard.slots.end()) return std::nullopt;
  return copy_of(shard.slab[*found]);
}

bool TokenIndex::holds(std::uint64_t key) const {
  const Reference reference{static_cast<std::uint32_t>(key >> 32U)};
  const Shard& shard = shards_[reference.shard()];
  const std::shared_lock lock(shard.mutex);
  return shard.slab.holds(reference.slot()) && key_of(reference.value, shard.slab[reference.slot()].id) == key;
}

std::optional<IndexedToken> TokenIndex::ending(std::uint64_t key) const {
  const Reference reference{static_cast<std::uint32_t>(key >> 32U)};
  const Shard& shard = shards_[reference.shard()];
  const std::shared_lock lock(shard.mutex);
  if (!shard.slab.holds(reference.slot())) return std::nullopt;
  const TokenRecord& record = shard.slab[reference.slot()];
  if (key_of(reference.value, record.id) != key) return std::nullopt;
  return copy_of(record);
}

std::optional<TokenIndex::TupleIds> TokenIndex::known_ids(const TokenTuple& tuple) const {
  const std::array<std::string_view, TokenRecord::kNames> texts = {tuple.cloud, tuple.consumer, tuple.provider,
                                                                   tuple.target, tuple.scope};
  TupleIds ids{.names = {}, .target_type = tuple.target_type};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto id = known_id(texts[i]);
    if (!id) return std::nullopt;
    ids.names[i] = *id;
  }
  return ids;
}

std::optional<IndexedToken> TokenIndex::current(const TokenTuple& tuple) const {
  const auto ids = known_ids(tuple);
  if (!ids) return std::nullopt;
  const auto found = by_tuple_.find(*ids);
  if (found == by_tuple_.end()) return std::nullopt;
  return copy_of(record({*found}));
}

base::Status TokenIndex::has_room_for(const TokenTuple& tuple) const {
  if (names_.size() < names_max_ || known_ids(tuple)) return {};
  return base::failure(base::unavailable(fmt::format(
      "this server keeps {} different names of systems, targets and scopes and takes no new ones; a restart "
      "forgets those that no token uses",
      names_max_)));
}

store::GroupOverlay::Key TokenIndex::overlay_key(const TokenTuple& tuple) const {
  std::uint64_t hash = seed_[0] ^ static_cast<std::uint64_t>(tuple.target_type);
  for (const std::string_view text : {tuple.cloud, tuple.consumer, tuple.provider, tuple.target, tuple.scope})
    hash = stirred(hash ^ std::hash<std::string_view>{}(text), seed_[1]);
  return {this, hash};
}

std::size_t TokenIndex::size() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    const std::shared_lock lock(shard.mutex);
    total += shard.slab.size();
  }
  return total;
}

std::size_t TokenIndex::bytes() const {
  constexpr std::size_t kEntry = sizeof(std::uint32_t) + 1;  // a table has a byte beside each entry, taken or not
  std::size_t total = sizeof(*this) + sizeof(shards_) + by_tuple_.bucket_count() * kEntry;
  for (const Shard& shard : shards_) {
    const std::shared_lock lock(shard.mutex);
    total += shard.slab.bytes() + shard.slots.bucket_count() * kEntry;
  }
  return total;
}

}  // namespace jeton::tokens
