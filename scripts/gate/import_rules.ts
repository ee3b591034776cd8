/** The import table: who may import whom, and that nothing lies about which nobody imports. */
import { type Finding, type Project, resolvePath, type SourceFile } from "./project.ts";
import type { Token } from "./token.ts";

/** One place where a file names another module. */
export interface Import {
  readonly line: number;
  /** `url`: `new URL("./x", import.meta.url)`; `dynamic`: `import(…)`. */
  readonly kind: "static" | "dynamic" | "url";
  /** As written; `null` when it is computed. */
  readonly target: string | null;
  /** Erased by the compiler: `import type`, `export type … from`. */
  readonly typeOnly: boolean;
}

/** A room of the house: the files whose path begins with `prefix`, and what these may import. */
interface Room {
  readonly prefix: string;
  /** Prefixes of project paths; the room's own files need not be named. */
  readonly files: readonly string[];
  /** Packages by their names in the import map. */
  readonly packages: readonly string[];
}

const ANYTHING: readonly string[] = ["actors/", "web/", "shared/", "scripts/", "tests/", "types/"];
const VENUE = "actors/venue/venue.ts";
const TIMERS = ["@std/async/delay", "@std/async/deadline"];

/** What each actor may touch is said in its own folder and granted by the process that spawns it. */
const PERMISSIONS = ["symbol", "writer", "store"].map((name) => `actors/${name}/permissions.ts`)
  .concat("web/permissions.ts");

/** The import table of docs/ARCHITECTURE.md. A file belongs to the first room that fits it. */
const ROOMS: readonly Room[] = [
  { prefix: "actors/symbol/engine/", files: ["shared/"], packages: [] },
  // What starts the parts chooses the venue; the parts know its interface.
  {
    prefix: "actors/symbol/worker.ts",
    files: ["shared/", "actors/run_actor.ts", "actors/symbol/", "actors/venue/"],
    packages: [],
  },
  {
    prefix: "actors/symbol/",
    files: ["shared/", "actors/run_actor.ts", "actors/symbol/engine/", VENUE],
    packages: TIMERS,
  },
  { prefix: VENUE, files: ["shared/", "actors/symbol/engine/"], packages: [] },
  {
    prefix: "actors/venue/",
    files: ["shared/", "actors/symbol/engine/", VENUE],
    packages: ["zod"],
  },
  {
    prefix: "actors/writer/",
    files: ["shared/", "actors/run_actor.ts"],
    packages: [...TIMERS, "ioredis", "postgres", "zod"],
  },
  {
    prefix: "actors/store/",
    files: ["shared/", "actors/run_actor.ts"],
    packages: [...TIMERS, "@electric-sql/pglite"],
  },
  { prefix: "actors/exchange_desk/", files: ["shared/", VENUE], packages: TIMERS },
  {
    prefix: "actors/followed_symbols/",
    files: ["shared/", "actors/exchange_desk/"],
    packages: ["zod"],
  },
  { prefix: "actors/alert_rules/", files: ["shared/"], packages: [] },
  // The engine's rules over what is stored: for the web server, and for back-tests.
  { prefix: "actors/rule_trial/", files: ["shared/", "actors/symbol/engine/"], packages: [] },
  { prefix: "actors/quote_rates/", files: ["shared/"], packages: [] },
  { prefix: "actors/people/", files: ["shared/"], packages: [] },
  // It supervises actors of any kind, and is told by `monitor.ts` what these are.
  {
    prefix: "actors/supervisor/",
    files: [
      ...["backoff", "clock", "in_hand", "kept", "log", "protocol", "tally", "unacked"],
      "worker_messages",
    ].map((name) => `shared/${name}.ts`),
    packages: [],
  },
  {
    prefix: "actors/monitor.ts",
    files: [
      "shared/",
      "actors/alert_rules/",
      "actors/bequests.ts",
      "actors/children.ts",
      "actors/exchange_desk/",
      "actors/followed_symbols/",
      "actors/people/",
      "actors/quote_rates/",
      "actors/supervisor/",
      VENUE,
    ],
    packages: [],
  },
  { prefix: "actors/actor.ts", files: ["shared/"], packages: [] },
  { prefix: "actors/actor_life.ts", files: ["shared/", "actors/actor.ts"], packages: [] },
  {
    prefix: "actors/run_actor.ts",
    files: ["shared/", "actors/actor.ts", "actors/actor_life.ts"],
    packages: [],
  },
  {
    prefix: "actors/main.ts",
    files: [
      "shared/",
      "actors/alert_rules/",
      "actors/children.ts",
      "actors/data_lock.ts",
      "actors/environment.ts",
      "actors/listen_address.ts",
      "actors/incarnation_file.ts",
      "actors/program_version.ts",
      "actors/socket_folder.ts",
      "actors/followed_symbols/",
      "actors/monitor.ts",
      "actors/supervisor/",
      "actors/symbol_workers.ts",
      "actors/venue/",
    ],
    packages: [],
  },
  { prefix: "actors/", files: ["shared/", "actors/supervisor/", ...PERMISSIONS], packages: TIMERS },
  { prefix: "web/page/", files: ["shared/"], packages: ["@preact/signals", "preact", "uplot"] },
  {
    prefix: "web/",
    files: ["shared/", "actors/run_actor.ts", "actors/rule_trial/"],
    packages: [
      ...TIMERS,
      "@hono/node-server",
      "hono",
      "ioredis",
      "hyparquet-writer",
      "postgres",
      "zod",
    ],
  },
  { prefix: "shared/redis_options.ts", files: ["shared/"], packages: ["ioredis"] },
  { prefix: "shared/", files: [], packages: ["zod", "@std/text"] },
  { prefix: "deploy/", files: [], packages: [] },
  { prefix: "scripts/", files: ANYTHING, packages: ["*"] },
  { prefix: "tests/", files: ANYTHING, packages: ["*"] },
  { prefix: "types/", files: [], packages: [] },
];

/** Packages that must not reach a room even through others, and why. */
const TOO_HEAVY: readonly { room: string; name: string; why: string }[] = [
  { room: "actors/symbol/", name: "zod", why: "it costs 5 MB a worker" },
  { room: "web/page/", name: "zod", why: "it would be sent to every browser" },
];

/** The only file that may name workers by URL, and the files that are started and not imported. */
const WORKER_URLS_IN = "actors/children.ts";
const ENTRIES = new Set([
  ...["actors/main.ts", "deploy/livez.ts"],
  ...["web/page/main.tsx", "web/page/stream_worker.ts"],
]);
const WORKER_FILE = /^(?:actors\/\w+|web)\/worker\.ts$/;

/** Every module that a file names, in the order of the source. */
export function importsOf(code: readonly Token[]): Import[] {
  const found: Import[] = [];
  code.forEach((token, i) => {
    const next = code[i + 1];
    const { line } = token;
    if (token.kind !== "word" || code[i - 1]?.text === ".") return;
    if (token.text === "new" && next?.text === "URL" && namesOwnUrl(code, i + 2)) {
      found.push({ line, kind: "url", target: literal(code[i + 3]), typeOnly: false });
    } else if (token.text === "import" && next?.text === "(") {
      found.push({ line, kind: "dynamic", target: literal(code[i + 2]), typeOnly: false });
    } else if (token.text === "import" || token.text === "export") {
      const target = staticTarget(code, i + 1);
      if (target === null) return;
      const typeOnly = next?.text === "type" && code[i + 2]?.text !== "from";
      found.push({ line, kind: "static", target, typeOnly });
    }
  });
  return found;
}

/** Findings of the import table. */
export function checkImports(project: Project): Finding[] {
  const findings: Finding[] = [];
  for (const file of project.sources) {
    for (const named of importsOf(file.code)) {
      const problem = problemOf(project, file, named);
      if (problem !== null) findings.push({ path: file.path, line: named.line, ...problem });
    }
  }
  return [...findings, ...checkReach(project)];
}

/** Files of the product that nobody imports and nobody starts. */
export function checkDeadFiles(project: Project): Finding[] {
  const alive = new Set<string>();
  for (const file of project.sources) {
    if (file.path.startsWith("tests/")) continue;
    for (const named of importsOf(file.code)) {
      const path = named.target === null ? null : resolvePath(file.path, named.target);
      if (path !== null && path !== file.path) alive.add(path);
    }
  }
  return project.sources
    .filter(({ path }) => /^(?:actors|web|shared)\//.test(path))
    .filter(({ path }) => !alive.has(path) && !ENTRIES.has(path) && !path.endsWith(".d.ts"))
    .map(({ path }) => ({
      path,
      line: 1,
      what: "only tests import this file, if anyone does",
      todo: "delete it, or use it",
    }));
}

type Problem = Pick<Finding, "what" | "todo">;

function problemOf(project: Project, file: SourceFile, named: Import): Problem | null {
  const room = roomOf(file.path);
  if (room === undefined) {
    return { what: "no room of the import table", todo: "move the file into a room" };
  }
  const mayAll = room.packages.includes("*");
  if (named.target === null) {
    if (mayAll) return null;
    return { what: "the name of a module is computed", todo: "write it as a string" };
  }
  const target = named.target;
  if (!target.startsWith(".")) {
    if (mayAll || named.kind === "url" || target.startsWith("node:")) return null;
    if (room.packages.some((name) => target === name || target.startsWith(`${name}/`))) return null;
    return {
      what: `${room.prefix} imports the package "${target}"`,
      todo: "leave it to the room that owns it, or change ROOMS in scripts/gate/import_rules.ts",
    };
  }
  const path = resolvePath(file.path, target);
  if (path === null || !project.paths.has(path)) {
    // A URL may name what a build makes; an import may not.
    if (named.kind === "url") return null;
    return { what: `imports "${target}", which is not there`, todo: "mend the path" };
  }
  if (named.kind === "url" && /\.tsx?$/.test(path) && !mayAll && file.path !== WORKER_URLS_IN) {
    return {
      what: `names the worker "${target}"`,
      todo: `only ${WORKER_URLS_IN} names workers; pass the URL as an argument`,
    };
  }
  if (named.kind === "url") return null;
  return mayImport(room, path) ? null : {
    what: `${room.prefix} imports ${path}`,
    todo: "put what both must agree on into shared/, or send a message",
  };
}

function roomOf(path: string): Room | undefined {
  return ROOMS.find(({ prefix }) => path.startsWith(prefix));
}

function mayImport(room: Room, path: string): boolean {
  // Nobody imports a worker: importing it would run it.
  if (WORKER_FILE.test(path)) return room.prefix === "tests/";
  return roomOf(path) === room || room.files.some((prefix) => path.startsWith(prefix));
}

/** Follows value imports from each file of a room to a package that must not be loaded there. */
function checkReach(project: Project): Finding[] {
  const imports = new Map(project.sources.map((file) => [file.path, importsOf(file.code)]));
  const findings: Finding[] = [];
  for (const { room, name, why } of TOO_HEAVY) {
    for (const { path } of project.sources.filter((file) => file.path.startsWith(room))) {
      for (const named of imports.get(path) ?? []) {
        const chain = named.typeOnly ? null : wayTo(name, path, named, imports, new Set());
        if (chain === null) continue;
        findings.push({
          path,
          line: named.line,
          what: `${room} loads ${name} by way of ${chain.join(", ")}`,
          todo: `import types only: ${why}`,
        });
      }
    }
  }
  return findings;
}

function wayTo(
  name: string,
  from: string,
  named: Import,
  imports: ReadonlyMap<string, readonly Import[]>,
  seen: Set<string>,
): string[] | null {
  if (named.target === name) return [name];
  const path = named.target?.startsWith(".") ? resolvePath(from, named.target) : null;
  if (path === null || seen.has(path)) return null;
  seen.add(path);
  for (const next of imports.get(path) ?? []) {
    const rest = next.typeOnly ? null : wayTo(name, path, next, imports, seen);
    if (rest !== null) return [path, ...rest];
  }
  return null;
}

/** `("…", import.meta.url` from `at` on. */
function namesOwnUrl(code: readonly Token[], at: number): boolean {
  const words = code.slice(at + 2, at + 8).map((token) => token.text).join("");
  return code[at]?.text === "(" && words.startsWith(",import.meta.url");
}

/** The string after `from` (or right after `import`), when this is such a statement. */
function staticTarget(code: readonly Token[], start: number): string | null {
  if (code[start]?.kind === "string") return literal(code[start]);
  for (let i = start; i < code.length; i++) {
    const token = code[i];
    if (token?.text === "from" && code[i + 1]?.kind === "string") return literal(code[i + 1]);
    // A clause holds names, braces, commas and a star; anything else is another statement.
    const isClause = token?.kind === "word" || ["{", "}", ",", "*"].includes(token?.text ?? "");
    if (!isClause || token?.text === "function" || token?.text === "class") return null;
  }
  return null;
}

function literal(token: Token | undefined): string | null {
  if (token?.kind === "string") return token.text.slice(1, -1);
  // A template without substitutions is a literal too.
  return token?.kind === "template" && token.text.length > 1 && token.text.endsWith("`")
    ? token.text.slice(1, -1)
    : null;
}
