#include "net/http/stored_response.hpp"

#include <cstring>

namespace jeton::net::http {

StoredResponse::StoredResponse(const Response& response) : status_(response.status), close_(response.close) {
  std::size_t bytes = response.content_type.size() + response.body.size();
  for (const Field& field : response.fields) bytes += field.name.size() + field.value.size();
  text_ = std::make_unique_for_overwrite<char[]>(bytes);

  char* next = text_.get();
  const auto keep = [&next](std::string_view text) {
    if (!text.empty()) std::memcpy(next, text.data(), text.size());
    const std::string_view kept{next, text.size()};
    next += text.size();
    return kept;
  };
  content_type_ = keep(response.content_type);
  body_ = keep(response.body);
  fields_.reserve(response.fields.size());
  for (const Field& field : response.fields) {
    const std::string_view name = keep(field.name);
    fields_.push_back({name, keep(field.value)});
  }
}

Response StoredResponse::view() const {
  return {.status = status_, .content_type = content_type_, .body = body_, .fields = fields_, .close = close_};
}

}  // namespace jeton::net::http
