/**
 * The process: environment -> children -> supervisor; signals -> drain -> exit code.
 * `deno task start` runs this file.
 */
import { delay } from "@std/async/delay";
import { Backoff } from "../shared/backoff.ts";
import { type Config, ConfigError, readConfig } from "../shared/config.ts";
import { monotonicMs } from "../shared/clock.ts";
import { log, setLogLevel } from "../shared/log.ts";
import { essentialChildren, symbolChild } from "./children.ts";
import { DataFolderError, DataLock } from "./data_lock.ts";
import { type Contact, contactExchange } from "./supervisor/exchange_directory.ts";
import { Supervisor } from "./supervisor/supervisor.ts";
import { SymbolWatch } from "./supervisor/symbol_watch.ts";

/** Between two tries to reach the exchange: doubling up to the cap. */
const CONTACT_LIMITS = { firstMs: 2_000, capMs: 30_000 };
/** Between the starts of two symbols: a herd of new workers would starve each other of time. */
const START_STEP_MS = 150;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** A task runner passes on what the terminal has already sent to the whole group: one wish, not two. */
const SIGNAL_ECHO_MS = 1_000;
const WHO = "monitor";

/**
 * Runs a monitor until a signal or a failure ends it.
 *
 * @returns the exit code: 0 after an orderly end, 1 after one clear line on standard error.
 */
export async function runMonitor(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  let lock: DataLock | null = null;
  try {
    const config = readConfig(environment);
    setLogLevel(config.logLevel);
    if (config.databaseUrl === null) lock = await DataLock.take(config.dataDir);
    return await supervise(config);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof DataFolderError)) throw error;
    complain(error.message);
    return 1;
  } finally {
    lock?.release();
  }
}

async function supervise(config: Config): Promise<number> {
  const socketDir = await Deno.makeTempDir({ prefix: "order-book-monitor-" });
  const supervisor = new Supervisor({
    logLevel: config.logLevel,
    symbols: config.symbols,
    onListening: (address) => log("info", WHO, `dashboard at ${address}`),
  });
  const stop = onSignal(() => {
    log("info", WHO, "ending: feeds, web, writer, store");
    void supervisor.drain();
  });
  try {
    const store = config.databaseUrl === null
      ? `embedded Postgres in ${config.dataDir}`
      : "the PostgreSQL of DATABASE_URL";
    log("info", WHO, `${config.symbols.join(", ")} from ${config.restUrl} into ${store}`);
    for (const spec of essentialChildren(config, socketDir)) supervisor.start(spec);
    const contact = new AbortController();
    void startFeeds(config, supervisor, contact.signal);
    const ending = await supervisor.ended;
    contact.abort();
    if (ending.kind === "failed") {
      complain(ending.reason);
      return 1;
    }
    log("info", WHO, `ended; ${ending.unacked} outputs not confirmed by the store`);
    return 0;
  } finally {
    stop();
    await Deno.remove(socketDir, { recursive: true });
  }
}

/** Contacts the exchange until it answers, then starts a feed for each symbol that exists. */
async function startFeeds(
  config: Config,
  supervisor: Supervisor,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff(CONTACT_LIMITS, Math.random);
  for (let tries = 0; !signal.aborted; tries++) {
    const contact = await contactExchange(config.restUrl, config.symbols, supervisor.permits);
    if (signal.aborted) return;
    if (contact.kind === "reached") return begin(config, supervisor, contact, signal);
    // Once on the terminal, and again now and then: it must not scroll away unseen.
    if (tries % 10 === 0) log("error", WHO, contact.reason);
    supervisor.setExchange({ state: "unreachable", reason: contact.reason });
    await delay(Math.max(backoff.next(), contact.retryAfterMs), { signal }).catch(() => {});
  }
}

function begin(
  config: Config,
  supervisor: Supervisor,
  { source, symbols, rateLimits, unknown }: Extract<Contact, { kind: "reached" }>,
  signal: AbortSignal,
): void {
  if (symbols.length === 0) {
    return supervisor.fail(
      `SYMBOLS: the exchange at ${config.restUrl} knows none of ${unknown.join(", ")}: ` +
        "name symbols as it writes them, e.g. BTCUSDT,ETHUSDT",
    );
  }
  for (const symbol of unknown) {
    const reason = `the exchange does not know ${symbol}: correct or remove it in SYMBOLS`;
    log("error", symbol, reason);
    supervisor.plan(symbol, "failed", reason);
  }
  if (source.kind === "simulation") log("warn", WHO, `${source.label}: this is not the market`);
  supervisor.permits.setLimits(rateLimits);
  supervisor.setSource(source);
  supervisor.setExchange({ state: "reached", reason: null });
  const watch = new SymbolWatch({
    restUrl: config.restUrl,
    gate: supervisor.permits,
    random: Math.random,
    onChange: (symbol, info) => supervisor.tell(symbol, { type: "symbol_info", info }),
    onLimits: (limits) => supervisor.permits.setLimits(limits),
  });
  symbols.forEach((info, index) => {
    watch.add(info);
    const spec = symbolChild(config, info, () => watch.info(info.symbol));
    supervisor.start(spec, index * START_STEP_MS);
  });
  watch.start();
  signal.addEventListener("abort", () => watch.stop());
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

/** One line a mistake, for a person, whatever the log level. */
function complain(message: string): void {
  for (const line of message.split("\n")) log("error", WHO, line);
}

if (import.meta.main) Deno.exit(await runMonitor(Deno.env.toObject()));
