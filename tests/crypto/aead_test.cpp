#include "crypto/aead.hpp"

#include "base/strings.hpp"

namespace jeton::crypto {
namespace {

using base::ErrorCode;
using base::Secret;
using testing::HasSubstr;

constexpr std::string_view kContext = "encryption-key:PumpStation";

Secret key(char fill) {
  return Secret(std::string(Sealer::kKeyBytes, fill));
}

Sealer ring(std::map<std::uint32_t, Secret> keys, std::uint32_t current) {
  return Sealer::create(std::move(keys), current).value();
}

TEST(Sealer, OpensWhatItSealed) {
  const Sealer sealer = ring({{7, key('a')}}, 7);
  for (const std::string& plain :
       {std::string(), std::string("x"), std::string("orchid-77"), std::string(100'000, 'z'), std::string(3, '\0')}) {
    const std::string sealed = sealer.seal(plain, kContext);
    EXPECT_EQ(sealed.size(), plain.size() + Sealer::kOverheadBytes);
    const auto opened = sealer.open(sealed, kContext);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_TRUE(opened->equals(plain));
  }
  EXPECT_TRUE(sealer.open(sealer.seal("x", ""), "").value().equals("x"));
}

TEST(Sealer, EqualTextsSealDifferently) {
  const Sealer sealer = ring({{1, key('a')}}, 1);
  EXPECT_NE(sealer.seal("orchid-77", kContext), sealer.seal("orchid-77", kContext));
}

// Made by another AES-GCM implementation: the layout on disk does not move.
TEST(Sealer, OpensTheDocumentedLayout) {
  const std::string sealed = [] {
    std::string bytes;
    const std::string_view hex = "0100000102000102030405060708090a0bf726e9d025281cbdf810d8ae8c069da94fd26c302ab57df5ad";
    for (std::size_t i = 0; i < hex.size(); i += 2)
      bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return bytes;
  }();
  const Sealer sealer = ring({{0x102, Secret("jeton-sealing-key-of-32-bytes-01")}}, 0x102);
  EXPECT_EQ(Sealer::key_id_of(sealed), 0x102U);
  const auto opened = sealer.open(sealed, kContext);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(opened->equals("orchid-77"));
}

struct TamperRow {
  std::string_view what;
  std::size_t offset;
  std::string_view message;
};

TEST(Sealer, RefusesEveryChangedByte) {
  const Sealer sealer = ring({{1, key('a')}, {0x01000001, key('a')}}, 1);
  const std::string sealed = sealer.seal("orchid-77", kContext);
  const std::vector<TamperRow> rows = {
      {"version", 0, "format version"},
      {"key id that exists, with the same key", 1, "does not open"},
      {"key id that does not exist", 4, "not in the key ring"},
      {"first byte of the nonce", 5, "does not open"},
      {"last byte of the nonce", 16, "does not open"},
      {"first byte of the ciphertext", 17, "does not open"},
      {"last byte of the ciphertext", 25, "does not open"},
      {"first byte of the tag", 26, "does not open"},
      {"last byte of the tag", 41, "does not open"},
  };
  ASSERT_EQ(sealed.size(), 42U);
  for (const TamperRow& row : rows) {
    std::string changed = sealed;
    changed[row.offset] = static_cast<char>(changed[row.offset] ^ 1);
    const auto opened = sealer.open(changed, kContext);
    ASSERT_FALSE(opened) << row.what;
    EXPECT_EQ(opened.error().code, ErrorCode::kInternal) << row.what;
    EXPECT_THAT(opened.error().message, HasSubstr(row.message)) << row.what;
    EXPECT_TRUE(sealer.open(sealed, kContext)) << "a refusal must leave nothing behind: " << row.what;
  }
}

TEST(Sealer, RefusesCutAndGrownValues) {
  const Sealer sealer = ring({{1, key('a')}}, 1);
  const std::string sealed = sealer.seal("orchid-77", kContext);
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    const auto opened = sealer.open(sealed.substr(0, size), kContext);
    ASSERT_FALSE(opened) << size;
    EXPECT_THAT(opened.error().message, HasSubstr(size < Sealer::kOverheadBytes ? "it must have" : "does not open"))
        << size;
  }
  EXPECT_FALSE(sealer.open(sealed + '\0', kContext));
  EXPECT_EQ(Sealer::key_id_of(sealed.substr(0, 4)), 0U);
}

TEST(Sealer, RefusesAnotherContext) {
  const Sealer sealer = ring({{1, key('a')}}, 1);
  const std::string sealed = sealer.seal("orchid-77", kContext);
  for (const std::string_view other : {"encryption-key:GateKeeper", "encryption-key:PumpStation ", ""}) {
    const auto opened = sealer.open(sealed, other);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("does not open"));
  }
}

TEST(Sealer, RotationKeepsOldValuesReadable) {
  const Sealer before = ring({{1, key('a')}}, 1);
  const std::string old_value = before.seal("orchid-77", kContext);
  const Sealer during = ring({{1, key('a')}, {2, key('b')}}, 2);
  EXPECT_TRUE(during.open(old_value, kContext).value().equals("orchid-77"));
  const std::string new_value = during.seal("orchid-77", kContext);
  EXPECT_EQ(Sealer::key_id_of(old_value), 1U);
  EXPECT_EQ(Sealer::key_id_of(new_value), during.current_key());

  const Sealer after = ring({{2, key('b')}}, 2);
  EXPECT_TRUE(after.open(new_value, kContext).value().equals("orchid-77"));
  const auto refused = after.open(old_value, kContext);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::AllOf(HasSubstr("key 1"), HasSubstr("it has 2")));
  EXPECT_FALSE(ring({{1, key('c')}}, 1).open(old_value, kContext)) << "same id, other key";
}

TEST(Sealer, RefusesBadRings) {
  for (const std::size_t size : {0UL, 16UL, 31UL, 33UL}) {
    std::map<std::uint32_t, Secret> keys;
    keys.emplace(3, Secret(std::string(size, 'k')));
    const auto sealer = Sealer::create(keys, 3);
    ASSERT_FALSE(sealer);
    EXPECT_EQ(sealer.error(), base::invalid(fmt::format("sealing key 3 has {} bytes; it must have 32", size)));
  }
  EXPECT_THAT(Sealer::create({{1, key('a')}}, 2).error().message, HasSubstr("2 is not in the key ring, which has 1"));
  EXPECT_THAT(Sealer::create({}, 2).error().message, HasSubstr("no key"));
}

TEST(Sealer, ServesManyThreads) {
  const Sealer sealer = ring({{1, key('a')}, {2, key('b')}}, 2);
  const std::string old_value = ring({{1, key('a')}}, 1).seal("old", kContext);
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        const std::string plain = fmt::format("thread {}", t);
        for (int i = 0; i < 500; ++i) {
          if (!sealer.open(sealer.seal(plain, kContext), kContext).value().equals(plain)) ++wrong;
          if (!sealer.open(old_value, kContext).value().equals("old")) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace jeton::crypto
