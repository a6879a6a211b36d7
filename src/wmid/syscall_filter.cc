#include "wmid/syscall_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <initializer_list>
#include <vector>

#include "base/files.h"

namespace wmid {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kFirstForeign = 0x40000000;  // the numbers of the x32 ABI
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kFirstForeign = 0xFFFFFFFF;
#else
constexpr std::uint32_t kArchitecture = 0;
constexpr std::uint32_t kFirstForeign = 0;
#endif

constexpr std::initializer_list<int> kForbidden{SYS_execve,
                                                SYS_execveat,  // programs
                                                SYS_ptrace,
                                                SYS_process_vm_readv,
                                                SYS_process_vm_writev,
                                                SYS_kcmp,
                                                SYS_pidfd_open,
                                                SYS_pidfd_getfd,
                                                SYS_kill,
                                                SYS_tkill,
                                                SYS_rt_sigqueueinfo,
                                                SYS_rt_tgsigqueueinfo,
                                                SYS_perf_event_open,
                                                SYS_setpriority,  // other processes
                                                SYS_unlinkat,
                                                SYS_renameat2,
                                                SYS_mkdirat,
                                                SYS_mknodat,
                                                SYS_symlinkat,
                                                SYS_linkat,
                                                SYS_fchmod,
                                                SYS_fchmodat,
                                                SYS_fchown,
                                                SYS_fchownat,
                                                SYS_truncate,
                                                SYS_ftruncate,
                                                SYS_setxattr,
                                                SYS_lsetxattr,
                                                SYS_fsetxattr,
                                                SYS_utimensat,
                                                SYS_open_by_handle_at,  // files
#if defined(__x86_64__)
                                                SYS_fork,
                                                SYS_vfork,
                                                SYS_creat,
                                                SYS_unlink,
                                                SYS_rename,
                                                SYS_renameat,
                                                SYS_mkdir,
                                                SYS_rmdir,
                                                SYS_mknod,
                                                SYS_symlink,
                                                SYS_link,
                                                SYS_chmod,
                                                SYS_chown,
                                                SYS_lchown,
                                                SYS_modify_ldt,
                                                SYS_ioperm,
                                                SYS_iopl,
#endif
                                                SYS_mount,
                                                SYS_umount2,
                                                SYS_pivot_root,
                                                SYS_chroot,
                                                SYS_setns,
                                                SYS_unshare,
                                                SYS_fsopen,
                                                SYS_fsmount,
                                                SYS_open_tree,
                                                SYS_move_mount,
                                                SYS_swapon,
                                                SYS_swapoff,
                                                SYS_reboot,
                                                SYS_sethostname,
                                                SYS_setdomainname,
                                                SYS_quotactl,  // the machine
                                                SYS_init_module,
                                                SYS_finit_module,
                                                SYS_delete_module,
                                                SYS_kexec_load,
                                                SYS_bpf,
                                                SYS_userfaultfd,
                                                SYS_add_key,
                                                SYS_request_key,
                                                SYS_keyctl,
                                                SYS_personality,
                                                SYS_io_uring_setup,
                                                SYS_io_uring_enter,
                                                SYS_io_uring_register,
                                                SYS_shmget,
                                                SYS_msgget,
                                                SYS_semget,
                                                SYS_mq_open};

/// What the C library tries first and does without. Their arguments lie in memory, where a filter cannot look.
constexpr std::initializer_list<int> kMissing{SYS_clone3, SYS_openat2};

constexpr std::uint32_t argument(unsigned number) {
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + number * sizeof(std::uint64_t));  // the low half
}

/// A classic BPF program over seccomp_data.
class Program {
 public:
  void load(std::uint32_t offset) { add(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }
  void finish(std::uint32_t action) { add(BPF_RET | BPF_K, action, 0, 0); }
  void finish_if_equal(std::uint32_t value, std::uint32_t action) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    finish(action);
  }
  void finish_unless_equal(std::uint32_t value, std::uint32_t action) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
    finish(action);
  }
  void finish_if_at_least(std::uint32_t value, std::uint32_t action) {
    add(BPF_JMP | BPF_JGE | BPF_K, value, 0, 1);
    finish(action);
  }
  /// `then` ends the program with allow or an error for this call.
  template <class Then>
  void when_equal(std::uint32_t value, Then then) {
    const std::size_t at = code_.size();
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 0);
    then();
    code_[at].jf = static_cast<std::uint8_t>(code_.size() - at - 1);
  }
  /// Goes on to `action` when one of the bits is set (or, with `none`, when none is).
  void finish_if_bits(std::uint32_t bits, bool none, std::uint32_t action) {
    add(BPF_JMP | BPF_JSET | BPF_K, bits, none ? 1 : 0, none ? 0 : 1);
    finish(action);
  }
  std::vector<sock_filter>& code() { return code_; }

 private:
  void add(int operation, std::uint32_t value, std::uint8_t if_true, std::uint8_t if_false) {
    code_.push_back({static_cast<std::uint16_t>(operation), if_true, if_false, value});
  }
  std::vector<sock_filter> code_;
};

Program make_program() {
  constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;
  constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;
  Program out;
  const auto no_new_files = [&](unsigned flags) {
    out.load(argument(flags));
    out.finish_if_bits(O_CREAT | (O_TMPFILE & ~O_DIRECTORY) | O_TRUNC, false, kRefuse);
    out.finish(kAllow);
  };
  out.load(offsetof(seccomp_data, arch));
  out.finish_unless_equal(kArchitecture, kRefuse);
  out.load(offsetof(seccomp_data, nr));
  out.finish_if_at_least(kFirstForeign, kRefuse);
  for (const int number : kForbidden) out.finish_if_equal(static_cast<std::uint32_t>(number), kRefuse);
  for (const int number : kMissing) out.finish_if_equal(static_cast<std::uint32_t>(number), SECCOMP_RET_ERRNO | ENOSYS);
  out.when_equal(SYS_clone, [&] {  // threads alone
    out.load(argument(0));
    out.finish_if_bits(CLONE_THREAD, true, kRefuse);
    out.finish(kAllow);
  });
  out.when_equal(SYS_tgkill, [&] {  // itself alone
    out.load(argument(0));
    out.finish_unless_equal(static_cast<std::uint32_t>(::getpid()), kRefuse);
    out.finish(kAllow);
  });
  out.when_equal(SYS_openat, [&] { no_new_files(2); });
#if defined(__x86_64__)
  out.when_equal(SYS_open, [&] { no_new_files(1); });
#endif
  out.when_equal(SYS_socket, [&] {
    out.load(argument(0));
    for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}) out.finish_if_equal(static_cast<std::uint32_t>(family), kAllow);
    out.finish(kRefuse);
  });
  out.finish(kAllow);
  return out;
}

}  // namespace

base::Status filter_syscalls() {
  if (kArchitecture == 0) return {base::WBEM_E_NOT_SUPPORTED, "no filter of system calls for this kind of machine"};
  Program program = make_program();
  const sock_fprog code{static_cast<std::uint16_t>(program.code().size()), program.code().data()};
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &code, 0, 0) == 0) return {};
  return {base::WBEM_E_NOT_SUPPORTED, base::errno_status(errno, "filtering system calls").text()};
}

}  // namespace wmid
