#include "crypto/master_key.hpp"

#include <cstdlib>

#include "base/strings.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "crypto/secret_file.hpp"

namespace jeton::crypto {
namespace {

using base::failure;
using base::Result;
using base::Secret;

constexpr std::string_view kFilePrefix = "file:";
constexpr std::string_view kEnvironmentPrefix = "env:";
constexpr std::string_view kHowToMakeOne = "make one with: openssl rand -base64 32";

Result<Secret> decode(std::string_view text, std::string_view source) {
  std::optional<std::string> bytes = base::base64_decode(base::trim(text));
  if (!bytes) {
    return failure(base::invalid(
        fmt::format("the master key in {} is not base64 on one line; {}", source, kHowToMakeOne), std::string(source)));
  }
  Secret key(std::move(*bytes));
  if (key.size() != kMasterKeyBytes) {
    return failure(base::invalid(fmt::format("the master key in {} has {} bytes; it must be {} bytes in base64; {}",
                                             source, key.size(), kMasterKeyBytes, kHowToMakeOne),
                                 std::string(source)));
  }
  return key;
}

Result<Secret> read(const std::filesystem::path& path) {
  Result<Secret> text = read_secret_file(path, FileAccess::kOwnerOnly);
  if (!text) return failure(std::move(text.error()));
  return decode(text->reveal(), path.string());
}

Result<Secret> read_named(const std::filesystem::path& path) {
  if (path.empty()) return failure(base::invalid("the master key setting 'file:' lacks a path", "file:"));
  Result<Secret> key = read(path);
  if (!key && key.error().code == base::ErrorCode::kNotFound) {
    return failure(base::invalid(fmt::format("the master key file {} does not exist; {}", path.string(), kHowToMakeOne),
                                 path.string()));
  }
  return key;
}

Result<Secret> read_or_create(const std::filesystem::path& path) {
  Result<Secret> key = read(path);
  if (key || key.error().code != base::ErrorCode::kNotFound) return key;
  const Secret raw(random_bytes(kMasterKeyBytes));
  const Secret encoded(base::base64_encode(base::as_bytes(raw.reveal())));
  std::string line;
  line.reserve(encoded.size() + 1);  // once: a buffer that is outgrown is freed with the key in it
  line += encoded.reveal();
  line += '\n';
  const Secret content(std::move(line));
  const base::Status created = create_secret_file(path, content.reveal());
  // kConflict: another process was faster, and its key counts.
  if (!created && created.error().code != base::ErrorCode::kConflict) return failure(created.error());
  return read(path);
}

Result<Secret> read_environment(const std::string& name) {
  const char* value = name.empty() ? nullptr : std::getenv(name.c_str());
  if (value == nullptr || base::is_blank(value)) {
    return failure(base::invalid(
        fmt::format("the master key's environment variable {} is not set; {}", base::shown(name), kHowToMakeOne),
        name));
  }
  return decode(value, name);
}

}  // namespace

Result<Secret> load_master_key(std::string_view setting, const std::filesystem::path& data_folder) {
  if (setting.empty()) return read_or_create(data_folder / kMasterKeyFile);
  if (setting.starts_with(kFilePrefix)) return read_named(setting.substr(kFilePrefix.size()));
  if (setting.starts_with(kEnvironmentPrefix))
    return read_environment(std::string(setting.substr(kEnvironmentPrefix.size())));
  // Not shown: a key pasted in place of where it is to be found would end up in the log.
  return failure(base::invalid("the master key setting is neither empty nor 'file:PATH' nor 'env:NAME'"));
}

Secret derive_key(const Secret& master, std::string_view purpose) {
  // RFC 5869 for 32 bytes: extract with a salt of zeros, then the first and only block of expand.
  constexpr std::array<std::uint8_t, 32> kNoSalt{};
  const Digest extracted = hmac_sha256(as_text(kNoSalt), master.reveal());
  const Secret pseudo_random_key{std::string(as_text(extracted))};
  std::string info(purpose);
  info += '\x01';
  const Digest block = hmac_sha256(pseudo_random_key, info);
  return Secret{std::string(as_text(block))};
}

}  // namespace jeton::crypto
