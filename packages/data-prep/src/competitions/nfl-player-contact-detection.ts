import { readCsvChunks, type SplitOutput, splitCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { requireDisjointRows } from "../tables/require-disjoint-rows.js";

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

    const rowsOf = (part: "train" | "test", playOfRow: readonly string[]) => {
      const own = new Set(plays[part]);
      return Uint8Array.from(playOfRow, (play) => (own.has(play) ? 1 : 0));
    };
    const split = async (table: string, outputs: readonly SplitOutput[]) => {
      const onProgress = ({ rows, totalRows }: { rows: number; totalRows: number }) =>
        progress("split tables", rows, totalRows);
      await splitCsv(table, outputs, { read: READING, signal, onProgress });
    };
    const keep = rowsOf("test", playOfLabel);
    await requireDisjointRows(labels, "contact_id", { isTest: keep, file: "train_labels.csv", read: READING, signal });
    await split(labels, [
      { path: publicDir.file("train_labels.csv"), keep: rowsOf("train", playOfLabel) },
      { path: privateDir.file("test.csv"), keep },
      { path: publicDir.file("sample_submission.csv"), keep, columns: ["contact_id"], constants: { contact: "0" } },
    ]);
    for (const table of TABLES) {
      const path = raw.file(`train_${table}.csv`);
      const playOfRow = await readPlays(path);
      await split(
        path,
        (["train", "test"] as const).map((part) => ({
          path: publicDir.file(`${part}_${table}.csv`),
          keep: rowsOf(part, playOfRow),
        })),
      );
    }

    for (const part of ["train", "test"] as const) {
      const names = plays[part].flatMap((play) => VIEWS.map((view) => `${play}_${view}.mp4`));
      await place(names.map((name) => ({ from: raw.join("train", name), to: publicDir.join(part, name) })));
    }
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
