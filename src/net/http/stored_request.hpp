// A request that owns its text, for when it is looked at again on another thread.
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "crypto/subject.hpp"
#include "net/http/message.hpp"

namespace jeton::net::http {

class StoredRequest {
 public:
  explicit StoredRequest(const Request& request);

  /// Views into this object; moving it leaves them valid.
  Request view() const;

 private:
  Request request_;               // its views point into the members below
  std::unique_ptr<char[]> text_;  // all texts one behind the other, the body last, its padding behind it
  std::vector<Field> fields_;
  std::vector<crypto::Subject> certificates_;
};

}  // namespace jeton::net::http
