// Tokens and keys from the model to the wire (arrowhead-authorization 3.7, 3.8). Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "api/arrowhead/token_payloads.hpp"
#include "model/token.hpp"
#include "tokens/register_encryption_keys.hpp"
#include "tokens/token_index.hpp"
#include "tokens/token_mint.hpp"

namespace jeton::api::arrowhead {

TokenGenerationAnswer generation_answer(const tokens::MintedToken& minted);
/// With the texts of the tokens.
TokenListAnswer generation_list_answer(const std::vector<tokens::MintedToken>& minted);
/// Without; `count` is the number of all matches, on this page or not.
TokenListAnswer token_list_answer(const std::vector<model::AccessToken>& page, std::int64_t count);
/// What the provider is told of a good token.
TokenVerificationAnswer verified_answer(const tokens::IndexedToken& token);
EncryptionKeyListAnswer key_list_answer(const tokens::RegisterEncryptionKeys::Keys& keys);
/// What a provider that registered a key has to keep: its initial vector as base64, empty for ECB.
std::string key_additive(const model::EncryptionKey& key);

}  // namespace jeton::api::arrowhead
