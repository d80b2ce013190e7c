// CBOR of leases (token-lease 1.2.1, RFC 8949).
#include "api/leases/cbor.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/json/writer.hpp"
#include "base/limits.hpp"
#include "base/strings.hpp"

namespace jeton::api::leases {
namespace {

using base::ErrorCode;

std::string bytes_of(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return out;
}

std::string hex_of(std::string_view bytes) {
  return base::hex_encode(base::as_bytes(bytes));
}

std::string json_of(std::string_view hex) {
  const auto value = cbor::decode(bytes_of(hex));
  return value ? base::json::write(*value) : value.error().message;
}

// 1.2.1: request id 7, `POST /`, and a reply to it with 404; all but their last member, which is a boolean.
TEST(LeaseCbor, WritesTheHeadersOfTheExample) {
  std::string request;
  cbor::append_map(request, 4);
  cbor::append_integer(request, 1);
  cbor::append_integer(request, 7);
  cbor::append_integer(request, 2);
  cbor::append_text(request, "/");
  cbor::append_integer(request, 3);
  cbor::append_integer(request, 1);
  EXPECT_EQ(hex_of(request), "a4010702612f0301");
  std::string reply;
  cbor::append_map(reply, 4);
  for (const int number : {1, 901, 2, 7, 3, 404}) cbor::append_integer(reply, number);
  EXPECT_EQ(hex_of(reply),
            "a40119038502070319"
            "0194");
}

TEST(LeaseCbor, AnErrorIsTheTextOfTheExample) {
  std::string body;
  cbor::append_text(body, "404");
  EXPECT_EQ(hex_of(body), "63343034");
}

// RFC 8949 appendix A.
TEST(LeaseCbor, WritesIntegersInTheirShortestForm) {
  const std::vector<std::pair<std::int64_t, std::string>> rows = {
      {0, "00"},
      {23, "17"},
      {24, "1818"},
      {255, "18ff"},
      {256, "190100"},
      {1'000'000, "1a000f4240"},
      {1'000'000'000'000, "1b000000e8d4a51000"},
      {std::numeric_limits<std::int64_t>::max(), "1b7fffffffffffffff"},
      {-1, "20"},
      {-1000, "3903e7"},
      {std::numeric_limits<std::int64_t>::min(), "3b7fffffffffffffff"}};
  for (const auto& [number, hex] : rows) {
    std::string out;
    cbor::append_integer(out, number);
    EXPECT_EQ(hex_of(out), hex);
    EXPECT_EQ(json_of(hex), std::to_string(number));
  }
  std::string out;
  cbor::append_bytes(out, base::as_bytes("ab"));
  cbor::append_array(out, 2);
  EXPECT_EQ(hex_of(out), "42616282");
}

TEST(LeaseCbor, ReadsWhatJsonCanSay) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"a26374746c1a000dbba0676f7074696f6e73a0", R"({"ttl":900000,"options":{}})"},
      {"8301820203820405", "[1,[2,3],[4,5]]"},
      {"9f018202039f0405ffff", "[1,[2,3],[4,5]]"},
      {"bf61610161629f0203ffff", R"({"a":1,"b":[2,3]})"},
      {"7f657374726561646d696e67ff", R"("streaming")"},
      {"62c3bc", "\"\u00fc\""},
      {"f5", "true"},
      {"f4", "false"},
      {"f6", "null"},
      {"f7", "null"},
      {"f93e00", "1.5"},
      {"fa47c35000", "100000.0"},
      {"fbc010666666666666", "-4.1"},
      {"a2616101616102", R"({"a":2})"}};
  for (const auto& [hex, json] : rows) {
    const auto value = cbor::decode(bytes_of(hex));
    ASSERT_TRUE(value) << hex << ": " << value.error().message;
    EXPECT_EQ(*value, base::json::parse(json).value()) << hex;
  }
}

TEST(LeaseCbor, RefusesWhatItCannotBe) {
  const std::vector<std::pair<std::string, std::string>> rows = {{"", "ends inside"},
                                                                 {"18", "ends inside"},
                                                                 {"6261", "ends inside"},
                                                                 {"9b7fffffffffffffff", "ends inside"},
                                                                 {"bb7fffffffffffffff", "ends inside"},
                                                                 {"7b7fffffffffffffff61", "ends inside"},
                                                                 {"9f01", "ends inside"},
                                                                 {"0000", "behind the end"},
                                                                 {"4100", "byte strings"},
                                                                 {"c000", "tags"},
                                                                 {"1bffffffffffffffff", "past 64 bits"},
                                                                 {"3bffffffffffffffff", "past 64 bits"},
                                                                 {"61ff", "UTF-8"},
                                                                 {"7f00ff", "something else than texts"},
                                                                 {"7f7f6161ffff", "something else than texts"},
                                                                 {"a10100", "keys but texts"},
                                                                 {"bf6161019f0203ffff", "keys but texts"},
                                                                 {"f0", "simple values"},
                                                                 {"f820", "simple values"},
                                                                 {"ff", "a break"},
                                                                 {"1c", "reserved length"},
                                                                 {"1f", "number without an end"},
                                                                 {"f97c00", "infinite"},
                                                                 {"f97e00", "infinite"},
                                                                 {"fb7ff0000000000000", "infinite"}};
  for (const auto& [hex, text] : rows) {
    const auto value = cbor::decode(bytes_of(hex));
    ASSERT_FALSE(value) << hex;
    EXPECT_EQ(value.error().code, ErrorCode::kInvalid) << hex;
    EXPECT_NE(value.error().message.find(text), std::string::npos) << hex << ": " << value.error().message;
  }
}

TEST(LeaseCbor, IsBounded) {
  namespace limits = base::limits;
  EXPECT_TRUE(cbor::decode(std::string(limits::kLeaseMessageDepthMax - 1, '\x81') + '\x80'));
  EXPECT_FALSE(cbor::decode(std::string(limits::kLeaseMessageDepthMax, '\x81') + '\x80'));
  EXPECT_FALSE(cbor::decode(std::string(limits::kLeaseMessageBytesMax, '\x9f')));
  EXPECT_EQ(cbor::decode(std::string(limits::kLeaseMessageBytesMax + 1, '\0')).error().code, ErrorCode::kTooLarge);
  std::string many;
  cbor::append_map(many, limits::kLeaseObjectMembersMax + 1);
  for (std::size_t i = 0; i <= limits::kLeaseObjectMembersMax; ++i) {
    cbor::append_text(many, std::to_string(i));
    cbor::append_integer(many, 1);
  }
  EXPECT_FALSE(cbor::decode(many));
}

}  // namespace
}  // namespace jeton::api::leases
