/**
 * ExchangeBudget: who may call the exchange, and when. All actors share one IP address, and the
 * exchange counts by address: REST weight per minute (`exchangeInfo.rateLimits` says how much),
 * connection attempts per five minutes. It has no clock and no dice of its own; times are monotonic
 * milliseconds, so a step of the wall clock is no matter. Its shell is `rate_limiter.ts`.
 *
 * - How much: never above 90 % of a limit. Of two counts the more pessimistic holds: ours, a
 *   rolling window in which a call stays until a minute after its answer (`spend_window.ts`), and
 *   the exchange's (`used_weight.ts`) plus the calls that it may not know of yet, which tells of
 *   others behind this address. That sum may hold a call twice, in what the exchange has told and as
 *   one without an answer: it decides who may go, and is no count of anything. What is told as used
 *   is one of the two counts, never their sum.
 *   What the exchange has told holds for a minute, though its own minute may be over much sooner: when
 *   nothing else is in the way, a light call goes every few seconds, and its answer says so.
 * - Who first: by priority, within one by rank, which is the order of the list of symbols. The
 *   first in order is never overtaken, so a heavy call is not starved by light ones. First syncs
 *   leave 5 % of the room to the more urgent, what comes after them 20 %; audits together have a
 *   fifth of the whole. Who has waited 15 minutes counts as the next class, so nobody waits for
 *   ever.
 * - At the start (`cold_start.ts`) first books go first altogether: widenings, renewals and audits are
 *   held back, however long they have waited.
 * - How fast: about 75 ms between two permits, with jitter: a herd is spread, a single call goes at
 *   once.
 * - Bans (`rest_ban.ts`) stop every REST call of this address, and no connection.
 *
 * Source: Binance spot rest-api.md, "IP Limits"; web-socket-streams.md, "WebSocket Limits";
 * enums.md.
 */
import type { ExchangeAnswer } from "../../shared/exchange_answer.ts";
import type { BudgetStatus, PermitPriority, PermitRequest } from "../../shared/request_budget.ts";
import type { VenueLimits } from "../venue/venue.ts";
import { type BudgetOutlook, lastGrantMs } from "./grant_forecast.ts";
import { type Ban, RestBan } from "./rest_ban.ts";
import { type Spend, SpendWindow } from "./spend_window.ts";
import { UsedWeight } from "./used_weight.ts";

/** The most urgent first. */
export const PRIORITIES: readonly PermitPriority[] = [
  "probe",
  "resync",
  "sync",
  "widen",
  "renew",
  "audit",
];
const KINDS = ["rest", "connection"] as const;
const MINUTE_MS = 60_000;
/** A tenth of each limit is never touched: others may share this address. */
export const USED_MAX = 0.9;
/** … and of what may be used, the more urgent find something left. */
const ROOM: Readonly<Record<PermitPriority, number>> = {
  probe: 1,
  resync: 1,
  sync: 0.95,
  widen: 0.8,
  renew: 0.8,
  audit: 0.8,
};
/** What a live book wants waits at the start, until all others have theirs. */
const HELD_AT_START: readonly PermitPriority[] = ["widen", "renew", "audit"];
/** An answer usually takes so long: a forecast's, not a promise. */
const ANSWER_MS = 1_000;
/** While nothing but what the exchange has told is in the way, a call that is as light may go so often … */
const INQUIRY_MS = 5_000;
const INQUIRY_WEIGHT_MAX = 50;
/** … below this share of the limit. */
const INQUIRY_MAX = 0.95;
/** Audits together use at most this share of what may be used. */
const AUDIT_MAX = 0.2;
/** Between two grants, half to one and a half of it: a herd is spread, a single call waits for nobody. */
const GAP_MS = 75;
/** Who has waited this long is as urgent as the next class: the longest cold start takes 12 minutes. */
const PATIENCE_MS = 15 * MINUTE_MS;
/** An actor that lives tells what came of a permit, sooner or later: after so long it has forgotten it. */
const UNREPORTED_MAX_MS = 10 * MINUTE_MS;
/** An actor has a few purposes; more waiting requests are a mistake of its own. */
export const WAITING_MAX = 8;

/** One request: `owner` and `id` name it, a lower `rank` goes first within a priority. */
export interface BudgetRequest extends PermitRequest {
  readonly owner: string;
  /** Never used twice by one owner. */
  readonly id: number;
  readonly rank: number;
}

/** What the budget has come to; `ban.untilMs` is monotonic. */
export interface BudgetReading extends Omit<BudgetStatus, "ban" | "start"> {
  readonly ban: Ban | null;
}

type Kind = PermitRequest["kind"];
type Waiting = BudgetRequest & { readonly askedMs: number };
/** A permit that was given, and of which nothing has been heard yet. */
type Unreported = Spend & Pick<BudgetRequest, "owner" | "kind">;

/** Two rolling budgets and the queue before them. A step costs time in proportion to both. */
export class ExchangeBudget {
  readonly #random: () => number;
  readonly #windows = {
    rest: new SpendWindow(MINUTE_MS),
    connection: new SpendWindow(5 * MINUTE_MS),
  };
  readonly #counted = new UsedWeight(MINUTE_MS);
  readonly #ban = new RestBan();
  /** In the order of asking. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #unreported = new Map<string, Unreported>();
  #lastRestMs = -Infinity;
  readonly #nextGrantMs = { rest: -Infinity, connection: -Infinity };
  readonly #limits: { rest: number; readonly connection: number };
  #refused = 0;
  #isStarting = false;
  /** What a first book costs, by the last one that was asked for; `null`: none was. */
  #firstBookWeight: number | null = null;

  /** `limits` until `setWeightLimit`; `random` returns a number in [0, 1). */
  constructor(limits: VenueLimits, random: () => number) {
    this.#limits = { rest: limits.weightPerMinute, connection: limits.connectionsPerFiveMinutes };
    this.#random = random;
  }

  /** Takes a request in; `false`: refused and counted, because too many of this owner wait. */
  request(request: BudgetRequest, nowMs: number): boolean {
    const key = keyOf(request.owner, request.id);
    let waiting = 0;
    for (const { owner } of this.#waiting.values()) if (owner === request.owner) waiting += 1;
    if (waiting >= WAITING_MAX || this.#waiting.has(key) || this.#unreported.has(key)) {
      this.#refused += 1;
      return false;
    }
    this.#waiting.set(key, { ...request, askedMs: nowMs });
    if (request.kind === "rest" && request.priority === "sync" && request.rank >= 0) {
      this.#firstBookWeight = request.weight;
    }
    return true;
  }

  /** No longer wanted; a permit that was given already has not been used, and is not counted. */
  cancel(owner: string, id: number): void {
    const key = keyOf(owner, id);
    this.#waiting.delete(key);
    const spend = this.#unreported.get(key);
    if (spend === undefined) return;
    this.#unreported.delete(key);
    this.#windows[spend.kind].remove(spend);
  }

  /** The owner died: what it waited for goes, what it was given may have been used. */
  forget(owner: string, nowMs: number): void {
    for (const [key, one] of this.#waiting) if (one.owner === owner) this.#waiting.delete(key);
    for (const [key, one] of this.#unreported) if (one.owner === owner) this.#giveUp(key, nowMs);
  }

  /** What came of a call. An answer of an owner that is gone still tells what was used. */
  feedback(owner: string, id: number, answer: ExchangeAnswer, nowMs: number): void {
    const key = keyOf(owner, id);
    const spend = this.#unreported.get(key);
    this.#unreported.delete(key);
    if (spend !== undefined) {
      const window = this.#windows[spend.kind];
      if (answer.status === null) window.unanswered(spend, nowMs);
      else window.answered(spend, nowMs);
      spend.isCounted = answer.usedWeight !== null;
    }
    if (answer.usedWeight !== null) {
      const ours = spend === undefined ? null : this.#windows.rest.metBy(spend);
      this.#counted.take(answer.usedWeight, spend?.grantedMs ?? null, ours, nowMs);
    }
    this.#ban.take(answer, nowMs, this.#random());
  }

  /** Learns the exchange's own limit of weight per minute. */
  setWeightLimit(weightPerMinute: number): void {
    this.#limits.rest = weightPerMinute;
  }

  /** The start goes on, or is over: what books that live want is held back until then. */
  setStarting(isStarting: boolean): void {
    this.#isStarting = isStarting;
  }

  /** Whether nothing but the exchange's leave, or its answer, is in this owner's way. */
  isHeldUp(owner: string, nowMs: number): boolean {
    if (this.ban(nowMs) !== null) return true;
    return [...this.#waiting.values(), ...this.#unreported.values()]
      .some((one) => one.owner === owner);
  }

  /**
   * When the last of these owners, in their order, will have been granted its first book, if it asks for it
   * as soon as it can; `null`: it is not known what a first book costs, because nobody has asked for one.
   */
  firstBooksMs(owners: readonly string[], nowMs: number): number | null {
    const [asked, under] = [new Map<string, number>(), new Set<string>()];
    for (const { owner, kind, weight } of this.#waiting.values()) {
      if (kind === "rest") asked.set(owner, weight);
    }
    for (const { owner, kind } of this.#unreported.values()) {
      if (kind === "rest") under.add(owner);
    }
    const books: number[] = [];
    let connections = 0;
    for (const owner of owners) {
      if (under.has(owner)) continue;
      const weight = asked.get(owner) ?? this.#firstBookWeight;
      if (weight === null) return null;
      books.push(weight);
      if (!asked.has(owner)) connections += 1;
    }
    return Math.max(
      lastGrantMs(books, this.#outlook("rest", nowMs)),
      lastGrantMs(Array.from({ length: connections }, () => 1), this.#outlook("connection", nowMs)),
    );
  }

  /** Those who may go now; each is told once and counts from here. */
  grants(nowMs: number): BudgetRequest[] {
    for (const [key, { grantedMs }] of this.#unreported) {
      if (nowMs - grantedMs >= UNREPORTED_MAX_MS) this.#giveUp(key, nowMs);
    }
    return KINDS.flatMap((kind) => {
      const request = this.#next(kind, nowMs);
      if (request === null) return [];
      const { owner, id, weight, priority } = request;
      const spend = this.#windows[kind].add(weight, priority, nowMs);
      this.#waiting.delete(keyOf(owner, id));
      this.#unreported.set(keyOf(owner, id), Object.assign(spend, { owner, kind }));
      if (kind === "rest") this.#lastRestMs = nowMs;
      this.#nextGrantMs[kind] = nowMs + GAP_MS * (0.5 + this.#random());
      return [request];
    });
  }

  /** When to call `grants` again at the latest, if nothing else happens; `null`: nothing waits. */
  nextMs(nowMs: number): number | null {
    const ban = this.ban(nowMs);
    // The end of a ban is news even when nobody waits for it.
    let next = ban?.untilMs ?? Infinity;
    for (const kind of KINDS) {
      if (![...this.#waiting.values()].some((waiting) => waiting.kind === kind)) continue;
      if (kind === "rest" && ban !== null) continue;
      const paceMs = this.#nextGrantMs[kind];
      if (paceMs > nowMs) next = Math.min(next, paceMs);
      else if (this.#next(kind, nowMs) !== null) return nowMs;
      else next = Math.min(next, this.#nextEndMs(kind, nowMs));
      const inquiryMs = this.#lastRestMs + INQUIRY_MS;
      if (kind === "rest" && inquiryMs > nowMs) next = Math.min(next, inquiryMs);
    }
    return next === Infinity ? null : next;
  }

  /** The ban that holds now. */
  ban(nowMs: number): Ban | null {
    return this.#ban.at(nowMs);
  }

  /** How it stands. */
  status(nowMs: number): BudgetReading {
    const waiting = { probe: 0, resync: 0, sync: 0, widen: 0, renew: 0, audit: 0 };
    for (const { priority } of this.#waiting.values()) waiting[priority] += 1;
    const ownWeight = this.#windows.rest.sum(nowMs);
    const told = this.#counted.most(nowMs);
    return {
      usedWeight: Math.max(ownWeight, told?.used ?? 0),
      ownWeight,
      toldWeight: told?.used ?? null,
      othersWeight: told?.others ?? 0,
      weightLimit: this.#limits.rest,
      usedConnections: this.#windows.connection.sum(nowMs),
      connectionLimit: this.#limits.connection,
      unreported: this.#unreported.size,
      waiting,
      refused: this.#refused,
      ban: this.ban(nowMs),
    };
  }

  /** The first in order, if it may go. Nobody overtakes it, so a large request is not starved. */
  #next(kind: Kind, nowMs: number): BudgetRequest | null {
    if (nowMs < this.#nextGrantMs[kind] || kind === "rest" && this.ban(nowMs) !== null) return null;
    const limit = this.#limits[kind] * USED_MAX;
    const isAudit = ({ priority }: Pick<PermitRequest, "priority">) => priority === "audit";
    const mayGo = ({ priority }: Waiting) =>
      !this.#isStarting || kind !== "rest" || !HELD_AT_START.includes(priority);
    let first = this.#first(kind, nowMs, mayGo);
    if (first !== null && isAudit(first)) {
      const audited = this.#windows[kind].sum(nowMs, isAudit);
      // Audits that have used up their share wait, and hold up nobody but each other.
      if (audited > 0 && audited + first.weight > limit * AUDIT_MAX) {
        first = this.#first(kind, nowMs, (waiting) => mayGo(waiting) && !isAudit(waiting));
      }
    }
    if (first === null) return null;
    const room = limit * ROOM[PRIORITIES[Math.max(0, this.#urgency(first, nowMs))] ?? "probe"];
    const used = this.#most(kind, nowMs);
    // What is larger than all the room there is goes alone: it would wait for ever.
    const fits = used === 0 || used + first.weight <= room;
    return fits || kind === "rest" && this.#mayInquire(first.weight, room, nowMs) ? first : null;
  }

  /**
   * Whether a call may go only to learn how much the exchange counts now. By our own count, and by what is known
   * of others, there is room, and everything that was granted before has been answered.
   */
  #mayInquire(weight: number, room: number, nowMs: number): boolean {
    if (weight > INQUIRY_WEIGHT_MAX || nowMs - this.#lastRestMs < INQUIRY_MS) return false;
    for (const { kind } of this.#unreported.values()) if (kind === "rest") return false;
    const others = this.#counted.most(nowMs)?.others ?? 0;
    return this.#windows.rest.sum(nowMs) + others + weight <= room &&
      this.#most("rest", nowMs) + weight <= this.#limits.rest * INQUIRY_MAX;
  }

  #first(kind: Kind, nowMs: number, matches: (waiting: Waiting) => boolean): Waiting | null {
    let first: Waiting | null = null;
    let urgency = Infinity;
    for (const waiting of this.#waiting.values()) {
      if (waiting.kind !== kind || !matches(waiting)) continue;
      const own = this.#urgency(waiting, nowMs);
      if (own > urgency || own === urgency && waiting.rank >= (first?.rank ?? Infinity)) continue;
      first = waiting;
      urgency = own;
    }
    return first;
  }

  /** Place of its priority, less one for each time that patience ran out; a ban tries nobody's. */
  #urgency({ priority, askedMs }: Waiting, nowMs: number): number {
    const waitedMs = nowMs - Math.max(askedMs, this.#ban.lastMs(nowMs));
    return PRIORITIES.indexOf(priority) - Math.floor(waitedMs / PATIENCE_MS);
  }

  /** What first syncs find if nobody else comes. */
  #outlook(kind: Kind, nowMs: number): BudgetOutlook {
    const window = this.#windows[kind];
    const releases = window.releases(nowMs, nowMs + ANSWER_MS);
    const own = window.sum(nowMs);
    const told = kind === "rest" ? this.#counted.most(nowMs)?.used ?? 0 : 0;
    // What others have used counts as long as the exchange's word of it.
    if (told > own) releases.push({ atMs: this.#counted.nextEndMs(nowMs), weight: told - own });
    return {
      used: Math.max(own, told),
      releases,
      room: this.#limits[kind] * USED_MAX * ROOM.sync,
      lengthMs: window.lengthMs + ANSWER_MS,
      gapMs: GAP_MS,
      fromMs: kind === "rest" ? this.ban(nowMs)?.untilMs ?? nowMs : nowMs,
    };
  }

  /** Nothing more will be heard of this permit, which may have been used. */
  #giveUp(key: string, nowMs: number): void {
    const spend = this.#unreported.get(key);
    this.#unreported.delete(key);
    if (spend !== undefined) this.#windows[spend.kind].unanswered(spend, nowMs);
  }

  /** The most that the exchange may have counted. */
  #most(kind: Kind, nowMs: number): number {
    const window = this.#windows[kind];
    const ours = window.sum(nowMs);
    if (kind === "connection") return ours;
    const told = this.#counted.most(nowMs)?.used ?? 0;
    return Math.max(ours, told + window.sum(nowMs, ({ isCounted }) => !isCounted));
  }

  #nextEndMs(kind: Kind, nowMs: number): number {
    const endMs = this.#windows[kind].nextEndMs(nowMs);
    return kind === "rest" ? Math.min(endMs, this.#counted.nextEndMs(nowMs)) : endMs;
  }
}

function keyOf(owner: string, id: number): string {
  return `${owner} ${id}`;
}
