/**
 * What a token or a session allows. Nothing is kept of a session but in its cookie, which is signed: it holds
 * until its time is over, over restarts too, or until a token is changed. Pure.
 */
import { areEqual, TokenKey } from "./token_key.ts";

/** What a visitor may do; the later includes the earlier. */
export type Right = "read" | "operate";

/** As in AUTH_TOKEN and AUTH_READ_TOKEN; without the first everybody may do everything. */
export interface Tokens {
  readonly authToken: string | null;
  readonly authReadToken: string | null;
}

/** A session that holds. */
export interface Session {
  /** Of two sessions it is not the same, unless they began in one millisecond with one token. */
  readonly id: string;
  readonly right: Right;
  readonly untilMs: number;
}

/** A week: a wall display is logged in once in a while, and a lost device not for ever. */
export const SESSION_MS = 7 * 86_400_000;

/** The tokens of one monitor. */
export class Authority {
  readonly #tokens: readonly (readonly [Right, string])[];
  readonly #keys: ReadonlyMap<string, TokenKey>;
  /** Of the cookie: monitors that share a name, on other ports, must not take each other's session. */
  readonly cookieName: string;

  /** Derives keys, which takes a moment. */
  constructor({ authToken, authReadToken }: Tokens) {
    const tokens: [Right, string][] = [];
    const keys = new Map<string, TokenKey>();
    if (authToken !== null) {
      tokens.push(["operate", authToken]);
      keys.set("operate", new TokenKey(authToken, "order book monitor: operator's session"));
      if (authReadToken !== null) {
        tokens.push(["read", authReadToken]);
        // A change of either token ends a reader's session.
        const both = JSON.stringify([authToken, authReadToken]);
        keys.set("read", new TokenKey(both, "order book monitor: reader's session"));
      }
    }
    this.#tokens = tokens;
    this.#keys = keys;
    this.cookieName = `obm_${keys.get("operate")?.sign("name").slice(0, 8) ?? "none"}`;
  }

  /** Whether nobody is asked who they are. */
  get isOpen(): boolean {
    return this.#tokens.length === 0;
  }

  /** What a token allows; `null`: it is none of ours. Every token is compared, in constant time. */
  rightOf(token: string): Right | null {
    let found: Right | null = null;
    for (const [right, known] of this.#tokens) if (areEqual(known, token)) found = right;
    return found;
  }

  /** The value of a cookie for a session that begins now. */
  issue(right: Right, nowMs: number): string {
    const text = `${right}.${nowMs + SESSION_MS}`;
    return `${text}.${this.#keys.get(right)?.sign(text) ?? ""}`;
  }

  /** The session of a cookie's value; `null`: it is not ours, or over. */
  sessionOf(value: string, nowMs: number): Session | null {
    const [, right, until, signature] = /^(read|operate)\.(\d{1,15})\.([\w-]{43})$/.exec(value) ??
      [];
    if (right === undefined || until === undefined || signature === undefined) return null;
    const isOurs = this.#keys.get(right)?.hasSigned(`${right}.${until}`, signature) ?? false;
    const untilMs = Number(until);
    return isOurs && nowMs < untilMs ? { id: signature, right: right as Right, untilMs } : null;
  }
}
