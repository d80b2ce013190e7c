#include "net/http/stored_request.hpp"

#include <cstring>

#include "base/limits.hpp"

namespace jeton::net::http {

StoredRequest::StoredRequest(const Request& request)
    : request_(request), certificates_(request.certificates.begin(), request.certificates.end()) {
  std::size_t bytes = request.method_text.size() + request.path.size() + request.query.size() + request.body.size() +
                      base::limits::kJsonPaddingBytes;
  for (const Field& field : request.fields) bytes += field.name.size() + field.value.size();
  text_ = std::make_unique<char[]>(bytes);

  char* next = text_.get();
  const auto keep = [&next](std::string_view text) {
    if (!text.empty()) std::memcpy(next, text.data(), text.size());
    const std::string_view kept{next, text.size()};
    next += text.size();
    return kept;
  };
  request_.method_text = keep(request.method_text);
  request_.path = keep(request.path);
  request_.query = keep(request.query);
  fields_.reserve(request.fields.size());
  for (const Field& field : request.fields) {
    const std::string_view name = keep(field.name);
    fields_.push_back({name, keep(field.value)});
  }
  request_.body = keep(request.body);
}

Request StoredRequest::view() const {
  Request out = request_;
  out.fields = fields_;
  out.certificates = certificates_;
  return out;
}

}  // namespace jeton::net::http
