// arrowhead-authorization 5.7 to 5.9, 5.17, 5.18: rows 56 to 58 of section 15.
#include "crypto/test_files.hpp"
#include "crypto/test_keys.hpp"
#include "token_world.hpp"
#include "tokens/public_key.hpp"

namespace jeton::tokens::testing {
namespace {

using model::CipherMode;

EncryptionKeyOrder key_order(std::string system, CipherMode mode, std::string_view key = "northwind-key-16") {
  return {.system = std::move(system), .key = base::Secret(std::string(key)), .mode = mode, .algorithm = "aes/x"};
}

RegisterEncryptionKeys::Keys add(World& world, std::vector<EncryptionKeyOrder> orders) {
  Awaited<RegisterEncryptionKeys::Keys> registered;
  world.register_encryption_keys(std::move(orders), "Sysop", world.clock.wall(), {}, registered.completion());
  return registered.get().value();
}

std::size_t remove(World& world, std::vector<std::string> systems) {
  Awaited<std::size_t> removed;
  world.remove_encryption_keys(std::move(systems), "Sysop", world.clock.wall(), {}, removed.completion());
  return removed.get().value();
}

std::vector<EncryptionKeyOrder> one(EncryptionKeyOrder order) {
  std::vector<EncryptionKeyOrder> orders;
  orders.push_back(std::move(order));
  return orders;
}

TEST(EncryptionKeys, Row56OnlyCbcHasAnInitialVectorFreshEachTime) {
  World world;
  const auto ecb = add(world, one(key_order("PumpStation", CipherMode::kEcb)));
  EXPECT_TRUE(ecb.at(0)->initial_vector.empty());
  const auto cbc = add(world, one(key_order("PumpStation", CipherMode::kCbc)));
  EXPECT_EQ(cbc.at(0)->initial_vector.size(), 16U);
  EXPECT_NE(add(world, one(key_order("PumpStation", CipherMode::kCbc))).at(0)->initial_vector,
            cbc.at(0)->initial_vector);
}

TEST(EncryptionKeys, Row58AKeyReplacesTheOneBeforeAndRemovingSaysWhetherThereWasOne) {
  World world;
  std::vector<EncryptionKeyOrder> orders = one(key_order("PumpStation", CipherMode::kCbc));
  orders.push_back(key_order("GateKeeper", CipherMode::kEcb));
  add(world, std::move(orders));
  const auto replaced = add(world, one(key_order("PumpStation", CipherMode::kEcb, "northwind-key-24-bytes!!")));
  EXPECT_EQ(world.keys.size(), 2U);
  EXPECT_EQ(world.keys.find("PumpStation"), replaced.at(0)) << "memory has what was answered";
  EXPECT_EQ(remove(world, {"PumpStation", "Nobody"}), 1U);
  EXPECT_EQ(remove(world, {"PumpStation"}), 0U);
  EXPECT_EQ(world.keys.find("PumpStation"), nullptr);
  EXPECT_NE(world.keys.find("GateKeeper"), nullptr);
}

TEST(EncryptionKeys, MemoryIsWhatTheTableHolds) {
  World world;
  add(world, one(key_order("PumpStation", CipherMode::kCbc)));
  EncryptionKeyIndex fresh;
  ASSERT_TRUE(world.store->read([&](const store::Snapshot& snapshot) { return fresh.load(snapshot); }));
  ASSERT_NE(fresh.find("PumpStation"), nullptr);
  EXPECT_EQ(fresh.find("PumpStation")->key.reveal(), "northwind-key-16");
  EXPECT_EQ(fresh.find("PumpStation")->initial_vector, world.keys.find("PumpStation")->initial_vector);
  EXPECT_EQ(fresh.find("PumpStation")->algorithm, "aes/x");
}

TEST(PublicKey, IsThereWhenThereIsAKey) {
  EXPECT_EQ(public_key(nullptr).error().code, base::ErrorCode::kNotFound);
  const crypto::TestFolder folder;
  const auto key =
      crypto::SigningKey::load(folder.write("key.pem", crypto::test_keys::rsa_pem(2048)).string(), base::Secret());
  ASSERT_TRUE(key);
  EXPECT_EQ(public_key(&*key), key->public_key_base64());
}

}  // namespace
}  // namespace jeton::tokens::testing
