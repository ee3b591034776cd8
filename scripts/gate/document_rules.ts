/** Rules between files that are no code: the configurations, links, and the files that prose names. */
import { type Finding, type Project, resolvePath } from "./project.ts";

const ROOT_CONFIG = "deno.json";

/**
 * The configurations of folders with packages of their own (tests, benchmarks) must agree with the
 * product's where both say something.
 */
export function checkConfigs(project: Project): Finding[] {
  const root = parseObject(project, ROOT_CONFIG);
  if (root === null) return [];
  return [...project.texts.keys()]
    .filter((path) => path.endsWith(`/${ROOT_CONFIG}`))
    .flatMap((path) => checkConfig(project, root, path));
}

function checkConfig(project: Project, root: Record<string, unknown>, path: string): Finding[] {
  const config = parseObject(project, path) ?? {};
  const findings: Finding[] = [];
  const differ = (what: string, word: string) =>
    findings.push({
      path,
      line: lineOf(project, path, word),
      what,
      todo: `make it what ${ROOT_CONFIG} says`,
    });

  const rootImports = record(root["imports"]);
  for (const [name, target] of Object.entries(record(config["imports"]))) {
    const expected = rootImports[name];
    if (expected !== undefined && expected !== target) {
      differ(`"${name}" is ${String(target)} here`, `"${name}"`);
    }
    if (!/@\d+\.\d+\.\d+(?:-[\w.]+)?(?:\/|$)/.test(String(target))) {
      differ(`"${name}" has no exact version`, `"${name}"`);
    }
  }
  const rootOptions = comparable(root["compilerOptions"], ROOT_CONFIG);
  const options = comparable(config["compilerOptions"], path);
  for (const key of new Set([...Object.keys(rootOptions), ...Object.keys(options)])) {
    if (rootOptions[key] !== options[key]) {
      differ(`compilerOptions.${key} differs`, "compilerOptions");
    }
  }
  return findings;
}

/** Relative links in Markdown name files of the project. */
export function checkLinks(project: Project): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of project.texts) {
    if (!path.endsWith(".md")) continue;
    let fenced = false;
    text.split("\n").forEach((content, index) => {
      if (/^\s*(?:```|~~~)/.test(content)) fenced = !fenced;
      if (fenced) return;
      for (const target of linksOf(content)) {
        const resolved = resolvePath(path, target);
        if (resolved === "" || (resolved !== null && project.paths.has(resolved))) continue;
        findings.push({
          path,
          line: index + 1,
          what: `links to "${target}", which is not in the project`,
          todo: "mend or remove the link",
        });
      }
    });
  }
  return findings;
}

/** A file as prose names it, in backticks, by the end of its path: `order_book.ts`, `writer/rows.ts`. */
const NAMED = /`((?:[\w-]+\/)*[a-z\d][\w.-]*\.(?:tsx?|sql|css|html))`/g;

/** Files that documents and comments name are there: prose is not moved along with what it is about. */
export function checkNamedFiles(project: Project): Finding[] {
  const ends = new Set<string>();
  for (const path of project.paths) {
    const parts = path.split("/");
    parts.forEach((_, i) => ends.add(parts.slice(i).join("/")));
  }
  const check = (path: string, line: number, text: string): Finding[] =>
    text.split("\n").flatMap((content, i) =>
      [...content.matchAll(NAMED)].flatMap(([, name]) =>
        name === undefined || ends.has(name) ? [] : [{
          path,
          line: line + i,
          what: `names "${name}", which is not in the project`,
          todo: "name the file that it is now",
        }]
      )
    );
  return [
    ...[...project.texts].flatMap(([path, text]) =>
      path.endsWith(".md") ? check(path, 1, text) : []
    ),
    ...project.sources.flatMap(({ path, tokens }) =>
      tokens.flatMap(({ kind, line, text }) => kind === "comment" ? check(path, line, text) : [])
    ),
  ];
}

/** Targets of the relative links in one line of Markdown, without their `#…`. */
function linksOf(content: string): string[] {
  const prose = content.replace(/`[^`]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)|(?:src|href)="([^"]+)"/g)]
    .map((match) => decodeURI((match[1] ?? match[2] ?? "").replace(/[#?].*$/, "")))
    .filter((target) => target !== "" && !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target));
}

/** Compiler options as strings; paths are seen from the project's folder. */
function comparable(options: unknown, config: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record(options)).map(([key, value]) => {
      const seen = Array.isArray(value)
        ? value.map((v) => String(v).startsWith(".") ? resolvePath(config, String(v)) : v)
        : value;
      return [key, JSON.stringify(seen)];
    }),
  );
}

function parseObject(project: Project, path: string): Record<string, unknown> | null {
  const text = project.texts.get(path);
  return text === undefined ? null : record(JSON.parse(text));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function lineOf(project: Project, path: string, word: string): number {
  const text = project.texts.get(path) ?? "";
  return text.slice(0, Math.max(0, text.indexOf(word))).split("\n").length;
}
