import { createReadStream } from "node:fs";
import { copyFile } from "node:fs/promises";
import { pySplit, pyStrip } from "@mlebench/frame";
import { writeZip } from "../archives/write-zip.js";
import { createTextWriter } from "../files/text-writer.js";
import { definePreparer } from "../preparer.js";
import { RandomState } from "../random/random-state.js";

const MOST_LINES = 30_301_028;
const TEST_SHARE = 0.01;
const HEADER = '"id","sentence"\n';

/** One word is taken out of about every hundredth sentence; the text passes through line by line. */
export default definePreparer({
  id: "billion-word-imputation",
  async prepare({ raw, publicDir, privateDir, scratch, extract, signal, progress }) {
    await extract(raw.file("train_v2.txt.zip"), scratch.dir("raw"));
    const random = new RandomState(0);
    await using train = await createTextWriter(scratch.file("train_v2.txt"));
    await using test = await createTextWriter(scratch.file("test_v2.txt"));
    await using answers = await createTextWriter(privateDir.file("test.csv"));
    await test.write(HEADER);
    await answers.write(HEADER);
    let lines = 0;
    let testLines = 0;
    for await (const line of universalLines(scratch.join("raw", "train_v2.txt"), signal)) {
      if (lines++ >= MOST_LINES) break;
      const drawn = random.uniform() <= TEST_SHARE;
      const sentence = drawn && pySplit(line).length > 2 ? pyStrip(line).replaceAll('"', '""') : undefined;
      if (sentence === undefined) {
        await train.write(line);
        continue;
      }
      const words = pySplit(sentence);
      const removed = random.randint(1, words.length - 1);
      await answers.write(`${testLines},"${sentence}"\n`);
      await test.write(`${testLines},"${words.filter((_, index) => index !== removed).join(" ")}"\n`);
      testLines++;
      progress("sentences", lines, MOST_LINES);
    }
    for (const writer of [train, test, answers]) await writer.close();
    for (const name of ["train_v2.txt", "test_v2.txt"]) {
      await writeZip(publicDir.file(`${name}.zip`), [{ name, path: scratch.join(name) }], { signal });
    }
    await copyFile(scratch.join("test_v2.txt"), privateDir.file("sample_submission.csv"));
  },
});

/** Lines as Python reads text: CR LF and a lone CR end a line too and become LF; the last line may lack its end. */
async function* universalLines(path: string, signal: AbortSignal): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 20, signal })) {
    let text = rest + String(chunk);
    // A CR at the end may be half of a CR LF.
    const held = text.endsWith("\r") ? "\r" : "";
    if (held !== "") text = text.slice(0, -1);
    const lines = text.replace(/\r\n?/g, "\n").split("\n");
    rest = lines.pop()! + held;
    for (const line of lines) yield `${line}\n`;
  }
  if (rest.endsWith("\r")) yield `${rest.slice(0, -1)}\n`;
  else if (rest !== "") yield rest;
}
