/** How this package introduces itself. */
export const USER_AGENT = "mlebench-kaggle-client";
