import { Column, createCsvWriter, type DataFrame, readCsvChunks, scanCsv } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import type { PrepareContext } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import { numberCells } from "../tables/number-cells.js";
import { requireColumns } from "../tables/require-columns.js";

const COLUMNS = ["sentence_id", "token_id", "class", "before", "after"];
const QUOTED = { quoting: "nonnumeric" } as const;

/**
 * The two text normalization competitions differ in their language only: sentences are split and numbered anew within
 * their part, tokens stay in their order. Ten million rows pass through block by block.
 */
export async function prepareTextNormalization(language: "en" | "ru", context: PrepareContext): Promise<void> {
  const { raw, publicDir, privateDir, scratch, extract, signal, progress } = context;
  const names = {
    train: `${language}_train.csv`,
    test: `${language}_test_2.csv`,
    sample: `${language}_sample_submission_2.csv`,
  };
  raw.require(...Object.values(names).map((name) => `${name}.zip`));
  await extract(raw.file(`${names.train}.zip`), scratch.dir("raw"));
  const scan = await scanCsv(scratch.join("raw", names.train));

  requireColumns(
    scan.columns.map(({ name }) => name),
    names.train,
    { exactly: COLUMNS },
  );

  const sentences = new Set<number>();
  let rowsBefore = 0;
  for await (const chunk of readCsvChunks(scan)) {
    signal.throwIfAborted();
    for (const sentence of numberCells(chunk, "sentence_id", { file: names.train, rowsBefore }))
      sentences.add(sentence);
    rowsBefore += chunk.height;
  }
  const testSentences = new Set(trainTestSplitList([...sentences], { testSize: 0.1, random: 0 }).test);

  await using train = createCsvWriter(scratch.file(names.train), QUOTED);
  await using test = createCsvWriter(scratch.file(names.test), QUOTED);
  await using answers = createCsvWriter(privateDir.file("answers.csv"), QUOTED);
  await using sample = createCsvWriter(privateDir.file("sample_submission.csv"), QUOTED);
  // Upstream's English preparer puts the new numbers into the old column, which stays one of floats; the Russian does not.
  const isFloat =
    language === "en" && scan.columns.some(({ name, kind }) => name === "sentence_id" && kind === "float64");
  const [trainNumbers, testNumbers] = [new Map<number, number>(), new Map<number, number>()];
  let done = 0;
  for await (const chunk of readCsvChunks(scan)) {
    signal.throwIfAborted();
    const sentenceIds = chunk.column("sentence_id").numbers();
    train.write(
      renumber(
        chunk.filter((row) => !testSentences.has(sentenceIds[row]!)),
        trainNumbers,
        isFloat,
      ),
    );
    const hidden = renumber(
      chunk.filter((row) => testSentences.has(sentenceIds[row]!)),
      testNumbers,
      isFloat,
    );
    test.write(hidden.select(["sentence_id", "token_id", "before"]));
    const [ids, tokens] = [hidden.column("sentence_id"), hidden.column("token_id")];
    const tokenIds = Array.from({ length: hidden.height }, (_, row) => `${ids.text(row)}_${tokens.text(row)}`);
    const identified = hidden.withColumn("id", Column.object(tokenIds));
    answers.write(identified.select(["id", "after"]));
    sample.write(identified.select(["id", "before"]).rename({ before: "after" }));
    done += chunk.height;
    progress("split", done, scan.rows);
  }
  for (const writer of [train, test, answers, sample]) await writer.close();

  const pack = (name: string, path: string) =>
    writeZip(publicDir.file(`${name}.zip`), [{ name, path }], { compress: false, signal });
  await pack(names.train, scratch.join(names.train));
  await pack(names.test, scratch.join(names.test));
  await pack(names.sample, privateDir.join("sample_submission.csv"));
}

/** Sentences get numbers in order of first appearance; `numbers` remembers those of earlier blocks. */
function renumber(part: DataFrame, numbers: Map<number, number>, isFloat: boolean): DataFrame {
  const ids = part
    .column("sentence_id")
    .numbers()
    .map((sentence) => {
      const known = numbers.get(sentence);
      if (known !== undefined) return known;
      numbers.set(sentence, numbers.size);
      return numbers.size - 1;
    });
  return part.withColumn("sentence_id", isFloat ? Column.float64(ids) : Column.int64(ids));
}
