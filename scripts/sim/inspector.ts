/**
 * Inspector: what must hold after every step of one monitor, whatever the exchange does.
 *
 * - The levels that were touched equal the exchange's at the book's own id, and every level each
 *   100 steps and after each snapshot, inside the span that is trusted (`witness.ts`). Ids do not
 *   go back, and what comes too late changes nothing.
 * - What is not live is `null`, and what is shown as live is not old. Outputs, commands, levels and
 *   connections are bounded.
 * - Nothing is lost, no gap is seen and no book begun anew without a fault; a book comes back when
 *   faults stop.
 * - What is said is true: numbers (`number_inspector.ts`), gaps (`gap_inspector.ts`,
 *   `missed_id.ts`), trades (`trade_inspector.ts`), alerts (`alert_inspector.ts`), a price that has
 *   left the known levels (`out_of_band_inspector.ts`), a silence (`silence_inspector.ts`), the age
 *   of a connection (`age_inspector.ts`); and of a machine that is too slow, what is left undone
 *   (`overload_inspector.ts`).
 */
import type { OrderBook } from "../../actors/symbol/engine/book/order_book.ts";
import type { Engine } from "../../actors/symbol/engine/engine.ts";
import type { EngineEvent, StepOutput } from "../../actors/symbol/engine/event.ts";
import { BUFFER_MAX } from "../../actors/symbol/engine/sync/update_queue.ts";
import type { DataState } from "../../shared/output.ts";
import { AgeInspector } from "./age_inspector.ts";
import { AlertInspector, SIMULATED_RULES } from "./alert_inspector.ts";
import type { Connection } from "./connection.ts";
import { type Exchange, START_MS } from "./exchange.ts";
import { GapInspector } from "./gap_inspector.ts";
import type { Market } from "./market.ts";
import { MissedId } from "./missed_id.ts";
import { NumberInspector } from "./number_inspector.ts";
import { type Break, OutputInspector } from "./output_inspector.ts";
import { SilenceInspector } from "./silence_inspector.ts";
import { OutOfBandInspector } from "./out_of_band_inspector.ts";
import { OverloadInspector } from "./overload_inspector.ts";
import { emptyTally, type MonitorTally, type Violation } from "./tally.ts";
import type { Trace } from "./trace.ts";
import { TradeFlowInspector } from "./trade_flow_inspector.ts";
import { TradeInspector } from "./trade_inspector.ts";
import { Witness } from "./witness.ts";

/** Every level is compared once in so many steps, and after each new snapshot. */
const FULL_STEPS = 100;
/** A dead stream is given up after 60 s; two waits of at most 30 s each follow. */
export const RECOVERY_MS = 125_000;
/** A fault may be in effect for a little longer than it is noticed. */
const CAUSE_MS = 15_000;
/**
 * A live book that lacks a change for longer than this is a lie. A silence of a fault that a probe has
 * excused is learned as one of the stream's own, and five times as much may pass before the next is flagged.
 */
const HONEST_MS = 75_000;
/** While one replaces the other. */
const CONNECTIONS_MAX = 2;
/** Where little happens, silence is told from calm after some times the usual pause. */
const QUIET_CHANGES = 30;
const COMMANDS_MAX = 8;
/** So many changes make a snapshot old for certain. */
const LIVELY_CHANGES = 3;
/** A book holds no more levels than this many times those of the exchange. */
const LEVELS_FACTOR = 3;

interface Standing {
  readonly state: DataState;
  readonly id: number | null;
  readonly snapshots: number;
  readonly gaps: number;
  readonly resyncs: number;
}

/** Watches one engine. */
export class Inspector {
  readonly tally: MonitorTally = emptyTally();
  /** The newest steps, for a person; kept when asked for. */
  trace: Trace | null = null;
  readonly #engine: Engine;
  readonly #exchange: Exchange;
  readonly #market: Market;
  readonly #witness: Witness;
  readonly #outputs: OutputInspector;
  readonly #overload: OverloadInspector;
  readonly #missed: MissedId;
  readonly #outOfBand: OutOfBandInspector;
  readonly #silence: SilenceInspector;
  readonly #age: AgeInspector;
  readonly #gaps: GapInspector;
  readonly #numbers: NumberInspector;
  readonly #trades: TradeInspector;
  readonly #tradeFlow: TradeFlowInspector;
  readonly #alerts: AlertInspector;
  #violation: Violation | null = null;
  #event: EngineEvent = { type: "tick" };
  #isLate = false;
  #was: Standing = { state: "syncing", id: null, snapshots: 0, gaps: 0, resyncs: 0 };
  /** So many are open or being opened. */
  #connections = 0;
  /** Highest id so far of the present listing. */
  #highestId = 0;
  #lostMs = 0;
  #heldUntilMs = -Infinity;
  /** When frames were last let through slowly: what has piled up is old without being a lie. */
  #dripMs = -Infinity;
  #book: OrderBook;
  #digest = 0;

  constructor(engine: Engine, exchange: Exchange, market: Market) {
    this.#engine = engine;
    this.#exchange = exchange;
    this.#market = market;
    this.#book = engine.book;
    const onBreak: Break = (promise, what) => this.#break(promise, what);
    this.#outputs = new OutputInspector(engine, market, onBreak);
    this.#overload = new OverloadInspector(onBreak);
    this.#missed = new MissedId(exchange, market, onBreak);
    this.#outOfBand = new OutOfBandInspector(engine, exchange, market, onBreak);
    this.#age = new AgeInspector(exchange, market, onBreak);
    this.#silence = new SilenceInspector(onBreak);
    this.#gaps = new GapInspector(exchange, market, onBreak);
    this.#trades = new TradeInspector(onBreak);
    this.#tradeFlow = new TradeFlowInspector(exchange, onBreak);
    market.listeners.add(this.#tradeFlow);
    this.#witness = new Witness(market, engine);
    this.#numbers = new NumberInspector(market, this.#witness, onBreak);
    this.#alerts = new AlertInspector(SIMULATED_RULES, this.#witness, onBreak);
  }

  /** The first promise that was broken. */
  get violation(): Violation | null {
    return this.#violation;
  }

  /** A number that tells two runs apart. */
  get digest(): number {
    return this.#digest;
  }

  /** Its machine holds the monitor up for so long: nothing comes to it, and nothing of it. */
  heldUp(forMs: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#exchange.agenda.nowMs + forMs);
    this.#silence.heldUp(this.#exchange.agenda.nowMs, this.#heldUntilMs);
  }

  /** An event is about to be taken in; `isLate`: it must change nothing. */
  before(event: EngineEvent, isLate: boolean): void {
    this.#event = event;
    this.#isLate = isLate;
  }

  /** It has been. */
  after(accepted: StepOutput): void {
    const { tally } = this;
    tally.steps += 1;
    const is = this.#standing();
    const was = this.#was;
    this.#was = is;
    this.#digest = Math.imul(this.#digest ^ (is.id ?? accepted.outputs.length), 0x01000193);
    this.trace?.add(this.#exchange.agenda.nowMs, this.#event, this.#isLate, accepted, is);
    if (this.#isLate) this.#checkLate(accepted, was, is);
    // An audited book takes the place of the one that it agreed with.
    const isNew = is.snapshots > was.snapshots || this.#book !== this.#engine.book;
    this.#book = this.#engine.book;
    if (is.id !== null) this.#checkBook(is.id, isNew);
    if (is.state === "live" && is.id === null) this.#break("a live book has an id", "it has none");
    if (accepted.outputs.length > 0) {
      this.#outputs.check(accepted.outputs, is.state);
      this.#numbers.check(accepted.outputs, is.id);
      this.#outOfBand.check(accepted.outputs, was.state === "live", was.id, is.id);
    }
    const utcMs = START_MS + Math.floor(this.#exchange.agenda.nowMs);
    this.#overload.after(this.#event, accepted, is.state, is.id, utcMs);
    // Rules go on where frames are thinned out.
    const seen = this.#overload.level > 0 ? this.#engine.view : null;
    this.#alerts.after(this.#event, accepted.outputs, is.id, utcMs, seen);
    this.#count(accepted);
    if (is.gaps > was.gaps || is.resyncs > was.resyncs) this.#checkCause("a book is begun anew");
    if (is.gaps > was.gaps) this.#gaps.noticed(was.id);
    this.#gaps.check(accepted.outputs, is.id !== null);
    if (is.gaps > was.gaps && was.id !== null) this.#missed.called(was.id + 1);
    else if (this.#event.type === "depth_update" && !this.#isLate) {
      const { firstUpdateId } = this.#event.update;
      this.#missed.came(this.#event.update);
      if (this.#connections === 1 && is.id !== null && firstUpdateId > is.id + 1) {
        this.#break("a hole is waited for only beside another connection", `at ${is.id}`);
      }
    }
    if (this.#engine.buffered > BUFFER_MAX) {
      this.#break("buffers are bounded", `${this.#engine.buffered} updates wait`);
    }
    if (accepted.commands.length > COMMANDS_MAX) {
      this.#break("commands are few", `${accepted.commands.length} in one step`);
    }
    if (was.state !== is.state) this.#changed(was, is);
    const { level } = this.#overload;
    this.#trades.after(this.#isLate ? null : this.#event, accepted.outputs, utcMs, level);
    this.#tradeFlow.after(this.#isLate ? null : this.#event, accepted.outputs, is.id);
    if (!this.#isLate) {
      const { nowMs } = this.#exchange.agenda;
      this.#silence.after(this.#event, is.state, this.#engine.replacements, nowMs);
    }
    if (this.#event.type === "tick") this.#checkTime(is);
  }

  /** These connections are open or, `null`, being opened. */
  connections(lives: readonly (Pick<Connection, "openedMs"> | null)[]): void {
    this.#connections = lives.length;
    if (lives.length > CONNECTIONS_MAX) {
      this.#break("at most two connections are open", `${lives.length} are`);
    }
    this.#age.check(lives);
  }

  #standing(): Standing {
    const { feed, bookUpdateId } = this.#engine;
    const { state, snapshots, gaps, resyncs } = feed;
    return { state, id: bookUpdateId, snapshots, gaps, resyncs };
  }

  #count({ outputs }: StepOutput): void {
    const { tally } = this;
    tally.outOfBand = this.#outOfBand.count;
    tally.framesCompared = this.#numbers.compared;
    tally.bounds = this.#numbers.bounds;
    tally.gaps = this.#gaps.told;
    tally.trades = this.#trades.told;
    tally.tradeWindows = this.#tradeFlow.compared;
    tally.alerts = this.#alerts.told;
    tally.replacements = this.#engine.replacements;
    const audits = outputs.filter(({ type }) => type === "audit").length;
    const { changesPerSecond, restLagMs } = this.#market.character;
    tally.audits += audits;
    if (changesPerSecond * restLagMs >= LIVELY_CHANGES * 1_000) tally.laggingAudits += audits;
  }

  #checkLate({ commands }: StepOutput, was: Standing, is: Standing): void {
    const isSame = was.state === is.state && was.id === is.id && was.snapshots === is.snapshots;
    if (isSame && commands.length === 0) return;
    this.#break("what comes too late changes nothing", `${this.#event.type} did`);
  }

  #checkBook(id: number, isNew: boolean): void {
    const { truth } = this.#market;
    const isKnown = truth.covers(this.#highestId);
    if (isKnown && truth.covers(id) && id < this.#highestId) {
      this.#break("ids never go back", `from ${this.#highestId} to ${id}`);
    }
    this.#highestId = truth.covers(id) ? id : 0;
    let difference = this.#witness.follow(id);
    // Without a side a book cannot be crossed, nor be seen to be wrong; it has no mid, and is not shown.
    const { bids, asks } = this.#engine.book;
    if (bids.isEmpty || asks.isEmpty) return;
    if (difference === null && (isNew || this.tally.steps % FULL_STEPS === 0)) {
      this.tally.fullComparisons += 1;
      difference = this.#witness.compareAll();
      this.#checkSize();
    }
    if (this.#was.state === "live") difference ??= this.#witness.compareBest();
    this.tally.levelsCompared = this.#witness.compared;
    if (difference !== null) this.#break("a live book equals the exchange's at its id", difference);
  }

  #checkSize(): void {
    const { bids, asks } = this.#engine.book;
    const most = 2 * this.#market.character.levels * LEVELS_FACTOR;
    if (bids.size + asks.size > most) {
      this.#break("the book is bounded", `${bids.size} bids and ${asks.size} asks`);
    }
  }

  #changed(was: Standing, is: Standing): void {
    const { agenda, trouble } = this.#exchange;
    const { nowMs } = agenda;
    if (is.state === "live") {
      const troubleMs = Math.max(0, trouble.lastMs(this.#market.index, nowMs), this.#lostMs);
      this.tally.recoveries += 1;
      this.tally.slowestRecoveryMs = Math.max(this.tally.slowestRecoveryMs, nowMs - troubleMs);
    }
    if (was.state !== "live") return;
    this.#lostMs = nowMs;
    // No fault either, where it is true.
    if (!this.#outOfBand.isAway) this.#checkCause(`it is ${is.state} now`);
  }

  #checkCause(what: string): void {
    const { agenda, trouble } = this.#exchange;
    const { index, character } = this.#market;
    const { nowMs } = agenda;
    if (nowMs - trouble.lastMs(index, nowMs) > character.patienceMs + CAUSE_MS) {
      this.#break("nothing is lost without a fault", what);
    }
  }

  #checkTime({ state }: Standing): void {
    const { agenda, trouble } = this.#exchange;
    const { index } = this.#market;
    const { nowMs } = agenda;
    const troubleMs = Math.max(0, trouble.lastMs(index, nowMs));
    this.#outOfBand.tick();
    if (!trouble.isIn(index, nowMs)) {
      this.tally.freeTicks += 1;
      if (state === "live") this.tally.liveTicks += 1;
    }
    if (state !== "live") {
      if (nowMs - Math.max(troubleMs, this.#lostMs, this.#heldUntilMs) > RECOVERY_MS) {
        this.#break("a book comes back when faults stop", `still ${state}`);
      }
      return;
    }
    const honestMs = Math.max(
      HONEST_MS,
      QUIET_CHANGES / this.#market.character.changesPerSecond * 1_000,
    );
    if (trouble.holds("slow_drip", index, nowMs)) this.#dripMs = nowMs;
    if (nowMs - this.#dripMs < honestMs) return;
    const sinceMs = this.#witness.behindSinceMs;
    if (sinceMs !== null && nowMs - sinceMs > honestMs) {
      this.#break(
        "what is shown as live is not old",
        `a change lacks that is ${Math.round(nowMs - sinceMs)} ms old`,
      );
    }
  }

  #break(promise: string, what: string): void {
    const { nowMs } = this.#exchange.agenda;
    this.#violation ??= { promise, what, atMs: nowMs, symbol: this.#market.character.name };
  }
}
