/** `/login` and `/logout`: a person's session, which is a signed cookie and nothing else. */
import type { Context, Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { assertNever } from "../shared/assert_never.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import { type Admission, relative } from "./admission.ts";
import type { AppEnv } from "./app_env.ts";
import { type Authority, SESSION_MS } from "./authority.ts";
import type { PublicAddress } from "./public_address.ts";
import { BadRequest } from "./refusals.ts";
import { readBody } from "./request_body.ts";

const { fields, bytesMax } = ROUTES.logIn.form;
const FORM = "application/x-www-form-urlencoded";
/** In login.html. */
const ERROR_PLACE = "<!-- error -->";

/** What the routes need of the app. */
export interface LoginParts {
  readonly authority: Authority;
  readonly admission: Admission;
  readonly address: PublicAddress;
  readonly utcNowMs: () => number;
  /** Ends whatever else is open under a session. */
  readonly endSession: (id: string) => void;
  /** The page of login.html, as answered without an error. */
  readonly answerPage: (c: Context<AppEnv>) => Response;
  /** The text of login.html. */
  readonly html: string;
}

/** Where no token is needed they lead to the page; wrong tokens are counted by `admission`. */
export function addLoginRoutes(app: Hono<AppEnv>, parts: LoginParts): void {
  const { authority, admission, address, utcNowMs, answerPage, html } = parts;
  const home = relative(ROUTES.page.path);
  const cookie = {
    path: address.prefix === "" ? "/" : address.prefix,
    httpOnly: true,
    // A link from elsewhere opens the page; what changes something asks for our own origin besides.
    sameSite: "Lax",
    secure: address.isHttps,
  } as const;
  const refuse = (c: Context<AppEnv>, status: 401 | 429, error: string) =>
    c.html(html.replace(ERROR_PLACE, error), status);
  app.get(
    ROUTES.login.path,
    (c) => c.var.visitor.right === null ? answerPage(c) : c.redirect(home, 303),
  );
  app.post(ROUTES.logIn.path, async (c) => {
    if (authority.isOpen) return c.redirect(home, 303);
    const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type !== FORM) {
      throw new BadRequest(`The body's type must be ${FORM}`, "invalid_body");
    }
    const body = await readBody(c.req.raw, bytesMax, `send the field ${fields.join(", ")}`);
    const token = new URLSearchParams(body).get(fields[0])?.trim() ?? "";
    const trial = admission.tryToken(token, c.var.visitor.address);
    switch (trial.kind) {
      case "right": {
        const value = authority.issue(trial.right, utcNowMs());
        setCookie(c, authority.cookieName, value, { ...cookie, maxAge: SESSION_MS / 1_000 });
        return c.redirect(home, 303);
      }
      case "wrong":
        return refuse(c, 401, "This is no token of this monitor.");
      case "wait": {
        const seconds = Math.ceil(trial.waitMs / 1_000);
        c.header("retry-after", String(seconds));
        return refuse(c, 429, `Too many wrong tokens: try again in ${seconds} s.`);
      }
      default:
        return assertNever(trial, "answer a trial");
    }
  });
  app.post(ROUTES.logOut.path, (c) => {
    const { session } = c.var.visitor;
    if (session !== null) parts.endSession(session.id);
    deleteCookie(c, authority.cookieName, cookie);
    return c.redirect(relative(ROUTES.login.path), 303);
  });
}
