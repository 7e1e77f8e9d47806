import { parseJson } from "@mlebench/base";
import type { WireBody } from "./exchange.js";

/** The message that the events of Anthropic's stream make up, as it would have come at once; undefined when it is none. */
export function streamedMessage(events: readonly unknown[]): WireBody | undefined {
  let message: WireBody | undefined;
  const blocks: Record<string, unknown>[] = [];
  const json: string[] = [];
  for (const event of events.filter(isObject)) {
    const index = Number(event["index"]);
    switch (event["type"]) {
      case "message_start":
        message = event["message"] as WireBody;
        break;
      case "content_block_start":
        blocks[index] = { ...(event["content_block"] as WireBody) };
        break;
      case "content_block_delta": {
        const { type, partial_json: part, ...texts } = (event["delta"] ?? {}) as WireBody;
        const block = blocks[index];
        if (type === "input_json_delta") json[index] = `${json[index] ?? ""}${part}`;
        else if (block !== undefined) {
          for (const [name, text] of Object.entries(texts)) {
            if (typeof text === "string") block[name] = `${block[name] ?? ""}${text}`;
          }
        }
        break;
      }
      case "message_delta": {
        const usage = { ...(message?.["usage"] as WireBody), ...(event["usage"] as WireBody) };
        message = { ...message, ...(event["delta"] as WireBody), usage };
        break;
      }
    }
  }
  const content = blocks.map((block, index) =>
    json[index] === undefined ? block : { ...block, input: parseJson(json[index]) ?? block["input"] },
  );
  return message && { ...message, content };
}

function isObject(value: unknown): value is WireBody {
  return typeof value === "object" && value !== null;
}
