/**
 * ReplayRun: a recording through the very same engine as the live monitor. The recording drives the
 * time, so hours take seconds; what the engine asks of its shell is answered from the recording.
 */
import { assertNever } from "../shared/assert_never.ts";
import { DEFAULT_ALERT_RULES } from "../shared/catalogue/built_in_rules.ts";
import type { AlertRule } from "../shared/catalogue/rules.ts";
import { dollarAssetOf } from "../shared/catalogue/quote_assets.ts";
import { DEFAULT_SETTINGS } from "../shared/catalogue/settings.ts";
import type { TickLot } from "../actors/symbol/engine/book/price_scale.ts";
import type { Engine } from "../actors/symbol/engine/engine.ts";
import {
  type Command,
  type DepthSnapshot,
  type EngineEvent,
  type StepOutput,
  TICK_MS,
} from "../actors/symbol/engine/event.ts";
import { FAMILIES, familiesWithVpinBucket } from "../actors/symbol/engine/metrics/families.ts";
import type { FamilyDeclaration } from "../actors/symbol/engine/metrics/family.ts";
import { isForNewBook } from "../actors/symbol/engine/snapshots/snapshot_request.ts";
import { EngineDriver } from "../actors/symbol/engine_driver.ts";
import type { SymbolId } from "../shared/market.ts";
import type { Output } from "../shared/output.ts";
import {
  foreignReply,
  isOfAnother,
  readPayload,
  refusalAt,
  Refusals,
  refusalWords,
  type RefusedFrames,
  requireName,
  snapshotByName,
  snapshotOr,
} from "./recorded_refusal.ts";
import { type RecordedLine, RecordingError } from "./recording.ts";
import { binanceSpotMarketData } from "../actors/venue/binance_spot/market_data.ts";

/** A hole in the recording longer than this is jumped over: an hour of ticks tells nothing new. */
const HOLE_MAX_MS = 3_600_000;
/** The numbers of levels that a snapshot can be asked for: a side this long may go on. */
const SNAPSHOT_LIMITS = [5, 10, 20, 50, 100, 500, 1_000, 5_000];

/**
 * Recordings are short, and a median minute of the last hour is not known in them: VPIN has these buckets of the base asset,
 * as in the numbers that others have computed of them. Of another symbol it is as live.
 */
export const VPIN_BUCKETS: Readonly<Record<SymbolId, number>> = { BTCUSDT: 2, ETHUSDT: 20 };

const TICK: EngineEvent = { type: "tick" };

/** What one symbol's recording came to; `bbo` is the oracle of docs/METRICS.md. */
export interface ReplayReport {
  readonly symbol: SymbolId;
  readonly frames: number;
  readonly depthUpdates: number;
  /** Snapshots that a book started from. */
  readonly snapshots: number;
  readonly resyncs: number;
  readonly gaps: number;
  /** Refused frames in all, and by their reason. */
  readonly malformed: number;
  readonly refused: readonly RefusedFrames[];
  readonly bbo: {
    readonly exact: { readonly checked: number; readonly mismatched: number };
    readonly carried: {
      readonly checked: number;
      readonly mismatched: number;
      readonly healed: number;
    };
  };
  readonly levels: { readonly bids: number; readonly asks: number };
  readonly metricsFrames: number;
  readonly alerts: number;
  readonly elapsedMs: number;
  readonly framesPerSecond: number;
}

/** Choices of a replay. */
export interface ReplayOptions {
  readonly metricsIntervalMs: number;
  /** Sees every output in order. */
  readonly onOutput?: (output: Output) => void;
  /** Sees the engine after each applied update. */
  readonly onApplied?: (engine: Engine) => void;
  /** Absent: those that are built in. */
  readonly alertRules?: readonly AlertRule[];
  /** Absent: they are learnt from the levels. */
  readonly tickLot?: TickLot | null;
  /** Absent: every one. */
  readonly families?: readonly FamilyDeclaration[];
  /** Buckets of VPIN, base asset; `null`: as live, absent: as `VPIN_BUCKETS` says. */
  readonly vpinBucketQty?: number | null | undefined;
}

function familiesOf(
  symbol: SymbolId,
  vpinBucketQty: number | null = VPIN_BUCKETS[symbol] ?? null,
): readonly FamilyDeclaration[] {
  return vpinBucketQty === null ? FAMILIES : familiesWithVpinBucket(vpinBucketQty);
}

/** One symbol's recording on its way through the engine. */
export class ReplayRun {
  readonly symbol: SymbolId;
  readonly #driver: EngineDriver;
  readonly #onOutput: ((output: Output) => void) | undefined;
  /** When the last event was handed on. */
  #nowMs: number;
  #nextTickMs: number;
  #openAtMs: number | null = null;
  #connection = 0;
  /** The snapshot request that waits for its answer. */
  #generation: number | null = null;
  #frames = 0;
  #depthUpdates = 0;
  /** Snapshots in the recording, asked for or not. */
  #recordedSnapshots = 0;
  readonly #refusals = new Refusals();
  #metricsFrames = 0;
  #alerts = 0;

  constructor(symbol: SymbolId, startMs: number, options: ReplayOptions) {
    this.symbol = symbol;
    this.#onOutput = options.onOutput;
    this.#nextTickMs = startMs;
    const driverOptions = {
      symbol,
      tickLot: options.tickLot ?? null,
      quoteAsset: dollarAssetOf(symbol),
      depthLevels: 5_000,
      auditIntervalMs: null,
      metricsIntervalMs: options.metricsIntervalMs,
      settings: DEFAULT_SETTINGS,
      // The same file must give the same outputs.
      seed: 0,
      awaitRestore: false,
      alertRules: options.alertRules ?? DEFAULT_ALERT_RULES,
      alertMemory: null,
      metricMemory: null,
      families: options.families ?? familiesOf(symbol, options.vpinBucketQty),
      onApplied: () => options.onApplied?.(this.engine),
    };
    this.#nowMs = startMs;
    this.#driver = new EngineDriver(binanceSpotMarketData, driverOptions, startMs, {
      take: (step) => this.#take(step),
      run: (command) => this.#run(command),
    });
    this.#driver.start();
  }

  get engine(): Engine {
    return this.#driver.engine;
  }

  /**
   * One line, in the file's order.
   *
   * @throws {RecordingError} when it shows that the recording is of another market, unit or symbol.
   */
  line(line: RecordedLine): void {
    const { receivedMs, payload } = line;
    this.#passTime(receivedMs);
    this.#frames += 1;
    const snapshot = snapshotByName(payload);
    if (snapshot !== null) return this.#snapshotOrRefuse(line, snapshot);
    const event = this.#driver.read(payload, this.#connection);
    switch (event.type) {
      case "malformed":
        return this.#snapshotOrRefuse(line, snapshotOr(event, payload));
      case "server_shutdown":
      case "subscriptions_listed":
        // The recorder has dealt with it: what follows in the file is what was received.
        return;
      case "depth_update":
        this.#depthUpdates += 1;
        break;
      case "book_ticker":
      case "trade":
        break;
      default:
        return assertNever(event, "replay a frame");
    }
    this.#accept(event, receivedMs);
  }

  /** The counters at the end; `elapsedMs` is what the caller measured. */
  report(elapsedMs: number): ReplayReport {
    const { engine } = this;
    const { exact, carried } = engine.proof;
    return {
      symbol: this.symbol,
      frames: this.#frames,
      depthUpdates: this.#depthUpdates,
      snapshots: engine.feed.snapshots,
      resyncs: engine.feed.resyncs,
      gaps: engine.feed.gaps,
      malformed: this.#refusals.frames,
      refused: this.#refusals.reasons,
      bbo: { exact, carried },
      levels: { bids: engine.book.bids.size, asks: engine.book.asks.size },
      metricsFrames: this.#metricsFrames,
      alerts: this.#alerts,
      elapsedMs: Math.round(elapsedMs),
      framesPerSecond: Math.round(this.#frames / Math.max(elapsedMs, 1) * 1_000),
    };
  }

  /** Why the report would say nothing of a book, as the end of a sentence; `null`: it does. */
  get problem(): string | null {
    const lack = this.#lack();
    if (lack === null) return null;
    const most = this.#refusals.mostFrequent;
    if (most === null) return lack;
    return `${lack}; ${this.#refusals.frames} of its ${this.#frames} lines were refused, line ` +
      `${most.firstLine} because it ${most.reason}`;
  }

  #lack(): string | null {
    if (this.#depthUpdates === 0) return "holds no depth update that can be read";
    if (this.#recordedSnapshots === 0) {
      return "holds no depth snapshot for a book to start from (`deno task record` writes one)";
    }
    return this.engine.feed.snapshots > 0
      ? null
      : "holds no depth snapshot that joins the depth updates around it";
  }

  #snapshotOrRefuse(line: RecordedLine, answer: ReturnType<typeof snapshotOr>): void {
    if (answer.type === "malformed") {
      if (isOfAnother(answer)) throw refusalAt(line, answer);
      return this.#refusals.count(answer, line.line);
    }
    this.#recordedSnapshots += 1;
    // A snapshot that nobody asked for (an audit of the recorder's) is not for this engine.
    if (this.#generation === null) return;
    const generation = this.#generation;
    this.#generation = null;
    const limit = limitOf(answer.snapshot);
    this.#accept({ ...answer, generation, limit }, line.receivedMs);
  }

  #passTime(nowMs: number): void {
    const isJump = nowMs - this.#nextTickMs > HOLE_MAX_MS || nowMs < this.#nextTickMs - HOLE_MAX_MS;
    if (isJump) this.#nextTickMs = nowMs;
    for (; this.#nextTickMs <= nowMs; this.#nextTickMs += TICK_MS) {
      this.#openIfDue(this.#nextTickMs);
      this.#accept(TICK, this.#nextTickMs);
    }
    this.#openIfDue(nowMs);
  }

  #openIfDue(nowMs: number): void {
    if (this.#openAtMs === null || nowMs < this.#openAtMs) return;
    this.#openAtMs = null;
    this.#accept({ type: "opened", connection: this.#connection }, nowMs);
  }

  #accept(event: EngineEvent, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#driver.accept(event, nowMs);
  }

  #take({ outputs }: StepOutput): void {
    if (outputs.length === 0) return;
    for (const output of outputs) {
      if (output.type === "metrics") this.#metricsFrames += 1;
      if (output.type === "alert") this.#alerts += 1;
      this.#onOutput?.(output);
    }
  }

  #run(command: Command): void {
    switch (command.type) {
      case "fetch_snapshot":
        // A recorded snapshot is the start of a book; what a live book asks for is not in the recording.
        if (isForNewBook(command.purpose)) this.#generation = command.generation;
        return;
      case "cancel_snapshot":
        this.#generation = null;
        return;
      case "open_connection":
        this.#connection = command.connection;
        this.#openAtMs = this.#nowMs + command.delayMs;
        return;
      case "list_subscriptions":
        // Nobody can ask a recording whether its connection lived.
        return this.#accept(
          { type: "subscriptions_listed", connection: command.connection },
          this.#nowMs,
        );
      case "hurry_connection":
      case "close_connection":
      case "probe_bbo":
        // A recording has one connection, and nobody to ask.
        return;
      default:
        return assertNever(command, "carry out a command");
    }
  }
}

/**
 * Runs lines of one symbol; `null` when there is not one market frame in them.
 *
 * @throws {RecordingError} when a line shows that the recording is of another market, unit or symbol.
 */
export async function replayLines(
  lines: AsyncIterable<RecordedLine>,
  options: ReplayOptions,
): Promise<ReplayRun | null> {
  let run: ReplayRun | null = null;
  for await (const line of lines) {
    if (run === null) {
      const symbol = symbolOf(line.payload);
      if (symbol === null) continue;
      run = new ReplayRun(symbol, line.receivedMs, options);
    }
    run.line(line);
  }
  return run;
}

/** The symbol that a payload speaks of; `null`: it does not say. */
export function symbolOf(payload: string): SymbolId | null {
  return symbolIn(readPayload(payload));
}

function symbolIn(read: ReturnType<typeof readPayload>): SymbolId | null {
  switch (read.type) {
    case "depth_update":
      return read.update.symbol;
    case "book_ticker":
      return read.ticker.symbol;
    case "trade":
      return read.trade.symbol;
    case "depth_snapshot":
    case "server_shutdown":
    case "reply":
    case "malformed":
      return null;
    default:
      return assertNever(read, "say of which symbol a frame is");
  }
}

/** A recording does not tell what was asked for; a round number of levels was cut off there. */
function limitOf({ bids, asks }: DepthSnapshot): number {
  const longest = Math.max(bids.count, asks.count);
  return SNAPSHOT_LIMITS.includes(longest) ? longest : longest + 1;
}

/**
 * Groups files by the symbol of their first market frame, in the order given.
 *
 * @throws {RecordingError} for a file that is of another market or unit, or has no market frame.
 */
export async function groupBySymbol(
  files: readonly string[],
  read: (file: string) => AsyncIterable<RecordedLine>,
): Promise<Map<SymbolId, string[]>> {
  const groups = new Map<SymbolId, string[]>();
  for (const file of files) {
    const symbol = await firstSymbol(read(file), file);
    groups.set(symbol, [...groups.get(symbol) ?? [], file]);
  }
  return groups;
}

async function firstSymbol(lines: AsyncIterable<RecordedLine>, file: string): Promise<SymbolId> {
  let first: string | null = null;
  for await (const line of lines) {
    const read = readPayload(line.payload);
    const symbol = symbolIn(read);
    if (symbol !== null) {
      requireName(line, symbol);
      return symbol;
    }
    if (read.type === "reply") first ??= foreignReply(line);
    if (read.type !== "malformed") continue;
    if (isOfAnother(read)) throw refusalAt(line, read);
    first ??= refusalWords(line, read);
  }
  const why = first === null ? "" : `; ${first}`;
  throw new RecordingError(`Cannot replay ${file}: it holds no market frame of Binance spot${why}`);
}
