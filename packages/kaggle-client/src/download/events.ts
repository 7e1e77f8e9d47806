/** What a download tells while it runs. */
export type DownloadEvent =
  | {
      readonly type: "download-start";
      readonly path: string;
      readonly totalBytes: number | undefined;
      /** Bytes that an earlier run left. */
      readonly resumedBytes: number;
    }
  | {
      readonly type: "download-progress";
      readonly path: string;
      readonly receivedBytes: number;
      readonly totalBytes: number | undefined;
      readonly bytesPerSecond: number | undefined;
      readonly secondsLeft: number | undefined;
    }
  | {
      readonly type: "download-retry";
      readonly path: string;
      readonly attempt: number;
      readonly delaySeconds: number;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly type: "download-restart";
      readonly path: string;
      /** Why the bytes so far are of no use. */
      readonly reason: "changed" | "range-ignored" | "range-refused" | "length-mismatch" | "checksum-mismatch";
    }
  | { readonly type: "download-verify"; readonly path: string; readonly kinds: readonly string[] }
  | {
      readonly type: "download-end";
      readonly path: string;
      readonly bytes: number;
      /** True when the file was there already. */
      readonly unchanged: boolean;
    };
