// A block of bytes that is filled at its end, emptied at its front, and used again.
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace jeton::net::http {

/// Owns nothing until it is first written to. limits::kJsonPaddingBytes behind the content are always readable.
class Buffer {
 public:
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }
  char* data() { return block_.get() + begin_; }
  const char* data() const { return block_.get() + begin_; }
  std::string_view view() const { return {data(), size()}; }

  /// Room for at least `bytes` behind the content. May move the content: pointers into it end here.
  std::span<char> prepare(std::size_t bytes);
  /// The first `bytes` of what prepare() gave are content now.
  void commit(std::size_t bytes) { end_ += bytes; }
  void append(std::string_view bytes);

  /// Drops bytes from the front. What remains does not move.
  void consume(std::size_t bytes);
  /// Cuts `bytes` out of the content, `offset` bytes from its front.
  void erase(std::size_t offset, std::size_t bytes);
  void clear() { begin_ = end_ = 0; }
  /// Gives the block back if it is empty and larger than `bytes`.
  void shrink(std::size_t bytes);

 private:
  std::unique_ptr<char[]> block_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace jeton::net::http
