/**
 * Who may ask. The server has no log-in: whoever reaches it may read it. What it must prevent is that a
 * stranger's web page reads it through the operator's own browser (DNS rebinding, cross-site requests).
 */
import type { MiddlewareHandler } from "hono";
import { ALL_ROUTES, type Route } from "../shared/catalogue/routes.ts";

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const IPV6 = /^\[[0-9a-f:.]+\]$/;

/** Names as they stand in a URL: IPv6 in brackets, lower case. */
function urlName(host: string): string {
  const name = host.toLowerCase();
  return name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
}

/** The host name of a `Host` header without its port; `null` when it is not one. */
function hostNameOf(header: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[^:@/?#\s]+)(:\d{1,5})?$/i.exec(header);
  return match?.[1]?.toLowerCase() ?? null;
}

/**
 * Whether a request with this `Host` header may be answered. A name that an attacker's DNS points at
 * this machine is none of: loopback, the address listened on, or, where the operator opened the server
 * to the network, an IP address.
 */
function isHostAllowed(header: string, listenHost: string): boolean {
  const name = hostNameOf(header);
  if (name === null) return false;
  const listenName = urlName(listenHost);
  if (LOOPBACK_NAMES.includes(name) || name === listenName) return true;
  const isOpen = !LOOPBACK_NAMES.includes(listenName) && !listenName.startsWith("127.");
  return isOpen && (IPV4.test(name) || IPV6.test(name));
}

/** Whether an `Origin` header names the very host that was asked. */
function isOriginAllowed(origin: string, hostHeader: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === hostHeader.toLowerCase();
}

/**
 * Whether another site's page asks for this without opening it: it could not read the answer, but it
 * could keep the database busy. What changes something is never merely opened. Browsers send both
 * headers, other clients neither.
 */
function isForeign(site: string | undefined, mode: string | undefined, isWrite: boolean): boolean {
  const isOtherSite = site === "cross-site" || site === "same-site";
  return isOtherSite && (isWrite || mode !== "navigate");
}

/** What the table has at this path, by any method. */
function routesAt(path: string): readonly Route[] {
  const given = path.split("/");
  return ALL_ROUTES.filter((route) => {
    const parts = route.path.split("/");
    return parts.length === given.length &&
      parts.every((part, i) => part.startsWith(":") ? given[i] !== "" : part === given[i]);
  });
}

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/**
 * Lets in what the table of routes has, by its methods, under a right `Host` and `Origin`; sets the
 * security headers of every answer.
 */
export function guard(listenHost: string): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    const origin = c.req.header("origin");
    const here = routesAt(c.req.path);
    const route = here.find(({ method }) => method === c.req.method);
    const isWrite = route?.need === "operate";
    if (!isHostAllowed(host, listenHost)) {
      const error =
        `Host "${host}" is not served here: open the address that the monitor printed, ` +
        "or set HOST to the name that browsers use";
      c.res = c.json({ error }, 403);
    } else if (origin !== undefined && !isOriginAllowed(origin, host)) {
      c.res = c.json({ error: `Origin "${origin}" may not read this server` }, 403);
    } else if (isForeign(c.req.header("sec-fetch-site"), c.req.header("sec-fetch-mode"), isWrite)) {
      c.res = c.json({ error: "Pages of another site may link here, and fetch nothing" }, 403);
    } else if (here.length === 0) {
      c.res = c.json({ error: `There is nothing at ${c.req.path}` }, 404);
    } else if (route === undefined) {
      const allow = here.map(({ method }) => method).join(", ");
      const error = `${c.req.method} is not possible here, only ${allow}`;
      c.res = c.json({ error }, 405, { allow });
    } else {
      await next();
    }
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  };
}
