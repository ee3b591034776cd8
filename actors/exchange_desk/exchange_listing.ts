/**
 * ExchangeListing: all that the exchange lists, for a person who looks for a symbol. It is asked for when somebody wants
 * it, and kept for a day: one call (weight 20, low priority), however many look and however often. A call that fails is
 * made again half a minute later at the soonest; until one succeeds a list that is older is told as what it is.
 */
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import type { ListedSymbol, ListingResult } from "../../shared/symbol_listing.ts";
import { callExchange, type ExchangeClient } from "./exchange_client.ts";
import { atAnyEndpoint, type Unreachable } from "./exchange_directory.ts";
import {
  PatientQuestion,
  type PatientQuestionOptions,
  type Refusal,
  refused,
} from "./patient_question.ts";

/** An exchange lists a new symbol now and then, and who knows its name can follow it at once. */
const KEPT_MS = 86_400_000;
/** After a call that failed: who types must not ask the exchange with each key. */
const PAUSE_MS = 30_000;
/** The answer is several megabytes long. */
const REQUEST_TIMEOUT_MS = 30_000;

/** What the list is told once. */
export interface ExchangeListingOptions extends PatientQuestionOptions {
  /** For tests. */
  readonly keptMs?: number | undefined;
  readonly pauseMs?: number | undefined;
}

interface Taken {
  readonly symbols: readonly ListedSymbol[];
  readonly takenMs: number;
  /** Monotonic. */
  readonly heardMs: number;
}

/** The list of one venue. */
export class ExchangeListing {
  readonly #question: PatientQuestion;
  readonly #keptMs: number;
  readonly #pauseMs: number;
  #taken: Taken | null = null;
  /** Why the last call has brought none, and when that was, monotonic; `null`: it has. */
  #failure: { readonly refusal: Refusal; readonly atMs: number } | null = null;
  #asking: Promise<void> | null = null;

  constructor(options: ExchangeListingOptions) {
    this.#question = new PatientQuestion(options);
    this.#keptMs = options.keptMs ?? KEPT_MS;
    this.#pauseMs = options.pauseMs ?? PAUSE_MS;
  }

  /** The list; an old one is told at once, and the next one is asked for meanwhile. Never rejects. */
  async take(): Promise<ListingResult | Refusal> {
    const asking = this.#ask();
    if (this.#taken === null) await asking;
    const refusal = this.#failure?.refusal ?? NOT_YET;
    if (this.#taken === null) return refusal;
    const { symbols, takenMs, heardMs } = this.#taken;
    const ageMs = monotonicMs() - heardMs;
    const problem = ageMs < this.#keptMs ? null : refusal.reason;
    return { kind: "listed", listing: { symbols, takenMs, ageMs, problem } };
  }

  /** Asks the exchange, if that is due; resolves when it has answered, or a person would not wait any more. */
  #ask(): Promise<void> {
    if (this.#asking !== null) return this.#asking;
    const nowMs = monotonicMs();
    const isFresh = this.#taken !== null && nowMs - this.#taken.heardMs < this.#keptMs;
    const isPause = this.#failure !== null && nowMs - this.#failure.atMs < this.#pauseMs;
    if (isFresh || isPause) return Promise.resolve();
    this.#asking = this.#call().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #call(): Promise<void> {
    const answer = await this.#question.ask(async (client) => {
      const found = await askList(client);
      // Here, so that an answer that comes too late for who has asked is kept too.
      if (found.kind === "found") {
        this.#taken = { symbols: found.symbols, takenMs: utcNowMs(), heardMs: monotonicMs() };
        this.#failure = null;
      }
      return found;
    });
    if (answer.kind === "found") return;
    const refusal = answer.kind === "refused" ? answer : refused("unavailable", answer.reason);
    this.#failure = { refusal, atMs: monotonicMs() };
  }
}

const NOT_YET = refused("unavailable", "The exchange is being asked what it lists: try again");

type Found = { readonly kind: "found"; readonly symbols: readonly ListedSymbol[] };

function askList(client: ExchangeClient): Promise<Found | Unreachable> {
  return atAnyEndpoint(client, async () => {
    const { listRequest } = client.venue;
    const { value } = await callExchange(client, listRequest, "renew", REQUEST_TIMEOUT_MS);
    return { kind: "found", symbols: value };
  });
}
