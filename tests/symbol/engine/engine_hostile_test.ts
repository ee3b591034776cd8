/**
 * An exchange that does everything wrong for a while, and then nothing: whatever came in whatever order,
 * a live book is the exchange's own, and it is live again soon after the last fault.
 */
import { assert, assertEquals } from "@std/assert";
import { assertNever } from "../../../shared/assert_never.ts";
import type { Command, EngineEvent } from "../../../actors/symbol/engine/event.ts";
import { BUFFER_MAX } from "../../../actors/symbol/engine/sync/update_queue.ts";
import type { Level } from "../../../shared/market.ts";
import { EngineStage } from "./engine_stage.ts";
import { bookTicker, depthSnapshot, depthUpdate, seeded, trade } from "./market.ts";
import { NaiveBook } from "./book/naive_book.ts";

const SEEDS = 150;
const TICK_MS = 100;
const FAULTY_TICKS = 1_500;
const RECOVERY_TICKS = 1_200;

/** An event on its way, of an exchange that has made so many ids. */
interface Delivery {
  readonly atTick: number;
  readonly event: EngineEvent;
}

/** Sockets, REST and market of one symbol, with faults. */
class Hostile {
  readonly driver = new EngineStage({ auditIntervalMs: 20_000 });
  readonly book = new NaiveBook();
  /** The true book at each id; old ones are forgotten. */
  readonly truth = new Map<number, string>();
  readonly #random: () => number;
  readonly #open = new Map<number, { isMute: boolean }>();
  #way: Delivery[] = [];
  #tick = 0;
  #run = 0;
  #id = 100;
  #probes = 0;
  isFaulty = true;
  connections = 0;
  snapshots = 0;
  openMax = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
    this.driver.isAnswering = false;
    this.book.apply([[99, 1]], [[101, 1]]);
    this.#remember();
  }

  step(): void {
    this.#tick += 1;
    this.#market();
    if (this.isFaulty) this.#misbehave();
    const due = this.#way.filter(({ atTick }) => atTick <= this.#tick);
    this.#way = this.#way.filter(({ atTick }) => atTick > this.#tick);
    for (const { event } of due) this.#tell(event);
    this.driver.ticks(TICK_MS);
    this.#obey();
    this.#check();
  }

  #chance(share: number): boolean {
    return this.isFaulty && this.#random() < share;
  }

  #later(event: EngineEvent, ticks = 1): void {
    this.#way.push({ atTick: this.#tick + ticks, event });
  }

  #tell(event: EngineEvent): void {
    if (event.type === "opened" && !this.#open.has(event.connection)) return;
    this.driver.accept(event);
    this.#obey();
  }

  /** Some changes, as one update and its ticker on each open connection. */
  #market(): void {
    if (this.#random() < 0.4) return;
    const first = this.#id + 1;
    this.#id += 1 + Math.floor(this.#random() * 3);
    const level = (sign: 1 | -1): Level => [
      100 + sign * (1 + Math.floor(this.#random() * 8)),
      this.#random() < 0.3 ? 0 : 1 + Math.floor(this.#random() * 9),
    ];
    // The best never leaves, so that both sides always have one.
    const bids: Level[] = [level(-1), [99, 1 + Math.floor(this.#random() * 5)]];
    const asks: Level[] = [level(1), [101, 1]];
    this.book.apply(bids, asks);
    this.#remember();
    const update = depthUpdate(first, this.#id, { bids, asks });
    const best = (levels: Level[]): Level => levels[0] ?? [0, 0];
    const [bid, ask] = [best(this.book.bids.levels()), best(this.book.asks.levels())];
    for (const [connection, { isMute }] of this.#open) {
      if (isMute) continue;
      const ticker = bookTicker(this.#id, bid, ask);
      if (!this.#chance(0.02)) this.#later({ type: "book_ticker", connection, ticker });
      this.#later({ type: "trade", connection, trade: trade({ tradeId: this.#id }) });
      const event = { type: "depth_update", connection, update } as const;
      if (this.#chance(0.02)) continue;
      this.#later(event, this.#chance(0.02) ? 1 + Math.floor(this.#random() * 5) : 1);
      if (this.#chance(0.02)) this.#later(event, 1 + Math.floor(this.#random() * 20));
    }
  }

  #remember(): void {
    const { bids, asks } = this.book;
    this.truth.set(this.#id, JSON.stringify([bids.levels(), asks.levels()]));
  }

  #misbehave(): void {
    const some = [...this.#open.keys()][Math.floor(this.#random() * this.#open.size)];
    if (some === undefined) return;
    if (this.#chance(0.01)) this.#cut(some);
    if (this.#chance(0.01)) this.#later({ type: "server_shutdown", connection: some });
    const life = this.#open.get(some);
    if (life !== undefined && this.#chance(0.005)) life.isMute = true;
    if (this.#chance(0.005)) this.driver.nowMs += Math.floor(this.#random() * 20_000) - 10_000;
    if (this.#chance(0.01)) {
      const old = Math.floor(this.#random() * (this.driver.connection + 1));
      const event = ["opened", "closed", "server_shutdown", "subscriptions_listed"] as const;
      const type = event[Math.floor(this.#random() * event.length)] ?? "opened";
      if (!this.#open.has(old)) this.#tell({ type, connection: old, reason: "late" });
    }
  }

  #cut(connection: number): void {
    this.#open.delete(connection);
    this.#later({ type: "closed", connection, reason: "cut" });
  }

  /** Carries out what the engine has asked for since. */
  #obey(): void {
    const { commands, probes } = this.driver;
    const newCommands = commands.slice(this.#run);
    const newProbes = probes.slice(this.#probes);
    this.#run = commands.length;
    this.#probes = probes.length;
    for (const command of [...newCommands, ...newProbes]) this.#carryOut(command);
    this.openMax = Math.max(this.openMax, this.#open.size);
  }

  #carryOut(command: Command): void {
    const late = 1 + (this.#chance(0.3) ? Math.floor(this.#random() * 60) : 0);
    switch (command.type) {
      case "open_connection": {
        this.connections += 1;
        const { connection, delayMs } = command;
        const ticks = Math.ceil(delayMs / TICK_MS) + late;
        if (this.#chance(0.2)) {
          return this.#later({ type: "closed", connection, reason: "refused" }, ticks);
        }
        this.#open.set(connection, { isMute: this.#chance(0.1) });
        return this.#later({ type: "opened", connection }, ticks);
      }
      case "close_connection":
        this.#open.delete(command.connection);
        return;
      case "list_subscriptions": {
        const life = this.#open.get(command.connection);
        if (life === undefined || life.isMute && this.#random() < 0.5) return;
        return this.#later({ type: "subscriptions_listed", connection: command.connection }, late);
      }
      case "probe_bbo": {
        const [bidPrice, bidQty] = this.book.bids.levels()[0] ?? [0, 0];
        const [askPrice, askQty] = this.book.asks.levels()[0] ?? [0, 0];
        const best = { bidPrice, bidQty, askPrice, askQty };
        return this.#later({ type: "bbo_probed", probe: command.probe, best }, late);
      }
      case "fetch_snapshot":
        return this.#snapshot(command, late);
      case "cancel_snapshot":
        // What is on its way comes late, to a request that nobody waits for.
        return;
      case "hurry_connection":
        // Nobody waits for a permit here.
        return;
      default:
        return assertNever(command, "carry out a command");
    }
  }

  #snapshot(
    { generation, limit, delayMs }: Extract<Command, { type: "fetch_snapshot" }>,
    late: number,
  ): void {
    this.snapshots += 1;
    const ticks = Math.ceil(delayMs / TICK_MS) + late;
    if (this.#chance(0.2)) {
      const retryAfterMs = this.#chance(0.2) ? 5_000 : null;
      return this.#later(
        { type: "snapshot_failed", generation, reason: "HTTP 503", retryAfterMs },
        ticks,
      );
    }
    const { bids, asks } = this.book;
    const snapshot = depthSnapshot(this.#id, { bids: bids.levels(), asks: asks.levels() });
    const event = { type: "depth_snapshot", generation, limit, snapshot } as const;
    this.#later(event, ticks);
    if (this.#chance(0.2)) this.#later(event, ticks + 10);
  }

  #check(): void {
    const { engine } = this.driver;
    assert(engine.buffered <= BUFFER_MAX);
    const id = engine.bookUpdateId;
    if (id === null || engine.feed.state !== "live") return;
    const truth = this.truth.get(id);
    const ours = [engine.book.bids.top(Infinity), engine.book.asks.top(Infinity)];
    assertEquals(JSON.stringify(ours), truth, `the live book at ${id}`);
  }
}

Deno.test(`Engine is never live with a wrong book, and always again with a right one, ${SEEDS} seeds`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const hostile = new Hostile(seed);
    try {
      for (let tick = 0; tick < FAULTY_TICKS; tick++) hostile.step();
      hostile.isFaulty = false;
      for (let tick = 0; tick < RECOVERY_TICKS; tick++) hostile.step();
      const { feed } = hostile.driver.engine;
      assertEquals(feed.state, "live");
      // A minute of the faults that were tried costs some connections and snapshots, not hundreds.
      const { openMax, connections, snapshots } = hostile;
      assert(connections <= 90 && snapshots <= 150, `${connections} ${snapshots}`);
      assert(openMax <= 2, `${openMax} open connections`);
    } catch (cause) {
      throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }
});
