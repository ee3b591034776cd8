/** What the tidy rules look at: the project's files, in memory, and where a finding is. */
import { codeOf, type Token, tokenize } from "./token.ts";

/** One broken rule, as it is shown to a person. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly todo: string;
}

/** One TypeScript file, tokenized once for all rules. */
export interface SourceFile {
  /** Relative to the project, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  /** `tokens` without comments. */
  readonly code: readonly Token[];
}

/** The project at one moment. */
export interface Project {
  /** Every file and folder, text or not. */
  readonly paths: ReadonlySet<string>;
  readonly sources: readonly SourceFile[];
  /** Text of the files that are no TypeScript but are checked too: Markdown, JSON, `.env.example`. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Made by programs or people's data, not part of the project: as `.gitignore` says. */
const IGNORED =
  /^(?:data(?:-[^/]*)?|coverage|(?:web\/page|actors\/symbol)\/dist|deploy\/secrets|node_modules|\.git)$/;
/** TypeScript, with or without JSX. */
const SOURCE_FILE = /\.tsx?$/;
const TEXT_FILE = /(\.(md|json)|^\.env\.example)$/;

/** A project of files given by content: what the rules' own tests check. */
export function projectOf(files: Readonly<Record<string, string>>): Project {
  const paths = new Set<string>();
  const sources: SourceFile[] = [];
  const texts = new Map<string, string>();
  for (const [path, text] of Object.entries(files)) {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      paths.add(path.slice(0, end));
    }
    if (SOURCE_FILE.test(path)) {
      const tokens = tokenize(text);
      sources.push({ path, text, tokens, code: codeOf(tokens) });
    } else if (TEXT_FILE.test(path)) texts.set(path, text);
  }
  return { paths, sources, texts };
}

/** Reads the project in `root`; files that no rule reads are known by name only. */
export async function readProject(root: string): Promise<Project> {
  const files: Record<string, string> = {};
  const visit = async (folder: string) => {
    for await (const entry of Deno.readDir(`${root}/${folder}`)) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (IGNORED.test(path)) continue;
      if (entry.isDirectory) await visit(path);
      else {
        const isText = SOURCE_FILE.test(path) || TEXT_FILE.test(path);
        files[path] = isText ? await Deno.readTextFile(`${root}/${path}`) : "";
      }
    }
  };
  await visit("");
  return projectOf(Object.fromEntries(Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1)));
}

/** `to`, relative to the file `from`, as a path of the project; `null` when it leaves the project. */
export function resolvePath(from: string, to: string): string | null {
  const parts = from.split("/").slice(0, -1);
  for (const part of to.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}
