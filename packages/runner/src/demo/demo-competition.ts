import type { CompetitionEntry } from "@mlebench/competitions";

/** Id of the bundled competition. */
export const DEMO_COMPETITION_ID = "demo-frost-alert";

/**
 * A competition of our own, so that everything can be tried without Kaggle. There never was a leaderboard: the four
 * lines were set by hand between what the evening's temperature alone reaches (0.867) and what the law behind the data
 * allows (0.943).
 */
export const DEMO_COMPETITION: CompetitionEntry = {
  competition: {
    id: DEMO_COMPETITION_ID,
    name: "Frost Alert (demo)",
    type: "demo",
    awardsMedals: false,
    prizes: null,
    answers: "private/test.csv",
    sampleSubmission: "public/sample_submission.csv",
    goldSubmission: "private/test.csv",
    metric: "auc-roc",
    splits: [],
    category: "Tabular",
    sizeGB: 0,
    demo: true,
  },
  thresholds: {
    gold: 0.941,
    silver: 0.934,
    bronze: 0.92,
    median: 0.9,
    isLowerBetter: false,
    teams: null,
    sources: ["set by hand; no people took part"],
  },
};

/** The competition's own words; written to the public data as description.md. */
export const DEMO_DESCRIPTION = `# Frost Alert (a demo competition)

This is the demo of mlebench. The data is invented, and nobody ever competed here: the medal lines were set by hand.

## Task

A valley of orchards is full of small weather stations. At nine in the evening each of them reports what it measures.
Say how likely it is that there will be frost on the ground by morning.

## Data

- \`train.csv\`: 2000 nights with the outcome
- \`test.csv\`: 1000 nights without it
- \`sample_submission.csv\`: a submission of the right form

| column | meaning |
|---|---|
| NightId | number of the night |
| EveningTemperature | air temperature at 21:00, degrees Celsius; empty when the sensor was down |
| Humidity | relative humidity at 21:00, percent |
| Wind | mean wind of the evening, metres per second; empty when the sensor was down |
| Clouds | share of the sky under clouds, percent |
| Height | height of the station above the floor of the valley, metres |
| Soil | clay, loam, peat or sand |
| Frost | 1 when there was frost on the ground by morning (only in train.csv) |

On clear, still nights the ground gets much colder than the air.

## Evaluation

Area under the ROC curve between the predicted chance and what happened.

## Submission

One line for every night of \`test.csv\`, with a header:

\`\`\`
NightId,Frost
2001,0.5
2002,0.1
\`\`\`
`;
