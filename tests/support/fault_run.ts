/**
 * A whole monitor as a process of its own, on a simulated exchange, through faults of its stores: gauges, `/healthz`,
 * the page's chip and the log must say the same of each at its begin and at its end.
 */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import type { StorageView } from "../../shared/browser_events.ts";
import type { ChildStatus } from "../../shared/protocol.ts";
import { launch, openPage } from "./browser.ts";
import { eventually } from "./eventually.ts";
import { type Monitor, startMonitor } from "./monitor.ts";
import { startPooler } from "./pooler.ts";
import { startPostgres } from "./postgres_server.ts";
import { type RedisUnderFault, startFaultyRedis } from "./redis_faults.ts";
import {
  databaseFaults,
  faultsBehindPooler,
  makeMonitorDatabase,
  type StoreFault,
} from "./store_faults.ts";
import { PATIENCE_MS } from "./patience.ts";

const LAG_STEP_MS = 50;
const WHO = { database: "the database", redis: "Redis" } as const;

interface Health {
  readonly status: string;
  readonly storage: StorageView;
  readonly children: readonly ChildStatus[];
}

/** What is asked of one fault: it took so long to be seen, and its end, the machine's own lag taken off. */
export interface Seen {
  readonly name: string;
  readonly beginMs: number;
  readonly endMs: number;
}

/** A pooler that looks for its server once a second; by itself it waits for fifteen. */
const POOLER_SETTINGS = ["server_login_retry=1"];

/**
 * Runs the faults that `choose` picks, one after the other; with a page when there is a browser. `isPooled`: the monitor
 * reaches its database by way of a pooler, and the faults are those of the server behind it.
 */
export async function runFaults(
  choose: (faults: readonly StoreFault[]) => readonly StoreFault[],
  chromium: string | null,
  isPooled = false,
): Promise<Seen[]> {
  const dataDir = await Deno.makeTempDir();
  const source = { kind: "simulate", symbols: ["BTCUSDT"], seed: 3 } as const;
  const [server, redis, exchange] = await Promise.all([
    startPostgres(),
    startFaultyRedis(),
    startExchange({ source }),
  ]);
  const directUrl = await makeMonitorDatabase(server);
  const pooler = isPooled ? await startPooler(directUrl, POOLER_SETTINGS) : null;
  const databaseUrl = pooler?.urlOf(directUrl) ?? directUrl;
  const monitor = startMonitor({
    DATA_DIR: dataDir,
    SYMBOLS: "BTCUSDT",
    // A full disk is seen when a table needs a new page.
    METRICS_INTERVAL_MS: "100",
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    EXCHANGE_REST_URL: exchange.restUrl,
    EXCHANGE_WS_URL: exchange.wsUrl,
  });
  const browser = chromium === null ? null : await launch(chromium);
  try {
    const url = await monitor.url();
    const page = browser === null ? null : (await openPage(browser, url)).page;
    const look = new Look(url, monitor, page);
    await look.until("all is stored", () => look.isWell(), PATIENCE_MS);
    const seen: Seen[] = [];
    const faults = isPooled
      ? faultsBehindPooler(server)
      : [...databaseFaults(server), ...redis.faults];
    for (const fault of choose(faults)) {
      seen.push(await look.through(fault));
      console.log(JSON.stringify(seen.at(-1)));
    }
    return seen;
  } finally {
    await browser?.close();
    await monitor.end("SIGKILL");
    await exchange.stop();
    await pooler?.stop();
    await stopAll(redis, server);
    await Deno.remove(dataDir, { recursive: true });
  }
}

async function stopAll(redis: RedisUnderFault, server: { stop(): Promise<void> }): Promise<void> {
  await redis.stop();
  await server.stop();
}

/** What the monitor says, everywhere that it says it. */
class Look {
  readonly #url: string;
  readonly #monitor: Monitor;
  readonly #page: Page | null;
  #health: Health | null = null;
  #chip: string | null = null;

  constructor(url: string, monitor: Monitor, page: Page | null) {
    this.#url = url;
    this.#monitor = monitor;
    this.#page = page;
  }

  async through(fault: StoreFault): Promise<Seen> {
    const logged = this.#monitor.log().length;
    const { name, store, reason } = fault;
    const lines = () => this.#monitor.log().slice(logged).split("\n");
    const who = WHO[store];
    const isBegun = (line: string) => line.includes(`${who} cannot be written: `);
    const isOver = (line: string) => line.includes(`${who} is back after `);
    await fault.begin();
    const beginMs = await this.until(`${name}: its begin`, () => {
      const word = store === "database" ? "not stored" : "Redis away";
      const isTold = lines().some((line) => line.includes(`${who} `) && reason.test(line));
      const says = this.#health?.storage.reasons.some((text) => reason.test(text)) ?? false;
      return this.#gauge(store) === 0 && this.#health?.status === "degraded" && says && isTold &&
        (this.#chip === null || this.#chip === word);
    });
    await fault.end();
    const endMs = await this.until(`${name}: its end`, () => this.isWell() && lines().some(isOver));
    const told = lines();
    assertEquals(told.filter(isBegun).length, 1, `${name} is told once: ${told.join("\n")}`);
    assertEquals(told.filter(isOver).length, 1, `${name} ends once: ${told.join("\n")}`);
    return { name, beginMs, endMs };
  }

  /** Everything is well, wherever one looks. */
  isWell(): boolean {
    return this.#health?.status === "ok" && this.#health.storage.word === "stored" &&
      this.#gauge("database") === 1 && this.#gauge("redis") === 1 &&
      (this.#chip === null || this.#chip === "stored");
  }

  /** Looks again and again; resolves with the time that it took, less the time that this machine had no turn for us. */
  async until(what: string, holds: () => boolean, maxMs = PATIENCE_MS): Promise<number> {
    let lagMs = 0;
    let turnMs = performance.now();
    const timer = setInterval(() => {
      lagMs += Math.max(0, performance.now() - turnMs - LAG_STEP_MS);
      turnMs = performance.now();
    }, LAG_STEP_MS);
    const fromMs = performance.now();
    try {
      await eventually(
        async () => {
          await this.#read();
          return holds();
        },
        what,
        maxMs,
      );
    } catch (error) {
      const state = JSON.stringify([this.#health?.storage, this.#gauge("database"), this.#chip]);
      throw new Error(`${what} was not seen: ${state}\n${this.#monitor.log().slice(-3_000)}`, {
        cause: error,
      });
    } finally {
      clearInterval(timer);
    }
    return Math.round(performance.now() - fromMs - lagMs);
  }

  async #read(): Promise<void> {
    const response = await fetch(`${this.#url}/healthz`);
    this.#health = await response.json();
    this.#chip = await this.#page?.getByTestId("storage").textContent() ?? null;
  }

  #gauge(store: StoreFault["store"]): number | undefined {
    const writer = this.#health?.children.find(({ actorId }) => actorId === "writer");
    return writer?.gauges[`${store}Up`];
  }
}
