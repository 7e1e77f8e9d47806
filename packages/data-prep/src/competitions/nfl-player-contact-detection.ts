import { readCsv, readCsvChunks, splitCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";

const VIEWS = ["All29", "Endzone", "Sideline"];
/** All with a column game_play. */
const TABLES = ["baseline_helmets", "player_tracking", "video_metadata"];
const GROUP = "game_play";
/** Upstream reads the tables with pandas' default float parser, and writes what it read. */
const READING = { floatPrecision: "high" } as const;

/** Whole plays are test. The tables have millions of rows and are split as streams. */
export default definePreparer({
  id: "nfl-player-contact-detection",
  async prepare({ raw, publicDir, privateDir, place, progress, signal }) {
    const labels = raw.file("train_labels.csv");
    const playOfLabel = await readPlays(labels);
    const plays = trainTestSplitList([...new Set(playOfLabel)], { testSize: 0.1, random: 0 });

    const split = async (table: string, playOfRow: readonly string[], paths: { train: string; test: string }) => {
      const outputs = (["train", "test"] as const).map((part) => {
        const own = new Set(plays[part]);
        return { path: paths[part], keep: Uint8Array.from(playOfRow, (play) => (own.has(play) ? 1 : 0)) };
      });
      const onProgress = ({ rows, totalRows }: { rows: number; totalRows: number }) =>
        progress("split tables", rows, totalRows);
      await splitCsv(table, outputs, { read: READING, signal, onProgress });
    };
    const answersPath = privateDir.file("test.csv");
    await split(labels, playOfLabel, { train: publicDir.file("train_labels.csv"), test: answersPath });
    for (const table of TABLES) {
      const path = raw.file(`train_${table}.csv`);
      await split(path, await readPlays(path), {
        train: publicDir.file(`train_${table}.csv`),
        test: publicDir.file(`test_${table}.csv`),
      });
    }

    for (const part of ["train", "test"] as const) {
      const names = plays[part].flatMap((play) => VIEWS.map((view) => `${play}_${view}.mp4`));
      await place(names.map((name) => ({ from: raw.join("train", name), to: publicDir.join(part, name) })));
    }

    const ids = await readCsv(answersPath, { columns: ["contact_id"] });
    await writeCsv(publicDir.file("sample_submission.csv"), ids.withColumn("contact", 0));
  },
});

/** The play of every row; the text of a play is held once, however many rows it has. */
async function readPlays(path: string): Promise<string[]> {
  const texts = new Map<string, string>();
  const plays: string[] = [];
  for await (const chunk of readCsvChunks(path, { ...READING, columns: [GROUP] })) {
    const column = chunk.column(GROUP);
    for (let row = 0; row < chunk.height; row++) {
      const text = column.text(row);
      if (!texts.has(text)) texts.set(text, text);
      plays.push(texts.get(text)!);
    }
  }
  return plays;
}
