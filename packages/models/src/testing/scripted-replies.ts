import type { IncomingHttpHeaders } from "node:http";

/** What a loopback server answers to one request. */
export interface ServerReply {
  readonly text?: string;
  /** Thinking, given the way the protocol has it. */
  readonly reasoning?: string;
  /** Thinking that only the server can read (messages protocol). */
  readonly redactedReasoning?: string;
  /** Where chat completions have thinking; `content` is Mistral's list of chunks. @default "reasoning_content" */
  readonly reasoningName?: "reasoning_content" | "reasoning" | "content";
  /** Thinking as OpenRouter details it, beside `reasoning`. */
  readonly reasoningDetails?: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** What OpenAI says of a text beside calls (responses). */
  readonly phase?: "commentary" | "final_answer";
  /** What the model says instead of an answer (chat completions, responses). */
  readonly refusal?: string;
  readonly toolCalls?: ReadonlyArray<{
    readonly name: string;
    /** An object, or raw text as a model might write it (chat completions only). */
    readonly arguments: Readonly<Record<string, unknown>> | string;
    readonly id?: string;
    /** Gemini's signature of the thinking before a call (chat completions). */
    readonly thoughtSignature?: string;
  }>;
  /** The protocol's own word; otherwise the one that fits. */
  readonly finishReason?: string;
  readonly usage?: {
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    readonly cacheReadTokens?: number;
    readonly cacheWriteTokens?: number;
    readonly reasoningTokens?: number;
  };
  /** An HTTP status above 399 is answered with the protocol's error. */
  readonly status?: number;
  /** Message of that error. */
  readonly message?: string;
  /** Code or type of that error. */
  readonly errorCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A streamed answer breaks off with the protocol's error event; its message and code are `message` and `errorCode`. */
  readonly errorInStream?: boolean;
  /** Close the connection after this share of the body, from 0 to 1. */
  readonly cutAt?: number;
  readonly delaySeconds?: number;
  /** A page of HTML, answered with status 200. */
  readonly page?: string;
  /** The answer goes on for so many bytes, without an end that closes it. */
  readonly endlessBytes?: number;
}

/** A request as the server got it. */
export interface ServerRequest {
  /** From 0. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers in order, or a function; after the end the server answers 500 with "no reply left". */
export type ServerScript =
  | readonly ServerReply[]
  | ((request: ServerRequest) => ServerReply | undefined | Promise<ServerReply | undefined>);

/** What the servers of tests take. */
export interface ModelServerOptions {
  readonly replies: ServerScript;
  /** Requests without this key are answered 401. @default any key is fine */
  readonly apiKey?: string;
  /** Ends of paths that are answered with 404, as by a server without that protocol. */
  readonly without?: readonly string[];
  /**
   * Refuse, with status 400, a request in which thinking of an earlier answer is missing or changed: each block, its
   * signature and its place. One conversation per server.
   */
  readonly checksThinking?: boolean;
}

/** A server on 127.0.0.1 that speaks a model protocol. */
export interface ModelServer extends AsyncDisposable {
  /** The base URL to give to a client. */
  readonly url: string;
  /** Every request so far, refused ones included. */
  readonly requests: readonly ServerRequest[];
  close(): Promise<void>;
}
