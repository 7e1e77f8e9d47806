#!/usr/bin/env node
// Only syntax that old versions of Node read too, so that they end with a message and not with a stack.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`error: mlebench needs Node 20.19 or newer; this is ${process.versions.node}.`);
  console.error("hint: Install a newer one from https://nodejs.org, or with your version manager.");
  process.exit(2);
}
const { main } = await import("../dist/index.js");
await main(process.argv);
