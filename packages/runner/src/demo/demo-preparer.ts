import { writeFile } from "node:fs/promises";
import { definePreparer } from "@mlebench/data-prep";
import { DEMO_COMPETITION_ID, DEMO_DESCRIPTION } from "./demo-competition.js";
import { type FrostNight, frostNights } from "./frost-data.js";

const SEED = 20_260_101;
const TRAIN_NIGHTS = 2000;
const TEST_NIGHTS = 1000;
const FEATURES = "NightId,EveningTemperature,Humidity,Wind,Clouds,Height,Soil";

/** Makes the demo's data; there is nothing to download. */
export const demoPreparer = definePreparer({
  id: DEMO_COMPETITION_ID,
  async prepare({ publicDir, privateDir }) {
    const nights = frostNights(TRAIN_NIGHTS + TEST_NIGHTS, SEED);
    const train = nights.slice(0, TRAIN_NIGHTS);
    const test = nights.slice(TRAIN_NIGHTS);
    await writeFile(publicDir.file("description.md"), DEMO_DESCRIPTION);
    await writeFile(
      publicDir.file("train.csv"),
      table(
        `${FEATURES},Frost`,
        train.map((night) => `${features(night)},${night.frost}`),
      ),
    );
    await writeFile(publicDir.file("test.csv"), table(FEATURES, test.map(features)));
    await writeFile(
      publicDir.file("sample_submission.csv"),
      table(
        "NightId,Frost",
        test.map(({ id }) => `${id},0.5`),
      ),
    );
    await writeFile(
      privateDir.file("test.csv"),
      table(
        "NightId,Frost",
        test.map(({ id, frost }) => `${id},${frost}`),
      ),
    );
  },
});

function features(night: FrostNight): string {
  const { id, eveningTemperature, humidity, wind, clouds, height, soil } = night;
  return [id, eveningTemperature ?? "", humidity, wind ?? "", clouds, height, soil].join(",");
}

function table(header: string, lines: readonly string[]): string {
  return `${[header, ...lines].join("\n")}\n`;
}
