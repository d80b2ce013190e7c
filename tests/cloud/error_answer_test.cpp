// arrowhead-authorization 4.2 read backwards.
#include "cloud/error_answer.hpp"

#include <fmt/format.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.hpp"

namespace jeton::cloud {
namespace {

using base::ErrorCode;

TEST(ErrorAnswer, KeepsTheKindOfTheOtherSide) {
  const struct {
    int status;
    const char* kind;
    ErrorCode code;
  } rows[] = {
      {400, "INVALID_PARAMETER", ErrorCode::kInvalid},
      {401, "AUTH", ErrorCode::kUnauthenticated},
      {403, "FORBIDDEN", ErrorCode::kForbidden},
      {404, "DATA_NOT_FOUND", ErrorCode::kNotFound},
      {408, "TIMEOUT", ErrorCode::kTimeout},
      {423, "LOCKED", ErrorCode::kExternalLocked},
      {500, "INTERNAL_SERVER_ERROR", ErrorCode::kInternal},
      {500, "ARROWHEAD", ErrorCode::kExternalFault},
      {503, "EXTERNAL_SERVER_ERROR", ErrorCode::kExternal},
      {500, "SOMETHING_NEW", ErrorCode::kExternalFault},
  };
  for (const auto& row : rows) {
    const auto trouble =
        error_of_answer("Authentication", row.status,
                        fmt::format(R"({{"errorMessage":"why","errorCode":1,"exceptionType":"{}"}})", row.kind));
    EXPECT_EQ(trouble.error.code, row.code) << row.kind;
    EXPECT_EQ(trouble.own_word, row.kind != std::string_view("SOMETHING_NEW")) << row.kind;
  }
  EXPECT_EQ(error_of_answer("Blacklist", 403, R"({"errorMessage":"why","exceptionType":"FORBIDDEN"})").error.message,
            "Blacklist answered 403: why");
}

TEST(ErrorAnswer, AStatusAloneSaysLittle) {
  for (const char* body : {"", "<html>", "{}", "[]", R"({"exceptionType":7})"}) {
    EXPECT_EQ(error_of_answer("X", 401, body).error.code, ErrorCode::kUnauthenticated);
    EXPECT_EQ(error_of_answer("X", 403, body).error.code, ErrorCode::kForbidden);
    EXPECT_EQ(error_of_answer("X", 503, body).error.code, ErrorCode::kExternal);
    EXPECT_EQ(error_of_answer("X", 404, body).error.code, ErrorCode::kExternalFault);
    EXPECT_EQ(error_of_answer("X", 500, body).error.code, ErrorCode::kExternalFault);
    EXPECT_EQ(error_of_answer("X", 302, body).error.code, ErrorCode::kExternalFault);
    EXPECT_FALSE(error_of_answer("X", 401, body).own_word) << "anybody may have said that";
  }
}

TEST(ErrorAnswer, ItsSentenceIsOneLineOfBoundedLength) {
  std::string text = "a\\nb";
  for (int i = 0; i < 400; ++i) text += "\xC3\xA9";
  const auto error =
      error_of_answer("X", 400, fmt::format(R"({{"errorMessage":"{}","exceptionType":"AUTH"}})", text)).error;
  EXPECT_EQ(error.message.find('\n'), std::string::npos);
  EXPECT_LE(error.message.size(), 330U);
  EXPECT_TRUE(base::is_utf8(error.message));
}

}  // namespace
}  // namespace jeton::cloud
