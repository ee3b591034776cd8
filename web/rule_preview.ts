/**
 * RulePreview: what a file of alert rules would have fired over stored history. One at a time: each takes seconds, and
 * the event loop is everybody's.
 */
import { planTrial, type TrialPlan, type Untried } from "../actors/rule_trial/stored_row.ts";
import { Trial, type TrialReport } from "../actors/rule_trial/trial.ts";
import { bookedFor, type RuleBook } from "../shared/alert_rules/rule_book.ts";
import { rollupOf } from "../shared/catalogue/rollups.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { AlertRule } from "../shared/catalogue/rules.ts";
import { marketOf, type MarketText } from "../shared/market.ts";
import type { BinSource } from "./bins.ts";
import { type History, settingsUnder } from "./history.ts";
import type { Hub } from "./hub.ts";
import { unknown, UnknownSymbol } from "./query.ts";
import { BadRequest } from "./refusals.ts";
import type { StoredSettings } from "./statements.ts";
import { readInto } from "./tried_rows.ts";

/** What is to be previewed. */
export interface PreviewQuestion {
  readonly book: RuleBook;
  /** Each once. */
  readonly symbols: readonly MarketText[];
  /** Names of the rules that are told of; `null`: all. Every rule is tried: they inhibit each other, and share a budget. */
  readonly rules: readonly string[] | null;
  /** Rows with `fromMs < time <= toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What came of it, for a person and for programs. */
export interface PreviewAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  /** What was read: of roll-ups, means hide what was beyond a line for less than a bucket. */
  readonly source: TriedSource;
  /** For how long one of its rows tells, milliseconds. */
  readonly rowMs: number;
  /** What the ids of the reports stand for. */
  readonly settings: readonly StoredSettings[];
  readonly symbols: readonly (TrialReport & {
    readonly symbol: MarketText;
    /** From here on rows were read, for rules to learn from. */
    readonly readFromMs: number;
    readonly untried: readonly Untried[];
  })[];
}

/** Tables that rules are tried on, from fine to coarse: by what an hour was on the whole no rule can tell anything. */
export const TRIED_SOURCES = [
  "metrics",
  "metrics_10s",
  "metrics_1m",
] as const satisfies readonly BinSource[];

/** One of them. */
export type TriedSource = typeof TRIED_SOURCES[number];

/** Another is being made; the message is fit for a person. */
export class PreviewBusy extends Error {
  override readonly name = "PreviewBusy";
}

interface Plan extends Omit<TrialPlan, "leadMs"> {
  readonly symbol: MarketText;
  readonly readFromMs: number;
}

/** Over one history. */
export class RulePreview {
  readonly #history: History;
  readonly #hub: Pick<Hub, "has" | "symbols">;
  readonly #metricsIntervalMs: number;
  #isBusy = false;

  /** `metricsIntervalMs`: at which rows are stored now. */
  constructor(history: History, hub: Pick<Hub, "has" | "symbols">, metricsIntervalMs: number) {
    this.#history = history;
    this.#hub = hub;
    this.#metricsIntervalMs = metricsIntervalMs;
  }

  /**
   * Tries the rules, symbol by symbol. A reader who leaves ends it.
   *
   * @throws {BadRequest} before anything is read, for what is too much or is not there.
   * @throws {UnknownSymbol} for the first that is not known here and has no row in the span.
   * @throws {PreviewBusy} @throws {HistoryUnavailable} @throws {TooManyRows}
   */
  async answer(question: PreviewQuestion, reader?: AbortSignal): Promise<PreviewAnswer> {
    const plans = question.symbols.map((symbol) => planOf(question, symbol));
    requireKnown(question, plans);
    const source = this.#sourceOf(question, plans);
    if (this.#isBusy) {
      throw new PreviewBusy(
        "Rules are being previewed already, one at a time: try again in a moment",
      );
    }
    this.#isBusy = true;
    try {
      return await this.#answer(question, plans, source, reader);
    } finally {
      this.#isBusy = false;
    }
  }

  async #answer(
    question: PreviewQuestion,
    plans: readonly Plan[],
    source: TriedSource,
    reader?: AbortSignal,
  ): Promise<PreviewAnswer> {
    const { fromMs, toMs } = question;
    let rowsLeft: number = ROUTES.previewRules.rowsMax;
    const symbols: PreviewAnswer["symbols"][number][] = [];
    for (const { symbol, rules, untried, readFromMs, columns } of plans) {
      const market = marketOf(symbol);
      const trial = new Trial({ market, rules, told: question.rules, fromMs, toMs });
      const query = { symbol, fromMs: readFromMs, toMs, columns };
      rowsLeft -= await readInto([trial], this.#history, query, rowsLeft, reader, source);
      const report = trial.finish();
      if (report.rows === 0 && !this.#hub.has(symbol)) {
        throw new UnknownSymbol(symbol, this.#hub.symbols);
      }
      symbols.push({ symbol, readFromMs, untried, ...report });
    }
    const ids = symbols.flatMap(({ settings }) => settings.map(({ id }) => id));
    const settings = await settingsUnder(this.#history, ids, reader);
    return { fromMs, toMs, source, rowMs: this.#rowMs(source), settings, symbols };
  }

  /** The finest table that has few enough rows of all that is asked. @throws {BadRequest} when none has. */
  #sourceOf({ toMs }: PreviewQuestion, plans: readonly Plan[]): TriedSource {
    const { rowsMax } = ROUTES.previewRules;
    const spansMs = plans.map(({ readFromMs }) => toMs - readFromMs);
    const rowsOf = (source: TriedSource) =>
      spansMs.reduce((sum, ms) => sum + ms / this.#rowMs(source), 0);
    const fitting = TRIED_SOURCES.find((source) => rowsOf(source) <= rowsMax);
    if (fitting !== undefined) return fitting;
    const [count, minutes] = [plans.length, Math.round(Math.max(...spansMs) / 60_000)];
    throw new BadRequest(
      `Rules are tried on at most ${rowsMax} rows, and ${minutes} minutes of ${count} symbol${
        count === 1 ? "" : "s"
      }, those included from which rules learn, have about ${
        Math.round(Math.min(...TRIED_SOURCES.map(rowsOf)))
      } even when each tells of a minute: ask for a shorter span or for fewer symbols`,
      "too_many_rows",
    );
  }

  #rowMs(source: TriedSource): number {
    return source === "metrics" ? this.#metricsIntervalMs : rollupOf(source).bucketMs;
  }
}

function planOf({ book, rules: names, fromMs }: PreviewQuestion, symbol: MarketText): Plan {
  const { untried, leadMs, ...plan } = planTrial(bookedFor(book, symbol));
  return {
    ...plan,
    symbol,
    untried: untried.filter(({ rule }) => names?.includes(rule) ?? true),
    readFromMs: Math.max(0, fromMs - leadMs),
  };
}

function requireKnown({ book, rules, symbols }: PreviewQuestion, plans: readonly Plan[]): void {
  const booked = symbols.flatMap((symbol) => bookedFor(book, symbol));
  const known = new Set(booked.map(({ rule }) => rule.name));
  const stray = rules?.find((name) => !known.has(name));
  if (stray !== undefined) throw unknown("rule", stray, [...known]);
  const isTold = ({ name }: AlertRule) => rules?.includes(name) ?? true;
  if (plans.some((plan) => plan.rules.some(isTold))) return;
  const reasons = plans[0]?.untried.map(({ rule, reason }) => `${rule} (${reason})`) ?? [];
  throw new BadRequest(
    `None of these rules can be tried on stored rows: ${reasons.join(", ")}`,
    "invalid_rules",
  );
}
