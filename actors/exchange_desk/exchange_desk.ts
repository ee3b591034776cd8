/**
 * ExchangeDesk: all that a process has to do with one exchange but for the symbols' own streams and
 * snapshots. All actors share one address, so one desk holds the budget of their calls, and asks
 * once for all symbols what can be asked once: their names and sizes, the time, the best bid and
 * ask of those that are silent. One desk for each venue.
 *
 * One way in: `take(symbol, errand, answer)`, for permits, what came of them, and requests for the
 * best bid and ask. One way out: `DeskOutlet`, news for a symbol or for all. And `greeting(symbol)`
 * is what a new life must know: the symbol's information, the exchange's clock, a ban. The desk's
 * own calls (`exchange_client.ts`) need a permit as all others do. Until the first contact is made
 * the status says that the exchange cannot be reached, or until when it refuses this address.
 */
import { delay } from "@std/async/delay";
import { assertNever } from "../../shared/assert_never.ts";
import { Backoff } from "../../shared/backoff.ts";
import { monotonicMs } from "../../shared/clock.ts";
import { Endpoints, type Move } from "../../shared/endpoints.ts";
import { exchangeLabel } from "../../shared/exchange_url.ts";
import { log } from "../../shared/log.ts";
import type { SymbolId, SymbolInfo } from "../../shared/market.ts";
import type { ExchangeErrand, SystemStatus } from "../../shared/protocol.ts";
import type { ListingResult } from "../../shared/symbol_listing.ts";
import type { VenueDesk } from "../venue/venue.ts";
import { BboProber } from "./bbo_prober.ts";
import type { BboAnswer } from "./bbo_queue.ts";
import type { SymbolStanding } from "./cold_start.ts";
import type { DeskNews, DeskOutlet } from "./desk_outlet.ts";
import type { ExchangeClient } from "./exchange_client.ts";
import { ExchangeClock } from "./exchange_clock.ts";
import { type Contact, contactExchange, type Reached } from "./exchange_directory.ts";
import { ExchangeListing } from "./exchange_listing.ts";
import { ListingCheck } from "./listing_check.ts";
import type { Refusal } from "./patient_question.ts";
import { RateLimiter } from "./rate_limiter.ts";
import { SymbolWatch } from "./symbol_watch.ts";

/** Between two tries to reach the exchange: doubling up to the cap. */
const CONTACT_LIMITS = { firstMs: 2_000, capMs: 30_000 };
const WHO = "monitor";

/** What the desk is told once. */
export interface ExchangeDeskOptions {
  readonly venue: VenueDesk;
  /** Base URLs without a slash at the end, the preferred one first. */
  readonly restUrls: readonly string[];
  /** Those first in this list are served first. */
  readonly symbols: readonly SymbolId[];
  readonly outlet: DeskOutlet;
  /** Between two questions about all symbols, for tests. */
  readonly watchIntervalMs?: number | undefined;
  /** The proxy on the way to a URL. */
  readonly proxyOf?: ExchangeClient["proxyOf"];
}

/** One for each venue. */
export class ExchangeDesk {
  readonly #outlet: DeskOutlet;
  readonly #client: ExchangeClient;
  readonly #limiter: RateLimiter;
  readonly #watch: SymbolWatch;
  readonly #clock: ExchangeClock;
  readonly #prober: BboProber;
  readonly #check: ListingCheck;
  readonly #listing: ExchangeListing;
  #isReached = false;
  #exchange: SystemStatus["exchange"] = { state: "contacting", reason: null };

  constructor({ venue, restUrls, symbols, outlet, watchIntervalMs, proxyOf }: ExchangeDeskOptions) {
    this.#outlet = outlet;
    this.#limiter = new RateLimiter(venue.limits, symbols, outlet);
    const rest = new Endpoints(restUrls, {
      onMove: (move) => this.#moved(move),
      onNews: (news) => this.#log(news),
    });
    const client = { venue, rest, limiter: this.#limiter, proxyOf };
    this.#client = client;
    this.#watch = new SymbolWatch({
      client,
      random: Math.random,
      intervalMs: watchIntervalMs,
      onChange: (symbol, info) => outlet.tell(symbol, { type: "symbol_info", info }),
      onListed: (info) => outlet.onListed(info),
      onWeightLimit: (weight) => this.#limiter.setWeightLimit(weight),
    });
    this.#clock = new ExchangeClock({
      client,
      random: Math.random,
      onMeasured: (clock) => outlet.tellAll({ type: "clock_offset", clock }),
    });
    this.#prober = new BboProber({ client });
    const ban = () => this.#limiter.ban;
    this.#check = new ListingCheck({ client, ban });
    this.#listing = new ExchangeListing({ client, ban });
  }

  /** How the exchange, its clock and its budget stand, for the page and `/healthz`. */
  get status(): Pick<SystemStatus, "exchange" | "clock" | "budget"> {
    return {
      exchange: this.#exchange,
      clock: this.#clock.status,
      budget: this.#limiter.status(),
    };
  }

  /** The address of the desk's own calls, as a person knows it. */
  get url(): string {
    return exchangeLabel(this.#client.rest.inUse);
  }

  // -- Symbols' actors --

  /** What a symbol's actor asks or reports; `answer` must reach the life that has asked, and no other. */
  take(symbol: SymbolId, errand: ExchangeErrand, answer: (answer: BboAnswer) => void): void {
    switch (errand.type) {
      case "permit_request":
      case "permit_cancel":
      case "exchange_feedback":
        return this.#limiter.take(symbol, errand);
      case "bbo_request":
        return this.#prober.add({ symbol, probe: errand.probe, answer });
      default:
        return assertNever(errand, "take an errand");
    }
  }

  /** What a new life of this symbol must know. */
  greeting(symbol: SymbolId): DeskNews[] {
    const clock = this.#clock.status;
    return [
      ...this.#watch.has(symbol)
        ? [{ type: "symbol_info", info: this.#watch.info(symbol) } as const]
        : [],
      ...clock === null ? [] : [{ type: "clock_offset", clock } as const],
      ...this.#limiter.greeting(),
    ];
  }

  /** A life of this symbol is over: what it waited for goes, what it was given may have been used. */
  ended(symbol: SymbolId): void {
    this.#limiter.forget(symbol);
  }

  // -- The first contact --

  /** Asks about these symbols until the exchange answers; `null`: `signal` has ended it first. */
  async reach(symbols: readonly SymbolId[], signal: AbortSignal): Promise<Reached | null> {
    const backoff = new Backoff(CONTACT_LIMITS, Math.random);
    for (let tries = 0; !signal.aborted; tries++) {
      const contact = await this.#contact(symbols);
      if (signal.aborted) break;
      if (contact.kind === "reached") return contact;
      // Once on the terminal, and again now and then: it must not scroll away unseen.
      if (tries % 10 === 0) log("error", WHO, contact.reason);
      this.#become({ state: "unreachable", reason: contact.reason });
      await delay(Math.max(backoff.next(), contact.retryAfterMs), { signal }).catch(() => {});
    }
    return null;
  }

  /** Goes on from a first contact: keeps fresh what is known of the exchange until `stop`. */
  start({ weightPerMinute }: Reached): void {
    this.#limiter.setWeightLimit(weightPerMinute);
    this.#isReached = true;
    this.#becomeReached();
    this.#watch.start();
    this.#clock.start();
  }

  /** How all symbols of the list stand, now and then: at the start, first books go before all else. */
  look(standings: () => readonly SymbolStanding[]): void {
    if (this.#isReached) this.#limiter.look(standings);
  }

  /** Asks nothing more, answers nothing of what is still on its way, and gives no permit any more. */
  stop(): void {
    this.#watch.stop();
    this.#clock.stop();
    this.#prober.stop();
    this.#limiter.close();
  }

  // -- The list of symbols --

  /** What the exchange says of a symbol, or why there is no answer in time for a person who waits. */
  ask(symbol: SymbolId): Promise<SymbolInfo | Refusal> {
    return this.#check.ask(symbol);
  }

  /** All that the exchange lists, of the last day, or why that is not known. */
  list(): Promise<ListingResult | Refusal> {
    return this.#listing.take();
  }

  /** The order in which symbols are served; what waits already keeps its place. */
  setOrder(symbols: readonly SymbolId[]): void {
    this.#limiter.setOrder(symbols);
  }

  /** Keeps what the exchange says of this symbol fresh from now on. */
  follow(info: SymbolInfo): void {
    this.#watch.add(info);
  }

  /** Whether it does. */
  follows(symbol: SymbolId): boolean {
    return this.#watch.has(symbol);
  }

  /** Asks now and then whether the exchange lists this symbol now, and tells `onListed`. */
  expect(symbol: SymbolId): void {
    this.#watch.expect(symbol);
  }

  /** Whether it does. */
  expects(symbol: SymbolId): boolean {
    return this.#watch.expects(symbol);
  }

  /** Asks about this symbol no more. */
  leave(symbol: SymbolId): void {
    this.#watch.remove(symbol);
    this.#prober.forget(symbol);
  }

  /** An answer about none of the symbols is a fault, unless it is that the exchange knows none. */
  async #contact(symbols: readonly SymbolId[]): Promise<Contact> {
    const { rest } = this.#client;
    const contact = await contactExchange(this.#client, symbols);
    if (contact.kind === "unreachable" || contact.symbols.length > 0) return contact;
    if (contact.missing.length === 0) return contact;
    const url = rest.inUse;
    rest.failed(url, "it answers about none of the symbols", monotonicMs());
    return {
      kind: "unreachable",
      reason: `The exchange at ${
        exchangeLabel(url)
      } has answered, but about none of the symbols. Trying again.`,
      retryAfterMs: 0,
    };
  }

  /** The desk's own calls go elsewhere; symbols find their own way. */
  #moved({ from, to, reason }: Move): void {
    if (this.#isReached) return this.#becomeReached();
    const problem = `Cannot reach the exchange at ${from} (${reason}). Trying ${to}.`;
    this.#become({ state: "unreachable", reason: problem });
  }

  /** Before the first contact it tells by itself that none can be used, and of each why. */
  #log(news: string): void {
    if (this.#isReached || this.#client.rest.place !== 0) log("warn", WHO, news);
  }

  #becomeReached(): void {
    const { place, inUse } = this.#client.rest;
    const elsewhere = place === 0 ? {} : { endpoint: exchangeLabel(inUse) };
    this.#become({ state: "reached", reason: null, ...elsewhere });
  }

  #become(exchange: SystemStatus["exchange"]): void {
    this.#exchange = exchange;
    this.#outlet.onChange();
  }
}
