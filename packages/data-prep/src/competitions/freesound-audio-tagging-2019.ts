import { Column, DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { textCells } from "../tables/text-cells.js";

/** Labels of the test clips, published after the competition. */
const META = "FSDKaggle2019.meta";
const META_URL = `https://zenodo.org/records/3612637/files/${META}.zip?download=1`;

/** The classes in the order of the sample submission. */
const VOCABULARY = [
  "Accelerating_and_revving_and_vroom",
  "Accordion",
  "Acoustic_guitar",
  "Applause",
  "Bark",
  "Bass_drum",
  "Bass_guitar",
  "Bathtub_(filling_or_washing)",
  "Bicycle_bell",
  "Burping_and_eructation",
  "Bus",
  "Buzz",
  "Car_passing_by",
  "Cheering",
  "Chewing_and_mastication",
  "Child_speech_and_kid_speaking",
  "Chink_and_clink",
  "Chirp_and_tweet",
  "Church_bell",
  "Clapping",
  "Computer_keyboard",
  "Crackle",
  "Cricket",
  "Crowd",
  "Cupboard_open_or_close",
  "Cutlery_and_silverware",
  "Dishes_and_pots_and_pans",
  "Drawer_open_or_close",
  "Drip",
  "Electric_guitar",
  "Fart",
  "Female_singing",
  "Female_speech_and_woman_speaking",
  "Fill_(with_liquid)",
  "Finger_snapping",
  "Frying_(food)",
  "Gasp",
  "Glockenspiel",
  "Gong",
  "Gurgling",
  "Harmonica",
  "Hi-hat",
  "Hiss",
  "Keys_jangling",
  "Knock",
  "Male_singing",
  "Male_speech_and_man_speaking",
  "Marimba_and_xylophone",
  "Mechanical_fan",
  "Meow",
  "Microwave_oven",
  "Motorcycle",
  "Printer",
  "Purr",
  "Race_car_and_auto_racing",
  "Raindrop",
  "Run",
  "Scissors",
  "Screaming",
  "Shatter",
  "Sigh",
  "Sink_(filling_or_washing)",
  "Skateboard",
  "Slam",
  "Sneeze",
  "Squeak",
  "Stream",
  "Strum",
  "Tap",
  "Tick-tock",
  "Toilet_flush",
  "Traffic_noise_and_roadway_noise",
  "Trickle_and_dribble",
  "Walk_and_footsteps",
  "Water_tap_and_faucet",
  "Waves_and_surf",
  "Whispering",
  "Writing",
  "Yell",
  "Zipper_(clothing)",
];

/** Kaggle's own test set: nothing is split. */
export default definePreparer({
  id: "freesound-audio-tagging-2019",
  async prepare({ raw, publicDir, privateDir, scratch, extract, fetchFile, placeTree }) {
    raw.require("sample_submission.csv");
    let archive = raw.join(`${META}.zip`);
    if (!raw.exists(`${META}.zip`)) {
      archive = scratch.file(`${META}.zip`);
      await fetchFile(META_URL, archive);
    }
    await extract(archive, scratch);
    const labelled = await readCsv(scratch.join(META, "test_post_competition.csv"));
    const usage = textCells(labelled, "usage");
    const test = labelled.filter((row) => usage[row] === "Private");
    const labels = textCells(test, "labels").map((text) => new Set(text.split(",")));
    const answers = new DataFrame([
      ["fname", test.column("fname")],
      ...VOCABULARY.map((name) => [name, Column.int64(labels.map((present) => (present.has(name) ? 1 : 0)))] as const),
    ]);

    await requireSample(raw.file("sample_submission.csv"), answers);
    await placeTree(raw.path, publicDir.path, { filter: (name) => !name.includes(META) });
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});

/** Kaggle's sample submission stays, so it has to ask for what is graded. */
async function requireSample(path: string, answers: DataFrame): Promise<void> {
  const sample = await readCsv(path);
  requireColumns(sample.columns, "sample_submission.csv", { exactly: answers.columns });
  const [asked, graded] = [textCells(sample, "fname").sort(), textCells(answers, "fname").sort()];
  const odd = asked.findIndex((name, index) => name !== graded[index]);
  if (odd < 0 && asked.length === graded.length) return;
  throw new RawDataError(
    `sample_submission.csv has ${asked.length} clips and test_post_competition.csv ${graded.length} private ones; they have to be the same.`,
  );
}
