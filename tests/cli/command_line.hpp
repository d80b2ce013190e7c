// The command line run as a shell would, with a transport that answers what a test says.
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <sstream>
#include <string>
#include <vector>

#include "app/cli/run.hpp"

namespace jeton::cli {

/// What was sent; the authorization made readable.
struct Sent {
  std::string line;  ///< "POST http://…"
  std::string body;
  std::string authorization;
  std::string last_event_id;
  std::string idempotency_key;
};

/// Answers from a list; past its end it cannot be reached.
class ScriptedHttp {
 public:
  void answer(int status, std::string body, std::vector<net::HttpHeader> headers = {}) {
    answers_.push_back(
        {net::HttpClient::Response{.status = status, .headers = std::move(headers), .body = std::move(body)}, {}});
  }
  void fail(base::Error error) { answers_.push_back({base::failure(std::move(error)), {}}); }
  /// A stream that breaks behind these bytes.
  void break_after(std::string bytes, base::Error error) {
    answers_.push_back({base::failure(std::move(error)), std::move(bytes)});
  }

  std::vector<Sent> sent;

  class Client final : public net::HttpClient {
   public:
    explicit Client(ScriptedHttp& script) : script_(script) {}
    base::Result<Response> send(const Request& request) override { return script_.next(request).response; }
    base::Result<Response> stream(const Request& request, const OnBytes& on_bytes) override {
      auto [response, bytes] = script_.next(request);
      if (!bytes.empty()) on_bytes(bytes);
      if (response && response->status == 200 && !response->body.empty()) on_bytes(response->body);
      return response;
    }

   private:
    ScriptedHttp& script_;
  };

 private:
  struct Answer {
    base::Result<net::HttpClient::Response> response;
    std::string bytes_before;  // a failure
  };

  Answer next(const net::HttpClient::Request& request) {
    Sent one{.line = request.method + " " + request.url,
             .body = request.body,
             .authorization = std::string(request.authorization.reveal()),
             .last_event_id = {},
             .idempotency_key = {}};
    for (const net::HttpHeader& header : request.headers) {
      if (header.name == "Last-Event-ID") one.last_event_id = header.value;
      if (header.name == "Idempotency-Key") one.idempotency_key = header.value;
    }
    sent.push_back(std::move(one));
    if (answers_.empty()) {
      return {base::failure(
                  {base::ErrorCode::kExternal, "http://127.0.0.1:8445 cannot be reached: Connection refused", {}}),
              {}};
    }
    Answer answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  std::deque<Answer> answers_;
};

struct Ran {
  int exit = -1;
  std::string out;
  std::string err;
};

/// One call of the program. Public members are set before run().
class CommandLineRun {
 public:
  ScriptedHttp http;
  base::ManualClock clock;
  Environment environment;
  std::string in;
  bool terminal = false;
  std::vector<base::Duration> waits;
  std::size_t waits_max = 0;  ///< the wait after so many ends the process
  std::vector<app::ServeOptions> served;
  Environment served_environment;
  std::string ca_file, certificate, key;

  Ran run(std::vector<std::string> arguments) {
    std::istringstream input(in);
    std::ostringstream out;
    std::ostringstream err;
    const Surroundings around{.serve =
                                  [this](const app::ServeOptions& options, Environment rest) {
                                    served.push_back(options);
                                    served_environment = std::move(rest);
                                    return 42;
                                  },
                              .connect = [this](const Connection& connection) -> std::unique_ptr<net::HttpClient> {
                                ca_file = connection.ca_file;
                                certificate = connection.certificate;
                                key = connection.key;
                                return std::make_unique<ScriptedHttp::Client>(http);
                              },
                              .wait =
                                  [this](base::Duration duration) {
                                    waits.push_back(duration);
                                    clock.advance(duration);
                                    return waits.size() <= waits_max;
                                  },
                              .clock = clock,
                              .environment = environment,
                              .in = input,
                              .out = out,
                              .err = err,
                              .out_is_terminal = terminal,
                              .err_is_terminal = terminal};
    const int exit = cli::run(std::move(arguments), around);
    return {exit, out.str(), err.str()};
  }
};

/// "policy list --json" into its words; '…' keeps blanks together.
inline std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> out;
  std::string word;
  bool quoted = false;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      if (!word.empty()) out.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

inline std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

/// What a verb is to send first.
struct SentRow {
  const char* arguments;
  const char* line;  ///< method and path, behind the server's address
  const char* body = "";
};

/// Runs the verb and compares.
inline void expect_sent(const SentRow& row, const std::string& server, CommandLineRun& line) {
  line.http.answer(200, "{}");
  line.run(words(row.arguments));
  const std::string text = row.line;
  const std::size_t space = text.find(' ');
  ASSERT_FALSE(line.http.sent.empty());
  EXPECT_EQ(line.http.sent.front().line, text.substr(0, space + 1) + server + text.substr(space + 1));
  EXPECT_EQ(line.http.sent.front().body, row.body);
}

}  // namespace jeton::cli
