#include "base/json/types.hpp"

#include <algorithm>

#include "base/json/scanner.hpp"

namespace jeton::base::json {
namespace {

bool same_members(const Object& a, const Object& b) {
  if (a.size() != b.size()) return false;
  return std::ranges::all_of(a, [&](const auto& member) {
    const auto found = std::ranges::find(b, member.first, &Object::value_type::first);
    return found != b.end() && found->second == member.second;
  });
}

}  // namespace

const Value* Value::member(std::string_view name) const {
  const auto* object = as<Object>();
  if (object == nullptr) return nullptr;
  const auto found = std::ranges::find(*object, name, &Object::value_type::first);
  return found == object->end() ? nullptr : &found->second;
}

bool operator==(const Value& a, const Value& b) {
  if (a.data_.index() != b.data_.index()) return false;
  if (const auto* object = a.as<Object>()) return same_members(*object, *b.as<Object>());
  return a.data_ == b.data_;
}

Result<Value> parse(std::string_view text) {
  // A document that is a scalar cannot be read as an element; in an array it can.
  std::string wrapped;
  wrapped.reserve(text.size() + 2 + limits::kJsonPaddingBytes);
  wrapped.append("[").append(text).append("]");
  Value out;
  const Status status = read_document(wrapped, [&](Element& root, Scan& scan) { return read_value(root, out, scan); });
  if (!status) return failure(status.error());
  const auto* items = out.as<Array>();
  if (items->size() != 1)
    return failure(
        invalid(items->empty() ? "a JSON value is required, there is none" : "there is more than one JSON value"));
  return items->front();
}

}  // namespace jeton::base::json
