#include "store/group_overlay.hpp"

namespace jeton::store {

std::optional<std::int64_t> GroupOverlay::find(Key key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

void GroupOverlay::set(Key key, std::int64_t value) {
  undo_.emplace_back(key, find(key));
  values_.insert_or_assign(key, value);
}

void GroupOverlay::erase(Key key) {
  undo_.emplace_back(key, find(key));
  values_.erase(key);
}

void GroupOverlay::roll_back_body() {
  while (!undo_.empty()) {
    const auto& [key, before] = undo_.back();
    if (before) {
      values_.insert_or_assign(key, *before);
    } else {
      values_.erase(key);
    }
    undo_.pop_back();
  }
}

void GroupOverlay::clear() {
  values_.clear();
  undo_.clear();
}

}  // namespace jeton::store
