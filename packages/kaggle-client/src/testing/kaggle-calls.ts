import type { IncomingMessage } from "node:http";

/** A call about a competition, the same in both protocols. */
export interface CompetitionCall {
  readonly name: "GetCompetition" | "ListDataFiles" | "DownloadDataFile" | "DownloadDataFiles" | "DownloadLeaderboard";
  readonly competitionId: string;
  readonly fileName: string;
  readonly pageSize: number;
  readonly pageToken: string;
}

interface TokenCall<Name> {
  readonly name: Name;
  readonly token: string;
}

export type Call = CompetitionCall | TokenCall<"IntrospectToken"> | TokenCall<"GenerateAccessToken">;

/** What a request asks for; undefined when it is nothing that is known here. */
export function parseCall(
  request: IncomingMessage,
  url: URL,
  body: Readonly<Record<string, unknown>>,
): Call | undefined {
  const path = url.pathname.replace(/^(\/api)?\/v1\//, "");
  const text = (name: string) => {
    const value = body[name];
    return typeof value === "string" ? value : "";
  };
  const pageSize = Number(body["pageSize"] ?? url.searchParams.get("pageSize") ?? 20) || 20;
  const pageToken = text("pageToken") || (url.searchParams.get("pageToken") ?? "");
  const call = (name: CompetitionCall["name"], competitionId: string, fileName = ""): CompetitionCall => ({
    name,
    competitionId: decodeURIComponent(competitionId),
    fileName: decodeURIComponent(fileName),
    pageSize,
    pageToken,
  });

  if (request.method === "POST") {
    const [service, method] = path.split("/");
    if (service === "security.OAuthService" && method === "IntrospectToken")
      return { name: method, token: text("token") };
    const isRefresh = service === "users.AccountService" && method === "GenerateAccessToken";
    if (isRefresh || path === "access-tokens/generate")
      return { name: "GenerateAccessToken", token: text("refreshToken") };
    if (service !== "competitions.CompetitionApiService") return undefined;
    switch (method) {
      case "GetCompetition":
      case "ListDataFiles":
      case "DownloadDataFiles":
      case "DownloadLeaderboard":
        return call(method, encodeURIComponent(text("competitionName")));
      case "DownloadDataFile":
        return call(method, encodeURIComponent(text("competitionName")), encodeURIComponent(text("fileName")));
      default:
        return undefined;
    }
  }
  const rest: [RegExp, CompetitionCall["name"]][] = [
    [/^competitions\/get\/([^/]+)$/, "GetCompetition"],
    [/^competitions\/data\/list\/([^/]+)$/, "ListDataFiles"],
    [/^competitions\/data\/download-all\/([^/]+)$/, "DownloadDataFiles"],
    [/^competitions\/data\/download\/([^/]+)\/(.+)$/, "DownloadDataFile"],
    [/^competitions\/([^/]+)\/leaderboard\/download$/, "DownloadLeaderboard"],
  ];
  for (const [pattern, name] of rest) {
    const [, id, fileName] = pattern.exec(path) ?? [];
    if (id !== undefined) return call(name, id, fileName);
  }
  return undefined;
}
