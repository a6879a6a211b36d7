// What the process that faces the network may ask of the kernel.
#pragma once

#include "base/status.h"

namespace wmid {

/// From now on, for this thread and those that it starts: no programs or processes are started or traced, no files made, changed or
/// removed, no sockets but TCP, UDP, UNIX and netlink, no namespaces, mounts, keys, modules, BPF or io_uring. What is refused fails with
/// EPERM, except what the C library has another way for: ENOSYS. Requires no_new_privs. WBEM_E_NOT_SUPPORTED on machines other than x86-64
/// and AArch64 and kernels without seccomp.
base::Status filter_syscalls();

}  // namespace wmid
