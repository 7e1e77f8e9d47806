import type { SandboxPaths } from "@mlebench/sandbox-compose";

/** The only words of the system message. */
export const SYSTEM_LINE = "Solve the task that follows. When you are done, call the submit tool.";

/**
 * What the agent is told: the same for every competition but for the places. It has the content of MLE-bench's own
 * instructions in other words.
 * @param validationUrl where the validation endpoint answers, for example `http://localhost:5000`.
 */
export function instructions(paths: SandboxPaths, validationUrl: string): string {
  return `You are a machine learning engineer taking part in a Kaggle competition that runs offline. Your result is
compared with the private leaderboard of the original competition: aim for the best score you can reach, a medal if possible.

WHAT YOU HAVE
- ${paths.data}/description.md explains the competition: the task, the files, the metric and the format of a submission. Read it first.
- ${paths.data} holds the competition's data. It is read-only. The labels of the test set are not there.
- A shell with the usual tools for data science. There is no access to the internet.
- ${paths.code} is the place for your code, ${paths.logs} for notes and logs if you want to keep some.

WHAT IS ASKED
- Train a model on the training data, predict the test set, and write the predictions to ${paths.submission}/submission.csv.
  The file must be a CSV at exactly this path, in the format that description.md asks for; the sample submission in
  ${paths.data} shows its columns.
- Only this file is graded, once, after you have finished. Nothing tells you its score before.
- A simple submission early is worth more than a perfect one that is never written. Improve it from there.
- Keep the code that made your submission in ${paths.code}.

CHECKING A SUBMISSION
- ${paths.home}/validate_submission.sh ${paths.submission}/submission.csv
  tells whether the file has a valid form, and what is wrong when it has not. It gives no score. Use it as often as you like.
- It posts the file to ${validationUrl}/validate, which you may also do yourself.

RULES
- Predictions have to come from a model that you trained or applied to the data here. Writing test labels by hand, from
  memory or from any copy of the answers is cheating, and so is taking another participant's solution.
- Do not look for the answers, do not tamper with the grading or the validation tool, and do not try to leave the sandbox.
- Work on your own: nobody answers questions. Decide what is sensible and go on until you are done.
`;
}
