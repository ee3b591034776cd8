/** Who asks, by their token or session, and whether a route lets them in. Pure. */
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Route } from "../shared/catalogue/route_definition.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { AppEnv, Visitor } from "./app_env.ts";
import type { Authority, Right } from "./authority.ts";
import { clientAddress } from "./client_address.ts";
import type { Clocks } from "./events.ts";
import { ProxyHints } from "./proxy_hints.ts";
import { refuseForNow, refuseWith } from "./refusals.ts";
import { Throttle } from "./throttle.ts";

/** Wrong tokens are told to the log at most so often. */
const TELL_INTERVAL_MS = 10_000;

/** What came of trying a token. */
export type Trial =
  | { readonly kind: "right"; readonly right: Right }
  | { readonly kind: "wrong" }
  /** It was not looked at: too many of this address were wrong. */
  | { readonly kind: "wait"; readonly waitMs: number };

/** What admission needs to know. */
export interface AdmissionParts {
  readonly authority: Authority;
  readonly clocks: Clocks;
  readonly isProxy: (address: string) => boolean;
  /** Takes a line for the log. */
  readonly warn: (line: string) => void;
}

/** The doorkeeper of one app. */
export class Admission {
  readonly #parts: AdmissionParts;
  readonly #throttle = new Throttle();
  readonly #hints = new ProxyHints();
  #wrong = 0;
  #toldMs = -Infinity;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Who asks: by a bearer token, else by the cookie of a session. */
  visitorOf(c: Context<AppEnv>): Visitor {
    const { authority, clocks, isProxy, warn } = this.#parts;
    const forwardedFor = c.req.header("x-forwarded-for");
    const forwarded = c.req.header("forwarded");
    const hint = this.#hints.of(c.env.peer, { forwardedFor, forwarded }, isProxy);
    if (hint !== null) warn(hint);
    const address = clientAddress(c.env.peer, forwardedFor, isProxy);
    const visitor = { address, session: null, problem: null, waitMs: 0 };
    if (authority.isOpen) return { ...visitor, right: "operate" };
    // Proxies use this header for passwords of their own.
    const [, token] = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
    const trial = token === undefined ? null : this.tryToken(token, address);
    if (trial?.kind === "right") return { ...visitor, right: trial.right };
    const cookie = getCookie(c, authority.cookieName);
    const session = cookie === undefined ? null : authority.sessionOf(cookie, clocks.utcNowMs());
    if (session !== null) return { ...visitor, right: session.right, session };
    const waitMs = trial?.kind === "wait" ? trial.waitMs : 0;
    const problem = trial !== null
      ? "The bearer token is neither AUTH_TOKEN nor AUTH_READ_TOKEN"
      : cookie === undefined
      ? null
      : "The session is over";
    return { ...visitor, right: null, problem, waitMs };
  }

  /** What a token allows; counts those that are wrong. */
  tryToken(token: string, address: string): Trial {
    const nowMs = this.#parts.clocks.monotonicMs();
    const waitMs = this.#throttle.waitMs(address, nowMs);
    if (waitMs > 0) return { kind: "wait", waitMs };
    const right = this.#parts.authority.rightOf(token);
    if (right !== null) return { kind: "right", right };
    this.#throttle.failed(address, nowMs);
    this.#wrong += 1;
    if (nowMs - this.#toldMs >= TELL_INTERVAL_MS) {
      this.#toldMs = nowMs;
      this.#parts.warn(`A wrong token came from ${address}; ${this.#wrong} wrong ones so far`);
    }
    return { kind: "wrong" };
  }

  /** The answer to a visitor who may not have what this route has; `null`: they may. */
  refusal(c: Context<AppEnv>, { need }: Route, visitor: Visitor): Response | null {
    const { right, problem, waitMs } = visitor;
    if (need === "public" || right === "operate" || right === need) return null;
    if (right === "read") {
      const error = "This needs the operator's token (AUTH_TOKEN): you may only read";
      return refuseWith(c, "read_only", error);
    }
    // A person who opens the page is led to where they can log in.
    if (c.req.path === ROUTES.page.path) return c.redirect(relative(ROUTES.login.path), 303);
    if (waitMs > 0) return tooMany(c, waitMs);
    const what = need === "read" ? "AUTH_READ_TOKEN or AUTH_TOKEN" : "AUTH_TOKEN";
    const error = `${problem ?? "Nobody is let in without a token"}: send ` +
      `"authorization: Bearer …" with ${what}, or log in at login`;
    return refuseWith(c, "token_needed", error, {
      "www-authenticate": 'Bearer realm="order book monitor"',
    });
  }
}

/** An address that holds under any path before that of the routes. */
export function relative(path: string): string {
  return path === "/" ? "./" : path.slice(1);
}

/** Too many wrong tokens came from this address. */
export function tooMany(c: Context<AppEnv>, waitMs: number): Response {
  const seconds = Math.ceil(waitMs / 1_000);
  const error = `Too many wrong tokens came from your address: try again in ${seconds} s`;
  return refuseForNow(c, "too_many_tries", error, seconds);
}
