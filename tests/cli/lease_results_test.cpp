// What each verb of leases makes of an answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "cli/command_line.hpp"

namespace jeton::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kMade =
    R"({"result":"success","lease":{"id":"lt_x_1","value":"hunter2","ttl":900000,"issued":"2030-03-17T17:46:40Z",)"
    R"("renewable":true,"tags":[],"lease_id":"db/reader/4f2k","provider":"db","role":"reader","owner":"FlowReader",)"
    R"("expires":"2030-03-17T18:01:40Z","status":"active","max_ttl":86400000,"username":"lt_x_1"}})";

class LeaseResults : public testing::Test {
 protected:
  LeaseResults() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
  Ran run(std::string_view arguments, int status, std::string body) {
    line.http.answer(status, std::move(body));
    return line.run(words(arguments));
  }
  CommandLineRun line;  // its clock stands at 2030-03-17T17:46:40Z
};

TEST_F(LeaseResults, CreatePutsTheSecretAloneOnStdout) {
  const Ran ran = run("lease create db", 201, kMade);
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "hunter2\n");
  EXPECT_EQ(ran.err,
            "lease db/reader/4f2k of FlowReader, with user name lt_x_1; it ends 2030-03-17 18:01:40 (in 15m)\n");
  EXPECT_THAT(run("lease create db --idempotency-key k", 200, kMade).err,
              testing::StartsWith("the same lease again: db/reader/4f2k of FlowReader"));
  const Ran json = run("lease create db --json", 201, kMade);
  EXPECT_EQ(json.out, std::string(kMade) + "\n");
  EXPECT_EQ(json.err, "");
}

TEST_F(LeaseResults, CreateSaysWhenItEndsToTheSecond) {
  const auto end_of = [this](std::string_view expires) {
    return run("lease create", 201,
               fmt::format(R"({{"lease":{{"value":"v","lease_id":"a/-/1","owner":"A","expires":"{}"}}}})", expires))
        .err;
  };
  EXPECT_EQ(end_of("2030-03-17T18:01:39.9Z"), "lease a/-/1 of A; it ends 2030-03-17 18:01:39 (in 14m 59s)\n");
  EXPECT_EQ(end_of("2030-03-17T17:46:40Z"), "lease a/-/1 of A; it ended 2030-03-17 17:46:40\n");
}

TEST_F(LeaseResults, ASecretThatIsNotToldIsAFailure) {
  const Ran ran = run("lease create", 201, R"({"result":"success","lease":{"lease_id":"a/-/1"}})");
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "jeton: the server made a/-/1 and did not tell its secret; take it back: jeton lease revoke a/-/1\n");
}

TEST_F(LeaseResults, ListShowsTheTimeLeft) {
  const Ran ran = run("lease list", 200,
                      R"({"result":"success","leases":[)"
                      R"({"lease_id":"a/-/1","owner":"A","status":"active","expires":"2030-03-17T17:59:10Z"},)"
                      R"({"lease_id":"a/-/2","owner":"A","status":"active","expires":"2030-03-17T17:46:40Z"},)"
                      R"({"lease_id":"a/-/3","owner":"B","status":"revoking","expires":"2030-03-17T19:46:40Z",)"
                      R"("due":"2030-03-17T17:46:50Z","error":"busy"}]})");
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out,
            "LEASE  OWNER  STATUS    TIME LEFT  ENDS                 DUE                           ERROR\n"
            "a/-/1  A      active    12m 30s    2030-03-17 17:59:10\n"
            "a/-/2  A      active    ended      2030-03-17 17:46:40\n"
            "a/-/3  B      revoking  ended      2030-03-17 19:46:40  2030-03-17 17:46:50 (in 10s)  busy\n");
  EXPECT_EQ(run("lease irrevocable", 200, R"({"result":"success","leases":[]})").err, "no leases\n");
}

TEST_F(LeaseResults, ShowTellsEverythingButTheSecret) {
  const Ran ran = run("lease show lt_x_1", 200, kMade);
  EXPECT_EQ(ran.exit, 0);
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("db/reader/4f2k"), HasSubstr("user name     lt_x_1\n"), HasSubstr("time left     15m\n"),
                    HasSubstr("given for     15m\n"), HasSubstr("at most for   1d\n"), HasSubstr("renewable     yes\n"),
                    Not(HasSubstr("hunter2"))));
  EXPECT_EQ(run("lease show lt_x_1 --value", 200, kMade).out, "hunter2\n");
  const Ran other =
      run("lease show a/-/1 --value", 200, R"({"result":"success","lease":{"lease_id":"a/-/1","owner":"FlowReader"}})");
  EXPECT_EQ(other.exit, 3);
  EXPECT_EQ(other.err,
            "jeton: the server does not tell Sysop the secret; its owner gets it while the lease lives: --as "
            "FlowReader\n");
}

TEST_F(LeaseResults, RenewSaysTheNewEnd) {
  const Ran ran = run("lease renew lt_x_1 --by 15m", 200, kMade);
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "renewed: db/reader/4f2k ends 2030-03-17 18:01:40 (in 15m)\n");
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(run("lease renew x", 200, R"({"result":"success","lease":{"lease_id":"x"}})").err,
            "it cannot be renewed any further\n");
}

TEST_F(LeaseResults, RevokeSaysWhetherTheProviderConfirmed) {
  const Ran ran = run("lease revoke a/-/1", 200, R"({"result":"success"})");
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "revoked: a/-/1\n");
  EXPECT_EQ(ran.err, "");
  const Ran later = run("lease revoke a/-/1", 202,
                        R"({"result":"success","status":"revoking","message":"it is asked until it does"})");
  EXPECT_EQ(later.exit, 0);
  EXPECT_EQ(later.out, "revoking: a/-/1\n");
  EXPECT_EQ(later.err, "it is asked until it does\n");
  const Ran never =
      run("lease revoke a/-/1", 202, R"({"result":"success","status":"irrevocable","message":"its provider refuses"})");
  EXPECT_EQ(never.exit, 3);
  EXPECT_EQ(never.out, "irrevocable: a/-/1\n");
  EXPECT_EQ(never.err, "its provider refuses\n");
}

TEST_F(LeaseResults, AbandonSaysWhetherItWasNecessary) {
  const Ran given_up = run("lease abandon a/-/1 --reason r", 200,
                           R"({"result":"success","lease":{"lease_id":"a/-/1","status":"abandoned"}})");
  EXPECT_EQ(given_up.out, "abandoned: a/-/1\n");
  EXPECT_EQ(given_up.err, "");
  const Ran revoked = run("lease abandon a/-/1 --reason r", 200,
                          R"({"result":"success","lease":{"lease_id":"a/-/1","status":"revoked"}})");
  EXPECT_EQ(revoked.out, "revoked: a/-/1\n");
  EXPECT_EQ(revoked.err, "its provider took the credential back after all\n");
}

TEST_F(LeaseResults, FailuresEndAsTheExitCodesSay) {
  const struct {
    int status;
    const char* arguments;
    int exit;
    const char* advice;
  } rows[] = {{404, "lease revoke x", 3, ""},
              {404, "lease show x", 3, ""},
              {401, "lease list", 5, "say who is calling"},
              {403, "lease create", 5, ""},
              {409, "lease renew x", 1, ""},
              {429, "lease create", 1, "try again in a moment"},
              {502, "lease create", 1, "`jeton lease providers` shows how"},
              {503, "lease create", 1, "`jeton lease providers` shows how"},
              {504, "lease create", 1, "`jeton lease providers` shows how"},
              {500, "lease list", 1, "the server's log says more"}};
  for (const auto& row : rows) {
    const Ran ran = run(row.arguments, row.status, R"({"result":"failure","code":"x","message":"why it is so"})");
    EXPECT_EQ(ran.exit, row.exit) << row.status;
    EXPECT_EQ(ran.out, "") << row.status;
    EXPECT_THAT(ran.err, AllOf(HasSubstr("jeton: why it is so"), HasSubstr(row.advice))) << row.status;
  }
  EXPECT_EQ(run("lease show x", 404, "").exit, 1) << "no server of ours";
}

constexpr const char* kThree = R"({"result":"success","count":3})";

std::string open(int remaining) {
  return fmt::format(R"({{"result":"success","counts":[],"remaining":{}}})", remaining);
}

TEST_F(LeaseResults, ManyRevocationsAreWaitedForWithProgress) {
  line.terminal = true;
  line.waits_max = 100;
  line.http.answer(200, kThree);
  for (const int remaining : {3, 3, 3, 1, 0}) line.http.answer(200, open(remaining));
  const Ran ran = line.run(words("lease revoke --prefix influx/"));
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "revoked 3 leases\n");
  EXPECT_THAT(ran.err, HasSubstr("2 of 3 are taken back"));
  ASSERT_EQ(line.http.sent.size(), 6U);
  EXPECT_EQ(line.http.sent[1].line, "GET http://127.0.0.1:8445/leases/counts?prefix=influx%2F");
  EXPECT_THAT(line.waits, testing::ElementsAre(std::chrono::milliseconds{200}, std::chrono::milliseconds{400},
                                               std::chrono::milliseconds{800}, std::chrono::milliseconds{1600}));
}

TEST_F(LeaseResults, WaitingForManyEndsWithWhatIsLeft) {
  line.waits_max = 100;
  line.http.answer(200, kThree);
  for (int i = 0; i < 3; ++i) line.http.answer(200, open(2));
  const Ran ran = line.run(words("lease revoke --prefix influx/ --wait 500ms"));
  EXPECT_EQ(ran.exit, 3);
  EXPECT_EQ(ran.out, "revoked 3 leases, 2 of them not confirmed\n");
  EXPECT_EQ(
      ran.err,
      "providers are asked until they confirm; `jeton lease due` and `jeton lease irrevocable` show what is left\n");
  EXPECT_THAT(line.waits, testing::ElementsAre(std::chrono::milliseconds{200}, std::chrono::milliseconds{300}));
}

TEST_F(LeaseResults, ManyAreNotWaitedForWhereThatIsOfNoUse) {
  for (const auto& [arguments, count] : {std::pair{"lease revoke --prefix a/ --wait 0", 3},
                                         {"lease revoke --prefix a/ --json", 3},
                                         {"lease revoke --prefix a/", 0}}) {
    CommandLineRun once;
    once.http.answer(200, fmt::format(R"({{"result":"success","count":{}}})", count));
    EXPECT_EQ(once.run(words(arguments)).exit, 0) << arguments;
    EXPECT_EQ(once.http.sent.size(), 1U) << arguments;
  }
  // Who may not see the counts has revoked its leases all the same.
  line.http.answer(200, kThree);
  line.http.answer(403, R"({"result":"failure","code":"forbidden","message":"no"})");
  const Ran ran = line.run(words("lease revoke --prefix a/"));
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.out, "revoked 3 leases\n");
}

TEST_F(LeaseResults, ThoseOfAnOwnerAreCountedByTheirOwner) {
  line.waits_max = 100;
  line.http.answer(200, R"({"result":"success","count":1})");
  line.http.answer(200, R"({"counts":[{"kind":"owner","name":"B","count":9},{"kind":"owner","name":"A","count":1}]})");
  line.http.answer(200, R"({"counts":[{"kind":"owner","name":"B","count":9}]})");
  EXPECT_EQ(line.run(words("lease revoke --owner A")).out, "revoked 1 lease\n");
  EXPECT_EQ(line.http.sent.size(), 3U);
}

TEST_F(LeaseResults, ReleaseCountsAndProvidersAreShown) {
  EXPECT_EQ(run("lease release --all", 200, kThree).out, "released 3 revocations\n");
  const Ran counts = run("lease counts --prefix a/", 200,
                         R"({"counts":[{"kind":"total","name":"","count":7},{"kind":"role","name":"a/x","count":5}],)"
                         R"("remaining":2})");
  EXPECT_EQ(counts.out, "OF     NAME  LEASES\ntotal        7\nrole   a/x   5\n");
  EXPECT_EQ(counts.err, "2 whose names begin with a/ are still to be taken back\n");
  const Ran providers = run(
      "lease providers", 200,
      R"({"providers":[{"name":"a","type":"redis","is_default":true,"available":true,"ttl":3600000,"max_ttl":86400000,)"
      R"("policy_target":"leaseA"},{"name":"b","type":"webhook","available":false,"trouble":"refused","ttl":60000,)"
      R"("max_ttl":60000,"policy_target":"leaseB"}]})");
  EXPECT_EQ(providers.out,
            "NAME         TYPE     STATE      DEFAULT TIME  LONGEST  POLICIES NAME IT  TROUBLE\n"
            "a (default)  redis    available  1h            1d       leaseA\n"
            "b            webhook  away       1m            1m       leaseB            refused\n");
  EXPECT_EQ(run("lease providers", 200, R"({"providers":[]})").err,
            "no providers; who runs the server names them below leases.providers\n");
}

}  // namespace
}  // namespace jeton::cli
