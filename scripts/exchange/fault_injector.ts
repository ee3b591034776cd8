/** One exchange's faults: its plan, the states they bring about, and what they do to REST answers. */
import { assertNever } from "../../shared/assert_never.ts";
import { copySpacingMs } from "./book_history.ts";
import { chaosRules } from "./chaos.ts";
import { Conditions } from "./conditions.ts";
import { type FaultCounts, FaultPlan, type InjectedFault } from "./fault_plan.ts";
import { parseFaults } from "./fault_script.ts";
import { type Fault, type FaultKind, type FaultRule, isRequestFault } from "./faults.ts";
import { type Answer, restAnswer, type RestMishap } from "./rest.ts";
import type { RestFloor } from "./rest_endpoints.ts";
import { shifted, tamperedText } from "./tampered_frame.ts";

/** What a test or the command line does with faults. */
export interface Faults {
  /** How many were injected so far, per kind. */
  readonly counts: FaultCounts;
  /** The last thousand, oldest first. */
  readonly log: readonly InjectedFault[];
  /** The rules in force. */
  readonly rules: readonly FaultRule[];
  /** REST requests that came although 429 or 418 had said until when to wait. */
  readonly askedWhileBanned: number;
  /**
   * Adds rules, as a script or as objects; their time begins now.
   *
   * @throws {RangeError} for a script that cannot be read, and for a fault that this exchange cannot
   * inject: those of the network need an exchange that was started with `faults`.
   */
  inject(rules: string | FaultRule | readonly FaultRule[]): void;
  /** Adds `perMinute` random faults a minute of market time, of all kinds or these. */
  chaos(perMinute: number, kinds?: readonly FaultKind[]): void;
  /** No more faults; states end, late answers and frames leave. The counts stay. */
  clear(): void;
}

/** A REST answer under faults. */
export interface FaultyAnswer {
  readonly answer: Answer;
  /** Market time until it leaves. */
  readonly delayMs: number;
  /** True: the socket ends in the middle of it. */
  readonly isCut: boolean;
}

/** Books are copied in turn, so that no turn takes long. */
const COPIES_A_TURN = 4;

/** Kinds that happen in the bytes below HTTP. */
export const LINE_FAULTS: readonly FaultKind[] = [
  "slow_drip",
  "abrupt_close",
  "half_open",
  "refused",
];

/** Pure: time comes with each call or from the floor. */
export class FaultInjector implements Faults {
  readonly plan: FaultPlan;
  readonly conditions: Conditions;
  readonly #floor: RestFloor;
  readonly #hasLines: boolean;
  /** Told that `clear` was called. */
  onClear: () => void = () => {};

  /** `hasLines`: the bytes of connections can be touched. */
  constructor(floor: RestFloor, seed: number, hasLines: boolean) {
    this.plan = new FaultPlan(seed);
    this.conditions = new Conditions(floor.listings);
    this.#floor = floor;
    this.#hasLines = hasLines;
  }

  get counts(): FaultCounts {
    return this.plan.counts;
  }

  get log(): readonly InjectedFault[] {
    return this.plan.log;
  }

  get rules(): readonly FaultRule[] {
    return this.plan.rules;
  }

  get askedWhileBanned(): number {
    return this.conditions.askedWhileBanned;
  }

  inject(rules: string | FaultRule | readonly FaultRule[]): void {
    const list = typeof rules === "string" ? parseFaults(rules) : [rules].flat();
    for (const rule of list) this.#check(rule);
    for (const rule of list) this.plan.add(rule, this.#floor.nowMs());
  }

  chaos(perMinute: number, kinds?: readonly FaultKind[]): void {
    this.inject(chaosRules(perMinute, kinds));
  }

  clear(): void {
    this.plan.clear();
    this.conditions.clear();
    this.onClear();
  }

  /** Market time has come to `nowMs`: states begin and end. */
  turn(nowMs: number): void {
    this.conditions.turn(nowMs);
    if (this.plan.isIdle) return;
    const { listings } = this.#floor;
    let copies = this.plan.has(["stale_snapshot", "old_snapshot"]) ? COPIES_A_TURN : 0;
    const spacingMs = copySpacingMs(listings.size);
    for (const listing of listings.values()) {
      if (copies > 0 && listing.remember(nowMs, spacingMs)) copies -= 1;
      const fault = this.plan.decide({ point: "market", nowMs, symbol: listing.symbol });
      if (fault !== null) this.conditions.begin(fault, listing.symbol);
    }
  }

  /** Answers one REST request, or says what happens to it. */
  answer(method: string, url: URL, address: string): FaultyAnswer {
    // A ban that stands comes first; nothing else can happen to a request then.
    const utcNowMs = this.#floor.utcNowMs();
    const ban = this.conditions.meetBan(utcNowMs);
    const fault = ban === null ? this.#decide(url) : null;
    const mishap = ban === null
      ? this.#mishap(fault, utcNowMs)
      : { refusal: { status: ban.status, banEndsMs: ban.endsMs }, past: null };
    const made = restAnswer(method, url, address, this.#floor, mishap);
    const { skewMs } = this.conditions;
    const body = skewMs === 0 ? made.body : shifted(made.body, skewMs);
    const answer = { ...made, body: fault === null ? body : tamperedText(fault, body) };
    return {
      answer: fault?.kind === "refused" ? { ...answer, status: fault.http ?? 503 } : answer,
      delayMs: fault?.kind === "late_snapshot" ? fault.ms ?? 0 : 0,
      isCut: fault?.kind === "refused" && fault.http === undefined,
    };
  }

  /** What `GET /sim/faults` says. */
  account(): unknown {
    const { counts, log, rules, askedWhileBanned } = this;
    return { simulation: this.#floor.label, counts, askedWhileBanned, rules, log };
  }

  #check({ kind, symbol }: FaultRule): void {
    if (!this.#hasLines && LINE_FAULTS.includes(kind)) {
      throw new RangeError(`Cannot inject ${kind}: the exchange was started without faults`);
    }
    if (symbol !== undefined && !this.#floor.listings.has(symbol)) {
      const known = [...this.#floor.listings.keys()].join(", ");
      throw new RangeError(`Cannot inject ${kind}: the symbols are ${known}, received ${symbol}`);
    }
  }

  #decide(url: URL): Fault | null {
    if (this.plan.isIdle || !url.pathname.startsWith("/api/")) return null;
    return this.plan.decide({
      point: "request",
      nowMs: this.#floor.nowMs(),
      path: url.pathname,
      symbol: url.searchParams.get("symbol"),
    });
  }

  #mishap(fault: Fault | null, utcNowMs: number): RestMishap | null {
    if (fault === null) return null;
    const { kind } = fault;
    if (!isRequestFault(kind)) return null;
    switch (kind) {
      case "too_many_requests":
      case "banned": {
        const { http: status = 429, seconds = 0 } = fault;
        const banEndsMs = seconds === 0 ? null : utcNowMs + seconds * 1_000;
        if (banEndsMs !== null) this.conditions.ban({ status, endsMs: banEndsMs });
        return { refusal: { status, banEndsMs }, past: null };
      }
      case "server_error":
        return { refusal: { status: fault.http ?? 502, banEndsMs: null }, past: null };
      case "stale_snapshot":
        return { refusal: null, past: { type: "ago", ms: fault.ageMs ?? 0 } };
      case "old_snapshot":
        return { refusal: null, past: { type: "before_streams" } };
      case "late_snapshot":
        return null;
      default:
        return assertNever(kind, "answer a request wrongly");
    }
  }
}
