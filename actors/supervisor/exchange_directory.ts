/**
 * ExchangeDirectory: the first contact with the exchange. It learns which symbols exist, their tick
 * and lot sizes, and whether what answers is an exchange or a simulation.
 */
import { type ExchangeAnswer, NO_ANSWER } from "../../shared/exchange_answer.ts";
import { readAnswer } from "../venue/binance_spot/answer.ts";
import type { Source, SymbolInfo } from "../../shared/market.ts";
import { exchangeInfoSchema } from "../venue/binance_spot/market_schema.ts";
import type { PermitPriority } from "../../shared/protocol.ts";
import type { RateLimit } from "./exchange_budget.ts";

/** Tells what came of a call; to be called once. */
export type TellAnswer = (answer: ExchangeAnswer) => void;

/** What stands before every call to the exchange. */
export interface ExchangeGate {
  /** Resolves when a call of this weight may be made. */
  pass(weight: number, priority: PermitPriority): Promise<TellAnswer>;
}

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

const REQUEST_TIMEOUT_MS = 10_000;
/** Request weights: rest-api.md, General endpoints. */
const EXCHANGE_INFO_WEIGHT = 20;
const PING_WEIGHT = 1;
/** Binance's error code for an unknown symbol: errors.md. */
const INVALID_SYMBOL = -1121;
/** … and for a symbol with characters that it never uses. */
const ILLEGAL_CHARACTERS = -1100;

type Info = ReturnType<typeof exchangeInfoSchema.parse>;

/** An answer that is not what was asked for. */
class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  readonly code: number | null;
  readonly retryAfterMs: number;

  constructor(message: string, code: number | null, retryAfterMs: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

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
  if (symbols.length < 2) return [];
  const half = Math.ceil(symbols.length / 2);
  const first = await askKnown(door, symbols.slice(0, half));
  return [...first, ...await askKnown(door, symbols.slice(half))];
}

/** Every symbol is unknown: what remains to be learnt is who says so. */
async function noneKnown(door: Door, symbols: readonly string[]): Promise<Contact> {
  await ask(door, "ping", PING_WEIGHT);
  const source: Source = { kind: "exchange", label: "Binance spot" };
  return { kind: "reached", source, symbols: [], rateLimits: [], unknown: symbols };
}

function isUnknownSymbol(error: unknown): boolean {
  return error instanceof ExchangeError &&
    (error.code === INVALID_SYMBOL || error.code === ILLEGAL_CHARACTERS);
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
    throw new ExchangeError(`exchangeInfo of ${symbol} lacks ${filterType}.${key}`, null, 0);
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
  throw new ExchangeError("it answered, but not as Binance spot answers", null, 0);
}

async function ask(door: Door, path: string, weight: number): Promise<unknown> {
  const { restUrl, gate, priority } = door;
  const tell = await gate.pass(weight, priority);
  let answer = NO_ANSWER;
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${restUrl}/api/v3/${path}`, {
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    answer = readAnswer(response);
    text = await response.text();
  } finally {
    tell(answer);
  }
  const body = parse(text);
  if (response.ok) return body;
  throw new ExchangeError(
    response.status === 451
      ? "HTTP 451: it does not serve this location"
      : `HTTP ${response.status} ${text.slice(0, 200)}`,
    codeOf(body),
    answer.retryAfterMs ?? 0,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function codeOf(body: unknown): number | null {
  if (typeof body !== "object" || body === null || !("code" in body)) return null;
  return typeof body.code === "number" ? body.code : null;
}

function unreachable(restUrl: string, error: unknown): Contact {
  // The reason of a failed fetch, such as a name that cannot be resolved, is its cause.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const detail = (cause instanceof Error ? cause.message : String(cause))
    .replace(/^error sending request for url \(.*?\): /, "");
  return {
    kind: "unreachable",
    reason: `Cannot reach the exchange at ${restUrl} (${detail}). Trying again. ` +
      "On a machine with no way out to the internet, run `deno task demo`.",
    retryAfterMs: error instanceof ExchangeError ? error.retryAfterMs : 0,
  };
}
