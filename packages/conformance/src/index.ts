export type { CheckOptions, CompetitionResult } from "./check-competition.js";
export { checkCompetition } from "./check-competition.js";
export type { GradingCase } from "./check-grading.js";
export { comparePrepared, type Difference } from "./compare-prepared.js";
export type { Expected, ExpectedFile, ExpectedGrading } from "./kit.js";
export { BUNDLED_KIT, listKit, readExpected } from "./kit.js";
export type { ZipContent } from "./zip.js";
export { readZip, unzipTo } from "./zip.js";
