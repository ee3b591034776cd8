/**
 * ExchangeDirectory: the first contact with the exchange. It learns which symbols exist, their tick
 * and lot sizes, and whether what answers is an exchange or a simulation, which labels itself there
 * (`SIMULATED`, `REPLAY`): a store belongs to one or the other for ever.
 *
 * One unknown symbol spoils the exchange's answer for all, so the list is halved until it stands
 * alone.
 */
import { utcNowMs } from "../../shared/clock.ts";
import { isFault } from "../../shared/endpoints.ts";
import { exchangeLabel } from "../../shared/exchange_url.ts";
import type { Source, SymbolInfo } from "../../shared/market.ts";
import type { PermitPriority } from "../../shared/request_budget.ts";
import { timeText } from "../../shared/time_text.ts";
import type { SymbolsAnswer, VenueQuestion } from "../venue/venue.ts";
import { halvesOf } from "./bbo_queue.ts";
import { CallError, callExchange, type ExchangeClient } from "./exchange_client.ts";
import { type Failure, unreachable } from "./exchange_trouble.ts";
import { banReason } from "./rest_ban.ts";

/** The exchange has answered. */
export interface Reached {
  readonly kind: "reached";
  readonly source: Source;
  readonly symbols: readonly SymbolInfo[];
  /** What the exchange allows this address; `null`: it did not say. */
  readonly weightPerMinute: number | null;
  /** Symbols of which the exchange says that it does not know them. */
  readonly unknown: readonly string[];
  /** Symbols of which it says nothing, though its answer should have: no proof that they are gone. */
  readonly missing: readonly string[];
}

/** No endpoint has answered, or one would have been wrong to ask. */
export interface Unreachable {
  readonly kind: "unreachable";
  /** For a person. */
  readonly reason: string;
  /** How long the exchange refuses this address, 0: it does not. */
  readonly retryAfterMs: number;
}

/** What one contact came to. */
export type Contact = Reached | Unreachable;

const REQUEST_TIMEOUT_MS = 10_000;

/** What was answered about the symbols that are known, and which are not. */
interface Findings {
  readonly answers: readonly SymbolsAnswer[];
  readonly unknown: readonly string[];
}

/** A client, and how urgent its calls are. */
interface Inquiry extends ExchangeClient {
  readonly priority: PermitPriority;
}

/**
 * Asks about all symbols, at the next endpoint when one has failed, each once; never throws. It costs one
 * call, and about two for each halving of the list for each symbol that is unknown.
 */
export function contactExchange(
  client: ExchangeClient,
  symbols: readonly string[],
  priority: PermitPriority = "sync",
): Promise<Contact> {
  const inquiry = { ...client, priority };
  return atAnyEndpoint(client, async () => {
    const findings = await askKnown(inquiry, symbols);
    const isAnyKnown = findings.answers.length > 0;
    return isAnyKnown ? found(client, symbols, findings) : await noneKnown(inquiry, symbols);
  });
}

/** Asks the endpoint of the moment, then the next one when it has failed, each once. Throws only what is no `CallError`. */
export async function atAnyEndpoint<T>(
  client: ExchangeClient,
  ask: () => Promise<T>,
): Promise<T | Unreachable> {
  const failures: Failure[] = [];
  while (true) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.banMs !== null) return refused(error.url, error.status, error.banMs);
      const { url, status, message } = error;
      failures.push({ url, status, message, proxy: client.proxyOf?.(url) ?? null });
      const isLast = failures.length >= client.rest.urls.length;
      if (isLast || !isFault(error.status)) {
        return { kind: "unreachable", reason: unreachable(failures), retryAfterMs: 0 };
      }
    }
  }
}

/** One unknown symbol spoils the answer for all: the list is halved until it stands alone. */
async function askKnown(inquiry: Inquiry, symbols: readonly string[]): Promise<Findings> {
  try {
    return { answers: [await ask(inquiry, inquiry.venue.symbolsRequest(symbols))], unknown: [] };
  } catch (error) {
    const isUnknown = error instanceof CallError && inquiry.venue.isUnknownSymbol(error.body);
    if (!isUnknown) throw error;
  }
  const halves = halvesOf(symbols);
  if (halves.length === 0) return { answers: [], unknown: symbols };
  const findings: Findings[] = [];
  for (const half of halves) findings.push(await askKnown(inquiry, half));
  return {
    answers: findings.flatMap(({ answers }) => answers),
    unknown: findings.flatMap(({ unknown }) => unknown),
  };
}

/** Every symbol is unknown: what remains to be learnt is who says so. */
async function noneKnown(inquiry: Inquiry, symbols: readonly string[]): Promise<Reached> {
  await ask(inquiry, inquiry.venue.pingRequest);
  const source: Source = { kind: "exchange", label: inquiry.venue.name };
  const none = { symbols: [], missing: [], weightPerMinute: null };
  return { kind: "reached", source, ...none, unknown: symbols };
}

function found(
  { venue }: ExchangeClient,
  asked: readonly string[],
  { answers, unknown }: Findings,
): Reached {
  const infos = new Map<string, SymbolInfo>();
  for (const answer of answers) for (const info of answer.symbols) infos.set(info.symbol, info);
  const label = answers.find(({ simulation }) => simulation !== null)?.simulation ?? null;
  return {
    kind: "reached",
    source: label === null
      ? { kind: "exchange", label: venue.name }
      : { kind: "simulation", label },
    symbols: asked.flatMap((symbol) => infos.get(symbol) ?? []),
    weightPerMinute: answers.at(-1)?.weightPerMinute ?? null,
    unknown,
    missing: asked.filter((symbol) => !infos.has(symbol) && !unknown.includes(symbol)),
  };
}

async function ask<T>(inquiry: Inquiry, question: VenueQuestion<T>): Promise<T> {
  return (await callExchange(inquiry, question, inquiry.priority, REQUEST_TIMEOUT_MS)).value;
}

/** Every endpoint would refuse: it is about this address. */
function refused(url: string, status: number | null, banMs: number): Unreachable {
  const nowMs = utcNowMs();
  return {
    kind: "unreachable",
    reason:
      `The exchange at ${exchangeLabel(url)} takes no call until ${
        timeText(nowMs + banMs, nowMs)
      }: ` +
      banReason(status),
    retryAfterMs: banMs,
  };
}
