import {
  callNumbers,
  ENOSYS,
  EPERM,
  FILTERED_CALLS,
  NAMESPACE_FLAGS,
  PERSONALITIES,
  REFUSED_CALLS,
  SOCKET_FAMILIES,
} from "./refused-calls.js";

const ALLOW = "SCMP_ACT_ALLOW";
const AF_PACKET = 17;

/**
 * The profile that containers get, as text for the engine: all calls of 64-bit kernels but the refused ones. Without
 * `subArchitectures`: a 32-bit or x32 call ends its process, since the arguments of a 32-bit `socketcall` lie where no filter
 * can look.
 */
export function dockerSeccompProfile(): string {
  const { none = [], ...byCapability } = REFUSED_CALLS;
  const withheld = new Set([...none, ...Object.values(byCapability).flat(), ...FILTERED_CALLS]);
  const names = [...new Set([...callNumbers("x64").keys(), ...callNumbers("arm64").keys()])];
  const whenFirst = (op: string, value: number, valueTwo = 0) => [{ index: 0, value, valueTwo, op }];
  return JSON.stringify({
    defaultAction: "SCMP_ACT_ERRNO",
    defaultErrnoRet: EPERM,
    archMap: [{ architecture: "SCMP_ARCH_X86_64" }, { architecture: "SCMP_ARCH_AARCH64" }],
    syscalls: [
      { names: names.filter((name) => !withheld.has(name)).sort(), action: ALLOW },
      ...SOCKET_FAMILIES.map((family) => ({
        names: ["socket"],
        action: ALLOW,
        args: whenFirst("SCMP_CMP_EQ", family),
      })),
      {
        names: ["socket"],
        action: ALLOW,
        args: whenFirst("SCMP_CMP_EQ", AF_PACKET),
        includes: { caps: ["CAP_NET_RAW"] },
      },
      ...PERSONALITIES.map((persona) => ({
        names: ["personality"],
        action: ALLOW,
        args: whenFirst("SCMP_CMP_EQ", persona),
      })),
      { names: ["clone"], action: ALLOW, args: whenFirst("SCMP_CMP_MASKED_EQ", NAMESPACE_FLAGS) },
      // Its flags lie in memory.
      { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS },
      ...Object.entries(byCapability).map(([capability, calls]) => ({
        names: calls,
        action: ALLOW,
        includes: { caps: [`CAP_${capability}`] },
      })),
      { names: ["clone"], action: ALLOW, includes: { caps: ["CAP_SYS_ADMIN"] } },
    ],
  });
}
