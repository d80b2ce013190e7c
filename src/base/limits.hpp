// Every bound of the server in one place, its unit in its name. Past a bound the caller gets a clear 4xx or 503.
#pragma once
#include <chrono>
#include <cstddef>

namespace jeton::base::limits {

// HTTP; the first four are defaults of `http.limits`.
inline constexpr std::size_t kBodyBytesMax = 1024 * 1024;
inline constexpr std::size_t kHeaderBytesMax = 16 * 1024;
inline constexpr std::size_t kConnectionsMax = 10'000;
inline constexpr std::chrono::seconds kIdleSecondsMax{60};
inline constexpr std::chrono::seconds kRequestSecondsMax{30};
inline constexpr std::size_t kHeaderFieldsMax = 100;
inline constexpr std::size_t kPipelinedRequestsMax = 64;     ///< waiting for an answer on one connection
inline constexpr std::size_t kOutputBytesMax = 1024 * 1024;  ///< unsent answers of one connection before reading stops
inline constexpr std::size_t kRequestIdBytesMax = 128;
inline constexpr std::size_t kAnswerFieldsMax = 8;  ///< header fields a handler adds to one answer

// JSON
inline constexpr std::size_t kJsonDepthMax = 64;
inline constexpr std::size_t kJsonPaddingBytes = 64;  ///< readable bytes the parser needs behind a document

// Store
inline constexpr std::size_t kWritesWaitingMax = 16'384;  ///< past it: kUnavailable
inline constexpr std::size_t kWritesPerCommitMax = 512;
inline constexpr std::size_t kReadConnectionsMax = 4;    ///< of the database, beside the one that writes
inline constexpr std::size_t kFilterValuesMax = 10'000;  ///< of one query, far below what a database binds
inline constexpr std::size_t kEventsPerReadMax = 1'000;
inline constexpr std::size_t kEventsInMemoryMax = 4'096;  ///< the newest, for followers that are nearly up to date
inline constexpr std::size_t kEventsPerTrimMax = 10'000;
inline constexpr std::size_t kEventStreamsMax = 256;

// Workers
inline constexpr std::size_t kWorkers = 4;
inline constexpr std::size_t kJobsWaitingMax = 1'024;  ///< for a worker; past it: kUnavailable

// Calls to other servers
inline constexpr std::size_t kAnswerBytesMax = 16 * 1024 * 1024;
inline constexpr std::size_t kAnswerHeaderBytesMax = 64 * 1024;
inline constexpr int kRedirectsMax = 5;

// Names, after the Arrowhead contract
inline constexpr std::size_t kNameCharactersMax = 63;
inline constexpr std::size_t kInstanceIdCharactersMax = 1'024;
inline constexpr std::size_t kDescriptionCharactersMax = 1'024;

// Observability
inline constexpr std::size_t kLogEntriesKeptMax = 10'000;

static_assert(kOutputBytesMax >= kHeaderBytesMax);
static_assert(kWritesPerCommitMax <= kWritesWaitingMax);
static_assert(kWorkers <= kReadConnectionsMax);  // no worker waits for a connection

}  // namespace jeton::base::limits
