// Process descriptors. glibc 2.36 declares them without C linkage, so that a C++ program would not link.
#pragma once

extern "C" {
#include <sys/pidfd.h>
}
