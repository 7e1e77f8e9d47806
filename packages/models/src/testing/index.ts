export { startAnthropicServer } from "./anthropic-server.js";
export { startOpenAiServer } from "./openai-server.js";
export type { ModelServer, ModelServerOptions, ServerReply, ServerRequest, ServerScript } from "./scripted-replies.js";
