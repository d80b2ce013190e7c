// Names kept once: a text becomes a small number, and the number the text again. For tables of millions of rows that
// share their names.
#pragma once
#include <array>
#include <atomic>
#include <bit>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace jeton::base {

/// Thread-safe. A text that was interned stays for the life of the object: names of systems and services are few and
/// come back. Numbers count from 0, which is the empty text.
class Interner {
 public:
  using TextId = std::uint32_t;

  Interner();
  Interner(const Interner&) = delete;
  Interner& operator=(const Interner&) = delete;

  /// The number of this text, a new one if need be. Throws std::length_error past 2^31 texts.
  TextId intern(std::string_view text);
  /// Its number if it has one.
  std::optional<TextId> find(std::string_view text) const;
  /// The text of a number that intern() gave. Takes no lock; the view lives as long as this object.
  std::string_view text(TextId id) const noexcept {
    const Place place = place_of(id);
    return chunks_[place.chunk].load(std::memory_order_acquire)[place.offset];
  }

  std::size_t size() const { return next_.load(std::memory_order_relaxed); }
  /// What the texts and their look-up take, about.
  std::size_t bytes() const;

 private:
  // Chunk k holds kFirstChunk << k texts and never moves, so that readers need no lock.
  static constexpr std::uint32_t kFirstChunk = 1024;
  static constexpr std::size_t kChunks = 22;
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kBlockBytes = 16 * 1024;

  struct Place {
    std::size_t chunk;
    std::uint32_t offset;
  };
  static constexpr Place place_of(TextId id) noexcept {
    const std::uint32_t shifted = id + kFirstChunk;
    const auto chunk = static_cast<std::size_t>(std::bit_width(shifted) - std::bit_width(kFirstChunk));
    return {chunk, shifted - (kFirstChunk << chunk)};
  }

  struct Hash {
    using is_transparent = void;
    const Interner* owner;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    std::size_t operator()(TextId id) const noexcept { return (*this)(owner->text(id)); }
  };
  struct Same {
    using is_transparent = void;
    const Interner* owner;
    bool operator()(TextId a, TextId b) const noexcept { return a == b; }
    bool operator()(std::string_view a, TextId b) const noexcept { return a == owner->text(b); }
    bool operator()(TextId a, std::string_view b) const noexcept { return owner->text(a) == b; }
  };
  struct alignas(64) Shard {
    explicit Shard(const Interner* owner) : ids(0, Hash{owner}, Same{owner}) {}
    mutable std::mutex mutex;  ///< guards the rest
    boost::unordered_flat_set<TextId, Hash, Same> ids;
    std::vector<std::unique_ptr<char[]>> blocks;
    std::size_t block_left = 0;
    std::size_t text_bytes = 0;
  };

  Shard& shard_of(std::string_view text) const;
  static std::string_view keep(Shard& shard, std::string_view text);
  TextId publish(std::string_view kept);
  std::string_view* chunk_for_writing(std::size_t chunk);

  std::vector<std::unique_ptr<Shard>> shards_;
  std::array<std::atomic<std::string_view*>, kChunks> chunks_{};
  std::mutex growth_mutex_;  ///< guards owned_chunks_
  std::vector<std::unique_ptr<std::string_view[]>> owned_chunks_;
  std::atomic<std::uint32_t> next_{0};
};

}  // namespace jeton::base
