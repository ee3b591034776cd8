/** What can go wrong with a database, sorted by what to do about it, in words for a person. Pure. */
import type { DatabaseAddress, StoreIdentity } from "../../shared/protocol.ts";
import type { Source } from "../../shared/market.ts";
import type { Fault } from "./store_watch.ts";

/** The database works and must not be used by this process; no retry mends it. */
export class StoreRefusal extends Error {
  override readonly name = "StoreRefusal";
}

/** Another process is the writer of this database. */
export class LockHeld extends Error {
  override readonly name = "LockHeld";
}

/** What reads of an unknown error; the drivers' errors carry a `code`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/**
 * True when Postgres refused the rows for what is in them, so that the same rows will never do:
 * classes 22 (data exception), 23 (constraint) and 54 (program limit, e.g. a key too long), and what
 * the driver itself cannot write.
 */
export function isContentError(error: unknown): boolean {
  return /^(22|23|54)...$|^UNDEFINED_VALUE$/.test(codeOf(error));
}

/** True when the connection stands and the server has answered with an error. */
export function isAnswer(error: unknown): boolean {
  return /^(?!08|57P)[0-9A-Z]{5}$/.test(codeOf(error)) && /\d/.test(codeOf(error));
}

/** True when a server is about to be able to answer: it starts up, or shuts down to start again. */
export function isStarting(error: unknown): boolean {
  return codeOf(error) === "57P03";
}

/** A failure that is not in the rows: what the store refuses or does not do, for whoever watches it. */
export function faultOf(error: unknown): Fault {
  const isHeld = error instanceof LockHeld;
  return {
    kind: isHeld ? "held" : kindOf(error),
    reason: isHeld ? `it is held by ${error.message}` : reasonOf(error),
    isComing: /^(57P03|ECONNREFUSED|ENOENT|LOADING)$/.test(kindOf(error)),
  };
}

/** What tells failures apart: a code, or the word with which Redis begins an error. */
function kindOf(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") return "ETIMEDOUT";
  const message = messageOf(error);
  return codeOf(error) || (/^[A-Z]{2,}(?= )/.exec(message)?.[0] ?? KINDS[message] ?? message);
}

/** The driver of Redis has no codes for its own. */
const KINDS: Readonly<Record<string, string>> = {
  "Command timed out": "ETIMEDOUT",
  "Connection is closed.": "CONNECTION_CLOSED",
  "Stream isn't writeable and enableOfflineQueue options is false": "CONNECTION_CLOSED",
};

/** One phrase: what is wrong. */
export function reasonOf(error: unknown): string {
  return REASONS[kindOf(error)] ?? messageOf(error);
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n")[0] ?? message;
}

/** In words for a person. What is not here says it well itself, and names what it speaks of. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name cannot be looked up",
  EHOSTUNREACH: "no route to the host",
  ETIMEDOUT: "it does not answer",
  CONNECT_TIMEOUT: "it does not answer",
  ENOENT: "it is not up",
  CONNECTION_CLOSED: "the connection was lost",
  CONNECTION_DESTROYED: "the connection was lost",
  CONNECTION_ENDED: "the connection was lost",
  ECONNRESET: "the connection was lost",
  // PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html
  "25006": "it is read-only (a replica, or the old primary after a fail-over)",
  "53100": "its disk is full",
  "53300": "it has no connection left for this user",
  "57P01": "it was shut down, or has ended the connection",
  "57P02": "it has crashed",
  "57P03": "it is starting up or shutting down",
  // Redis: the first word of its errors.
  OOM: "its memory is full (maxmemory), and it refuses writes",
  MISCONF: "it cannot save to its disk, and refuses writes (MISCONF)",
  READONLY: "it is a read-only replica",
  CLUSTERDOWN: "its cluster is down",
  LOADING: "it is starting up",
  MASTERDOWN: "it is a replica that has lost its primary",
  NOREPLICAS: "it has too few replicas to take writes",
};

/** The line for an operator whose `variable` names a server that cannot be used. */
export function unusableServer(
  variable: "DATABASE_URL" | "REDIS_URL",
  url: string,
  error: unknown,
): string {
  const advice = variable === "DATABASE_URL"
    ? "start PostgreSQL there, correct DATABASE_URL, or unset it to use the embedded database"
    : "start Redis there, correct REDIS_URL, or unset it to do without";
  return `${variable} ${redacted(url)} cannot be used: ${reasonOf(error)}; ${advice}`;
}

/** The line for an operator whose DATABASE_URL another monitor writes to. */
export function heldServer(url: string, holder: string): string {
  return `DATABASE_URL ${
    redacted(url)
  } cannot be used: it is held by ${holder}; stop that monitor, ` +
    "or name another database in DATABASE_URL";
}

/** The URL without its password. */
export function redacted(url: string): string {
  if (!URL.canParse(url)) return "(not a URL)";
  const parsed = new URL(url);
  if (parsed.password !== "") parsed.password = "***";
  // Drivers also take passwords as parameters.
  for (const name of parsed.searchParams.keys()) {
    if (/pass/i.test(name)) parsed.searchParams.set(name, "***");
  }
  return parsed.href;
}

/** How an operator knows this database. */
export function nameOf(address: DatabaseAddress): string {
  return address.kind === "server"
    ? `The database of DATABASE_URL ${redacted(address.url)}`
    : "The embedded database in DATA_DIR";
}

/** Which database this is, in words without a secret: two that are equal in it are one. */
export function databaseText(address: DatabaseAddress): string {
  if (address.kind === "embedded") return "the embedded database";
  if (!URL.canParse(address.url)) return "the database of DATABASE_URL";
  const { hostname, port, pathname } = new URL(address.url);
  return `the database ${hostname}:${port === "" ? 5432 : port}${pathname}`;
}

/** Why rows of `source` must not enter a store that holds others; `null` when they may. */
export function identityConflict(
  address: DatabaseAddress,
  held: StoreIdentity,
  source: Source,
): string | null {
  if (held.kind === source.kind) return null;
  const variable = address.kind === "server" ? "DATABASE_URL" : "DATA_DIR";
  const right = held.kind === "simulation"
    ? "start it on a simulated exchange: `deno task exchange`, `deno task demo`"
    : "start it with the exchange that it was filled from";
  return `${
    nameOf(address)
  } holds data of ${held.label} (${held.kind}), and this run's source is ` +
    `${source.label} (${source.kind}): they never mix. Choose another ${variable}, or, to go on ` +
    `with what is there, ${right}`;
}
