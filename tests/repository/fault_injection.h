// Makes the N-th system call that writes to a store's data.mdb fail. The functions of the C library that LMDB calls are defined in
// the test program itself, so no preloaded library is needed.
#pragma once

#include <cstdint>

namespace fault {

/// The `nth` call from now on (1: the next one) fails with `error`, and so do `more` calls after it (-1: all). Process-wide.
void arm(std::int64_t nth, int error, std::int64_t more = 0);
/// Half of the data is written before the failing call returns what it wrote, as on a disk that fills up; later calls give `error`.
void arm_short_write(std::int64_t nth, int error);
void disarm();
/// Calls since arm() or disarm().
std::int64_t calls();
/// At least one call was made to fail since it was armed.
bool fired();

}  // namespace fault
