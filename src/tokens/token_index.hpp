// All live access tokens in memory (DESIGN sections 1 and 10): what a verification asks, what a generation replaces,
// what ends when.
#pragma once
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/interner.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "expiry/engine.hpp"
#include "model/token.hpp"
#include "store/group_overlay.hpp"
#include "store/store.hpp"
#include "tokens/token_slab.hpp"

namespace jeton::tokens {

/// Of one tuple at most one token lives (arrowhead-authorization 8.8). All names normalized; an empty scope is none.
struct TokenTuple {
  std::string_view cloud;
  std::string_view consumer;
  std::string_view provider;
  model::TargetType target_type = model::TargetType::kServiceDefinition;
  std::string_view target;
  std::string_view scope;

  bool operator==(const TokenTuple&) const = default;
};

TokenTuple tuple_of(const model::AccessToken& token);

/// What memory knows of a token: a copy, its names live as long as the index.
struct IndexedToken {
  model::TokenId id;
  model::TokenDigest digest{};
  model::TokenKind kind{};
  model::TokenVariant variant{};
  TokenTuple tuple;
  base::Instant ends_at;        ///< min(expiry, issue + tokens.max-age); the token lives strictly before it (8.9)
  std::uint32_t uses_left = 0;  ///< kUsageLimited only; the greatest number stands for itself and all above

  bool lives(base::Instant now) const { return ends_at > now; }
};

/// Follows the log of events. Any number of threads may find(); what says "commit thread" may be called there only, or
/// before the store is started. A look-up takes one shard's lock shared and allocates nothing.
class TokenIndex final : public store::Follower {
 public:
  /// Ends are scheduled with `engine` under `kind`; keys are references for ending(). `names_max`: about how many
  /// different names are kept, since clients choose them and none is forgotten.
  TokenIndex(base::Duration max_age, expiry::Engine& engine, expiry::KindId kind,
             std::size_t names_max = base::limits::kTokenNamesMax);

  /// All rows of the table, before the store is started.
  base::Status load(const store::Snapshot& snapshot);
  void load(const store::AccessTokenRow& row);
  void reserve(std::size_t tokens);
  void apply(std::span<const model::Event> events) noexcept override;

  /// Whether or not it still lives: ask lives(). nullopt: no such token.
  std::optional<IndexedToken> find(const model::TokenDigest& digest) const;
  /// The committed token of a tuple, if any. Commit thread.
  std::optional<IndexedToken> current(const TokenTuple& tuple) const;
  /// kUnavailable when the tuple has a name that is new and no more are kept. To be asked before the token is stored.
  /// Commit thread.
  base::Status has_room_for(const TokenTuple& tuple) const;
  /// A key for the tuple that differs from those of all other tuples but for chance, other in each process.
  store::GroupOverlay::Key overlay_key(const TokenTuple& tuple) const;
  /// What an expired deadline's key refers to; nullopt when that token is gone.
  std::optional<IndexedToken> ending(std::uint64_t key) const;

  std::size_t size() const;
  /// Everything but the names and the deadlines. Commit thread.
  std::size_t bytes() const;
  const base::Interner& names() const { return names_; }

 private:
  static constexpr std::size_t kShards = 256;
  static constexpr std::size_t kRecentNames = 16'384;

  // The token's shard in the low byte, its slot there above.
  struct Reference {
    std::uint32_t value;
    std::size_t shard() const { return value & 0xffU; }
    std::uint32_t slot() const { return value >> 8U; }
  };
  struct TupleIds {
    std::array<base::Interner::TextId, TokenRecord::kNames> names;
    model::TargetType target_type;
  };

  // By digest: slots of one shard, hashed by what they hold.
  struct DigestHash {
    using is_transparent = void;
    using is_avalanching = void;  // a digest is as good as random
    const TokenSlab* slab;
    std::size_t operator()(const model::TokenDigest& digest) const noexcept;
    std::size_t operator()(std::uint32_t slot) const noexcept { return (*this)((*slab)[slot].digest); }
  };
  struct DigestSame {
    using is_transparent = void;
    const TokenSlab* slab;
    bool operator()(std::uint32_t a, std::uint32_t b) const noexcept { return a == b; }
    bool operator()(const model::TokenDigest& a, std::uint32_t b) const noexcept { return a == (*slab)[b].digest; }
    bool operator()(std::uint32_t a, const model::TokenDigest& b) const noexcept { return (*slab)[a].digest == b; }
  };
  struct alignas(64) Shard {
    Shard() : slots(0, DigestHash{&slab}, DigestSame{&slab}) {}
    mutable std::shared_mutex mutex;  ///< guards the rest; the commit thread, which alone writes, reads without it
    TokenSlab slab;
    boost::unordered_flat_set<std::uint32_t, DigestHash, DigestSame> slots;
  };

  // By tuple: references to all shards. Commit thread only, which may read every record.
  struct TupleHash {
    using is_transparent = void;
    using is_avalanching = void;
    const TokenIndex* owner;
    std::size_t operator()(const TupleIds& tuple) const noexcept;
    std::size_t operator()(std::uint32_t reference) const noexcept;
  };
  struct TupleSame {
    using is_transparent = void;
    const TokenIndex* owner;
    bool operator()(std::uint32_t a, std::uint32_t b) const noexcept { return a == b; }
    bool operator()(const TupleIds& a, std::uint32_t b) const noexcept;
    bool operator()(std::uint32_t a, const TupleIds& b) const noexcept { return (*this)(b, a); }
  };

  static std::size_t shard_of(const model::TokenDigest& digest) { return digest[0]; }
  TokenRecord& record(Reference reference) { return shards_[reference.shard()].slab[reference.slot()]; }
  const TokenRecord& record(Reference reference) const { return shards_[reference.shard()].slab[reference.slot()]; }
  IndexedToken copy_of(const TokenRecord& record) const;
  base::Interner::TextId& recent(std::string_view name) const;
  std::optional<base::Interner::TextId> known_id(std::string_view name) const;
  base::Interner::TextId id_of(std::string_view name);
  template <class Token>
  TokenRecord record_of(const Token& token);
  std::optional<TupleIds> known_ids(const TokenTuple& tuple) const;
  std::uint64_t mix(const TupleIds& tuple) const noexcept;

  void insert(const TokenRecord& record);
  void use(const model::TokenUsed& used);
  void remove(const model::TokenEnded& ended);
  void forget(Shard& shard, std::uint32_t slot);
  void schedule(Reference reference, std::int64_t id, base::Instant at);
  bool holds(std::uint64_t key) const;

  const base::Duration max_age_;
  const std::size_t names_max_;
  expiry::Engine& engine_;
  const expiry::KindId kind_;
  const std::array<std::uint64_t, 2> seed_;
  base::Interner names_;
  /// Ids of names by the names' hashes, most of them those asked for last: a name that is found here costs neither lock
  /// nor search. Commit thread only.
  mutable std::array<base::Interner::TextId, kRecentNames> recent_names_{};
  std::unique_ptr<std::array<Shard, kShards>> owned_shards_ = std::make_unique<std::array<Shard, kShards>>();
  std::array<Shard, kShards>& shards_ = *owned_shards_;
  boost::unordered_flat_set<std::uint32_t, TupleHash, TupleSame> by_tuple_;
};

}  // namespace jeton::tokens
