#include "crypto/aead.hpp"

#include <openssl/evp.h>

#include <stdexcept>

#include "base/strings.hpp"
#include "crypto/openssl_error.hpp"
#include "crypto/owned.hpp"
#include "crypto/random.hpp"

namespace jeton::crypto {
namespace {

using base::as_bytes;
using base::failure;

constexpr char kVersion = 1;
constexpr std::size_t kHeaderBytes = 1 + 4;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

enum class Direction : int { kOpen = 0, kSeal = 1 };

/// The thread's own context, its cipher set once: naming the cipher again would throw the context's inside away.
EVP_CIPHER_CTX* context_of_thread() {
  static const EVP_CIPHER* const kCipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  thread_local const Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context = [] {
    Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> fresh(EVP_CIPHER_CTX_new());
    require(kCipher != nullptr && fresh && EVP_CipherInit_ex2(fresh.get(), kCipher, nullptr, nullptr, 1, nullptr) == 1,
            "set up AES-256-GCM");
    return fresh;
  }();
  return context.get();
}

EVP_CIPHER_CTX* start(Direction direction, std::string_view key, std::string_view nonce, std::string_view header,
                      std::string_view context) {
  EVP_CIPHER_CTX* cipher = context_of_thread();
  bool fine = EVP_CipherInit_ex2(cipher, nullptr, as_bytes(key).data(), as_bytes(nonce).data(),
                                 static_cast<int>(direction), nullptr) == 1;
  int length = 0;
  for (const std::string_view part : {header, context}) {
    fine = fine && (part.empty() || EVP_CipherUpdate(cipher, nullptr, &length, as_bytes(part).data(),
                                                     static_cast<int>(part.size())) == 1);
  }
  require(fine, "start AES-256-GCM");
  return cipher;
}

void transform(EVP_CIPHER_CTX* cipher, std::string_view in, std::uint8_t* out) {
  int length = 0;
  if (!in.empty()) {
    require(EVP_CipherUpdate(cipher, out, &length, as_bytes(in).data(), static_cast<int>(in.size())) == 1,
            "run AES-256-GCM");
  }
}

std::uint8_t* bytes_at(std::string& text, std::size_t offset) {
  return reinterpret_cast<std::uint8_t*>(text.data()) + offset;
}

}  // namespace

base::Result<Sealer> Sealer::create(std::map<std::uint32_t, base::Secret> keys, std::uint32_t current) {
  for (const auto& [id, key] : keys) {
    if (key.size() != kKeyBytes) {
      return failure(
          base::invalid(fmt::format("sealing key {} has {} bytes; it must have {}", id, key.size(), kKeyBytes)));
    }
  }
  Sealer sealer(std::move(keys), current);
  if (!sealer.keys_.contains(current)) {
    return failure(base::invalid(
        fmt::format("the current sealing key {} is not in the key ring, which has {}", current, sealer.known_keys())));
  }
  return sealer;
}

std::string Sealer::seal(std::string_view plain, std::string_view context) const {
  if (plain.size() > kPlainBytesMax || context.size() > kPlainBytesMax) {
    throw std::length_error(fmt::format("cannot seal {} bytes; at most {}", plain.size(), kPlainBytesMax));
  }
  std::string sealed(kOverheadBytes + plain.size(), '\0');
  sealed[0] = kVersion;
  for (unsigned i = 0; i < 4; ++i) sealed[1 + i] = static_cast<char>((current_ >> (24U - 8U * i)) & 0xffU);
  fill_random({bytes_at(sealed, kHeaderBytes), kNonceBytes});

  const std::string_view written(sealed);
  EVP_CIPHER_CTX* cipher = start(Direction::kSeal, keys_.at(current_).reveal(),
                                 written.substr(kHeaderBytes, kNonceBytes), written.substr(0, kHeaderBytes), context);
  transform(cipher, plain, bytes_at(sealed, kHeaderBytes + kNonceBytes));
  std::uint8_t* tag = bytes_at(sealed, sealed.size() - kTagBytes);
  int length = 0;
  require(EVP_CipherFinal_ex(cipher, tag, &length) == 1 &&
              EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag) == 1,
          "finish AES-256-GCM");
  return sealed;
}

base::Result<base::Secret> Sealer::open(std::string_view sealed, std::string_view context) const {
  if (sealed.size() < kOverheadBytes || sealed.size() > kOverheadBytes + kPlainBytesMax) {
    return failure(base::internal(fmt::format("a sealed value has {} bytes; it must have {} to {}", sealed.size(),
                                              kOverheadBytes, kOverheadBytes + kPlainBytesMax)));
  }
  if (sealed[0] != kVersion) {
    return failure(base::internal(fmt::format("a sealed value has format version {}; this server knows version {}",
                                              as_bytes(sealed)[0], static_cast<int>(kVersion))));
  }
  const std::uint32_t id = key_id_of(sealed);
  const auto key = keys_.find(id);
  if (key == keys_.end()) {
    return failure(base::internal(
        fmt::format("a sealed value needs key {}, which is not in the key ring; it has {}", id, known_keys())));
  }
  const std::string_view nonce = sealed.substr(kHeaderBytes, kNonceBytes);
  const std::string_view cipher_text = sealed.substr(kHeaderBytes + kNonceBytes, sealed.size() - kOverheadBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  EVP_CIPHER_CTX* cipher =
      start(Direction::kOpen, key->second.reveal(), nonce, sealed.substr(0, kHeaderBytes), context);
  std::string plain(cipher_text.size() + kTagBytes, '\0');  // room for the call that finishes, which writes nothing
  transform(cipher, cipher_text, bytes_at(plain, 0));
  int length = 0;
  const bool authentic = EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1 &&
                         EVP_CipherFinal_ex(cipher, bytes_at(plain, cipher_text.size()), &length) == 1;
  plain.resize(cipher_text.size());
  base::Secret opened(std::move(plain));  // wiped on the way out when it is not authentic
  if (!authentic) {
    take_openssl_reason();
    return failure(
        base::internal(fmt::format("a sealed value does not open as {} under key {}: it is damaged, or was sealed for "
                                   "something else or under another key",
                                   base::shown(context), id)));
  }
  return opened;
}

std::uint32_t Sealer::key_id_of(std::string_view sealed) {
  if (sealed.size() < kOverheadBytes) return 0;
  std::uint32_t id = 0;
  for (const std::uint8_t byte : as_bytes(sealed.substr(1, 4))) id = (id << 8U) | byte;
  return id;
}

std::string Sealer::known_keys() const {
  std::string names;
  for (const auto& [id, key] : keys_) names += fmt::format("{}{}", names.empty() ? "" : ", ", id);
  return names.empty() ? "no key" : names;
}

}  // namespace jeton::crypto
