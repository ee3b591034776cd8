/**
 * Under which name, from where and by which method the server may be asked: what it must prevent is that a
 * stranger's web page reads it through the operator's own browser (DNS rebinding, cross-site requests).
 */
import type { MiddlewareHandler } from "hono";
import type { Admission } from "./admission.ts";
import type { AppEnv } from "./app_env.ts";
import type { Route } from "../shared/catalogue/route_definition.ts";
import { routesAt } from "../shared/catalogue/routes.ts";
import type { PublicAddress } from "./public_address.ts";
import { refuseWith } from "./refusals.ts";

/**
 * Whether another site's page asks for this without opening it: it could not read the answer, but it
 * could keep the database busy. What changes something is never merely opened. Browsers send both
 * headers, other clients neither.
 */
function isForeign(site: string | undefined, mode: string | undefined, isWrite: boolean): boolean {
  const isOtherSite = site === "cross-site" || site === "same-site";
  return isOtherSite && (isWrite || mode !== "navigate");
}

/** `HEAD` is `GET` without its body. */
function methodsOf(routes: readonly Route[]): string[] {
  return routes.flatMap(({ method }) => method === "GET" ? ["GET", "HEAD"] : [method]);
}

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; " +
    "frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // With `no-referrer` a browser would send our own forms with the origin "null".
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/**
 * Lets in what the table of routes has, by its methods, under a right `Host` and `Origin`, for whom may
 * have it; sets the security headers of every answer.
 */
export function guard(
  address: PublicAddress,
  admission: Admission,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { method } = c.req;
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    const origin = c.req.header("origin");
    const here = routesAt(c.req.path);
    const methods = methodsOf(here);
    const route = here.find((one) => methodsOf([one]).includes(method));
    const isWrite = method !== "GET" && method !== "HEAD";
    if (!address.hasName(host)) {
      const error =
        `Host "${host}" is not served here: open the address that the monitor printed, ` +
        "or set PUBLIC_URL to the address that browsers use";
      c.res = refuseWith(c, "foreign_host", error);
    } else if (origin !== undefined && !address.isOwnOrigin(origin, host)) {
      const error = `Origin "${origin}" may not read this server: behind a proxy, set PUBLIC_URL ` +
        "to the address that browsers use";
      c.res = refuseWith(c, "foreign_origin", error);
    } else if (isForeign(c.req.header("sec-fetch-site"), c.req.header("sec-fetch-mode"), isWrite)) {
      const error = "Pages of another site may link here, and fetch nothing";
      c.res = refuseWith(c, "foreign_origin", error);
    } else if (here.length === 0 && address.isPrefix(c.req.path)) {
      c.res = c.redirect(`${address.prefix}/`, 308);
    } else if (here.length === 0) {
      c.res = refuseWith(c, "no_such_path", `There is nothing at ${c.req.path}`);
    } else if (route === undefined) {
      const allow = methods.join(", ");
      const error = `${method} is not possible here, only ${allow}`;
      c.res = refuseWith(c, "method_not_allowed", error, { allow });
    } else {
      const visitor = admission.visitorOf(c);
      c.set("visitor", visitor);
      const refusal = admission.refusal(c, route, visitor);
      if (refusal === null) await next();
      else c.res = refusal;
    }
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  };
}
