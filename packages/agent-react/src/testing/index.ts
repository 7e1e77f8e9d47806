export type { HandMadeAnswer, HandMadeResult, HandMadeSandbox } from "./hand-made-sandbox.js";
export { handMadeSandbox } from "./hand-made-sandbox.js";
export type { ManualClock } from "./manual-clock.js";
export { manualClock } from "./manual-clock.js";
export type { Script, ScriptedModel, ScriptedModelCall, ScriptedTurn } from "./scripted-model.js";
export { scriptedModel } from "./scripted-model.js";
