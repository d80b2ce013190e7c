// What a thread may ask of the system's scheduler.
#pragma once

namespace jeton::base {

/// Lets the calling thread run soon after it wakes although others are busy on its core, in return for shorter turns.
/// For threads that answer somebody and sleep in between. Linux 6.12 and later; elsewhere nothing happens.
void ask_for_short_turns() noexcept;

}  // namespace jeton::base
