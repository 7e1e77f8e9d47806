/**
 * What the scripted model writes in the sandbox: a logistic regression with a few products of features, in plain Node.
 * Its first version names the prediction column wrongly, which the validation endpoint points out.
 */
export const TRAIN_SCRIPT = `import { readFileSync, writeFileSync } from "node:fs";

const TARGET = "Prediction";
const home = new URL("..", import.meta.url);
const read = (name) => {
  const [header, ...lines] = readFileSync(new URL("data/" + name, home), "utf8").trim().split("\\n");
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, i) => [names[i], value])));
};
const train = read("train.csv");
const test = read("test.csv");

const numeric = ["EveningTemperature", "Humidity", "Wind", "Clouds", "Height"];
const means = {};
for (const name of numeric) {
  const known = train.filter((row) => row[name] !== "").map((row) => Number(row[name]));
  means[name] = known.reduce((sum, value) => sum + value, 0) / known.length;
}
const soils = [...new Set(train.map((row) => row.Soil))].sort();
const features = (row) => {
  const [temperature, humidity, wind, clouds, height] = numeric.map((name) =>
    row[name] === "" ? means[name] : Number(row[name]),
  );
  const clear = 1 - clouds / 100;
  const still = 1 / (1 + wind);
  const low = (1 - height / 120) ** 2;
  return [temperature, humidity, clear, still, clear * still, low, ...soils.map((soil) => Number(row.Soil === soil))];
};

const raw = train.map(features);
const width = raw[0].length;
const mean = Array.from({ length: width }, (_, j) => raw.reduce((sum, x) => sum + x[j], 0) / raw.length);
const deviation = mean.map((m, j) => Math.sqrt(raw.reduce((sum, x) => sum + (x[j] - m) ** 2, 0) / raw.length) || 1);
const scale = (x) => x.map((value, j) => (value - mean[j]) / deviation[j]);
const X = raw.map(scale);
const y = train.map((row) => Number(row.Frost));

const fit = (rows) => {
  let bias = 0;
  const weights = new Array(width).fill(0);
  for (let step = 0; step < 400; step += 1) {
    const gradient = new Array(width).fill(0);
    let shift = 0;
    for (const i of rows) {
      const error = predict(X[i], weights, bias) - y[i];
      shift += error;
      for (let j = 0; j < width; j += 1) gradient[j] += error * X[i][j];
    }
    bias -= (0.8 * shift) / rows.length;
    for (let j = 0; j < width; j += 1) weights[j] -= 0.8 * (gradient[j] / rows.length + 0.001 * weights[j]);
  }
  return { weights, bias };
};
const predict = (x, weights, bias) => 1 / (1 + Math.exp(-x.reduce((sum, value, j) => sum + value * weights[j], bias)));

const auc = (rows, scores) => {
  const order = rows.map((i, k) => [scores[k], y[i]]).sort((a, b) => a[0] - b[0]);
  let rank = 0;
  let positives = 0;
  order.forEach(([, label], at) => {
    if (label === 1) {
      rank += at + 1;
      positives += 1;
    }
  });
  return (rank - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
};

const all = X.map((_, i) => i);
const held = all.filter((i) => i % 5 === 0);
const trial = fit(all.filter((i) => i % 5 !== 0));
console.log("nights:", train.length, "frost rate:", (y.reduce((a, b) => a + b) / y.length).toFixed(3));
console.log("AUC on a fifth held out:", auc(held, held.map((i) => predict(X[i], trial.weights, trial.bias))).toFixed(4));

const model = fit(all);
const lines = test.map((row) => row.NightId + "," + predict(scale(features(row)), model.weights, model.bias).toFixed(6));
writeFileSync(new URL("submission/submission.csv", home), ["NightId," + TARGET, ...lines].join("\\n") + "\\n");
console.log("wrote", lines.length, "predictions");
`;
