/**
 * The process: environment -> children -> monitor; signals -> drain -> exit code.
 * `deno task start` runs this file.
 */
import { type About, shownVariables } from "../shared/about.ts";
import { rulesOf } from "../shared/alert_rules/rule_book.ts";
import { accessWarnings } from "../shared/access_rules.ts";
import { type Config, ConfigError, readConfig } from "../shared/config.ts";
import { secretsOf } from "../shared/config_secrets.ts";
import { monotonicMs } from "../shared/clock.ts";
import { type Environment, proxyFor, strayNames } from "../shared/environment.ts";
import { exchangeLabel } from "../shared/exchange_url.ts";
import { messageOf, traceOf } from "../shared/error_text.ts";
import { keptDays, keptDaysText } from "../shared/history_days.ts";
import { keptText } from "../shared/kept.ts";
import type { DatabaseAddress, SystemStatus } from "../shared/protocol.ts";
import { hideInLog, log, setLogLevel } from "../shared/log.ts";
import { AlertRules } from "./alert_rules/alert_rules.ts";
import { RulesFile } from "./alert_rules/rules_file.ts";
import {
  essentialChildren,
  settingsOf,
  storeAddress,
  symbolChild,
  symbolWorkerUrl,
} from "./children.ts";
import { DataFolderError, DataLock, requireDataFolder } from "./data_lock.ts";
import { SymbolFile } from "./followed_symbols/symbol_file.ts";
import { countText, isNone } from "../shared/unacked.ts";
import { completed, type NamedEnvironment, processEnvironment } from "./environment.ts";
import { IncarnationFile } from "./incarnation_file.ts";
import { listenAddressOf } from "./listen_address.ts";
import { Monitor } from "./monitor.ts";
import { programVersion } from "./program_version.ts";
import { noteSocketFolder, SocketFolder } from "./socket_folder.ts";
import { Incarnations } from "./supervisor/incarnations.ts";
import { sharingOf, sharingText } from "./symbol_workers.ts";
import type { Ending } from "./supervisor/supervisor.ts";
import { binanceSpotDesk } from "./venue/binance_spot/desk.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** A task runner passes on what the terminal has already sent to the whole group: it asks once, not twice. */
const SIGNAL_ECHO_MS = 1_000;
const WHO = "monitor";

/** A monitor that has been started, for what a script does beside it. */
export interface Running {
  readonly config: Config;
  readonly status: () => SystemStatus;
  /** Where it stores. */
  readonly database: DatabaseAddress;
}

/** Begins something beside a monitor; `stop` resolves when it is over, and does not reject. */
export type Beside = (running: Running) => { stop(): Promise<void> };

/**
 * Runs a monitor until a signal or a failure ends it. `beside`: what else this process does while it runs, which ends first.
 *
 * @returns the exit code: 0 after an orderly end, 1 after one clear line on standard error, 2 after an end that
 * left outputs behind which nobody has confirmed.
 */
export async function runMonitor(
  given: Environment | (() => NamedEnvironment),
  beside: Beside | null = null,
): Promise<number> {
  let lock: DataLock | null = null;
  let sockets: SocketFolder | null = null;
  try {
    const { environment: named, fromFile } = typeof given === "function"
      ? given()
      : { environment: given, fromFile: new Set<string>() };
    const { environment, config } = read(named);
    const about = {
      versions: {
        monitor: await programVersion(),
        deno: Deno.version.deno,
        v8: Deno.version.v8,
      },
      variables: shownVariables(config, environment, fromFile),
    };
    setLogLevel(config.logLevel);
    hideInLog(secretsOf(config, environment));
    tellDeviations(environment, config);
    await requireSymbolWorker(config);
    if (config.databaseUrl !== null) {
      // Without a spool it may be a folder that nobody writes.
      if (config.spoolMaxMb > 0) await requireDataFolder(config.dataDir);
      return await run(config, environment, about, await readRules(config), "", beside);
    }
    lock = await DataLock.take(config.dataDir);
    sockets = await SocketFolder.take(environment["TMPDIR"] || "/tmp");
    if (sockets.removed > 0) {
      log("info", WHO, `removed ${sockets.removed} socket folders of monitors that are no more`);
    }
    await noteSocketFolder(config.dataDir, sockets.path).catch((error: unknown) => {
      // A disk may be full, which the store waits out.
      log("warn", WHO, `no backup can be made until the next start: ${messageOf(error)}`);
    });
    // After the folder that they may lie in: what is wrong with that is said first.
    return await run(config, environment, about, await readRules(config), sockets.path, beside);
  } catch (error) {
    const isOperators = error instanceof ConfigError || error instanceof DataFolderError;
    if (isOperators) complain(error.message);
    else log("error", WHO, traceOf(error));
    return 1;
  } finally {
    await sockets?.release();
    lock?.release();
  }
}

/** @throws {ConfigError} having told what may have been meant: a name that nobody reads may be why something lacks. */
function read(named: Environment): { readonly environment: Environment; readonly config: Config } {
  try {
    const environment = completed(named);
    return { environment, config: readConfig(environment, binanceSpotDesk) };
  } catch (error) {
    if (error instanceof ConfigError) tellStrays(named);
    throw error;
  }
}

function tellStrays(environment: Environment): void {
  for (const stray of strayNames(environment)) log("warn", WHO, stray);
}

/** For how long the settings keep history of so many symbols. */
function tellHistory(config: Config, { length }: { readonly length: number }): void {
  const { historyMaxGb } = config;
  const kept = keptDaysText(keptDays(config, length));
  const of = length === 1 ? "one symbol" : `${length} symbols`;
  log("info", WHO, `history of ${of} keeps at least (HISTORY_MAX_GB=${historyMaxGb}): ${kept}`);
}

/** What was understood, and is perhaps not what was meant. */
function tellDeviations(environment: Environment, config: Config): void {
  tellStrays(environment);
  const { databaseUrl, databaseReadUrl } = config;
  for (const note of databaseUrl?.notes ?? []) log("info", WHO, `DATABASE_URL: ${note}`);
  for (const note of databaseReadUrl?.notes ?? []) log("info", WHO, `DATABASE_READ_URL: ${note}`);
}

/** A bundle that is not there would be a crash of each symbol, again and again. */
async function requireSymbolWorker({ symbolWorker }: Config): Promise<void> {
  if (symbolWorker === null) return;
  const isThere = await Deno.stat(symbolWorkerUrl(symbolWorker)).then(
    ({ isFile }) => isFile,
    () => false,
  );
  if (isThere) return;
  throw new ConfigError(
    `SYMBOL_WORKER: ${symbolWorker} is not there: make it with "deno task worker", or unset SYMBOL_WORKER`,
  );
}

/** The alert rules to start with. @throws {ConfigError} when their file cannot be used. */
async function readRules(config: Config): Promise<AlertRules> {
  const file = new RulesFile(config.dataDir, config.rulesFile);
  const rules = new AlertRules(file, settingsOf(config));
  const problem = await rules.reload();
  if (problem !== null) throw new ConfigError(problem);
  if (rules.inForce.file.content !== null) {
    log("info", WHO, `alert rules: ${file.label} is in force`);
  }
  return rules;
}

/** `socketDir`: where the embedded database listens, if it is used. */
async function run(
  config: Config,
  environment: Environment,
  about: About,
  rules: AlertRules,
  socketDir: string,
  beside: Beside | null,
): Promise<number> {
  const file = new SymbolFile(config.dataDir, config.symbols);
  const listenAddress = await listenAddressOf(config.host);
  const { symbols, note, isDamaged } = await file.read();
  if (note !== null) log(isDamaged ? "error" : "info", WHO, note);
  tellHistory(config, symbols);
  for (const line of accessWarnings(config)) log("warn", WHO, line);
  const sharing = sharingOf(config, navigator.hardwareConcurrency);
  log("info", WHO, sharingText(sharing, symbols.length));
  const incarnations = new IncarnationFile(config.dataDir);
  const monitor: Monitor = new Monitor({
    logLevel: config.logLevel,
    secrets: secretsOf(config, environment),
    venue: binanceSpotDesk,
    restUrls: config.restUrls,
    proxyOf: (url) => proxyFor(environment, url),
    symbols,
    sharing,
    symbolChild: (info) =>
      symbolChild(
        config,
        info,
        () => rulesOf(rules.inForce.book, info.symbol),
        () => monitor.people.mutesOf(info.symbol),
      ),
    saveSymbols: (changed) => file.write(changed),
    onListening: (address) => {
      const { publicUrl } = config;
      const where = publicUrl === null ? address : `${publicUrl}/, which leads to ${address}`;
      log("info", WHO, `dashboard at ${where}`);
    },
    rules,
    incarnations: new Incarnations(
      incarnations.read(),
      (incarnation) => incarnations.write(incarnation),
    ),
  });
  let aside: ReturnType<Beside> | null = null;
  const end = async () => {
    log("info", WHO, "ending: symbols, web, writer, store");
    await aside?.stop();
    void monitor.supervisor.drain();
  };
  const stop = onSignal(() => void end());
  const stopReloading = onHangup(() => void reloadRules(rules, monitor), () => void end());
  try {
    const store = config.databaseUrl === null
      ? `embedded Postgres in ${config.dataDir}`
      : "the PostgreSQL of DATABASE_URL";
    log(
      "info",
      WHO,
      `${symbols.join(", ")} from ${exchangeLabel(config.restUrls[0] ?? "")} into ${store}`,
    );
    monitor.start(essentialChildren(config, socketDir, listenAddress, about));
    const database = storeAddress(config, socketDir);
    aside = beside?.({ config, status: () => monitor.status, database }) ?? null;
    const ending = await monitor.ended;
    return tellEnd(ending);
  } finally {
    stop();
    stopReloading();
    await aside?.stop();
  }
}

/** Takes the file of alert rules anew, and tells what came of it; a bad one leaves the old rules in force. */
async function reloadRules(rules: AlertRules, monitor: Monitor): Promise<void> {
  const problem = await rules.reload();
  const { path, content } = rules.inForce.file;
  if (problem !== null) log("error", WHO, `${problem}; the rules stay as they were`);
  else if (content === null) {
    log("info", WHO, `alert rules: those that are built in, as there is no ${path}`);
  } else log("info", WHO, `alert rules: ${path} is in force`);
  monitor.tellRules();
}

/** Tells how it ended, what was lost and what is kept; returns the exit code. */
function tellEnd({ failure, unacked, kept }: Ending): number {
  if (failure !== null) complain(failure);
  const lines = [`${countText(unacked)} outputs not confirmed by the store`];
  const waits = keptText(kept);
  if (waits !== null) lines.push(waits);
  const line = `ended; ${lines.join("; ")}`;
  if (!isNone(unacked)) log("warn", WHO, line);
  else if (failure === null || waits !== null) log("info", WHO, line);
  if (failure !== null) return 1;
  return isNone(unacked) ? 0 : 2;
}

/** The first signal asks for an orderly end, a later one ends the process at once. */
function onSignal(act: () => void): () => void {
  let askedAt: number | null = null;
  const listener = () => {
    if (askedAt === null) {
      askedAt = monotonicMs();
      act();
    } else if (monotonicMs() - askedAt > SIGNAL_ECHO_MS) Deno.exit(130);
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, listener);
  return () => {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, listener);
  };
}

/** A hangup asks for the rules to be read again; but where it says that the terminal is gone, the process ends in order. */
function onHangup(reload: () => void, end: () => void): () => void {
  const hasTerminal = Deno.stdin.isTerminal();
  const listener = () => hasTerminal && !Deno.stdin.isTerminal() ? end() : reload();
  Deno.addSignalListener("SIGHUP", listener);
  return () => Deno.removeSignalListener("SIGHUP", listener);
}

/** One line a mistake, for a person, whatever the log level. */
function complain(message: string): void {
  for (const line of message.split("\n")) log("error", WHO, line);
}

/** What nobody catches ends the process, as ever, but its trace is said without what must not be said. */
export function tellCrashes(): void {
  const end = (event: Event, error: unknown) => {
    event.preventDefault();
    log("error", WHO, traceOf(error));
    Deno.exit(1);
  };
  addEventListener("error", (event) => end(event, event.error));
  addEventListener("unhandledrejection", (event) => end(event, event.reason));
}

if (import.meta.main) {
  tellCrashes();
  Deno.exit(await runMonitor(() => processEnvironment(Deno.args)));
}
