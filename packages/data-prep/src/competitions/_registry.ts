// Generated from this folder by scripts/generate-registry.mjs; do not edit.
import type { Preparer } from "../preparer.js";

/** Loads a competition's preparer when it is asked for, so that starting up reads none of them. */
export const PREPARERS: Readonly<Record<string, () => Promise<{ readonly default: Preparer }>>> = {
  "google-quest-challenge": () => import("./google-quest-challenge.js"),
  "jigsaw-toxic-comment-classification-challenge": () => import("./jigsaw-toxic-comment-classification-challenge.js"),
  "jigsaw-unintended-bias-in-toxicity-classification": () =>
    import("./jigsaw-unintended-bias-in-toxicity-classification.js"),
  "learning-agency-lab-automated-essay-scoring-2": () => import("./learning-agency-lab-automated-essay-scoring-2.js"),
  "lmsys-chatbot-arena": () => import("./lmsys-chatbot-arena.js"),
  "movie-review-sentiment-analysis-kernels-only": () => import("./movie-review-sentiment-analysis-kernels-only.js"),
  "spaceship-titanic": () => import("./spaceship-titanic.js"),
  "spooky-author-identification": () => import("./spooky-author-identification.js"),
  "tweet-sentiment-extraction": () => import("./tweet-sentiment-extraction.js"),
  "us-patent-phrase-to-phrase-matching": () => import("./us-patent-phrase-to-phrase-matching.js"),
};
