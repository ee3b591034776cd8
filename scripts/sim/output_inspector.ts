/** OutputInspector: what must hold of everything that an engine says. */
import type { Engine } from "../../actors/symbol/engine/engine.ts";
import { checkOutput } from "../../shared/catalogue/output_check.ts";
import { definitionOf, METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { readNullCode } from "../../shared/catalogue/null_code.ts";
import { formOf } from "../../shared/catalogue/outputs.ts";
import type { DataState, MetricsFrame, Output } from "../../shared/output.ts";
import type { Market } from "./market.ts";

/** Rows of ten minutes may leave at once; anything more is without bound. */
const OUTPUTS_MAX = 1_000;

/** Tells that a promise was broken, and how. */
export type Break = (promise: string, what: string) => void;

/** Watches the outputs of one engine. */
export class OutputInspector {
  readonly #engine: Engine;
  readonly #market: Market;
  readonly #break: Break;
  /** Of the last metrics that were live. */
  #saidId = 0;
  /** What was said last, and whether it was something else than live since the last row. */
  #state: DataState = "syncing";
  #hadTrouble = true;
  /** Of the last row. */
  #rowMs = Infinity;
  #passing = 0;

  constructor(engine: Engine, market: Market, onBreak: Break) {
    this.#engine = engine;
    this.#market = market;
    this.#break = onBreak;
  }

  /** The outputs of one step, after it. */
  check(outputs: readonly Output[], state: DataState): void {
    if (outputs.length > OUTPUTS_MAX) {
      this.#break("outputs are bounded", `${outputs.length} in one step`);
    }
    for (const output of outputs) {
      this.#checkFields(output);
      if (output.type === "metrics") this.#checkMetrics(output);
      if (output.type === "metrics" && output.bucketMs !== null) this.#checkRow(output);
      if (output.type === "feed") {
        this.#state = output.state;
        this.#hadTrouble ||= output.state !== "live";
      }
      if (output.type === "audit" && output.mismatched > 0) {
        this.#break("an audit agrees with a book that is right", output.differences.join(", "));
      }
      if (output.type === "book") {
        const [bid, ask] = [output.bids[0]?.[0] ?? NaN, output.asks[0]?.[0] ?? NaN];
        const isRight = state === "live" && output.bookUpdateId === this.#engine.bookUpdateId &&
          bid < ask;
        if (!isRight) this.#break("a book that is shown is live", `${bid} and ${ask}, ${state}`);
      }
    }
  }

  #checkFields(output: Output): void {
    // Of what is only looked at, ten times a second, one in ten shows as much as all.
    this.#passing += 1;
    if (!formOf(output).stored && this.#passing % 10 !== 0) return;
    const check = checkOutput(output.type, output);
    if (check.isRight) return;
    this.#break("what is said passes its own check", `${output.type}: ${check.problem}`);
  }

  #checkRow({ state, timeMs, bucketMs }: MetricsFrame): void {
    if (timeMs - this.#rowMs > Number(bucketMs)) {
      this.#break("each interval has a row", `none from ${this.#rowMs} to ${timeMs}`);
    }
    this.#rowMs = timeMs;
    if (state === "live" && this.#hadTrouble) {
      this.#break("a row is live only if the book was throughout", `that of ${timeMs} is`);
    }
    this.#hadTrouble = this.#state !== "live";
  }

  #checkMetrics(frame: MetricsFrame): void {
    const reasons = readNullCode(frame.nulls);
    const untold = METRIC_NAMES.find((name) =>
      (frame.values[name] === null) !== (reasons[name] !== undefined) ||
      reasons[name] !== undefined && !definitionOf(name).nullWhen.includes(reasons[name])
    );
    if (untold !== undefined) {
      const { [untold]: value } = frame.values;
      this.#break("what is not known has one of its reasons", `${untold} ${value}, ${frame.nulls}`);
    }
    if (frame.state !== "live") {
      const { bookUpdateId, eventMs, values } = frame;
      const all = Object.entries({ bookUpdateId, eventMs, ...values });
      const said = all.find(([, value]) => value !== null);
      if (said === undefined) return;
      return this.#break("what is not live is null", `${said.join(" is ")}, ${frame.state}`);
    }
    const id = frame.bookUpdateId ?? -1;
    const { truth } = this.#market;
    if (truth.covers(id) && truth.covers(this.#saidId) && id < this.#saidId) {
      this.#break("ids never go back", `frames went from ${this.#saidId} to ${id}`);
    }
    this.#saidId = id;
    if (frame.bucketMs !== null || id !== this.#engine.bookUpdateId) return;
    const { bids, asks } = this.#engine.book;
    const { bestBidPrice, bestBidQty, bestAskPrice, bestAskQty } = frame.values;
    const isBest = bestBidPrice === bids.bestPrice && bestBidQty === bids.bestQty &&
      bestAskPrice === asks.bestPrice && bestAskQty === asks.bestQty;
    if (!isBest) this.#break("metrics are of the book", `best bid ${bestBidPrice}`);
  }
}
