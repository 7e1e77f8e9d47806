export { TOY_THRESHOLDS, toyCompetition } from "./toy-competition.js";
