import { CALL_TABLE } from "./call-table.js";

/**
 * Calls that containers never need, by the capability with which they make sense all the same (`cap_add`); those of `none` are
 * refused to everybody. Docker refuses most of them too, by version; io_uring, ptrace and the rest of `none` are refused here
 * because so many ways out of a sandbox began with them.
 */
export const REFUSED_CALLS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    none: `io_uring_setup io_uring_enter io_uring_register userfaultfd keyctl add_key request_key lookup_dcookie nfsservctl
      uselib ustat sysfs _sysctl create_module query_module get_kernel_syms lsm_set_self_attr open_tree_attr`,
    SYS_PTRACE: "ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp",
    SYS_ADMIN: `mount umount2 mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick pivot_root setns unshare
      quotactl quotactl_fd swapon swapoff fanotify_init fanotify_mark statmount listmount`,
    DAC_READ_SEARCH: "open_by_handle_at name_to_handle_at",
    SYS_CHROOT: "chroot",
    SYS_MODULE: "init_module finit_module delete_module",
    SYS_BOOT: "kexec_load kexec_file_load reboot",
    SYS_TIME: "settimeofday clock_settime clock_settime64",
    SYS_RAWIO: "iopl ioperm",
    SYS_TTY_CONFIG: "vhangup",
    SYS_PACCT: "acct",
    SYS_NICE: "mbind set_mempolicy get_mempolicy migrate_pages move_pages set_mempolicy_home_node",
    SYSLOG: "syslog",
    BPF: "bpf",
    PERFMON: "perf_event_open",
  }).map(([capability, names]) => [capability, names.split(/\s+/)]),
);

/** Calls of which some arguments are refused; each filter says which. */
export const FILTERED_CALLS: readonly string[] = ["socket", "personality", "clone", "clone3"];

/** Families that sockets may have: UNIX, INET, INET6, NETLINK. Above all not VSOCK, which reaches the host past every network. */
export const SOCKET_FAMILIES: readonly number[] = [1, 2, 10, 16];
/** Linux, and the question which it is. */
export const PERSONALITIES: readonly number[] = [0, 0xffffffff];
/** Flags of `clone` that make namespaces. */
export const NAMESPACE_FLAGS = 0x7e020000;
/** The answer to calls that do not exist; the C library then takes an older one. */
export const ENOSYS = 38;
export const EPERM = 1;

export type CallNumbers = ReadonlyMap<string, number>;

/** All system calls with their numbers on one kind of processor. */
export function callNumbers(cpu: "x64" | "arm64"): CallNumbers {
  const numbers = new Map<string, number>();
  for (const entry of CALL_TABLE.trim().split(/\s+/)) {
    const [name = "", x64 = "", arm64 = ""] = entry.split(":");
    const number = cpu === "x64" ? x64 : arm64;
    if (number !== "") numbers.set(name, Number(number));
  }
  return numbers;
}
