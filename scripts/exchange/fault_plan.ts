/**
 * Which fault hits what: from a script, from a seed, or from both. Pure: it is asked before each thing
 * happens, in market time, and the same questions get the same answers.
 */
import {
  type Fault,
  FAULT_KINDS,
  type FaultKind,
  type FaultRule,
  FAULTS,
  type Thing,
} from "./faults.ts";
import { Random } from "./random.ts";

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

  /** The fault that hits the thing: that of the first rule which wants it. */
  decide(thing: Thing): Fault | null {
    let fault: Fault | null = null;
    for (const armed of this.#rules) fault = armed.judge(thing, fault === null) ?? fault;
    if (fault === null) return null;
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

  /** Counts the thing if it matches; a fault if this rule may and does hit it. */
  judge(thing: Thing, mayFire: boolean): Fault | null {
    if (!this.#matches(thing) || thing.nowMs < this.#startMs) return null;
    this.#seen += 1;
    if (!mayFire) return null;
    if (thing.nowMs < this.#windowEndsMs) return this.#fault(thing.nowMs);
    if (this.#seen <= (this.#full.after ?? 0) || this.#fired >= this.#timesMax) return null;
    if (thing.nowMs < this.#dueMs) return null;
    if (this.#full.rate !== undefined && !this.#random.chance(this.#full.rate)) return null;
    this.#fired += 1;
    const { everyMs, forMs } = this.#full;
    if (everyMs !== undefined) this.#dueMs = thing.nowMs + this.#random.exponential(everyMs);
    if (forMs !== undefined && !this.#isState) this.#windowEndsMs = thing.nowMs + forMs;
    return this.#fault(thing.nowMs);
  }

  #fault(nowMs: number): Fault {
    return { ...this.#full, untilMs: nowMs + (this.#full.forMs ?? Infinity) };
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
