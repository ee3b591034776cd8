/**
 * Which fault hits what: from a script, from a seed, or from both. Pure: it is asked before each thing
 * happens, in market time, and the same questions get the same answers.
 */
import { assertNever } from "../../shared/assert_never.ts";
import {
  type Fault,
  FAULT_KINDS,
  type FaultKind,
  type FaultRule,
  FAULTS,
  type Thing,
} from "./faults.ts";
import { Random } from "../../shared/random.ts";

/** A fault that was injected. */
export interface InjectedFault {
  readonly kind: FaultKind;
  readonly atMs: number;
  readonly symbol: string | null;
  readonly connection: number | null;
  /** The stream's kind, or the request's path. */
  readonly place: string | null;
}

/** How many of each kind. */
export type FaultCounts = Readonly<Record<FaultKind, number>>;

/** Injected faults that are remembered: the oldest go first. */
const LOG_MAX = 1_000;

/** Rules, and what they have done so far. */
export class FaultPlan {
  readonly #seed: number;
  readonly #counts: Record<FaultKind, number>;
  #rules: ArmedRule[] = [];
  #log: InjectedFault[] = [];
  #added = 0;

  /** The seed is for rules with `rate` or `everyMs`. */
  constructor(seed: number) {
    this.#seed = seed;
    const none = FAULT_KINDS.map((kind): [FaultKind, number] => [kind, 0]);
    // A parse edge: fromEntries knows no keys.
    this.#counts = Object.fromEntries(none) as Record<FaultKind, number>;
  }

  /** True when nothing can happen: the caller may save itself the question. */
  get isIdle(): boolean {
    return this.#rules.length === 0;
  }

  /** What was injected so far, per kind. */
  get counts(): FaultCounts {
    return { ...this.#counts };
  }

  /** The last faults, oldest first. */
  get log(): readonly InjectedFault[] {
    return [...this.#log];
  }

  /** The rules that are in force. */
  get rules(): readonly FaultRule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  /** Adds a rule whose time begins now. Each rule has random numbers of its own. */
  add(rule: FaultRule, nowMs: number): void {
    this.#added += 1;
    const random = new Random(this.#seed, `fault ${this.#added} ${rule.kind}`);
    this.#rules.push(new ArmedRule(rule, nowMs, random));
  }

  /** Forgets the rules; the counts stay. */
  clear(): void {
    this.#rules = [];
  }

  /** True while some rule is of one of these kinds. */
  has(kinds: readonly FaultKind[]): boolean {
    return this.#rules.some(({ rule }) => kinds.includes(rule.kind));
  }

  /**
   * The fault that hits the thing. Of the rules that want it the one that has waited longest has it,
   * scripted ones first, in their order: one that is often due must not keep others from their turn.
   */
  decide(thing: Thing): Fault | null {
    let chosen: ArmedRule | null = null;
    for (const armed of this.#rules) {
      if (armed.wants(thing) && (chosen === null || armed.dueMs < chosen.dueMs)) chosen = armed;
    }
    if (chosen === null) return null;
    const fault = chosen.fire(thing.nowMs);
    this.#counts[fault.kind] += 1;
    this.#log.push(injected(fault.kind, thing));
    if (this.#log.length > LOG_MAX) this.#log = this.#log.slice(-LOG_MAX / 2);
    return fault;
  }
}

function injected(kind: FaultKind, thing: Thing): InjectedFault {
  const { point, nowMs } = thing;
  return {
    kind,
    atMs: nowMs,
    symbol: point === "handshake"
      ? thing.symbols[0] ?? null
      : point === "turn"
      ? null
      : thing.symbol,
    connection: point === "market" || point === "request" ? null : thing.connection,
    place: point === "frame" ? thing.stream : point === "request" ? thing.path : null,
  };
}

/** One rule with its defaults, its count and its clock. */
class ArmedRule {
  /** As it was added. */
  readonly rule: FaultRule;
  readonly #full: FaultRule;
  readonly #point: Thing["point"];
  readonly #isState: boolean;
  readonly #startMs: number;
  readonly #timesMax: number;
  readonly #random: Random;
  #seen = 0;
  #fired = 0;
  #dueMs = -Infinity;
  /** Until then everything that matches is hit. */
  #windowEndsMs = -Infinity;

  constructor(rule: FaultRule, nowMs: number, random: Random) {
    const { defaults, isState } = FAULTS[rule.kind];
    this.rule = rule;
    this.#full = { ...defaults, ...rule };
    this.#point = pointOf(this.#full, rule);
    this.#isState = isState;
    this.#startMs = nowMs + (rule.atMs ?? 0);
    this.#random = random;
    const isEndless = rule.rate !== undefined || rule.everyMs !== undefined;
    this.#timesMax = this.#full.times ?? (isEndless ? Infinity : 1);
    if (rule.everyMs !== undefined) this.#dueMs = this.#startMs + random.exponential(rule.everyMs);
  }

  /** Since when it could have hit something; `-Infinity` without `everyMs`. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Counts the thing if it matches; true if this rule would hit it. */
  wants(thing: Thing): boolean {
    if (!this.#matches(thing) || thing.nowMs < this.#startMs) return false;
    this.#seen += 1;
    if (thing.nowMs < this.#windowEndsMs) return true;
    if (this.#seen <= (this.#full.after ?? 0) || this.#fired >= this.#timesMax) return false;
    if (thing.nowMs < this.#dueMs) return false;
    return this.#full.rate === undefined || this.#random.chance(this.#full.rate);
  }

  /** The fault, now. */
  fire(nowMs: number): Fault {
    const { everyMs, forMs } = this.#full;
    if (nowMs >= this.#windowEndsMs) {
      this.#fired += 1;
      if (everyMs !== undefined) this.#dueMs = nowMs + this.#random.exponential(everyMs);
      if (forMs !== undefined && !this.#isState) this.#windowEndsMs = nowMs + forMs;
    }
    return { ...this.#full, untilMs: nowMs + (forMs ?? Infinity) };
  }

  #matches(thing: Thing): boolean {
    const { symbol, stream, connection, path, ageMs } = this.#full;
    if (thing.point !== this.#point) return false;
    switch (thing.point) {
      case "request":
        return isIn(symbol, thing.symbol) &&
          (path === undefined || thing.path.endsWith(`/${path}`));
      case "handshake":
        return isIn(connection, thing.connection) &&
          (symbol === undefined || thing.symbols.includes(symbol));
      case "market":
        return isIn(symbol, thing.symbol);
      case "turn":
        return isIn(connection, thing.connection) && thing.ageMs >= (ageMs ?? 0);
      case "frame":
        return isIn(symbol, thing.symbol) && isIn(stream, thing.stream) &&
          isIn(connection, thing.connection) && thing.ageMs >= (ageMs ?? 0);
      default:
        return assertNever(thing, "match a fault");
    }
  }
}

function isIn<T>(wanted: T | undefined, value: T | null): boolean {
  return wanted === undefined || wanted === value;
}

/** The one point at which a rule is judged; `rule` is what was written, `full` with the defaults. */
function pointOf(full: FaultRule, rule: FaultRule): Thing["point"] {
  const { points } = FAULTS[rule.kind];
  const [first = "frame"] = points;
  if (points.includes("request") && full.path !== undefined) return "request";
  const namesFrames = rule.stream !== undefined || rule.after !== undefined ||
    (first === "turn" && rule.symbol !== undefined);
  return points.includes("frame") && namesFrames ? "frame" : first;
}
