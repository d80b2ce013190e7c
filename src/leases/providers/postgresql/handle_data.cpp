#include "leases/providers/postgresql/handle_data.hpp"

#include "base/json/reader.hpp"
#include "base/json/writer.hpp"

namespace jeton::leases::postgresql {

std::string write_handle_data(const HandleData& data) {
  return base::json::write(data);
}

std::optional<HandleData> read_handle_data(std::string_view text) {
  if (text.empty() || text == "{}") return std::nullopt;
  auto read = base::json::read_unpadded<HandleData>(text);
  if (!read) return std::nullopt;
  return *std::move(read);
}

}  // namespace jeton::leases::postgresql
