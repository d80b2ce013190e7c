// What is refused, with which status: literal bytes, one row each.
#include <gtest/gtest.h>

#include "http_wire.hpp"

namespace jeton::net::http::testing {
namespace {

using namespace std::string_literals;

struct Row {
  const char* name;
  std::string bytes;
  int status;
};

const std::string kPost = "POST / HTTP/1.1\r\nHost: a\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

std::vector<Row> line_rows() {
  return {
      // The request line (RFC 9112 section 3).
      {"lower_case_is_another_method", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"two_spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"leading_space", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"no_target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"no_version", "GET /\r\nHost: a\r\n\r\n", 400},
      {"version_0_9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
      {"version_1_2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"version_2_0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"http2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"version_lower_case", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"version_with_tail", "GET / HTTP/1.1x\r\nHost: a\r\n\r\n", 400},
      {"version_two_digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
      {"space_behind_version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"bare_lf_behind_line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"bare_cr_behind_line", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400},
      {"control_in_target", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"nul_in_target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"s, 400},
      {"tab_in_line", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"method_with_colon", "GE:T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"relative_target", "GET index HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"asterisk_get", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"other_scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"absolute_without_host", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"tls_hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
  };
}

std::vector<Row> field_rows() {
  return {
      // Fields (section 5).
      {"space_before_colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"no_colon", "GET / HTTP/1.1\r\nHost: a\r\nBroken\r\n\r\n", 400},
      {"empty_name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400},
      {"space_before_first_field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"folded_value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400},
      {"folded_with_tab", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n", 400},
      {"folded_at_once", "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n c\r\n\r\n", 400},
      {"folded_into_nothing", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n \r\n\r\n", 400},
      {"folded_twice_empty", "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n \r\n \r\n\r\n", 400},
      {"bare_lf_behind_field", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
      {"bare_cr_in_value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n", 400},
      {"nul_in_value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"s, 400},
      {"control_in_value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\x02\r\n\r\n", 400},
      {"delete_in_value", "GET / HTTP/1.1\r\nHost: a\r\nX: b\x7f\r\n\r\n", 400},
      {"control_in_name", "GET / HTTP/1.1\r\nHost: a\r\nX\x01: b\r\n\r\n", 400},
      {"lf_ends_head", "GET / HTTP/1.1\r\nHost: a\r\n\n\r\n\r\n", 400},
      // Host (section 3.2).
      {"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"host_with_path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"host_with_space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"host_with_at", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
      // Where the body ends (section 6.3).
      {"length_and_coding", kPost + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc", 400},
      {"coding_and_length", kPost + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc", 400},
      {"two_lengths", kPost + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400},
      {"list_of_lengths", kPost + "Content-Length: 3, 4\r\n\r\nabc", 400},
      {"negative_length", kPost + "Content-Length: -3\r\n\r\nabc", 400},
      {"signed_length", kPost + "Content-Length: +3\r\n\r\nabc", 400},
      {"hex_length", kPost + "Content-Length: 0x3\r\n\r\nabc", 400},
      {"fraction_length", kPost + "Content-Length: 3.0\r\n\r\nabc", 400},
      {"empty_length", kPost + "Content-Length: \r\n\r\n", 400},
      {"length_of_words", kPost + "Content-Length: 3 3\r\n\r\nabc", 400},
      {"overflowing_length", kPost + "Content-Length: 18446744073709551616\r\n\r\n", 400},
      {"large_length", kPost + "Content-Length: 1048577\r\n\r\n", 413},
      {"huge_length", kPost + "Content-Length: 18446744073709551615\r\n\r\n", 413},
      {"gzip_coding", kPost + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {"gzip_then_chunked", kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"chunked_then_gzip", kPost + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 501},
      {"identity_coding", kPost + "Transfer-Encoding: identity\r\n\r\n", 501},
      {"almost_chunked", kPost + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {"quoted_chunked", kPost + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 501},
      {"chunked_twice", kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"coding_in_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      // Chunks (section 7.1).
      {"chunk_size_missing", kChunked + "\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk_size_no_hex", kChunked + "g\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk_size_0x", kChunked + "0x3\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk_size_signed", kChunked + "+3\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk_size_negative", kChunked + "-3\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk_size_spaced", kChunked + " 3\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk_size_tail", kChunked + "3 \r\nabc\r\n0\r\n\r\n", 400},
      {"chunk_size_overflow", kChunked + "ffffffffffffffff1\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk_size_huge", kChunked + "ffffffffffffffff\r\nabc", 413},
      {"chunks_too_large_together", kChunked + "3\r\nabc\r\n100000\r\n", 413},
      {"chunk_longer_than_said", kChunked + "3\r\nabcd\r\n0\r\n\r\n", 400},
      {"chunk_lf_behind_size", kChunked + "3\nabc\r\n0\r\n\r\n", 400},
      {"chunk_lf_behind_data", kChunked + "3\r\nabc\n0\r\n\r\n", 400},
      {"chunk_cr_in_extension", kChunked + "3;a\rb\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk_extension_broken", kChunked + "3;=\r\nabc\r\n0\r\n\r\n", 400},
      {"trailer_length", kChunked + "0\r\nContent-Length: 3\r\n\r\n", 400},
      {"trailer_folded", kChunked + "0\r\nX: a\r\n b\r\n\r\n", 400},
      {"trailer_broken", kChunked + "0\r\nX a\r\n\r\n", 400},
      // Expectations (RFC 9110 section 10.1.1).
      {"unknown_expectation", kPost + "Expect: miracles\r\n\r\n", 417},
  };
}

std::vector<Row> rows() {
  std::vector<Row> all = line_rows();
  std::ranges::move(field_rows(), std::back_inserter(all));
  return all;
}

TEST(HttpRefusal, EachMalformedRequestHasItsStatus) {
  for (const Row& row : rows()) {
    SCOPED_TRACE(row.name);
    Wire wire;
    const std::string answer = wire.exchange(row.bytes);
    EXPECT_EQ(status_of(answer), row.status) << answer;
    if (row.status == 200) continue;
    EXPECT_EQ(wire.handler.refusals, std::vector<int>{row.status});
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_NE(answer.find("REFUSED "), std::string::npos);
    EXPECT_EQ(wire.phase(), Connection::Phase::kLingering);
  }
}

// However the bytes are cut, a refused request is never handled.
TEST(HttpRefusal, SplitsDoNotLetAnythingThrough) {
  for (const Row& row : rows()) {
    if (row.status == 200) continue;
    SCOPED_TRACE(row.name);
    for (std::size_t cut = 1; cut < row.bytes.size(); ++cut) {
      Wire wire;
      bool handled = false;
      wire.handler.on_request = [&](const Request&, Exchange& exchange) {
        handled = true;
        exchange.respond({});
      };
      wire.write(std::string_view(row.bytes).substr(0, cut));
      wire.write(std::string_view(row.bytes).substr(cut));
      EXPECT_FALSE(handled) << "cut at " << cut;
    }
  }
}

TEST(HttpRefusal, HeaderBytesAreBounded) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  const ConnectionSettings settings{.header_bytes_max = 1000};
  const std::size_t room = 1000 - head.size() - 4;
  EXPECT_EQ(status_of(Wire(settings).exchange(head + std::string(room, 'x') + "\r\n\r\n")), 200);
  EXPECT_EQ(status_of(Wire(settings).exchange(head + std::string(room + 1, 'x') + "\r\n\r\n")), 431);
  EXPECT_EQ(status_of(Wire(settings).exchange(head + std::string(room + 4, 'x'))), 431);
  EXPECT_EQ(status_of(Wire(settings).exchange("GET /" + std::string(1000, 'x'))), 414);
}

TEST(HttpRefusal, FieldsAreCounted) {
  const auto request = [](std::size_t fields) {
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < fields; ++i) text += "X: y\r\n";
    return text + "\r\n";
  };
  EXPECT_EQ(status_of(Wire().exchange(request(base::limits::kHeaderFieldsMax))), 200);
  EXPECT_EQ(status_of(Wire().exchange(request(base::limits::kHeaderFieldsMax + 1))), 431);
}

TEST(HttpRefusal, BodyAtItsBoundIsAccepted) {
  const ConnectionSettings settings{.body_bytes_max = 10};
  EXPECT_EQ(status_of(Wire(settings).exchange(kPost + "Content-Length: 10\r\n\r\n0123456789")), 200);
  EXPECT_EQ(status_of(Wire(settings).exchange(kPost + "Content-Length: 11\r\n\r\n")), 413);
  EXPECT_EQ(status_of(Wire(settings).exchange(kChunked + "4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n")), 200);
  EXPECT_EQ(status_of(Wire(settings).exchange(kChunked + "4\r\n0123\r\n7\r\n")), 413);
}

TEST(HttpRefusal, ChunkFramingIsBounded) {
  const std::string long_extension = "1;a=\"" + std::string(base::limits::kHeaderBytesMax, 'x');
  EXPECT_EQ(status_of(Wire().exchange(kChunked + long_extension)), 431);
  EXPECT_EQ(status_of(Wire().exchange(kChunked + "0\r\nX: " + std::string(base::limits::kHeaderBytesMax, 'x'))), 431);
}

TEST(HttpRefusal, WaitsForItsTurn) {
  Wire wire;
  std::vector<Deferred> waiting;
  wire.handler.on_request = [&](const Request&, Exchange& exchange) { waiting.push_back(exchange.defer()); };
  EXPECT_EQ(wire.exchange(get("/") + "BROKEN\r\n\r\n"), "");
  waiting[0].respond({.body = "first"});
  wire.open_mailbox();
  const std::string answers = wire.read();
  EXPECT_EQ(status_of(answers), 200);
  EXPECT_NE(answers.find("HTTP/1.1 400 "), std::string::npos);
  EXPECT_EQ(wire.phase(), Connection::Phase::kLingering);
}

}  // namespace
}  // namespace jeton::net::http::testing
