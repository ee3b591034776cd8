/** The process is killed while a rule is pending, fires and rests: one episode each, and no rest is forgotten. */
// deno-lint-ignore-file no-console
import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import type postgres from "postgres";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { onServer } from "../integration/writer_stage.ts";
import type { AlertProcessArgs } from "../support/alert_process.ts";
import { eventually } from "../support/eventually.ts";
import { randomOf } from "../support/random.ts";
import { withClient } from "../support/services.ts";
import { depthFrame, TinyExchange } from "../symbol/tiny_exchange.ts";

const KILLS = 20;
const SEED = 20_261_129;
const FOR_MS = 4_000;
const COOLDOWN_MS = 60_000;
/** Bids against 2 below and 1 on the other side: all but everything, and half of it. */
const EXTREME_QTY = 500;
const CALM_QTY = 1;
const UPDATE_MS = 200;
const DEADLINE_MS = 120_000;
const PROGRAM = decodeURIComponent(
  new URL("../support/alert_process.ts", import.meta.url).pathname,
);
const CONFIG = decodeURIComponent(new URL("../deno.json", import.meta.url).pathname);

function rule(): AlertRule {
  const found = DEFAULT_ALERT_RULES.find(({ name }) => name === "extreme_imbalance");
  const [source] = found?.sources ?? [];
  if (found === undefined || source === undefined) throw new Error("there is a rule");
  return {
    ...found,
    ...{ sources: [source], smoothMs: 0, forMs: FOR_MS, keepFiringMs: 500 },
    cooldownMs: COOLDOWN_MS,
  };
}

function snapshot(bidQty: number): string {
  const bids = [["99.00", String(bidQty)], ["98.00", "2.0"]];
  return JSON.stringify({ lastUpdateId: 100, bids, asks: [["101.00", "1.0"]] });
}

/** One life after another, each beside the same exchange and database. */
class Lives {
  readonly #exchange: TinyExchange;
  readonly #args: Omit<AlertProcessArgs, "incarnation">;
  #lives = 0;
  #child: Deno.ChildProcess | null = null;
  #stream: ReturnType<typeof setInterval> | undefined;

  constructor(exchange: TinyExchange, databaseUrl: string, dataDir: string) {
    this.#exchange = exchange;
    const { restUrl, wsUrl } = exchange;
    this.#args = { databaseUrl, dataDir, restUrl, wsUrl, rule: rule() };
  }

  /** Starts one, and waits until its book is live. */
  async start(bidQty: number): Promise<void> {
    this.#lives += 1;
    this.#exchange.answers = [() => new Response(snapshot(bidQty))];
    const args: AlertProcessArgs = { ...this.#args, incarnation: Date.now() };
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", CONFIG, PROGRAM, JSON.stringify(args)],
      stdout: "piped",
    }).spawn();
    await this.#exchange.connected(this.#lives);
    let id = 100;
    this.#exchange.send(depthFrame(95, id));
    // A stream that is silent is not trusted for long.
    this.#stream = setInterval(() => {
      this.#exchange.send(depthFrame(id + 1, id += 1, bidQty));
    }, UPDATE_MS);
    const reader = this.#child.stdout.getReader();
    const { value } = await reader.read();
    assertEquals(new TextDecoder().decode(value).trim(), "live");
    await reader.cancel();
  }

  async kill(): Promise<void> {
    clearInterval(this.#stream);
    const child = this.#child;
    this.#child = null;
    child?.kill("SIGKILL");
    await child?.status;
    await eventually(() => this.#exchange.open === 0, "its sockets are gone", DEADLINE_MS);
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
  const endMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const all = await episodes(sql);
    if (is(all)) return all;
    assert(performance.now() < endMs, `${what}: ${JSON.stringify(all)}`);
    await delay(50);
  }
}

onServer(
  `${KILLS} kills each while a rule is pending, fires and rests make one episode, and end no rest`,
  (server) =>
    withClient(server.url, async (sql) => {
      const dataDir = await Deno.makeTempDir({ prefix: "obm-alert-kills-" });
      const random = randomOf(SEED);
      const exchange = new TinyExchange();
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
        assert(resting > 5, `${resting} kills`);
      } finally {
        await lives.kill();
        await exchange.stop();
        await Deno.remove(dataDir, { recursive: true });
      }
    }),
);
