// Records of tokens without gaps between them: the memory that a token costs, less its look-up.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "base/interner.hpp"
#include "model/token.hpp"

namespace jeton::tokens {

struct TokenRecord {
  enum Name : std::uint8_t { kCloud, kConsumer, kProvider, kTarget, kScope };
  static constexpr std::size_t kNames = 5;

  model::TokenDigest digest{};
  std::int64_t id = 0;  ///< 0: the slot is free
  base::Instant ends_at;
  std::array<base::Interner::TextId, kNames> names{};
  std::uint32_t uses_left = 0;
  model::TokenKind kind{};
  model::TokenVariant variant{};
  model::TargetType target_type{};
};
static_assert(sizeof(TokenRecord) == 80);

/// Slots keep their numbers. Not thread-safe.
class TokenSlab {
 public:
  static constexpr std::uint32_t kChunk = 128;  ///< records that are allocated together

  TokenRecord& operator[](std::uint32_t slot) { return (*chunks_[slot / kChunk])[slot % kChunk]; }
  const TokenRecord& operator[](std::uint32_t slot) const { return (*chunks_[slot / kChunk])[slot % kChunk]; }
  bool holds(std::uint32_t slot) const { return slot < used_ && (*this)[slot].id != 0; }

  std::uint32_t add(const TokenRecord& record) {
    std::uint32_t slot = used_;
    if (!free_.empty()) {
      slot = free_.back();
      free_.pop_back();
    } else {
      if (slot / kChunk == chunks_.size()) chunks_.push_back(std::make_unique<Chunk>());
      ++used_;
    }
    (*this)[slot] = record;
    return slot;
  }
  void remove(std::uint32_t slot) {
    (*this)[slot] = TokenRecord{};
    free_.push_back(slot);
  }

  std::size_t size() const { return used_ - free_.size(); }
  std::size_t bytes() const {
    return chunks_.size() * sizeof(Chunk) + chunks_.capacity() * sizeof(chunks_[0]) +
           free_.capacity() * sizeof(std::uint32_t);
  }

 private:
  using Chunk = std::array<TokenRecord, kChunk>;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<std::uint32_t> free_;
  std::uint32_t used_ = 0;
};

}  // namespace jeton::tokens
