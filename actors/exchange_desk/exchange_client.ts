/** ExchangeClient: how the desk itself calls the exchange, one GET with a permit at a time. */
import { monotonicMs } from "../../shared/clock.ts";
import { type Endpoints, isFault } from "../../shared/endpoints.ts";
import { answerText, NO_ANSWER, type TellAnswer } from "../../shared/exchange_answer.ts";
import { pathSecrets } from "../../shared/exchange_url.ts";
import { deadlineSignal } from "../../shared/heard_deadline.ts";
import type { PermitPriority } from "../../shared/request_budget.ts";
import { concealed } from "../../shared/secrets.ts";
import type { VenueDesk, VenueQuestion } from "../venue/venue.ts";
import { banMs } from "./rest_ban.ts";

/** What stands before every call to the exchange. */
export interface CallLimiter {
  /** Resolves when a call of this weight may be made. */
  pass(weight: number, priority: PermitPriority): Promise<TellAnswer>;
}

/** Where the exchange is, how to speak to it, and what limits its calls. */
export interface ExchangeClient {
  readonly venue: VenueDesk;
  readonly rest: Endpoints;
  readonly limiter: CallLimiter;
  /** The proxy on the way to a URL, as a person knows it: `HTTPS_PROXY http://proxy:3128`; `null`: none. */
  readonly proxyOf?: ((url: string) => string | null) | undefined;
}

/** What was answered. */
export interface ExchangeReply<T> {
  readonly value: T;
  /** Monotonic: when it left, and when its answer began. */
  readonly askedMs: number;
  readonly heardMs: number;
}

/** A call without an answer that can be read, or with one that is none of success (2xx); the message says why. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly url: string;
  /** `null`: there was no answer, or none that can be read. */
  readonly status: number | null;
  /** Of a refusal: JSON; `null`: it is none. */
  readonly body: unknown;
  /** How long the exchange refuses this address; `null`: it does not. */
  readonly banMs: number | null;

  constructor(
    message: string,
    { url, status, body = null, banMs = null }:
      & Pick<CallError, "url" | "status">
      & Partial<Pick<CallError, "body" | "banMs">>,
  ) {
    super(message);
    this.url = url;
    this.status = status;
    this.body = body;
    this.banMs = banMs;
  }
}

/**
 * Asks when it may, at the endpoint of that moment. `timeoutMs` counts from then.
 *
 * @throws {CallError}
 */
export async function callExchange<T>(
  client: ExchangeClient,
  question: VenueQuestion<T>,
  priority: PermitPriority,
  timeoutMs: number,
): Promise<ExchangeReply<T>> {
  const tell = await client.limiter.pass(question.weight, priority);
  return await callPassed(client, question, tell, timeoutMs);
}

/**
 * Makes a call that has its permit already, and tells what came of it.
 *
 * @throws {CallError}
 */
export async function callPassed<T>(
  { venue, rest }: Omit<ExchangeClient, "limiter">,
  { path, read }: VenueQuestion<T>,
  tell: TellAnswer,
  timeoutMs: number,
): Promise<ExchangeReply<T>> {
  const url = rest.choose(monotonicMs());
  let answer = NO_ANSWER;
  const { signal, end } = deadlineSignal(timeoutMs);
  try {
    const askedMs = monotonicMs();
    const response = await fetch(url + path, { signal });
    const heardMs = monotonicMs();
    answer = venue.readAnswer(response);
    const text = await answerText(response);
    const body = parse(text);
    if (!response.ok) {
      const { status } = response;
      const said = concealed(refusal(status, text), pathSecrets(url));
      throw new CallError(said, { url, status, body, banMs: banMs(answer) });
    }
    const reading = read(body);
    if (reading.kind === "unusable") throw new CallError(reading.reason, { url, status: null });
    rest.worked(url);
    return { value: reading.value, askedMs, heardMs };
  } catch (error) {
    const failure = error instanceof CallError
      ? error
      : new CallError(concealed(causeOf(error), pathSecrets(url)), { url, status: null });
    if (isFault(failure.status)) rest.failed(url, failure.message, monotonicMs());
    else rest.worked(url);
    throw failure;
  } finally {
    end();
    tell(answer);
  }
}

function refusal(status: number, text: string): string {
  return status === 451
    ? "HTTP 451: it does not serve this location"
    : `HTTP ${status} ${text.slice(0, 200).replace(/\s+/g, " ")}`.trim();
}

/** The reason of a failed fetch, such as a name that cannot be resolved, is its cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause))
    .replace(/^error sending request (for url \(\S*\)|from \S+ for \S+( \(\S*\))?): /, "");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
