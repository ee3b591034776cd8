/** The effects list: which files may touch the world, the clock and chance. */
import { importsOf } from "./import_rules.ts";
import { type Finding, type Project, resolvePath, type SourceFile } from "./project.ts";
import type { Token } from "./token.ts";

/** The shells. Everything else gets time, chance and the world's news as arguments. */
const SHELLS: readonly RegExp[] = [
  /^actors\/(?:main|actor_life|run_actor|data_lock|environment|listen_address|incarnation_file|program_version|socket_folder)\.ts$/,
  /^actors\/supervisor\/(?:supervisor|agenda|child|starvation|thread)\.ts$/,
  /^actors\/exchange_desk\/(?:exchange_desk|rate_limiter|bbo_prober|exchange_client|exchange_clock|symbol_watch|exchange_listing|patient_question)\.ts$/,
  /^actors\/alert_rules\/rules_file\.ts$/,
  /^actors\/followed_symbols\/symbol_file\.ts$/,
  /^actors\/symbol\/(?:rest_call|stream_socket|tick_clock|loop_watch)\.ts$/,
  /^(?:actors\/\w+|web)\/(?:worker|actor)\.ts$/,
  /^actors\/store\/(?:connection|creation|database|disk_room|durable_folder|gateway|life_lock|upkeep)\.ts$/,
  /^web\/(?:export\/parquet_thread|history|latest_redis|query_cancel|reader_connections|server|token_key|tried_rows)\.ts$/,
  /^actors\/writer\/(?:postgres|writer_connection|redis|store_road|pause|spool|spool_lock|spool_segment|known_database|dead_letters|waking_clock)\.ts$/,
  /^web\/page\//,
  /^shared\/(?:clock|database_dial|folder_lock|heard_deadline|log|no_environment|replaced_file|synced_path)\.ts$/,
  // A simulated world has neither time nor chance of its own; its command line has.
  /^scripts\/(?!sim\/)/,
  /^scripts\/sim\/main\.ts$/,
  /^deploy\//,
  /^(?:tests|types)\//,
];

/** The one file that reads `globalThis`, which would reach every effect unseen. */
const READS_GLOBAL_THIS = "actors/run_actor.ts";

/** Global names that are effects however they are used. */
const GLOBALS = new Set([
  ...["Deno", "process", "fetch", "WebSocket", "EventSource", "XMLHttpRequest", "Worker"],
  ...["setTimeout", "setInterval", "clearTimeout", "clearInterval", "requestAnimationFrame"],
  ...["queueMicrotask", "performance", "console", "localStorage", "sessionStorage", "indexedDB"],
  ...["document", "navigator", "BroadcastChannel", "MessageChannel", "crypto"],
  "devicePixelRatio",
]);

/** Globals whose names are ordinary words: effects only before a dot. */
const AMBIGUOUS = new Set(["self", "location"]);

/** Members that are effects of objects that are otherwise pure. */
const MEMBERS = new Set(["Date.now", "Math.random", "AbortSignal.timeout", "Temporal.Now"]);

/** Modules that are effects: the clock hides behind the standard library's timers too. zlib only computes. */
const MODULES = /^(?:node:(?!zlib$)|@std\/async\/)/;

/** Types of the platform, which are no effects. */
const TYPE_MEMBERS = new Set(["Deno.PermissionOptionsObject"]);

/** Findings of the effects list: the first of each kind in each file. */
export function checkEffects(project: Project): Finding[] {
  const findings: Finding[] = [];
  for (const { path, code } of project.sources) {
    if (SHELLS.some((shell) => shell.test(path))) continue;
    const lines = new Map<string, number>();
    code.forEach((_, i) => {
      const effect = effectAt(code, i);
      if (effect !== null && !lines.has(effect)) lines.set(effect, code[i]?.line ?? 1);
    });
    for (const { target, typeOnly, line } of importsOf(code)) {
      if (target !== null && !typeOnly && MODULES.test(target)) lines.set(`"${target}"`, line);
    }
    for (const [effect, line] of lines) {
      findings.push({
        path,
        line,
        what: `${effect} in a pure file`,
        todo: "take it as an argument, or move it into the shell of this folder",
      });
    }
  }
  return findings.concat(checkGlobalThis(project));
}

/** Packages that only compute. */
const PURE_PACKAGES = new Set(["@preact/signals"]);

/**
 * Those of these files that touch nothing of the world, nor import, not for types alone, one of them
 * that does, or a package that may. JSX draws: it is an import of what does, which nobody writes.
 */
export function filesWithoutEffects(sources: readonly SourceFile[]): SourceFile[] {
  let pure = sources.filter(({ path, code }) =>
    !path.endsWith(".tsx") && code.every((_, i) => effectAt(code, i) === null)
  );
  while (true) {
    const paths = new Set(pure.map(({ path }) => path));
    const spoils = (from: string, target: string | null) => {
      const path = target?.startsWith(".") ? resolvePath(from, target) : null;
      return path === null || sources.some((file) => file.path === path) && !paths.has(path);
    };
    const left = pure.filter(({ path, code }) =>
      !importsOf(code).some(({ typeOnly, target }) =>
        !typeOnly && !PURE_PACKAGES.has(target ?? "") && spoils(path, target)
      )
    );
    if (left.length === pure.length) return pure;
    pure = left;
  }
}

/** The effect whose name begins at token `i`, or `null`. */
function effectAt(code: readonly Token[], i: number): string | null {
  const token = code[i];
  const before = code[i - 1]?.text;
  if (token?.kind !== "word" || before === ".") return null;
  const next = code[i + 1];
  const member = next?.text === "." ? `${token.text}.${code[i + 2]?.text ?? ""}` : null;
  if (member !== null && MEMBERS.has(member)) return member;
  if (member !== null && TYPE_MEMBERS.has(member)) return null;
  if (token.text === "Date") return readsClock(code, i) ? "new Date()" : null;
  if (isOwnName(code, i)) return null;
  const isUsed = AMBIGUOUS.has(token.text) && next?.text === ".";
  return GLOBALS.has(token.text) || isUsed ? token.text : null;
}

/** `new Date()`, or `Date()` as a function: both read the clock. */
function readsClock(code: readonly Token[], i: number): boolean {
  if (code[i + 1]?.text !== "(") return code[i - 1]?.text === "new";
  return code[i - 1]?.text !== "new" || code[i + 2]?.text === ")";
}

/** A key, parameter, method or declaration that merely has the name of a global. */
function isOwnName(code: readonly Token[], i: number): boolean {
  const before = code[i - 1]?.text ?? "";
  const after = code[i + 1]?.text ?? "";
  if (["const", "let", "function", "class", "interface", "type"].includes(before)) return true;
  if (["readonly", "get", "set", "static", "async"].includes(before)) return true;
  if (after === ":") return before !== "?" && before !== "case";
  return after === "?" && [":", "("].includes(code[i + 2]?.text ?? "");
}

function checkGlobalThis(project: Project): Finding[] {
  return project.sources.flatMap(({ path, code }) => {
    if (path === READS_GLOBAL_THIS || !/^(?:actors|web|shared)\//.test(path)) return [];
    const token = code.find((each, i) => each.text === "globalThis" && code[i - 1]?.text !== ".");
    if (token === undefined) return [];
    return [{
      path,
      line: token.line,
      what: "reads globalThis",
      todo: `only ${READS_GLOBAL_THIS} does; use the name itself`,
    }];
  });
}
