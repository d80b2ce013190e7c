#include "api/leases/bounded_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.hpp"

namespace jeton::api::leases {
namespace {

namespace json = base::json;
namespace limits = base::limits;
using base::failure;
using base::invalid;
using base::Result;

base::Error wrong_type(std::string_view name, std::string_view wanted) {
  return invalid(fmt::format("{} must be {}", name, wanted), std::string(name));
}

// Counts in a text that may be anything, as a parser would where it is JSON.
class BoundsScan {
 public:
  base::Status operator()(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (in_string_) {
        if (c == '\\') ++i;
        in_string_ = c != '"';
      } else if (c == '"') {
        in_string_ = true;
      } else if (c == '{' || c == '[') {
        if (depth_ == limits::kLeaseMessageDepthMax) return too_deep();
        members_[depth_++] = 0;
      } else if (c == '}' || c == ']') {
        depth_ -= depth_ > 0 ? 1 : 0;
      } else if (c == ':' && depth_ > 0 && ++members_[depth_ - 1] > limits::kLeaseObjectMembersMax) {
        return too_many();
      }
    }
    return {};
  }

 private:
  static base::Status too_deep() {
    return failure(
        invalid(fmt::format("request must not be nested deeper than {} levels", limits::kLeaseMessageDepthMax)));
  }
  static base::Status too_many() {
    return failure(
        invalid(fmt::format("an object of the request must have at most {} members", limits::kLeaseObjectMembersMax)));
  }

  bool in_string_ = false;
  std::size_t depth_ = 0;
  std::array<std::size_t, limits::kLeaseMessageDepthMax> members_{};
};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

base::Status check_bounds(std::string_view text) {
  if (text.size() > limits::kLeaseMessageBytesMax) {
    return failure(
        {base::ErrorCode::kTooLarge,
         fmt::format("request has {} bytes; it must have at most {}", text.size(), limits::kLeaseMessageBytesMax),
         {}});
  }
  return BoundsScan{}(text);
}

Result<json::Object> read_object(std::string_view text) {
  if (const auto within = check_bounds(text); !within) return failure(within.error());
  const auto value = json::parse(text);
  if (!value) return failure(invalid("invalid JSON: " + value.error().message));
  const auto* object = value->as<json::Object>();
  if (object == nullptr) return failure(invalid("request must be an object"));
  return *object;
}

const json::Value* Members::find(std::string_view name) const {
  const auto found = std::ranges::find(object_, name, &json::Object::value_type::first);
  return found == object_.end() || found->second.is_null() ? nullptr : &found->second;
}

Result<std::optional<std::string>> Members::text(std::string_view name) const {
  const json::Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto* text = value->as<std::string>();
  if (text == nullptr) return failure(wrong_type(name, "a string"));
  if (const auto good = check_text(*text, name, limits::kLeaseTextBytesMax); !good) return failure(good.error());
  return *text;
}

Result<std::string> Members::text_or_empty(std::string_view name) const {
  auto value = text(name);
  if (!value) return failure(value.error());
  return std::move(*value).value_or(std::string{});
}

Result<std::optional<std::int64_t>> Members::integer(std::string_view name) const {
  const json::Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto* number = value->as<std::int64_t>();
  if (number == nullptr) return failure(wrong_type(name, "an integer"));
  return *number;
}

Result<bool> Members::boolean(std::string_view name) const {
  const json::Value* value = find(name);
  if (value == nullptr) return false;
  const auto* flag = value->as<bool>();
  if (flag == nullptr) return failure(wrong_type(name, "true or false"));
  return *flag;
}

Result<base::Duration> read_milliseconds(const json::Value* value, std::string_view name) {
  const auto* number = value == nullptr ? nullptr : value->as<std::int64_t>();
  if (number == nullptr || *number < 0) return failure(wrong_type(name, "an integer number of milliseconds"));
  return std::chrono::milliseconds{std::min(*number, kMillisecondsMax)};
}

base::Status check_text(std::string_view text, std::string_view name, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    return failure(invalid(fmt::format("{} has {} bytes; it must have at most {}", name, text.size(), bytes_max),
                           std::string(name)));
  }
  if (std::ranges::any_of(text, is_control))
    return failure(invalid(fmt::format("{} must not have control characters", name), std::string(name)));
  return {};
}

}  // namespace jeton::api::leases
