#include "api/http/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "api/arrowhead/dialect.hpp"
#include "api/http/call.hpp"

namespace jeton::api {
namespace {

using http::PathParameters;
using http::Route;
using http::Router;
using net::http::Method;

Route route(Method method, std::string path) {
  Route out;
  out.method = method;
  out.path = std::move(path);
  return out;
}

std::string found(const Router& router, Method method, std::string_view path) {
  const Router::Match match = router.find(method, path);
  if (match.route == nullptr) return match.allowed.empty() ? "nothing" : "other methods";
  std::string out = match.route->path;
  for (const std::string_view parameter : match.parameters.all()) out += " " + std::string(parameter);
  return out;
}

Router queue_like() {
  Router router;
  for (const char* path : {"/queue/entry/{uuid}", "/queue/type", "/queue/type/{subQueue}", "/a/{x}/c", "/a/b/{y}/d",
                           "/two/{first}/and/{second}", "/verify/{token}", "/verify/%7Btoken%7D/{token}"})
    router.add(route(Method::kGet, path));
  for (const char* path : {"/queue/entry/{id}/assign", "/queue/entry/{id}/release"})
    router.add(route(Method::kPut, path));
  router.add(route(Method::kPost, "/queue/entry"));
  router.add(route(Method::kDelete, "/queue/entry/{uuid}"));
  return router;
}

TEST(Router, MatchesSegmentBySegment) {
  const Router router = queue_like();
  const std::pair<const char*, const char*> rows[] = {
      {"/queue/entry/7", "/queue/entry/{uuid} 7"},
      {"/queue/entry", "other methods"},
      {"/queue/entry/7/assign", "other methods"},
      {"/queue/entry/7/burn", "nothing"},
      {"/queue/entry/", "nothing"},
      {"/queue/entry//assign", "nothing"},
      {"/queue/entry/7/", "nothing"},
      {"/queue//entry", "nothing"},
      {"/queue", "nothing"},
      {"/queue/type", "/queue/type"},
      {"/queue/type/entry", "/queue/type/{subQueue} entry"},
      {"/Queue/type", "nothing"},
      {"/two/1/and/2", "/two/{first}/and/{second} 1 2"},
      {"", "nothing"},
      {"*", "nothing"},
      {"/", "nothing"},
  };
  for (const auto& [path, expected] : rows) EXPECT_EQ(found(router, Method::kGet, path), expected) << path;
  EXPECT_EQ(found(router, Method::kPut, "/queue/entry/7/assign"), "/queue/entry/{id}/assign 7");
  EXPECT_EQ(found(router, Method::kHead, "/queue/type"), "/queue/type");
}

TEST(Router, AFixedSegmentWinsUnlessItLeadsNowhere) {
  const Router router = queue_like();
  EXPECT_EQ(found(router, Method::kGet, "/a/b/1/d"), "/a/b/{y}/d 1");
  EXPECT_EQ(found(router, Method::kGet, "/a/b/c"), "/a/{x}/c b");
}

TEST(Router, DecodesFixedSegmentsOneByOne) {
  const Router router = queue_like();
  EXPECT_EQ(found(router, Method::kGet, "/%71ueue/type/%41"), "/queue/type/{subQueue} %41")
      << "parameters stay as sent";
  EXPECT_EQ(found(router, Method::kGet, "/queue%2Ftype"), "nothing") << "an encoded slash parts no segments";
  EXPECT_EQ(found(router, Method::kGet, "/queue/entry/a%2Fb"), "/queue/entry/{uuid} a%2Fb");
  EXPECT_EQ(found(router, Method::kGet, "/%zz/type"), "nothing");
}

TEST(Router, ABraceThatIsMeantIsWrittenEncoded) {
  const Router router = queue_like();
  for (const char* path : {"/verify/{token}/7", "/verify/%7Btoken%7D/7", "/verify/%7btoken}/7"})
    EXPECT_EQ(found(router, Method::kGet, path), "/verify/{token}/{token} 7") << path;
  EXPECT_EQ(found(router, Method::kGet, "/verify/other/7"), "nothing");
}

TEST(Router, NamesTheMethodsOfAPath) {
  const Router router = queue_like();
  const auto match = router.find(Method::kPost, "/queue/entry/7");
  EXPECT_EQ(match.allowed, (std::vector{Method::kGet, Method::kHead, Method::kDelete, Method::kOptions}));
}

TEST(Router, RefusesMistakes) {
  Router router;
  router.add(route(Method::kGet, "/a/{x}"));
  for (const char* path : {"/a/{y}", "a", "", "/{}", "/{x}/{x}", "/a{x}", "/{x}b", "/%zz", "/{a}/{b}/{c}/{d}/{e}"})
    EXPECT_THROW(router.add(route(Method::kGet, path)), std::logic_error) << path;
  Route optional = route(Method::kPost, "/b");
  optional.body_optional = true;
  EXPECT_THROW(router.add(optional), std::logic_error);
  Route described = route(Method::kPost, "/b");
  described.request_schema = "{}";
  EXPECT_THROW(router.add(described), std::logic_error);
}

class Mute final : public http::Dialect {
 public:
  Verdict admit(http::Call& /*call*/, Patience /*patience*/) const override { return Verdict::kAdmitted; }
  Form word(std::string& /*body*/, const http::Failure& /*failure*/) const override { return {}; }
  Description description() const override { return {}; }
};

TEST(Router, AFamilyOwnsWhatIsAtAndBelowItsPrefix) {
  const Mute mute;
  Router router;
  router.own("/queue", mute);
  router.own("/deep/inside", mute);
  router.add(route(Method::kGet, "/queue/{name}"));
  router.add(route(Method::kGet, "/queues"));
  router.add(route(Method::kGet, "/deep/{name}"));
  const std::pair<const char*, bool> rows[] = {{"/queue", true},        {"/queue/", true},
                                               {"/queue/a", true},      {"/queue/a/b/c", true},
                                               {"/%71ueue/x/y", true},  {"/deep/inside/x", true},
                                               {"/queues", false},      {"/deep", false},
                                               {"/deep/other", false},  {"/", false},
                                               {"/nothing", false},     {"", false},
                                               {"/queuex/queue", false}};
  for (const auto& [path, owned] : rows)
    EXPECT_EQ(router.find(Method::kGet, path).dialect, owned ? &mute : nullptr) << path;
  EXPECT_EQ(router.find(Method::kPut, "/queue/a").dialect, &mute) << "a wrong method";
  EXPECT_EQ(router.routes().front().dialect, &mute);
  EXPECT_EQ(router.routes()[1].dialect, nullptr);
}

TEST(Router, AFamilyComesBeforeItsRoutes) {
  const Mute mute;
  Router router;
  router.add(route(Method::kGet, "/queue/type"));
  EXPECT_THROW(router.own("/queue", mute), std::logic_error);
  router.own("/auth", mute);
  EXPECT_THROW(router.own("/auth", mute), std::logic_error);
  EXPECT_THROW(router.own("/auth/inner", mute), std::logic_error);
}

}  // namespace
}  // namespace jeton::api
