/** The variables that Kaggle is reached by. */
export const KAGGLE_VARIABLES = {
  /** Each holds a key, or a part of one. */
  keys: ["KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY"],
  /** Wins over every other variable and every file with credentials, but for those in `files`. May name a file too. */
  token: "KAGGLE_API_TOKEN",
  /** Each names a file with a key, or a folder of such. */
  files: ["KAGGLE_API_V1_TOKEN", "KAGGLE_CONFIG_DIR"],
  /** Each says where the key is sent. */
  addresses: ["KAGGLE_API_BASE", "KAGGLE_API_ENDPOINT"],
} as const;
