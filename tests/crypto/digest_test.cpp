#include "crypto/digest.hpp"

#include "base/strings.hpp"

namespace jeton::crypto {
namespace {

using base::hex_encode;

std::string counting(int from, int to) {
  std::string text;
  for (int i = from; i <= to; ++i) text += static_cast<char>(i);
  return text;
}

// FIPS 180-4 examples
TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(hex_encode(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_encode(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_encode(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex_encode(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha512, KnownAnswers) {
  EXPECT_EQ(hex_encode(sha512("abc")),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d442364"
            "3ce80e2a9ac94fa54ca49f");
}

struct HmacRow {
  int number;
  std::string key;
  std::string text;
  std::string sha256;
  std::string sha512;
};

// RFC 4231 section 4; case 5 is printed there cut to 128 bits
TEST(Hmac, Rfc4231) {
  const std::vector<HmacRow> rows = {
      {1, std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
       "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f17"
       "02e696c203a126854"},
      {2, "Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
       "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4"
       "b636e070a38bce737"},
      {3, std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
       "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942"
       "674278859e13292fb"},
      {4, counting(1, 25), std::string(50, '\xcd'), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
       "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2"
       "de2adebeb10a298dd"},
      {5, std::string(20, '\x0c'), "Test With Truncation", "a3b6167473100ee06e0c796c2955552b",
       "415fad6271580a531d4179bc891d87a6"},
      {6, std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
       "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0ae"
       "c8b915a985d786598"},
      {7, std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
       "hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
       "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446"
       "065c97440fa8c6a58"},
  };
  for (const HmacRow& row : rows) {
    const KeyedDigest keyed(row.key);
    EXPECT_EQ(hex_encode(keyed(row.text)).substr(0, row.sha256.size()), row.sha256) << row.number;
    EXPECT_EQ(keyed(row.text), keyed(row.text)) << row.number;
    EXPECT_EQ(hmac_sha256(row.key, row.text), keyed(row.text)) << row.number;
    EXPECT_EQ(hmac_sha256(base::Secret(row.key), row.text), KeyedDigest(base::Secret(row.key))(row.text)) << row.number;
    EXPECT_EQ(hex_encode(hmac_sha512(row.key, row.text)).substr(0, row.sha512.size()), row.sha512) << row.number;
  }
}

// A key of exactly one block is used as it is, one byte more is hashed first (RFC 2104 section 2).
TEST(Hmac, KeysAroundTheBlockSize) {
  const std::string block(64, 'k');
  EXPECT_NE(hmac_sha256(block, "text"), hmac_sha256(as_text(sha256(block)), "text"));
  const std::string longer(65, 'k');
  EXPECT_EQ(hmac_sha256(longer, "text"), hmac_sha256(as_text(sha256(longer)), "text"));
  EXPECT_EQ(hmac_sha256("", "text"), hmac_sha256(std::string(64, '\0'), "text"));
}

TEST(Hmac, OneKeyServesManyThreads) {
  const KeyedDigest keyed("server-secret-01");
  constexpr int kTexts = 2000;
  std::vector<Digest> expected;
  for (int i = 0; i < kTexts; ++i) expected.push_back(keyed(fmt::format("token {}", i)));
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kTexts; ++i) {
          if (keyed(fmt::format("token {}", i)) != expected[static_cast<std::size_t>(i)]) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace jeton::crypto
