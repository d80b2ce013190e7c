// A response that owns its text, for its way from another thread to the connection's.
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "net/http/message.hpp"

namespace jeton::net::http {

class StoredResponse {
 public:
  StoredResponse() = default;
  explicit StoredResponse(const Response& response);

  /// Views into this object; moving it leaves them valid.
  Response view() const;

 private:
  int status_ = 0;
  bool close_ = false;
  std::unique_ptr<char[]> text_;  // all texts one behind the other
  std::string_view content_type_;
  std::string_view body_;
  std::vector<Field> fields_;
};

}  // namespace jeton::net::http
