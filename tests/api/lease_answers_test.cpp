// The lease object of JSON and of CBOR (token-lease 1.1.4, 1.2.1, 1.4 A1).
#include "api/leases/answers.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/strings.hpp"
#include "base/time_text.hpp"
#include "crypto/digest.hpp"

namespace jeton::api::leases {
namespace {

using namespace std::chrono_literals;
using model::LeaseState;

const base::Instant kIssued = base::parse_instant("2026-01-05T07:00:00.25Z").value();

model::Lease sample() {
  model::Lease lease;
  lease.name = "influx/plant/9f2k";
  lease.subject = "Press";
  lease.audience = "influx";
  lease.scope = "plant";
  lease.issued_at = kIssued;
  lease.expires_at = kIssued + 20min;
  lease.hard_end = kIssued + 24h;
  lease.due_at = lease.expires_at;
  lease.ttl = 20min;
  lease.state = LeaseState::kActive;
  lease.handle = {.label = "lt_abcdef_x", .external_id = "00c0ffee00c0ffee", .data = "{}"};
  return lease;
}

std::string json_of(const model::Lease& lease) {
  std::string out;
  append_lease_answer(out, lease);
  return out;
}

TEST(LeaseAnswers, HasTheSixMembersOfTheSeedAndThoseOf14) {
  std::string out;
  append_lease_answer(out, {sample(), base::Secret("s3cr3t")});
  EXPECT_EQ(out, R"({"result":"success","lease":{"id":"00c0ffee00c0ffee","value":"s3cr3t","ttl":1200000,)"
                 R"("issued":"2026-01-05T07:00:00.250Z","renewable":true,"tags":[],"lease_id":"influx/plant/9f2k",)"
                 R"("provider":"influx","role":"plant","owner":"Press","expires":"2026-01-05T07:20:00.250Z",)"
                 R"("status":"active","max_ttl":86400000}})");
}

TEST(LeaseAnswers, ShowsOnlyWhatThereIs) {
  model::Lease lease = sample();
  lease.scope.clear();
  lease.handle.external_id = lease.handle.label;
  lease.issued = "2026-01-05T07:00:00Z";
  lease.hard_end = *lease.expires_at;
  const std::string out = json_of(lease);
  EXPECT_EQ(out.find("\"value\""), std::string::npos);
  EXPECT_EQ(out.find("\"role\""), std::string::npos);
  EXPECT_NE(out.find(R"("username":"lt_abcdef_x")"), std::string::npos) << "an account of our naming";
  EXPECT_NE(out.find(R"("issued":"2026-01-05T07:00:00Z")"), std::string::npos);
  EXPECT_NE(out.find(R"("renewable":false)"), std::string::npos) << "it ends at its hard end already";
}

TEST(LeaseAnswers, TellsWhyALeaseIsStillThere) {
  model::Lease lease = sample();
  lease.state = LeaseState::kIrrevocable;
  lease.end = model::LeaseEnd::kExpired;
  lease.last_error = "it owns a \"table\"";
  const std::string out = json_of(lease);
  EXPECT_NE(out.find(R"("status":"irrevocable")"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("reason":"expired","due":"2026-01-05T07:20:00.250Z","error":"it owns a \"table\"")"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find(R"("renewable":false)"), std::string::npos);
}

TEST(LeaseAnswers, FailuresHaveAWordAndAText) {
  std::string out;
  append_failure_answer(out, {base::ErrorCode::kExternalFault, "it said \"no\"", "x"});
  EXPECT_EQ(out, R"({"result":"failure","code":"provider_rejected","message":"it said \"no\""})");
}

std::string cbor_of(const model::Lease& lease, std::string_view value) {
  std::string out;
  append_lease_cbor(out, lease, value);
  return base::hex_encode(base::as_bytes(out));
}
std::string hex_of(std::string_view text) {
  return base::hex_encode(base::as_bytes(text));
}

TEST(LeaseAnswers, CborIsTheMapOfTheSeed) {
  // 1767596400 is 2026-01-05T07:00:00Z; fractions are cut off.
  EXPECT_EQ(cbor_of(sample(), "tok"),
            "a6"
            "01"
            "70" +
                hex_of("00c0ffee00c0ffee") +
                "02"
                "5820" +
                base::hex_encode(crypto::sha256("Press")) +
                "03"
                "1a695b6170"
                "04"
                "1a695b6620"
                "05"
                "63" +
                hex_of("tok") +
                "06"
                "00");
  model::Lease ended = sample();
  ended.state = LeaseState::kRevoking;
  EXPECT_TRUE(
      cbor_of(ended, "").ends_with("05"
                                   "60"
                                   "06"
                                   "01"));
}

TEST(LeaseAnswers, AnIdentityOfTheSeedIsItsOwnBytes) {
  model::Lease lease = sample();
  const std::string digits = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  lease.subject = "I" + digits;
  EXPECT_NE(cbor_of(lease, "").find("025820" + digits), std::string::npos);
  lease.subject = "I" + digits.substr(1) + "F";  // no lower-case hexadecimal digit
  EXPECT_NE(cbor_of(lease, "").find("025820" + base::hex_encode(crypto::sha256(lease.subject))), std::string::npos);
}

}  // namespace
}  // namespace jeton::api::leases
