/**
 * ExchangeDirectory: the first contact with the exchange. It learns which symbols exist, their tick
 * and lot sizes, and whether what answers is an exchange or a simulation.
 */
import type { Source, SymbolInfo } from "../../shared/market.ts";
import { exchangeInfoSchema } from "../../shared/market_schema.ts";
import type { PermitPriority } from "../../shared/protocol.ts";
import type { RateLimit } from "./exchange_budget.ts";
import {
  ExchangeError,
  type ExchangeGate,
  getJson,
  isUnknownSymbol,
  reasonOf,
} from "./exchange_call.ts";
import { halvesOf } from "./symbol_halves.ts";

/** What one contact came to. */
export type Contact =
  | {
    readonly kind: "reached";
    readonly source: Source;
    readonly symbols: readonly SymbolInfo[];
    /** What the exchange allows this address; empty when it did not say. */
    readonly rateLimits: readonly RateLimit[];
    /** Symbols that the exchange does not know. */
    readonly unknown: readonly string[];
  }
  /** `reason` is for a person; `retryAfterMs` what the exchange asked for. */
  | { readonly kind: "unreachable"; readonly reason: string; readonly retryAfterMs: number };

/** Request weights: rest-api.md, General endpoints. */
const EXCHANGE_INFO_WEIGHT = 20;
const PING_WEIGHT = 1;

type Info = ReturnType<typeof exchangeInfoSchema.parse>;

/** A base URL and the gate before it. */
interface Door {
  readonly restUrl: string;
  readonly gate: ExchangeGate;
  readonly priority: PermitPriority;
}

/**
 * Asks about all symbols; never throws. Weight: 20, and about 40 for each halving of the list for each
 * symbol that is unknown.
 */
export async function contactExchange(
  restUrl: string,
  symbols: readonly string[],
  gate: ExchangeGate,
  priority: PermitPriority = "sync",
): Promise<Contact> {
  const door = { restUrl, gate, priority };
  try {
    const answers = await askKnown(door, symbols);
    return answers.length > 0 ? found(symbols, answers) : await noneKnown(door, symbols);
  } catch (error) {
    return unreachable(restUrl, error);
  }
}

/** One unknown symbol spoils the answer for all: the list is halved until it stands alone. */
async function askKnown(door: Door, symbols: readonly string[]): Promise<Info[]> {
  try {
    return [await askAll(door, symbols)];
  } catch (error) {
    if (!isUnknownSymbol(error)) throw error;
  }
  const answers: Info[] = [];
  for (const half of halvesOf(symbols)) answers.push(...await askKnown(door, half));
  return answers;
}

/** Every symbol is unknown: what remains to be learnt is who says so. */
async function noneKnown(door: Door, symbols: readonly string[]): Promise<Contact> {
  await ask(door, "ping", PING_WEIGHT);
  const source: Source = { kind: "exchange", label: "Binance spot" };
  return { kind: "reached", source, symbols: [], rateLimits: [], unknown: symbols };
}

function found(asked: readonly string[], answers: readonly Info[]): Contact {
  const infos = new Map<string, SymbolInfo>();
  for (const answer of answers) {
    for (const info of answer.symbols) infos.set(info.symbol, symbolInfo(info));
  }
  const label = answers.find((answer) => answer.simulation !== undefined)?.simulation;
  return {
    kind: "reached",
    source: label === undefined
      ? { kind: "exchange", label: "Binance spot" }
      : { kind: "simulation", label },
    symbols: asked.flatMap((symbol) => infos.get(symbol) ?? []),
    rateLimits: answers.at(-1)?.rateLimits ?? [],
    unknown: asked.filter((symbol) => !infos.has(symbol)),
  };
}

function symbolInfo({ filters, symbol, status, baseAsset, quoteAsset }: Info["symbols"][number]) {
  const step = (filterType: string, key: string): number => {
    const value = filters.find((filter) => filter.filterType === filterType)?.[key];
    const size = Number(value);
    if (typeof value === "string" && size > 0) return size;
    throw new ExchangeError(`exchangeInfo of ${symbol} lacks ${filterType}.${key}`);
  };
  return {
    symbol,
    status,
    baseAsset,
    quoteAsset,
    tickSize: step("PRICE_FILTER", "tickSize"),
    stepSize: step("LOT_SIZE", "stepSize"),
  };
}

async function askAll(door: Door, symbols: readonly string[]): Promise<Info> {
  const names = encodeURIComponent(JSON.stringify(symbols));
  const body = await ask(door, `exchangeInfo?symbols=${names}`, EXCHANGE_INFO_WEIGHT);
  const parsed = exchangeInfoSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ExchangeError("it answered, but not as Binance spot answers");
}

async function ask(door: Door, path: string, weight: number): Promise<unknown> {
  const { restUrl, gate, priority } = door;
  return await getJson(restUrl, path, await gate.pass(weight, priority));
}

function unreachable(restUrl: string, error: unknown): Contact {
  return {
    kind: "unreachable",
    reason: `Cannot reach the exchange at ${restUrl} (${reasonOf(error)}). Trying again. ` +
      "On a machine with no way out to the internet, run `deno task demo`.",
    retryAfterMs: error instanceof ExchangeError ? error.retryAfterMs : 0,
  };
}
