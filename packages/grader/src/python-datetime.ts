const two = (value: number): string => String(value).padStart(2, "0");

/**
 * Local time as Python's `datetime.now().isoformat()` writes it: no zone, six digits of fraction, none when it is zero.
 * `2026-11-24T05:33:10.123000`
 */
export function pythonIsoFormat(date: Date): string {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const milliseconds = date.getMilliseconds();
  const fraction = milliseconds === 0 ? "" : `.${String(milliseconds).padStart(3, "0")}000`;
  return `${day}T${time}${fraction}`;
}

/** Upstream's time stamp in file names, in UTC: `2026-11-24T05-33-10-GMT` */
export function fileTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(":", "-")}-GMT`;
}
