/** Exchange: markets, connections and REST of the simulated world, and what its faults do to them. */
import { assertNever } from "../../shared/assert_never.ts";
import type { OverloadLevel } from "../../shared/overload.ts";
import { Random } from "../../shared/random.ts";
import type { Agenda } from "./agenda.ts";
import { Connection, type Receiver, type Stream } from "./connection.ts";
import { type ConnectionFault, isFrameFault, isRequestFault, type PlannedFault } from "./fault.ts";
import { Market } from "./market.ts";
import type { Plan } from "./plan.ts";
import { RestServer } from "./rest_server.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Trouble } from "./trouble.ts";

/** UTC at the beginning of every world. */
export const START_MS = Date.UTC(2026, 0, 5);
/** A fault without a connection to hit is tried again so often, once a second. */
const TRIES_MAX = 20;
const HANDSHAKE_MS = 60;
/** A new status is known so late. */
const STATUS_MAX_MS = 3_000;
/** This share of the new listings shows in nothing but its ids, until the exchange is asked again. */
const UNTOLD_SHARE = 0.4;
const ASKED_AGAIN_MS = 60_000;
/** Who is told so long before the end of a connection must lose nothing … */
const TOLD_MIN_MS = 2_000;
/** … unless it was told the same so lately: to replace a young connection may have to wait. */
const AGAIN_MS = 120_000;
const OVERLOADS: readonly OverloadLevel[] = [1, 2, 3];
/** How far the exchange's clock may be wrong. */
const SKEW_MAX_MS = 10_000;

/** What is said of a symbol has changed; a monitor that asks now and then learns of it after `afterMs`. */
export type StatusListener = (market: Market, afterMs: number) => void;

/** What the machine of a symbol's monitor does to it. */
export interface Machines {
  /** Holds it up for so long. */
  holdUp(market: Market, forMs: number): void;
  /** Is too slow for it for so long. */
  overload(market: Market, level: OverloadLevel, forMs: number): void;
}

/** The whole exchange. */
export class Exchange implements Surroundings {
  readonly agenda: Agenda;
  readonly trouble: Trouble;
  readonly markets: readonly Market[];
  readonly rest: RestServer;
  readonly #seed: number;
  readonly #random: Random;
  readonly #onStatus: StatusListener;
  readonly #machines: Machines;
  #connections: Connection[] = [];
  #connectionCount = 0;
  #skewMs = 0;

  constructor(
    plan: Plan,
    agenda: Agenda,
    trouble: Trouble,
    onStatus: StatusListener,
    machines: Machines,
  ) {
    this.agenda = agenda;
    this.trouble = trouble;
    this.#seed = plan.seed;
    this.#random = new Random(plan.seed, "exchange");
    this.#onStatus = onStatus;
    this.#machines = machines;
    this.markets = plan.symbols.map((character, i) => new Market(i, character, plan.seed, agenda));
    this.rest = new RestServer(this, plan.seed);
    for (const fault of plan.faults) agenda.at(fault.atMs, () => this.#apply(fault, 0));
  }

  exchangeMs(): number {
    return START_MS + Math.floor(this.agenda.nowMs) + this.#skewMs;
  }

  /** A handshake: the connection, or why there is none, a while later. */
  connect(
    market: Market,
    receiver: Receiver,
    opened: (connection: Connection) => void,
  ): void {
    const { agenda, trouble } = this;
    agenda.after(HANDSHAKE_MS * (0.5 + this.#random.exponential(0.5)), () => {
      if (trouble.holds("refused", market.index, agenda.nowMs)) {
        return receiver.closed("the connection was refused");
      }
      this.#connectionCount += 1;
      const name = `connection ${this.#connectionCount}`;
      const connection = new Connection(this, market, name, this.#seed, receiver);
      this.#connections = this.#connections.filter(({ isOpen }) => isOpen);
      this.#connections.push(connection);
      opened(connection);
      if (!trouble.holds("close_storm", market.index, agenda.nowMs)) return;
      const lifeMs = this.#random.exponential(500);
      agenda.after(lifeMs, () => connection.end("code 1001, going away", false));
    });
  }

  #apply(fault: PlannedFault, tries: number): void {
    const { kind, symbol, forMs, amount } = fault;
    const { agenda, trouble } = this;
    const market = this.markets[symbol];
    if (market === undefined) return;
    if (isFrameFault(kind) || isRequestFault(kind)) return trouble.arm(fault, agenda.nowMs);
    const endMs = agenda.nowMs + forMs;
    switch (kind) {
      case "close_storm":
        trouble.begin(kind, null, agenda.nowMs, endMs);
        for (const each of this.#connections) each.end("code 1001, going away", amount < 0.5);
        return;
      case "refused":
        trouble.begin(kind, symbol, agenda.nowMs, endMs);
        return;
      case "clock_skew":
        trouble.count(kind, null, agenda.nowMs);
        this.#skewMs = Math.round((2 * amount - 1) * SKEW_MAX_MS);
        return agenda.at(endMs, () => this.#skewMs = 0);
      case "slow_loop":
        trouble.count(kind, symbol, agenda.nowMs);
        return this.#machines.holdUp(market, forMs);
      case "overload":
        trouble.count(kind, symbol, agenda.nowMs);
        return this.#machines.overload(market, OVERLOADS[Math.floor(3 * amount)] ?? 1, forMs);
      case "status":
        return this.#halt(market, endMs);
      case "delisting":
        return this.#delist(market, endMs, amount < 0.5, amount % 0.1 < UNTOLD_SHARE * 0.1);
      case "tick_size":
        trouble.count(kind, symbol, agenda.nowMs);
        market.changeTick(amount < 0.7);
        return this.#tellStatus(market);
      case "silence":
      case "slow_drip":
      case "abrupt_close":
      case "half_open":
      case "server_shutdown":
      case "day_cut": {
        const connection = this.#connections.find((each) => each.isOpen && each.market === market);
        if (connection !== undefined) this.#hit(connection, kind, fault);
        else if (tries < TRIES_MAX) agenda.after(1_000, () => this.#apply(fault, tries + 1));
        return;
      }
      default:
        return assertNever(kind, "apply a fault");
    }
  }

  #hit(
    connection: Connection,
    kind: Exclude<ConnectionFault, "close_storm" | "refused">,
    { symbol, forMs, amount }: PlannedFault,
  ): void {
    const { agenda, trouble } = this;
    const { nowMs } = agenda;
    // How long a monitor may take to leave a connection that says nothing.
    const { patienceMs } = connection.market.character;
    switch (kind) {
      case "silence":
        return this.#silence(connection, symbol, forMs, amount);
      case "slow_drip": {
        connection.spacingMs = 50 + 350 * amount;
        const condition = trouble.begin(kind, symbol, nowMs, nowMs + forMs);
        connection.suffers(condition);
        return agenda.after(forMs, () => {
          connection.spacingMs = 0;
          // What has piled up is on its way until then.
          const backlog = trouble.prolong(kind, symbol, connection.arrivesMs);
          if (connection.isOpen) connection.suffers(backlog);
        });
      }
      case "half_open":
        connection.isDeaf = true;
        return connection.suffers(trouble.begin(kind, symbol, nowMs, nowMs + patienceMs));
      case "server_shutdown":
        // Who is told in time has a successor open before the end, unless it has just needed one.
        if (forMs >= TOLD_MIN_MS && nowMs - trouble.lastOfKindMs(kind, symbol) > AGAIN_MS) {
          trouble.countHarmless(kind, symbol, nowMs);
        } else trouble.count(kind, symbol, nowMs);
        connection.tell({ type: "server_shutdown" });
        return agenda.after(forMs, () => connection.end("code 1001, shutting down", true));
      case "abrupt_close":
        trouble.count(kind, symbol, nowMs);
        return connection.end("code 1006", true);
      case "day_cut":
        trouble.count(kind, symbol, nowMs);
        return connection.end("code 1008, 24 hours have passed", false);
      default:
        return assertNever(kind, "hit a connection");
    }
  }

  #silence(connection: Connection, symbol: number, forMs: number, amount: number): void {
    const { trouble, agenda } = this;
    const { nowMs } = agenda;
    const streams: Stream[] = amount < 0.4
      ? ["depth"]
      : amount < 0.6
      ? ["book_ticker"]
      : amount < 0.7
      ? ["trade"]
      : ["depth", "book_ticker", "trade"];
    for (const stream of streams) connection.muted.add(stream);
    const resumesMs = nowMs + forMs;
    const endMs = Math.min(resumesMs, nowMs + connection.market.character.patienceMs);
    // A book does not need tickers and trades.
    if (streams.includes("depth")) {
      connection.suffers(trouble.begin("silence", symbol, nowMs, endMs));
    } else trouble.count("silence", symbol, nowMs);
    agenda.at(resumesMs, () => {
      for (const stream of streams) connection.muted.delete(stream);
    });
  }

  #halt(market: Market, endMs: number): void {
    const { trouble, agenda } = this;
    trouble.begin("status", market.index, agenda.nowMs, endMs);
    market.halt();
    this.#tellStatus(market);
    agenda.at(endMs, () => {
      market.resume();
      this.#tellStatus(market);
    });
  }

  #tellStatus(market: Market): void {
    const afterMs = STATUS_MAX_MS * this.#random.uniform();
    this.#onStatus(market, afterMs);
    this.agenda.after(afterMs, () => this.trouble.mark(market.index, this.agenda.nowMs));
  }

  /** `isUntold`: who asks now and then has not seen it. */
  #delist(market: Market, endMs: number, isBelow: boolean, isUntold: boolean): void {
    const { trouble, agenda } = this;
    if (market.status === "DELISTED") return;
    trouble.begin("delisting", market.index, agenda.nowMs, endMs);
    market.delist();
    if (!isUntold) this.#tellStatus(market);
    agenda.at(endMs, () => {
      market.relist(isBelow);
      trouble.mark(market.index, agenda.nowMs);
      agenda.after(isUntold ? ASKED_AGAIN_MS : 0, () => this.#tellStatus(market));
    });
  }
}
