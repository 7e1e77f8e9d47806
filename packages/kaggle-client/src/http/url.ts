/** An address as it may be shown: without user, password, query and fragment, where signatures and tokens live. */
export function withoutQuery(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return "(not an address)";
  }
}
