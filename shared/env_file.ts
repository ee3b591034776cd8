/**
 * A file of environment variables, `NAME=VALUE` a line, read as it stands: a `$` is a `$`, a `#` begins a comment only
 * at the beginning or behind a blank, and a byte-order mark is no part of a name. What cannot be read is said with its
 * line; no value is.
 */
import { ConfigError } from "./config.ts";

/** What double quotes may hold behind a backslash, and what it stands for. */
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * The variables that the file sets; `file` is what a person calls it.
 *
 * @throws {ConfigError} naming every line that cannot be read.
 */
export function readEnvFile(bytes: Uint8Array, file: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lineOf: Record<string, number> = {};
  const problems: string[] = [];
  for (const [at, text] of textOf(bytes, file).split(/\r\n|\r|\n/).entries()) {
    const line = at + 1;
    const entry = readLine(text);
    if (entry === null) continue;
    const earlier = typeof entry === "string" ? undefined : lineOf[entry.name];
    if (typeof entry === "string") problems.push(`${file} line ${line} ${entry}`);
    else if (earlier !== undefined) {
      problems.push(`${file} line ${line} sets ${entry.name}, as line ${earlier} does: remove one`);
    } else {
      lineOf[entry.name] = line;
      values[entry.name] = entry.value;
    }
  }
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return values;
}

/** Text without the mark that some editors begin it with. @throws {ConfigError} when it is of another encoding. */
export function textOf(bytes: Uint8Array, file: string): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new ConfigError(`${file} is no text in UTF-8: save it as UTF-8`);
}

/**
 * One variable; `null`: the line sets none; a text: what is wrong with it. A line may hold U+2028, which is no end of
 * a line here: every `.` means it too.
 */
function readLine(text: string): { readonly name: string; readonly value: string } | null | string {
  if (/^\s*(#|$)/.test(text)) return null;
  const [, name, rest] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || rest === undefined) return "is not of the form NAME=VALUE";
  const [quote] = /^['"]/.exec(rest) ?? [];
  if (quote === undefined) return { name, value: rest.replace(/(^|\s)#.*$/s, "").trim() };
  const quoted = quote === "'"
    ? /^'([^']*)'\s*(#.*)?$/s.exec(rest)
    : /^"((?:[^"\\]|\\.)*)"\s*(#.*)?$/s.exec(rest);
  if (quoted === null) return `opens a quote (${quote}) that is not closed at its end`;
  const inner = quoted[1] ?? "";
  const value = quote === "'"
    ? inner
    : inner.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
  return { name, value };
}
