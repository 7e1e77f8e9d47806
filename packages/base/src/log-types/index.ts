export type * from "./events.js";
export type * from "./json.js";
export type * from "./log.js";
export type * from "./messages.js";
export type * from "./outcome.js";
export type * from "./sample.js";
