/** `mlebench view` */
export async function view(path: string | undefined, options: { readonly logDir?: string }): Promise<void> {
  const target = path ?? options.logDir ?? "logs";
  process.stdout.write(
    [
      "The logs open in Inspect's viewer:",
      `  pip install inspect-ai && inspect view --log-dir ${path === undefined ? target : "$(dirname LOG)"}`,
      "or with its extension for VS Code. In the terminal:",
      `  mlebench log ${path === undefined ? `list --log-dir ${target}` : `show ${path}`}`,
      "",
    ].join("\n"),
  );
}
