/**
 * RateLimiter: the exchange's budget (`exchange_budget.ts`) at work. Nobody calls or connects
 * without a permit, the desk itself included: `permit_request` asks, `permit` grants,
 * `permit_cancel` gives back what was not used, and `exchange_feedback` tells what the answer's
 * headers said. Requests carry numbers, so a permit that comes too late is recognised. Every symbol
 * is told of a ban (`budget`), so that one which waits for a snapshot says until when.
 * `budget` in `/healthz` and the page's header show what is used, what waits, and any ban.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import type { TellAnswer } from "../../shared/exchange_answer.ts";
import { log } from "../../shared/log.ts";
import type { SymbolId } from "../../shared/market.ts";
import type { BudgetStatus, PermitPriority } from "../../shared/request_budget.ts";
import type { ExchangeErrand } from "../../shared/protocol.ts";
import type { VenueLimits } from "../venue/venue.ts";
import { ColdStart, type SymbolStanding } from "./cold_start.ts";
import { ExchangeBudget } from "./exchange_budget.ts";
import type { DeskNews, DeskOutlet } from "./desk_outlet.ts";
import type { CallLimiter } from "./exchange_client.ts";
import { type Ban, banReason } from "./rest_ban.ts";

/** What a symbol asks of the budget, or reports to it. */
export type PermitErrand = Exclude<ExchangeErrand, { readonly type: "bbo_request" }>;

/** The desk itself, before every symbol; no symbol has small letters. */
const OWN = "desk";
const WHO = "exchange";

/** The budget with a timer. */
export class RateLimiter implements CallLimiter {
  readonly #budget: ExchangeBudget;
  #ranks: ReadonlyMap<SymbolId, number> = new Map();
  readonly #outlet: Pick<DeskOutlet, "tell" | "tellAll">;
  /** Own calls that wait. */
  readonly #own = new Map<number, () => void>();
  #ownId = 0;
  readonly #start = new ColdStart();
  /** When it began; `null`: it has not. */
  #startedMs: number | null = null;
  /** The ban that the symbols know of. */
  #told: Ban | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** `symbols`: those first in this list go first. */
  constructor(
    limits: VenueLimits,
    symbols: readonly SymbolId[],
    outlet: Pick<DeskOutlet, "tell" | "tellAll">,
  ) {
    this.#budget = new ExchangeBudget(limits, Math.random);
    this.#outlet = outlet;
    this.setOrder(symbols);
  }

  /** The list has changed; what waits already keeps its place. */
  setOrder(symbols: readonly SymbolId[]): void {
    this.#ranks = new Map(symbols.map((symbol, rank) => [symbol, rank]));
  }

  /** What a symbol asks or reports. */
  take(symbol: SymbolId, errand: PermitErrand): void {
    const nowMs = monotonicMs();
    switch (errand.type) {
      case "permit_request": {
        const rank = this.#ranks.get(symbol) ?? this.#ranks.size;
        const request = { ...errand.request, owner: symbol, id: errand.id, rank };
        if (!this.#budget.request(request, nowMs)) {
          log("warn", symbol, "asks for too much at once");
        }
        break;
      }
      case "permit_cancel":
        this.#budget.cancel(symbol, errand.id);
        break;
      case "exchange_feedback":
        this.#budget.feedback(symbol, errand.id, errand.answer, nowMs);
        break;
      default:
        assertNever(errand, "take an errand");
    }
    this.#turn();
  }

  /** What a symbol's new life must know: of a ban under way. */
  greeting(): DeskNews[] {
    const ban = this.#budget.ban(monotonicMs());
    return ban === null ? [] : [this.#news(ban)];
  }

  /** A life of this symbol is over. */
  forget(symbol: SymbolId): void {
    this.#budget.forget(symbol, monotonicMs());
    this.#turn();
  }

  /** For the desk's own calls. */
  pass(weight: number, priority: PermitPriority): Promise<TellAnswer> {
    const id = ++this.#ownId;
    return new Promise((resolve) => {
      this.#own.set(id, () =>
        resolve((answer) => {
          this.#budget.feedback(OWN, id, answer, monotonicMs());
          this.#turn();
        }));
      const request = { owner: OWN, id, kind: "rest", weight, priority, rank: -1 } as const;
      this.#budget.request(request, monotonicMs());
      this.#turn();
    });
  }

  /** Learns the exchange's own limit of weight per minute; `null`: it did not say. */
  setWeightLimit(weightPerMinute: number | null): void {
    if (weightPerMinute === null) return;
    this.#budget.setWeightLimit(weightPerMinute);
    this.#turn();
  }

  /** All symbols of the list, now and then from the first contact on: at the start, first books go first. Later nobody asks. */
  look(standings: () => readonly SymbolStanding[]): void {
    if (this.#start.isOver) return;
    const nowMs = monotonicMs();
    this.#startedMs ??= nowMs;
    this.#start.look(standings(), (symbol) => this.#budget.isHeldUp(symbol, nowMs), nowMs);
    this.#budget.setStarting(!this.#start.isOver);
    if (!this.#start.isOver) return;
    const { booked, leftOut } = this.#start;
    const tookS = Math.round((nowMs - this.#startedMs) / 1_000);
    const without = leftOut.length === 0 ? "" : `; not waited for: ${leftOut.join(", ")}`;
    log("info", WHO, `the start is over: ${booked} first books in ${tookS} s${without}`);
    this.#turn();
  }

  /** How it stands, in UTC, for the page and `/healthz`. */
  status(): BudgetStatus {
    const nowMs = monotonicMs();
    const start = this.#startStatus(nowMs);
    return { ...this.#budget.status(nowMs), start, ban: this.#banStatus(nowMs) };
  }

  /** The ban that holds now, in UTC. */
  get ban(): BudgetStatus["ban"] {
    return this.#banStatus(monotonicMs());
  }

  #banStatus(nowMs: number): BudgetStatus["ban"] {
    const ban = this.#budget.ban(nowMs);
    if (ban === null) return null;
    return { untilMs: utcOf(ban.untilMs, nowMs), reason: banReason(ban.status) };
  }

  #startStatus(nowMs: number): BudgetStatus["start"] {
    if (this.#startedMs === null || this.#start.isOver) return null;
    const { booked, awaited, leftOut } = this.#start;
    const lastMs = this.#budget.firstBooksMs(awaited, nowMs);
    return {
      booked,
      awaited: awaited.length,
      leftOut: leftOut.length,
      lastMs: lastMs === null ? null : utcOf(lastMs, nowMs),
    };
  }

  /** Gives no permit any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Gives what may be given, and comes back when that may have changed. */
  #turn(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const nowMs = monotonicMs();
    this.#tellBan(nowMs);
    for (const { owner, id } of this.#budget.grants(nowMs)) {
      if (owner !== OWN) this.#outlet.tell(owner, { type: "permit", id });
      else {
        this.#own.get(id)?.();
        this.#own.delete(id);
      }
    }
    const nextMs = this.#budget.nextMs(nowMs);
    if (nextMs === null) return;
    this.#timer = setTimeout(() => this.#turn(), Math.max(1, Math.ceil(nextMs - nowMs)));
  }

  #tellBan(nowMs: number): void {
    const ban = this.#budget.ban(nowMs);
    if (ban === this.#told) return;
    this.#told = ban;
    this.#outlet.tellAll(this.#news(ban));
    if (ban === null) return log("info", WHO, "takes REST calls again");
    const until = new Date(utcNowMs() + ban.untilMs - nowMs).toISOString();
    log("warn", WHO, `no REST call until ${until}: ${banReason(ban.status)}; streams go on`);
  }

  #news(ban: Ban | null): DeskNews {
    return {
      type: "budget",
      bannedForMs: ban === null ? null : ban.untilMs - monotonicMs(),
      reason: ban === null ? null : banReason(ban.status),
    };
  }
}

/** A monotonic time in UTC; `nowMs` is the monotonic one of this moment. */
function utcOf(atMs: number, nowMs: number): number {
  return Math.ceil(utcNowMs() + atMs - nowMs);
}
