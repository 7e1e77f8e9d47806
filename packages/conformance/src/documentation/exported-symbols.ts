import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** One thing that a package exports. */
export interface ExportedSymbol {
  readonly name: string;
  /** `file:line` of its declaration, relative to the repository. */
  readonly where: string;
  /** Whether a doc comment stands at one of its declarations. */
  readonly isDocumented: boolean;
}

/** The surfaces of a package, relative to the repository: what its `index.ts`, `testing/index.ts` and `provider-kit.ts` export. */
export function listSurfaces(): readonly string[] {
  return readdirSync(join(ROOT, "packages")).flatMap((name) =>
    ["index.ts", "testing/index.ts", "provider-kit.ts"]
      .map((file) => `packages/${name}/src/${file}`)
      .filter((path) => existsSync(join(ROOT, path))),
  );
}

/**
 * What each surface exports, read by the TypeScript compiler from the sources of all packages.
 * @param surfaces paths relative to the repository.
 */
export function readExports(surfaces: readonly string[]): ReadonlyMap<string, readonly ExportedSymbol[]> {
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const program = ts.createProgram(
    surfaces.map((path) => join(ROOT, path)),
    { ...config.options, incremental: false, tsBuildInfoFile: undefined },
  );
  const checker = program.getTypeChecker();
  return new Map(
    surfaces.map((path) => {
      const source = program.getSourceFile(join(ROOT, path));
      const module = source && checker.getSymbolAtLocation(source);
      const symbols = module ? checker.getExportsOfModule(module) : [];
      return [path, symbols.map((symbol) => describe(symbol, checker)).filter(({ where }) => where !== "")];
    }),
  );
}

function describe(exported: ts.Symbol, checker: ts.TypeChecker): ExportedSymbol {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const declarations = symbol.declarations ?? [];
  const isDocumented =
    symbol.getDocumentationComment(checker).length > 0 || declarations.some((each) => ts.getJSDocTags(each).length > 0);
  const own = declarations.find((each) => isOurs(each.getSourceFile().fileName));
  return { name: exported.name, where: own ? placeOf(own) : "", isDocumented };
}

/** A symbol passed on from another project is documented there. */
function isOurs(path: string): boolean {
  return path.startsWith(join(ROOT, "packages")) && !path.includes("/node_modules/");
}

function placeOf(declaration: ts.Declaration): string {
  const source = declaration.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(declaration.getStart());
  return `${relative(ROOT, source.fileName)}:${line + 1}`;
}
