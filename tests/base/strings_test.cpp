#include "base/strings.hpp"

namespace jeton::base {
namespace {

using testing::ElementsAre;

TEST(Strings, TrimCutsCodePointsUpToBlank) {
  EXPECT_EQ(trim(" \t\x01 a b \n"), "a b");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Strings, BlankIsWhiteSpaceOfAnyAlphabet) {
  for (const char* blank : {"", " \t\n", "\u2003", " \u3000\u2028 ", "\u1680"})
    EXPECT_TRUE(is_blank(blank)) << shown(blank);
  for (const char* other : {"a", " a ", "\u00a0", "\u2007", "\u202f", "\u200b", "\u2003x", "\xe2\x80"})
    EXPECT_FALSE(is_blank(other)) << shown(other);
}

TEST(Strings, SplitKeepsEmptyParts) {
  EXPECT_THAT(split("a||b|", '|'), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", '|'), ElementsAre(""));
}

struct Base64Row {
  std::string bytes;
  std::string standard;
};

TEST(Strings, Base64FollowsRfc4648) {
  for (const Base64Row& row : {Base64Row{"", ""},
                               {"f", "Zg=="},
                               {"fo", "Zm8="},
                               {"foo", "Zm9v"},
                               {"foob", "Zm9vYg=="},
                               {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(base64_encode(as_bytes(row.bytes)), row.standard);
    EXPECT_EQ(base64_decode(row.standard), row.bytes);
  }
}

// arrowhead-authorization 16, vectors 1 and 3
TEST(Strings, Base64UrlVectorsOfTheContract) {
  std::string counting;
  for (int i = 0; i < 32; ++i) counting += static_cast<char>(i);
  EXPECT_EQ(base64url_encode(as_bytes(counting), true), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  EXPECT_EQ(base64url_encode(as_bytes(std::string(16, '\xfb')), true), "-_v7-_v7-_v7-_v7-_v7-w==");
  EXPECT_EQ(base64url_encode(as_bytes(std::string(16, '\xfb')), false), "-_v7-_v7-_v7-_v7-_v7-w");
  EXPECT_EQ(base64url_decode("-_v7-_v7-_v7-_v7-_v7-w=="), std::string(16, '\xfb'));
}

TEST(Strings, Base64RefusesWhatNoEncoderWrites) {
  for (const char* bad : {"Zg=", "Z", "Zg===", "Zh==", "Z g=", "Zg==Zg==", "_w==", "=", "Zm9v="})
    EXPECT_EQ(base64_decode(bad), std::nullopt) << bad;
  EXPECT_EQ(base64url_decode("+w"), std::nullopt);
}

TEST(Strings, PercentDecodesOnce) {
  EXPECT_EQ(percent_decode("PR%7CLOCAL%7cA", false), "PR|LOCAL|A");
  EXPECT_EQ(percent_decode("a+b%2B", true), "a b+");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("%257C", false), "%7C");
  for (const char* bad : {"%", "%4", "%zz", "a%1"}) EXPECT_EQ(percent_decode(bad, false), std::nullopt) << bad;
  EXPECT_EQ(percent_decode(percent_encode("A|b/c d+é"), false), "A|b/c d+é");
}

TEST(Strings, NearestFindsLikelyMisspellings) {
  const std::vector<std::string_view> keys = {"time-limit", "max-age", "signing-key"};
  EXPECT_EQ(nearest("timelimit", keys), "time-limit");
  EXPECT_EQ(nearest("max_age", keys), "max-age");
  EXPECT_EQ(nearest("colour", keys), std::nullopt);
}

TEST(Strings, Utf8RefusesOverlongSurrogatesAndTruncation) {
  for (const std::string good : {"", "a", "é", "€", "😀", "\xf4\x8f\xbf\xbf"}) EXPECT_TRUE(is_utf8(good)) << good;
  for (const std::string bad : {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                "\xf5\x80\x80\x80", "\xe2\x82", "a\xff"}) {
    EXPECT_FALSE(is_utf8(bad)) << shown(bad);
  }
}

TEST(Strings, ShownPutsAnyBytesOnOneShortLine) {
  EXPECT_EQ(shown("abc"), "\"abc\"");
  EXPECT_EQ(shown("a\nb\xff"), "\"a\\x0ab\\xff\"");
  EXPECT_EQ(shown(std::string(100, 'x')), "\"" + std::string(64, 'x') + "…\"");
}

}  // namespace
}  // namespace jeton::base
