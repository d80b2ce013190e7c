// What SQLite's result codes mean for people. The codes themselves go to the log.
#pragma once
#include <sqlite3.h>

#include <string>

#include "base/error.hpp"

namespace jeton::store::sqlite {

/// `handle` may be null. `name` is the database's path.
base::Error translate(sqlite3* handle, int code, const std::string& name);

}  // namespace jeton::store::sqlite
