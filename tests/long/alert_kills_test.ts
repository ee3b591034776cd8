/** The monitor is killed while a rule is pending, fires and rests: one episode each, and no rest is forgotten. */
// deno-lint-ignore-file no-console
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import type postgres from "postgres";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import { onServer } from "../integration/writer_stage.ts";
import { eventually } from "../support/eventually.ts";
import { type Monitor, startMonitor } from "../support/monitor.ts";
import { randomOf } from "../support/random.ts";
import { withClient } from "../support/services.ts";
import { StagedExchange } from "../support/staged_exchange.ts";

const KILLS = 20;
const SEED = 20_261_129;
const RULE = "extreme_imbalance";
const FOR_MS = 6_000;
/** All kills of a rest are to fall into it. */
const COOLDOWN_MS = KILLS * 12_000;
/** Bids against 2 below and 1 on the other side: all but everything, and half of it. */
const EXTREME_QTY = 500;
const CALM_QTY = 1;
const DEADLINE_MS = 180_000;

/** One rule, quicker than the one that is built in, and no other. */
const RULES = {
  rules: {
    ...Object.fromEntries(DEFAULT_ALERT_RULES.map(({ name }) => [name, { isOn: false }])),
    [RULE]: { smoothMs: 0, forMs: FOR_MS, keepFiringMs: 500, cooldownMs: COOLDOWN_MS },
  },
};

/** One monitor after another, each beside the same exchange and database. */
class Lives {
  readonly #exchange: StagedExchange;
  readonly #environment: Readonly<Record<string, string>>;
  #monitor: Monitor | null = null;

  constructor(exchange: StagedExchange, databaseUrl: string, dataDir: string) {
    this.#exchange = exchange;
    this.#environment = {
      ...exchange.environment,
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
    };
  }

  /** Starts one, and waits until its book is live. */
  async start(bidQty: number): Promise<void> {
    this.#exchange.bidQty = bidQty;
    const monitor = startMonitor(this.#environment);
    this.#monitor = monitor;
    const isLive = () => /INFO +BTCUSDT +live/.test(monitor.log());
    await eventually(isLive, "its book is live", DEADLINE_MS);
  }

  async kill(): Promise<void> {
    await this.#monitor?.end("SIGKILL");
    this.#monitor = null;
    await this.#exchange.left();
  }
}

interface Episode {
  readonly id: string;
  readonly phase: string;
  readonly started: number;
  readonly resolved: number | null;
}

async function episodes(sql: postgres.Sql): Promise<Episode[]> {
  const [table] = await sql`SELECT to_regclass('alerts') AS name`;
  if (table?.name === null) return [];
  return [
    ...await sql<Episode[]>`
    SELECT alert_id AS id, phase, (extract(epoch FROM started_at) * 1000)::float8 AS started,
      (extract(epoch FROM resolved_at) * 1000)::float8 AS resolved
    FROM alerts ORDER BY started_at`,
  ];
}

async function until(sql: postgres.Sql, what: string, is: (all: Episode[]) => boolean) {
  const endMs = performance.now() + DEADLINE_MS + COOLDOWN_MS;
  for (;;) {
    const all = await episodes(sql);
    if (is(all)) return all;
    assert(performance.now() < endMs, `${what}: ${JSON.stringify(all)}`);
    await delay(50);
  }
}

onServer(
  `${KILLS} kills of the monitor each while a rule is pending, fires and rests make one episode, and end no rest`,
  (server) =>
    withClient(server.url, async (sql) => {
      const dataDir = await Deno.makeTempDir({ prefix: "obm-alert-kills-" });
      await Deno.writeTextFile(`${dataDir}/alerts.json`, JSON.stringify(RULES));
      const random = randomOf(SEED);
      const exchange = new StagedExchange();
      const lives = new Lives(exchange, server.url, dataDir);
      try {
        // Pending starts anew in each life, and none of them lasts long enough.
        for (let kill = 0; kill < KILLS; kill++) {
          await lives.start(EXTREME_QTY);
          await delay(random() * FOR_MS / 2);
          await lives.kill();
        }
        assertEquals(await episodes(sql), [], "none has fired");

        await lives.start(EXTREME_QTY);
        const [first] = await until(sql, "it fires", (all) => all.length > 0);
        await lives.kill();
        for (let kill = 0; kill < KILLS; kill++) {
          await lives.start(EXTREME_QTY);
          // Longer than `for`, now and then: a rule that had forgotten would fire again.
          await delay(random() * FOR_MS * 1.5);
          await lives.kill();
        }
        const firing = await episodes(sql);
        assertEquals(firing.map(({ id, phase }) => [id, phase]), [[first?.id, "firing"]]);

        await lives.start(CALM_QTY);
        const [resolved] = await until(sql, "it resolves", ([one]) => one?.phase === "resolved");
        await lives.kill();
        let resting = 0;
        for (let kill = 0; kill < KILLS; kill++) {
          await lives.start(EXTREME_QTY);
          await delay(random() * 500);
          if (Date.now() < (resolved?.resolved ?? NaN) + COOLDOWN_MS) resting += 1;
          await lives.kill();
        }
        console.log(`${resting} of the last ${KILLS} kills fell into the rest`);
        await lives.start(EXTREME_QTY);
        const all = await until(sql, "the next one fires", ({ length }) => length > 1);
        await lives.kill();
        assertEquals(all.length, 2);
        const restMs = (all[1]?.started ?? NaN) - (resolved?.resolved ?? NaN);
        console.log(`the next episode began ${Math.round(restMs)} ms after the first had resolved`);
        assert(restMs >= COOLDOWN_MS, `${restMs} ms of rest`);
        assert(resting > KILLS / 2, `${resting} kills`);
      } finally {
        await lives.kill();
        await exchange.stop();
        await Deno.remove(dataDir, { recursive: true });
      }
    }),
);
