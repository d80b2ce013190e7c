#include "net/http/buffer.hpp"

#include <algorithm>
#include <cstring>

#include "base/limits.hpp"

namespace jeton::net::http {
namespace {

constexpr std::size_t kBlockBytesMin = 2048 - base::limits::kJsonPaddingBytes;

}  // namespace

std::span<char> Buffer::prepare(std::size_t bytes) {
  if (capacity_ - end_ < bytes) {
    const std::size_t content = size();
    if (capacity_ - content >= bytes) {
      std::memmove(block_.get(), data(), content);
    } else {
      const std::size_t wanted = std::max({kBlockBytesMin, 2 * capacity_, content + bytes});
      auto larger = std::make_unique_for_overwrite<char[]>(wanted + base::limits::kJsonPaddingBytes);
      if (content != 0) std::memcpy(larger.get(), data(), content);
      block_ = std::move(larger);
      capacity_ = wanted;
    }
    begin_ = 0;
    end_ = content;
  }
  return {block_.get() + end_, capacity_ - end_};
}

void Buffer::append(std::string_view bytes) {
  if (bytes.empty()) return;
  std::memcpy(prepare(bytes.size()).data(), bytes.data(), bytes.size());
  commit(bytes.size());
}

void Buffer::consume(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ == end_) clear();
}

void Buffer::erase(std::size_t offset, std::size_t bytes) {
  char* const hole = data() + offset;
  std::memmove(hole, hole + bytes, size() - offset - bytes);
  end_ -= bytes;
}

void Buffer::shrink(std::size_t bytes) {
  if (!empty() || capacity_ <= bytes) return;
  block_.reset();
  capacity_ = 0;
}

}  // namespace jeton::net::http
