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
inline constexpr std::size_t kJsonDepthMax = 500;     ///< what the parsers of the systems we replace take
inline constexpr std::size_t kJsonPaddingBytes = 64;  ///< readable bytes the parser needs behind a document

// Store
inline constexpr std::size_t kWritesWaitingMax = 16'384;  ///< past it: kUnavailable
inline constexpr std::size_t kWritesPerCommitMax = 512;
inline constexpr std::size_t kReadConnectionsMax = 4;    ///< of the database, beside the one that writes
inline constexpr std::size_t kFilterValuesMax = 10'000;  ///< of one query, far below what a database binds
inline constexpr std::size_t kEventsPerReadMax = 1'000;
inline constexpr std::size_t kEventsInMemoryMax = 4'096;  ///< the newest, for followers that are nearly up to date
inline constexpr std::size_t kEventBytesPerReadMax = 1024 * 1024;        ///< one event may be larger, alone
inline constexpr std::size_t kEventBytesInMemoryMax = 16 * 1024 * 1024;  ///< of those kEventsInMemoryMax
inline constexpr std::size_t kEventsPerTrimMax = 1'000;                  ///< in one write, which others wait for

// Streams of events
inline constexpr std::size_t kEventStreamsMax = 256;
inline constexpr std::size_t kEventsPerStreamStepMax = 256;                    ///< read before another stream's turn
inline constexpr std::size_t kStreamBytesAheadMax = kOutputBytesMax / 2;       ///< unsent; past them it stops reading
inline constexpr std::size_t kStreamPieceBytesMax = kOutputBytesMax / 4;       ///< handed over at once
inline constexpr std::size_t kUnsentBytesBeforeRoomMax = kOutputBytesMax / 4;  ///< a stream that stopped goes on

// Expiry
inline constexpr std::size_t kDeadlinesPerLookMax = 1'024;  ///< looked through at once, while others wait

// Tokens
inline constexpr std::size_t kTokenNamesMax = 4 * 1024 * 1024;  ///< different names of systems, targets and scopes

// Workers
inline constexpr std::size_t kWorkers = 4;
inline constexpr std::size_t kJobsWaitingMax = 1'024;  ///< for a worker; past it: kUnavailable

// Calls to other servers
inline constexpr std::size_t kAnswerBytesMax = 16 * 1024 * 1024;
inline constexpr std::size_t kAnswerHeaderBytesMax = 64 * 1024;
inline constexpr int kRedirectsMax = 5;
inline constexpr std::size_t kCallsAtOnceMax = 64;  ///< each on a thread of its own, apart from the workers
inline constexpr std::size_t kCallsWaitingMax = 4'096;
inline constexpr int kCallAttemptsMax = 3;
inline constexpr std::size_t kOriginsMax = 256;  ///< other servers whose troubles are remembered
inline constexpr std::size_t kNeighbourAnswerBytesMax = 1024 * 1024;
inline constexpr std::size_t kRemembered = 10'000;  ///< answers of a neighbour, of each kind

// TLS
inline constexpr std::chrono::seconds kHandshakeSecondsMax{10};
inline constexpr std::size_t kCertificatesInChainMax = 10;

// MQTT
inline constexpr std::size_t kMqttServices = 8;
inline constexpr std::size_t kMqttRequestsWaitingMax = 4'096;  ///< of one service; past it a request is refused
inline constexpr std::size_t kMqttRequestBytesWaitingMax = 32 * 1024 * 1024;  ///< of all services
inline constexpr std::size_t kMqttRepliesInFlightMax = 1'000;  ///< sent and not acknowledged by the broker
inline constexpr std::size_t kMqttRepliesWaitingMax = 16'384;  ///< behind them; past it a reply is dropped
inline constexpr std::size_t kMqttTopicBytesMax = 65'535;

// Names, after the Arrowhead contract
inline constexpr std::size_t kNameCharactersMax = 63;
inline constexpr std::size_t kInstanceIdCharactersMax = 1'024;
inline constexpr std::size_t kDescriptionCharactersMax = 1'024;

// Message queues
inline constexpr std::size_t kSubQueuesMax = 50'000;  ///< without those of dead letters, which at most double them
inline constexpr std::size_t kSubQueueNameBytesMax = 1'024;
inline constexpr std::size_t kAssigneeBytesMax = 1'024;
inline constexpr std::size_t kMessageUuidBytesMax = 255;
inline constexpr std::size_t kMessagesPerBatchMax = 500;        ///< published, taken or deleted by one request
inline constexpr std::size_t kMessagesPerListMax = 100'000;     ///< past it a list must be asked for in pages
inline constexpr std::size_t kListBytesMax = 64 * 1024 * 1024;  ///< the same, of payloads
inline constexpr std::size_t kClearedPerCommitMax = 2'000;      ///< rows of a cleared sub-queue removed at once
inline constexpr std::size_t kWaitingConsumersMax = 16'384;     ///< long polls at a time; more are answered at once
inline constexpr std::chrono::seconds kLongPollSecondsMax{60};
inline constexpr std::size_t kSubQueuesInMetricsMax = 500;

// Leases
inline constexpr std::size_t kLeaseCallsWaitingMax = 1'024;   ///< for a thread of one provider; past it: kUnavailable
inline constexpr std::size_t kLeasesPerCommitMax = 512;       ///< changed by one write of a bulk operation
inline constexpr std::size_t kLeasesPerSweepMax = 512;        ///< taken back between two writes
inline constexpr std::size_t kLeaseErrorBytesMax = 240;       ///< kept of what a provider said
inline constexpr std::size_t kLeaseStraysMax = 100'000;       ///< remembered between two looks at a provider
inline constexpr std::size_t kLeaseLossesPerLookMax = 1'000;  ///< asked for one by one in one look
inline constexpr std::size_t kLeaseCountsMax = 10'000;        ///< shown at once

// Requests about leases
inline constexpr std::size_t kLeaseMessageBytesMax = 64 * 1024;
inline constexpr std::size_t kLeaseMessageDepthMax = 32;      ///< arrays and objects inside one another
inline constexpr std::size_t kLeaseObjectMembersMax = 1'024;  ///< of one object in it
inline constexpr std::size_t kLeaseIdBytesMax = 1'024;
inline constexpr std::size_t kLeaseTextBytesMax = 1'024;  ///< names, reasons, keys and the like

// Observability
inline constexpr std::size_t kLogEntriesKeptMax = 10'000;
inline constexpr std::size_t kLogBytesKeptMax = 8 * 1024 * 1024;     ///< of those entries
inline constexpr std::size_t kLogLinesWaitingMax = 8'192;            ///< to be written; past them lines are dropped
inline constexpr std::size_t kLogBytesWaitingMax = 4 * 1024 * 1024;  ///< of those lines

static_assert(kOutputBytesMax >= kHeaderBytesMax);
static_assert(kStreamBytesAheadMax + kStreamPieceBytesMax < kOutputBytesMax);
static_assert(kWritesPerCommitMax <= kWritesWaitingMax);
static_assert(kWorkers <= kReadConnectionsMax);  // no worker waits for a connection

}  // namespace jeton::base::limits
