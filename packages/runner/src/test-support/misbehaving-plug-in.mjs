// A plug-in whose graders misbehave; loaded by its path, as users load theirs.
import { TOY_THRESHOLDS, toyCompetition } from "@mlebench/competitions/testing";

const GRADERS = {
  "bad-endless": () => {
    for (;;);
  },
  "bad-waiting": () => new Promise(() => setInterval(() => undefined, 1000)),
  "bad-heap": () => {
    const kept = [];
    for (;;) kept.push(Array.from({ length: 1000 }, (_, index) => `${index} of ${kept.length}`));
  },
  "bad-buffers": () => {
    const kept = [];
    for (;;) kept.push(new Uint8Array(2 ** 24).fill(1));
  },
  "bad-exit": () => process.exit(7),
  "bad-throw": () => {
    throw new TypeError("the grader is broken");
  },
  "good-nan": () => Number.NaN,
  "good-environment": () => (process.env.OPENAI_API_KEY === undefined ? 1 : 0),
};

export default function misbehaving({ registerCompetition, defineGrader, registerGrader }) {
  for (const [id, grade] of Object.entries(GRADERS)) {
    registerCompetition({
      competition: toyCompetition(id),
      thresholds: TOY_THRESHOLDS,
    });
    registerGrader(defineGrader({ id, grade }));
  }
}
