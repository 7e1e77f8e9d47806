/** A limit that has two places in the Compose Specification: at the service, and below `deploy.resources`. */
export interface TwiceSaid {
  readonly own: "cpus" | "mem_limit" | "pids_limit" | "mem_reservation";
  readonly section: "limits" | "reservations";
  readonly key: "cpus" | "memory" | "pids";
}

export const TWICE_SAID: readonly TwiceSaid[] = [
  { own: "cpus", section: "limits", key: "cpus" },
  { own: "mem_limit", section: "limits", key: "memory" },
  { own: "pids_limit", section: "limits", key: "pids" },
  { own: "mem_reservation", section: "reservations", key: "memory" },
];
