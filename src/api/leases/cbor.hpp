// The part of CBOR (RFC 8949) that leases travel in (token-lease 1.2): writing what a lease is made of, and reading a
// request. Pure.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/json/types.hpp"
#include "base/result.hpp"

namespace jeton::api::leases::cbor {

void append_integer(std::string& out, std::int64_t number);
void append_text(std::string& out, std::string_view text);
void append_bytes(std::string& out, std::span<const std::uint8_t> bytes);
/// The head; so many items follow.
void append_array(std::string& out, std::uint64_t items);
/// The head; so many pairs follow.
void append_map(std::string& out, std::uint64_t pairs);

/// Reads one item and nothing behind it, as the JSON value that it is the same as: numbers, texts, arrays, maps with
/// texts as keys, true, false, null and undefined. Of a repeated key the last counts. kInvalid for everything else
/// (byte strings, tags, texts that are no UTF-8), and past limits::kLeaseMessageDepthMax or kLeaseObjectMembersMax;
/// kTooLarge past limits::kLeaseMessageBytesMax.
base::Result<base::json::Value> decode(std::string_view bytes);

}  // namespace jeton::api::leases::cbor
