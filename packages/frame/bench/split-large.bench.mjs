// Splits a taxi-like CSV (2,000,000 rows, about 266 MB) into permuted train and test files with this package and, where a
// python3 with pandas is at hand, with pandas; prints CPU seconds, peak memory and their ratios.
//   node bench/split-large.bench.mjs [--rows 2000000] [--python python3]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const COLUMNS = [
  "key",
  "fare_amount",
  "pickup_datetime",
  "pickup_longitude",
  "pickup_latitude",
  "dropoff_longitude",
  "dropoff_latitude",
  "passenger_count",
];
const TEST_ROWS = 9914;

const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : fallback;
};
const rows = Number(argument("rows", "2000000"));

/** Deterministic numbers, so that every run splits the same file. */
function randomSource(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function makeFile(path) {
  const random = randomSource(7);
  const file = openSync(path, "w");
  let text = `${COLUMNS.join(",")}\n`;
  const two = (value) => String(Math.floor(value)).padStart(2, "0");
  const place = (centre) => String(centre + (random() - 0.5) * 0.3);
  for (let row = 0; row < rows; row += 1) {
    const minute = `20${two(9 + random() * 7)}-${two(1 + random() * 12)}-${two(1 + random() * 28)} ${two(random() * 24)}:${two(random() * 60)}`;
    const second = two(random() * 60);
    const fare =
      random() < 0.3 ? (2.5 + Math.floor(random() * 60)).toFixed(2) : String(2.5 + Math.floor(random() * 600) / 10);
    const target = random() < 0.00001 ? "," : `${place(-73.98)},${place(40.75)}`;
    text += `${minute}:${second}.${String(row).padStart(7, "0")},${fare},${minute}:${second} UTC,${place(-73.98)},${place(40.75)},${target},${1 + Math.floor(random() * 6)}\n`;
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = "";
    }
  }
  writeSync(file, text);
  closeSync(file);
}

/** The order of the rows, made once and read by both sides. */
function makeOrder(path) {
  const random = randomSource(11);
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  for (let index = rows - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const kept = order[index];
    order[index] = order[other];
    order[other] = kept;
  }
  writeFileSync(path, order);
}

async function runOurs(directory) {
  const { scanCsv, splitCsv } = await import("../dist/index.js");
  const bytes = readFileSync(join(directory, "order.bin"));
  const order = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const scan = await scanCsv(join(directory, "train.csv"));
  const test = order.subarray(0, TEST_ROWS);
  await splitCsv(scan, [
    { path: join(directory, "ours-labels.csv"), rows: order.subarray(TEST_ROWS) },
    { path: join(directory, "ours-test.csv"), rows: test, columns: COLUMNS.filter((name) => name !== "fare_amount") },
    { path: join(directory, "ours-answers.csv"), rows: test },
  ]);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMiB: maxRSS / 1024 }));
}

const PANDAS = `
import json, os, resource, sys, numpy as np, pandas as pd
d = sys.argv[1]
order = np.fromfile(os.path.join(d, "order.bin"), dtype=np.int32)
df = pd.read_csv(os.path.join(d, "train.csv"), float_precision="round_trip")
test, labels = df.iloc[order[:${TEST_ROWS}]], df.iloc[order[${TEST_ROWS}:]]
labels.to_csv(os.path.join(d, "pandas-labels.csv"), index=False)
test.drop(columns=["fare_amount"]).to_csv(os.path.join(d, "pandas-test.csv"), index=False)
test.to_csv(os.path.join(d, "pandas-answers.csv"), index=False)
u = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"cpuSeconds": u.ru_utime + u.ru_stime, "peakMiB": u.ru_maxrss / 1024}))
`;

/** Runs a child that prints what it used, and the wall time around it. */
function measure(command, args) {
  const start = performance.now();
  const done = spawnSync(command, args, { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command} failed`);
  return { ...JSON.parse(done.stdout), wallSeconds: (performance.now() - start) / 1000 };
}

function report(name, { cpuSeconds, peakMiB, wallSeconds }) {
  console.log(
    `${name.padEnd(8)} ${cpuSeconds.toFixed(1)} CPU s, ${peakMiB.toFixed(0)} MiB peak, ${wallSeconds.toFixed(1)} s wall`,
  );
}

function md5(path) {
  return new Promise((resolve, reject) => {
    const hash = createHash("md5");
    createReadStream(path)
      .on("error", reject)
      .on("data", (chunk) => hash.update(chunk))
      .on("end", () => resolve(hash.digest("hex")));
  });
}

async function compare(python) {
  const directory = mkdtempSync(join(tmpdir(), "frame-bench-"));
  try {
    makeFile(join(directory, "train.csv"));
    makeOrder(join(directory, "order.bin"));
    const megabytes = statSync(join(directory, "train.csv")).size / 1e6;
    console.log(`train.csv: ${rows} rows, ${megabytes.toFixed(0)} MB`);
    const ours = measure(process.execPath, [fileURLToPath(import.meta.url), "ours", directory, "--rows", String(rows)]);
    report("frame", ours);
    if (spawnSync(python, ["-c", "import pandas"], { stdio: "ignore" }).status !== 0) {
      console.log(`${python} has no pandas: pass one that has with --python; nothing to compare with.`);
      return;
    }
    const pandas = measure(python, ["-c", PANDAS, directory]);
    report("pandas", pandas);
    for (const name of ["labels", "test", "answers"]) {
      const [own, theirs] = await Promise.all(
        ["ours", "pandas"].map((who) => md5(join(directory, `${who}-${name}.csv`))),
      );
      if (own !== theirs) throw new Error(`${name}.csv differs from pandas`);
    }
    console.log("all files equal pandas' byte for byte");
    console.log(
      `ratio    CPU ${(pandas.cpuSeconds / ours.cpuSeconds).toFixed(1)} times less, memory ${(pandas.peakMiB / ours.peakMiB).toFixed(1)} times less`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (process.argv[2] === "ours") await runOurs(process.argv[3]);
else await compare(argument("python", "python3"));
