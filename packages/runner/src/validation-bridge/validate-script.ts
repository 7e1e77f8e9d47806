/**
 * `validate_submission.sh` of one sandbox: posts a file to the endpoint and prints the answer. curl is the usual way;
 * images without it have Python or Node.
 * @param url where the endpoint answers inside this sandbox, for example `http://localhost:5000`.
 */
export function validateScript(url: string): string {
  return `#!/bin/sh
# Checks the form of a submission: tells valid, or invalid with the reason. It does not tell a score.
if [ "$#" -lt 1 ]; then
  echo "Usage: $0 <path to submission.csv>" >&2
  exit 1
fi
if [ ! -f "$1" ]; then
  echo "File not found: $1" >&2
  exit 1
fi
if command -v curl >/dev/null 2>&1; then
  exec curl --silent --show-error -X POST -F "file=@$1" ${url}/validate
elif command -v node >/dev/null 2>&1; then
  exec node -e '
const { openAsBlob } = require("node:fs");
(async () => {
  const form = new FormData();
  form.append("file", await openAsBlob(process.argv[1]), "submission.csv");
  const response = await fetch("${url}/validate", { method: "POST", body: form });
  process.stdout.write(await response.text());
})().catch((error) => { console.error(String(error.cause ?? error)); process.exit(1); });
' "$1"
else
  exec python3 - "$1" <<'PYTHON'
import sys, urllib.error, urllib.request
body = b'--mlebench-form\\r\\nContent-Disposition: form-data; name="file"; filename="submission.csv"\\r\\n\\r\\n'
body += open(sys.argv[1], "rb").read() + b"\\r\\n--mlebench-form--\\r\\n"
request = urllib.request.Request("${url}/validate", data=body)
request.add_header("Content-Type", "multipart/form-data; boundary=mlebench-form")
try:
    print(urllib.request.urlopen(request).read().decode(), end="")
except urllib.error.HTTPError as error:
    print(error.read().decode(), end="")
PYTHON
fi
`;
}
