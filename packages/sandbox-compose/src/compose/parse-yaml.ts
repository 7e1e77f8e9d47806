import { messageOf } from "@mlebench/base";
import { Lexer, LineCounter, Parser, parseDocument } from "yaml";
import { ComposeSpecError } from "../errors.js";
import { LONGEST_SPEC, MOST_LEVELS, MOST_VALUES } from "./check-tree.js";

/** Uses of anchors; documents that grow without end have more. */
const MOST_ALIASES = 100;
/** Blanks and signs are tokens too. */
const TOKENS_OF_A_VALUE = 4;

/**
 * Reads YAML that anybody may have written: its length, its depth and what its anchors grow to are bounded before it is
 * taken apart, and tags other than YAML's own are refused.
 * @throws ComposeSpecError
 */
export function parseYaml(text: string, source: string | undefined): unknown {
  if (text.length > LONGEST_SPEC) {
    throw new ComposeSpecError([`(top): ${text.length} characters, of at most ${LONGEST_SPEC}`], { source });
  }
  const excess = excessOf(text);
  if (excess !== undefined) throw new ComposeSpecError([`(top): more than ${excess}`], { source });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  // What is only warned of is a tag that means nothing.
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake !== undefined) {
    const all = [...document.errors, ...document.warnings];
    throw new ComposeSpecError(
      all.map((error) => error.message.split("\n")[0] ?? error.message),
      { source, cause: mistake },
    );
  }
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw new ComposeSpecError([messageOf(error)], { source, cause: error });
  }
}

/** The tokens alone tell, without a tree that would have to be as large. */
function excessOf(text: string): string | undefined {
  const parser = new Parser();
  let tokens = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > TOKENS_OF_A_VALUE * MOST_VALUES) return `${MOST_VALUES} values`;
    // Nothing of what is complete is kept.
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > 2 * MOST_LEVELS) return `${MOST_LEVELS} levels deep`;
  }
  return undefined;
}
