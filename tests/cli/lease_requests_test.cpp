// What each verb of leases sends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_line.hpp"

namespace jeton::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kServer = "http://127.0.0.1:8445";

using Row = SentRow;

class LeaseRequests : public testing::TestWithParam<Row> {};

TEST_P(LeaseRequests, AreAsTheContractSays) {
  CommandLineRun line;
  expect_sent(GetParam(), kServer, line);
  ASSERT_FALSE(line.http.sent.empty());
  EXPECT_EQ(line.http.sent.front().authorization, "Bearer SYSTEM//Sysop");
}

INSTANTIATE_TEST_SUITE_P(
    Verbs, LeaseRequests,
    testing::Values(
        Row{"lease list", "GET /leases?limit=1000"},
        Row{"lease list --owner A --provider influx --prefix influx/p/ --status revoking --due",
            "GET /leases?owner=A&provider=influx&prefix=influx%2Fp%2F&status=revoking&due=true&limit=1000"},
        Row{"lease irrevocable --provider influx", "GET /leases?provider=influx&status=irrevocable&limit=1000"},
        Row{"lease due --owner A", "GET /leases?owner=A&due=true&limit=1000"},
        Row{"lease show influx/-/4f2k", "GET /leases/influx%2F-%2F4f2k"},
        Row{"lease show lt_x --provider db --value", "GET /leases/lt_x?provider=db"},
        Row{"lease create", "POST /leases", "{}"},
        Row{"lease create influx --role plant-reader --ttl 15m", "POST /leases",
            R"({"provider":"influx","role":"plant-reader","ttl":900000})"},
        Row{"lease create --ttl 0", "POST /leases", R"({"ttl":0})"},
        Row{R"(lease create --option 'a={"b": 1.10}' --option c=null --option 'd="x=y"')", "POST /leases",
            R"({"options":{"a":{"b": 1.10},"c":null,"d":"x=y"}})"},
        Row{R"(lease create --options '{"a":1,"b":2}' --option a=3)", "POST /leases", R"({"options":{"b":2,"a":3}})"},
        Row{"lease renew influx/-/4f2k", "POST /leases/influx%2F-%2F4f2k/renew", "{}"},
        Row{"lease renew lt_x --provider db --by 30m", "POST /leases/lt_x/renew?provider=db",
            R"({"increment":1800000})"},
        Row{"lease revoke influx/-/4f2k", "DELETE /leases/influx%2F-%2F4f2k"},
        Row{"lease revoke lt_x --provider db", "DELETE /leases/lt_x?provider=db"},
        Row{"lease revoke --prefix influx/", "POST /leases/revoke", R"({"prefix":"influx/"})"},
        Row{"lease revoke --owner A", "POST /leases/revoke", R"({"owner":"A"})"},
        Row{"lease revoke --owner A --prefix influx/", "POST /leases/revoke", R"({"prefix":"influx/","owner":"A"})"},
        Row{"lease abandon influx/-/4f2k --reason 'gone for good'", "POST /leases/influx%2F-%2F4f2k/abandon",
            R"({"reason":"gone for good"})"},
        Row{"lease release lt_x --provider db", "POST /leases/release", R"({"id":"lt_x","provider":"db"})"},
        Row{"lease release --prefix influx/", "POST /leases/release", R"({"prefix":"influx/"})"},
        Row{"lease release --all", "POST /leases/release", R"({"all":true})"},
        Row{"lease counts", "GET /leases/counts"}, Row{"lease counts --prefix a/", "GET /leases/counts?prefix=a%2F"},
        Row{"lease providers", "GET /leases/providers"}));

TEST(LeaseRequestsInPieces, AnIdempotencyKeyGoesIntoAField) {
  CommandLineRun line;
  line.run(words("lease create --idempotency-key 'job 7' --as FlowReader"));
  ASSERT_EQ(line.http.sent.size(), 1U);
  EXPECT_EQ(line.http.sent.front().idempotency_key, "job 7");
  EXPECT_EQ(line.http.sent.front().authorization, "Bearer SYSTEM//FlowReader");
}

TEST(LeaseRequestsInPieces, PagesAreFetchedUntilNoneFollows) {
  CommandLineRun line;
  line.http.answer(200, R"({"result":"success","leases":[{"lease_id":"a"},{"lease_id":"b"}],"cursor":"x=1"})");
  line.http.answer(200, R"({"result":"success","leases":[{"lease_id":"c","later":1}]})");
  const Ran ran = line.run(words("lease list --json"));
  EXPECT_EQ(ran.out, R"({"result":"success","leases":[{"lease_id":"a"},{"lease_id":"b"},{"lease_id":"c","later":1}]})"
                     "\n");
  ASSERT_EQ(line.http.sent.size(), 2U);
  EXPECT_THAT(line.http.sent[1].line, HasSubstr("/leases?limit=1000&cursor=x%3D1"));
}

TEST(LeaseRequestsInPieces, AllAsksForEndedOnesToo) {
  CommandLineRun line;
  for (const char* id : {"a", "b", "c", "d", "e"})
    line.http.answer(200, fmt::format(R"({{"result":"success","leases":[{{"lease_id":"{}"}}]}})", id));
  const Ran ran = line.run(words("lease list --all --json"));
  EXPECT_EQ(ran.exit, 0);
  std::vector<std::string> asked;
  for (const Sent& sent : line.http.sent) asked.push_back(sent.line.substr(sent.line.find('?')));
  EXPECT_THAT(asked, ElementsAre("?limit=1000", "?status=revoked&limit=1000", "?status=aborted&limit=1000",
                                 "?status=abandoned&limit=1000", "?status=lost&limit=1000"));
}

}  // namespace
}  // namespace jeton::cli
