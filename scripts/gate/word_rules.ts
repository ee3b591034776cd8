/** Words that a room must not know: whoever needs one there is about to put it into the wrong room. */
import type { Finding, Project, SourceFile } from "./project.ts";

/** A room, and what is none of its business. */
interface Ignorance {
  readonly prefix: string;
  /** In small letters and in the singular; names are taken apart into their words. */
  readonly words: ReadonlySet<string>;
  readonly todo: string;
}

const IGNORANT: readonly Ignorance[] = [{
  prefix: "actors/supervisor/",
  words: new Set([
    ...["market", "symbol", "exchange", "venue", "permit", "weight", "ban", "source", "clock"],
    ...["book", "feed", "price", "trade", "snapshot", "probe", "writer", "web", "store", "redis"],
  ]),
  todo: "supervision is the same for any actor; say it in actors/monitor.ts or children.ts",
}];

/** A citation, as style asks for it, is no word of the room's own. */
const CITATION = /\bSource: /g;
const WORD = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g;

/** Findings of words in rooms that must not know them: the first of each in each file. */
export function checkWords(project: Project): Finding[] {
  return project.sources.flatMap((file) =>
    IGNORANT.filter(({ prefix }) => file.path.startsWith(prefix))
      .flatMap((ignorance) => foreignWords(file, ignorance))
  );
}

function foreignWords({ path, tokens }: SourceFile, { words, todo }: Ignorance): Finding[] {
  const lines = new Map<string, number>();
  for (const { kind, text, line } of tokens) {
    // Where a module lies says nothing about what is done with it.
    if (kind === "string" && /^.\.{1,2}\//.test(text)) continue;
    text.replace(CITATION, "").split("\n").forEach((part, i) => {
      for (const [written] of part.matchAll(WORD)) {
        const word = written.toLowerCase().replace(/s$/, "");
        if (words.has(word) && !lines.has(word)) lines.set(word, line + i);
      }
    });
  }
  return [...lines].map(([word, line]) => ({
    path,
    line,
    what: `the word "${word}", which this room does not know`,
    todo,
  }));
}
