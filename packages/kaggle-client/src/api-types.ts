import { z } from "zod";

/** The fields of Kaggle's competition that are used here; others pass unseen. */
export const ApiCompetition = z.object({
  ref: z.string().nullish(),
  title: z.string().nullish(),
  url: z.string().nullish(),
  description: z.string().nullish(),
  category: z.string().nullish(),
  reward: z.string().nullish(),
  deadline: z.string().nullish(),
  teamCount: z.number().nullish(),
  userHasEntered: z.boolean().nullish(),
  evaluationMetric: z.string().nullish(),
  isKernelsSubmissionsOnly: z.boolean().nullish(),
});

/** One page of a competition's files. */
export const ApiFilesPage = z.object({
  files: z
    .array(
      z.object({
        name: z.string().nullish(),
        ref: z.string().nullish(),
        // Whatever is no size is unknown.
        totalBytes: z.number().int().nonnegative().nullish().catch(undefined),
        creationDate: z.string().nullish(),
      }),
    )
    .nullish(),
  nextPageToken: z.string().nullish(),
});

/** The answer to a request for a fresh access token. */
export const ApiAccessToken = z.object({
  token: z.string().min(1),
  expiresIn: z.number(),
});
