/**
 * Monitor: the shell around one engine, as the symbol actor is, with the simulated world in place of
 * sockets, timers and ports. Unlike the real shell it passes on what comes too late: the engine must
 * know old lives by their numbers.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import {
  type Command,
  type ConnectionPriority,
  type EngineEvent,
  TICK_MS,
} from "../../actors/symbol/engine/event.ts";
import { EngineDriver } from "../../actors/symbol/engine_driver.ts";
import { TickPlan } from "../../actors/symbol/tick_plan.ts";
import { depthWeight } from "../../actors/venue/binance_spot/request_weight.ts";
import { NO_ANSWER, type TellAnswer } from "../../shared/exchange_answer.ts";
import type { OverloadLevel } from "../../shared/overload.ts";
import { Random } from "../../shared/random.ts";
import { SIMULATED_RULES } from "./alert_inspector.ts";
import type { BboProber } from "./bbo_prober.ts";
import type { Connection } from "./connection.ts";
import { type Exchange, START_MS } from "./exchange.ts";
import type { Frame } from "./frame.ts";
import { Inspector } from "./inspector.ts";
import { Loop } from "./loop.ts";
import type { Market } from "./market.ts";
import type { SharedRateLimiter } from "./rate_limiter.ts";
import type { RestAnswer } from "./rest_server.ts";
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";

/** As the real shell: a handshake or an answer that takes longer is a failure. */
const ANSWER_TIMEOUT_MS = 10_000;
const REPLY_MS = 80;

type FetchSnapshot = Extract<Command, { readonly type: "fetch_snapshot" }>;

/** One engine in the world. */
export class Monitor {
  readonly inspector: Inspector;
  readonly #exchange: Exchange;
  readonly #market: Market;
  readonly #limiter: SharedRateLimiter;
  readonly #prober: BboProber;
  readonly #driver: EngineDriver;
  readonly #loop: Loop;
  /** By number, from the command to open it until it is told or commanded to be closed. */
  readonly #lives = new Map<number, Connection | null>();
  /** The connection that waits for its permit: one at most does; `null`: none. */
  #waiting: number | null = null;
  #withdrawConnection: () => void = () => {};
  /** The snapshot that is wanted; `null`: none. */
  #generation: number | null = null;
  #withdraw: () => void = () => {};
  #probe = 0;
  readonly #ticks: TickPlan;
  /** How often its machine was too slow. */
  #overloads = 0;
  /** The tick that is on the agenda; `Infinity`: none is yet. */
  #tickMs = Infinity;

  constructor(
    exchange: Exchange,
    market: Market,
    limiter: SharedRateLimiter,
    prober: BboProber,
    seed: number,
  ) {
    this.#exchange = exchange;
    this.#market = market;
    this.#limiter = limiter;
    this.#prober = prober;
    this.#loop = new Loop(exchange.agenda);
    const { character } = market;
    const tickLot = character.knowsSteps ? market.listed : null;
    const { createDecoder, rules } = binanceSpotMarketData;
    const venue = {
      createDecoder,
      rules: { ...rules, connectionAge: character.connectionAge },
    };
    const options = {
      symbol: character.name,
      tickLot,
      quoteAsset: market.listed?.quoteAsset ?? null,
      depthLevels: character.depthLevels,
      auditIntervalMs: character.auditIntervalMs,
      metricsIntervalMs: 1_000,
      settings: DEFAULT_SETTINGS,
      seed,
      awaitRestore: false,
      alertRules: SIMULATED_RULES,
      alertMemory: null,
      metricMemory: null,
    };
    this.#driver = new EngineDriver(venue, options, this.#utcMs(), {
      take: (step) => this.inspector.after(step),
      run: (command) => this.#run(command),
    });
    this.inspector = new Inspector(this.#driver.engine, exchange, market);
    // Nobody's ticks are another's.
    const phase = new Random(seed, `ticks ${market.index}`).uniform();
    const { agenda } = exchange;
    this.#ticks = new TickPlan(agenda.nowMs + phase * TICK_MS);
    agenda.at(this.#ticks.dueMs, () => {
      this.#driver.start();
      this.inspector.connections([...this.#lives.values()]);
      this.#planTick();
    });
  }

  /** As the symbol's gauges tell it. */
  get hasHadBook(): boolean {
    return this.#driver.engine.feed.snapshots > 0;
  }

  /** Word of a ban, or of its end. */
  budget(bannedForMs: number | null, reason: string | null): void {
    this.#loop.come(() => this.#accept({ type: "budget", bannedForMs, reason }, false));
  }

  /** Its machine holds it up for so long. */
  holdUp(forMs: number): void {
    this.#loop.holdUp(forMs);
    this.inspector.heldUp(forMs);
  }

  /** Its machine is too slow for so long; what it was before counts no more. */
  overload(level: OverloadLevel, forMs: number): void {
    const overload = this.#overloads += 1;
    this.#loop.come(() => this.#accept({ type: "overload", level }, false));
    this.#loop.after(forMs, () => {
      if (overload === this.#overloads) this.#accept({ type: "overload", level: 0 }, false);
    });
  }

  /** The exchange says something else of the symbol than before; it takes a while to be asked. */
  statusChanged(afterMs: number): void {
    this.#exchange.agenda.after(afterMs, () => {
      const info = this.#market.listed;
      this.#loop.come(() => this.#accept({ type: "symbol_info", info }, false));
    });
  }

  /** As the timer of the real shell: one that was put down for later is none. */
  #planTick(): void {
    const { agenda } = this.#exchange;
    const { dueMs } = this.#ticks;
    if (dueMs >= this.#tickMs) return;
    this.#tickMs = dueMs;
    this.#loop.after(dueMs - agenda.nowMs, () => {
      if (this.#tickMs !== dueMs) return;
      this.#tickMs = Infinity;
      this.#ticks.ticked(agenda.nowMs);
      this.#accept({ type: "tick" }, false);
      this.#planTick();
    });
  }

  /** `isLate`: of a life that the engine has left, or was told the end of. */
  #accept(event: EngineEvent, isLate: boolean): void {
    this.inspector.before(event, isLate);
    this.#driver.accept(event, this.#utcMs());
    this.inspector.connections([...this.#lives.values()]);
    if (event.type !== "depth_update") return;
    this.#ticks.saw(this.#driver.engine.bookUpdateId, this.#exchange.agenda.nowMs);
    this.#planTick();
  }

  #run(command: Command): void {
    switch (command.type) {
      case "open_connection":
        this.#lives.set(command.connection, null);
        return this.#loop.after(
          command.delayMs,
          () => this.#open(command.connection, command.priority),
        );
      case "hurry_connection":
        if (this.#waiting !== command.connection) return;
        this.#withdrawConnection();
        return this.#open(command.connection, command.priority);
      case "close_connection":
        return this.#leave(command.connection);
      case "fetch_snapshot":
        this.#generation = command.generation;
        this.#withdraw();
        return this.#loop.after(command.delayMs, () => this.#askSnapshot(command));
      case "cancel_snapshot":
        this.#generation = null;
        return this.#withdraw();
      case "list_subscriptions":
        return this.#list(command.connection);
      case "probe_bbo":
        return this.#askBbo(command.probe);
      default:
        return assertNever(command, "carry out a command");
    }
  }

  // -- Connections --

  #open(number: number, priority: ConnectionPriority): void {
    if (!this.#lives.has(number)) return;
    const loop = this.#loop;
    const request = { kind: "connection", weight: 1, priority } as const;
    this.#waiting = number;
    this.#withdrawConnection = this.#limiter.ask(this.#market.index, request, (tell) => {
      // An attempt counts, whatever comes of it.
      tell(NO_ANSWER);
      loop.come(() => {
        this.#waiting = null;
        if (!this.#lives.has(number)) return;
        loop.deadline(ANSWER_TIMEOUT_MS, () => {
          if (this.#lives.get(number) === null) this.#closed(number, "no answer within 10 s");
        });
        this.#exchange.connect(this.#market, {
          frame: (frame) => loop.come(() => this.#frame(number, frame)),
          closed: (reason) => loop.come(() => this.#closed(number, reason)),
        }, (connection) => loop.come(() => this.#opened(number, connection)));
      });
    });
  }

  #opened(number: number, connection: Connection): void {
    if (this.#lives.get(number) !== null) return connection.leave(false);
    this.#lives.set(number, connection);
    this.#accept({ type: "opened", connection: number }, false);
  }

  #closed(number: number, reason: string): void {
    const isLate = !this.#lives.has(number);
    this.#lives.get(number)?.leave(false);
    this.#lives.delete(number);
    this.#accept({ type: "closed", connection: number, reason }, isLate);
  }

  #leave(number: number): void {
    const connection = this.#lives.get(number);
    this.#lives.delete(number);
    if (connection === undefined || connection === null) return;
    const { hasLateFrames } = this.#market.character;
    connection.leave(hasLateFrames);
    if (!hasLateFrames || connection.isDeaf) return;
    this.#loop.after(REPLY_MS * 5, () => this.#closed(number, "closed by us"));
  }

  #list(number: number): void {
    const connection = this.#lives.get(number);
    this.#exchange.agenda.after(REPLY_MS, () => {
      const isHeard = connection?.isOpen === true && !connection.isDeaf;
      if (!isHeard) return;
      this.#loop.come(() => {
        const isLate = this.#lives.get(number) !== connection;
        this.#accept({ type: "subscriptions_listed", connection: number }, isLate);
      });
    });
  }

  #frame(number: number, frame: Frame): void {
    const event = frame.type === "text"
      ? this.#driver.read(frame.text, number)
      : this.#driver.eventOf(frame, number);
    if (event.type !== "malformed") this.#accept(event, !this.#lives.has(number));
  }

  // -- REST --

  #askSnapshot(command: FetchSnapshot): void {
    const { generation, limit, purpose } = command;
    if (generation !== this.#generation) return;
    const request = { kind: "rest", weight: depthWeight(limit), priority: purpose } as const;
    this.#withdraw = this.#limiter.ask(this.#market.index, request, (tell) => {
      this.#loop.come(() => this.#fetch(command, tell));
    });
  }

  #fetch({ generation, limit }: FetchSnapshot, tell: TellAnswer): void {
    // Another was asked for while the permit waited to be read.
    if (generation !== this.#generation) return tell(NO_ANSWER);
    this.#accept({ type: "snapshot_asked", generation }, false);
    let isAnswered = false;
    this.#loop.deadline(ANSWER_TIMEOUT_MS, () => {
      if (isAnswered) return;
      isAnswered = true;
      tell(NO_ANSWER);
      this.#failed(generation, "no answer within 10 s", null);
    });
    this.#exchange.rest.depth(
      this.#market,
      limit,
      this.#newestFirstId(),
      (answer) =>
        this.#loop.come(() => {
          // One that was given up, and asked for again, may come all the same.
          if (isAnswered && generation === this.#generation) return;
          isAnswered = true;
          tell(answer);
          this.#answered(generation, limit, answer);
        }),
    );
  }

  #answered(generation: number, limit: number, answer: RestAnswer): void {
    const { status, snapshot, retryAfterMs } = answer;
    if (snapshot === null) return this.#failed(generation, `HTTP ${status}`, retryAfterMs);
    const isLate = generation !== this.#generation;
    this.#accept({ type: "depth_snapshot", generation, snapshot, limit }, isLate);
  }

  #failed(generation: number, reason: string, retryAfterMs: number | null): void {
    const isLate = generation !== this.#generation;
    this.#accept({ type: "snapshot_failed", generation, reason, retryAfterMs }, isLate);
  }

  #askBbo(probe: number): void {
    this.#probe = probe;
    this.#prober.add({
      symbol: this.#market.character.name,
      probe,
      answer: (message) => this.#loop.come(() => this.#accept(message, probe !== this.#probe)),
    });
  }

  #newestFirstId(): number {
    let newest = Infinity;
    for (const connection of this.#lives.values()) newest = connection?.lastFirstId ?? newest;
    return newest;
  }

  #utcMs(): number {
    return START_MS + Math.floor(this.#exchange.agenda.nowMs);
  }
}
