import { join } from "node:path";
import { type Downloader, writeZip } from "@mlebench/data-prep";
import { type FrostNight, frostNights } from "./frost-data.js";

const SEED = 20_260_101;
const NIGHTS = 3000;

/** Columns of a night, without the outcome. */
const FEATURES = "NightId,EveningTemperature,Humidity,Wind,Clouds,Height,Soil";

/** Writes what stands for Kaggle's download: a zip with all nights and their outcome. */
export const demoSource: Downloader = async (competitionId, directory) => {
  const path = join(directory, `${competitionId}.zip`);
  const lines = [`${FEATURES},Frost`, ...frostNights(NIGHTS, SEED).map(line)];
  await writeZip(path, [{ name: "nights.csv", content: `${lines.join("\n")}\n` }]);
  return path;
};

function line(night: FrostNight): string {
  const { id, eveningTemperature, humidity, wind, clouds, height, soil, frost } = night;
  return [id, eveningTemperature ?? "", humidity, wind ?? "", clouds, height, soil, frost].join(",");
}
