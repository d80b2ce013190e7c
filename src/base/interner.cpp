#include "base/interner.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace jeton::base {

Interner::Interner() {
  shards_.reserve(kShards);
  for (std::size_t i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<Shard>(this));
  intern({});
}

Interner::Shard& Interner::shard_of(std::string_view text) const {
  // The table takes the low and the high bits of the hash: these are in between.
  return *shards_[(std::hash<std::string_view>{}(text) >> 24U) % kShards];
}

Interner::TextId Interner::intern(std::string_view text) {
  Shard& shard = shard_of(text);
  const std::scoped_lock lock(shard.mutex);
  if (const auto found = shard.ids.find(text); found != shard.ids.end()) return *found;
  const TextId id = publish(keep(shard, text));
  shard.ids.insert(id);
  return id;
}

std::optional<Interner::TextId> Interner::find(std::string_view text) const {
  const Shard& shard = shard_of(text);
  const std::scoped_lock lock(shard.mutex);
  const auto found = shard.ids.find(text);
  if (found == shard.ids.end()) return std::nullopt;
  return *found;
}

std::string_view Interner::keep(Shard& shard, std::string_view text) {
  if (text.empty()) return {};
  shard.text_bytes += text.size();
  if (text.size() > kBlockBytes / 4) {  // a block of its own, put before the one that is being filled
    auto own = std::make_unique<char[]>(text.size());
    std::memcpy(own.get(), text.data(), text.size());
    const std::string_view kept(own.get(), text.size());
    shard.blocks.insert(shard.blocks.begin(), std::move(own));
    return kept;
  }
  if (shard.block_left < text.size()) {
    shard.blocks.push_back(std::make_unique<char[]>(kBlockBytes));
    shard.block_left = kBlockBytes;
  }
  char* const at = shard.blocks.back().get() + (kBlockBytes - shard.block_left);
  std::memcpy(at, text.data(), text.size());
  shard.block_left -= text.size();
  return {at, text.size()};
}

// Whoever learns the id does so through something that orders it behind this write: the shard's mutex here, or its own.
Interner::TextId Interner::publish(std::string_view kept) {
  const TextId id = next_.fetch_add(1, std::memory_order_relaxed);
  if (id >= 1U << 31U) throw std::length_error("more than 2^31 different names");
  const Place place = place_of(id);
  chunk_for_writing(place.chunk)[place.offset] = kept;
  return id;
}

std::string_view* Interner::chunk_for_writing(std::size_t chunk) {
  if (std::string_view* there = chunks_[chunk].load(std::memory_order_acquire)) return there;
  const std::scoped_lock lock(growth_mutex_);
  if (std::string_view* there = chunks_[chunk].load(std::memory_order_acquire)) return there;
  auto& made = owned_chunks_.emplace_back(std::make_unique<std::string_view[]>(std::size_t{kFirstChunk} << chunk));
  chunks_[chunk].store(made.get(), std::memory_order_release);
  return made.get();
}

std::size_t Interner::bytes() const {
  std::size_t total = 0;
  for (std::size_t i = 0; i < kChunks; ++i) {
    if (chunks_[i].load(std::memory_order_relaxed) != nullptr)
      total += (std::size_t{kFirstChunk} << i) * sizeof(std::string_view);
  }
  for (const auto& shard : shards_) {
    const std::scoped_lock lock(shard->mutex);
    total += shard->blocks.size() * kBlockBytes + shard->ids.bucket_count() * (sizeof(TextId) + 1);
  }
  return total;
}

}  // namespace jeton::base
