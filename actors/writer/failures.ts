/** What can go wrong with a database, sorted by what to do about it, in words for a person. Pure. */
import {
  DATABASE_REASONS,
  databaseTrouble,
  nameOf,
  poolerReason,
  unusableDatabase,
} from "../../shared/database_trouble.ts";
import { databaseLabel } from "../../shared/database_url.ts";
import { codeOf, messageOf } from "../../shared/error_text.ts";
import { isSqlState, networkTrouble } from "../../shared/network_trouble.ts";
import { concealed } from "../../shared/secrets.ts";
import { hostText } from "../../shared/url_parts.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import type { Source } from "../../shared/market.ts";
import { MigrationFailed } from "./migrations.ts";
import type { Fault } from "./store_watch.ts";

type ServerAddress = Extract<DatabaseAddress, { kind: "server" }>;

/** The database works and must not be used by this process; no retry mends it. */
export class StoreRefusal extends Error {
  override readonly name = "StoreRefusal";
}

/** A server notices that a client is gone as soon as its machine says so. */
const LOCK_OVER_MS = 5_000;

/** Another process is the writer of this database. */
export class LockHeld extends Error {
  override readonly name = "LockHeld";
  /** By then it is over, if it is that of a process that has just been killed. */
  readonly overMs: number;

  constructor(holder: string, overMs = LOCK_OVER_MS) {
    super(holder);
    this.overMs = overMs;
  }
}

/** A table refuses a row that it has taken before: what is wrong is not in the rows. `cause`: its answer. */
export class TableRefused extends Error {
  override readonly name = "TableRefused";

  constructor(table: string, cause: unknown) {
    super(`every row of ${table} is refused: ${reasonOf(cause)}`, { cause });
  }
}

/** A piece of a table cannot be made, so that its rows have to wait. `cause`: what the server has said. */
export class PartitionRefused extends Error {
  override readonly name = "PartitionRefused";

  constructor(partition: string, cause: unknown) {
    super(`${partition} cannot be made: ${reasonOf(cause)}`, { cause });
  }
}

/** True when a row found no piece of its table, although there was one: somebody has dropped it. */
export function isWithoutPartition(error: unknown): boolean {
  return error instanceof Error && "routine" in error && error.routine === "ExecFindPartition";
}

/**
 * True when Postgres refused the rows for what is in them, so that the same rows will never do:
 * classes 22 (data exception), 23 (constraint), 44 (check option) and 54 (program limit, e.g. a key too long),
 * an exception that somebody's trigger raises, and what the driver itself cannot write.
 */
export function isContentError(error: unknown): boolean {
  return !isWithoutPartition(error) &&
    /^(22|23|44|54)...$|^P0001$|^UNDEFINED_VALUE$/.test(codeOf(error));
}

/** True when the connection stands and the server has answered with an error. */
export function isAnswer(error: unknown): boolean {
  const code = codeOf(error);
  return isSqlState(code) && !/^(08|57P)/.test(code);
}

/** At a first start a server that starts up is waited for so long. */
const STARTING_MS = 5_000;

/** True when a server is about to be able to answer: it starts up, or shuts down to start again. */
function isStarting(error: unknown): boolean {
  return codeOf(error) === "57P03";
}

/**
 * A failure that is not in the rows: what the store refuses or does not do, for whoever watches it. A server may quote
 * what it was sent: `secrets` are taken out.
 */
export function faultOf(error: unknown, secrets: readonly string[]): Fault {
  const isHeld = error instanceof LockHeld;
  return {
    kind: isHeld ? "held" : kindOf(error),
    reason: concealed(isHeld ? `it is held by ${error.message}` : reasonOf(error), secrets),
    isComing: /^(57P03|ECONNREFUSED|ENOENT|LOADING)$/.test(kindOf(error)),
  };
}

/** What tells failures apart: a code, or the word with which Redis begins an error. */
export function kindOf(error: unknown): string {
  const sentinels = ofSentinels(error);
  if (sentinels !== null) {
    return `SENTINELS ${sentinels.last === null ? "" : kindOf(sentinels.last)}`;
  }
  if (error instanceof DOMException && error.name === "TimeoutError") return "ETIMEDOUT";
  const message = messageOf(error);
  if (isDeniedInScript(error)) return "NOPERM";
  return codeOf(error) || (/^[A-Z]{2,}(?= )/.exec(message)?.[0] ?? KINDS[message] ?? message);
}

/** The driver of Redis has no codes for its own. */
const KINDS: Readonly<Record<string, string>> = {
  "Command timed out": "ETIMEDOUT",
  "Connection is closed.": "CONNECTION_CLOSED",
  "Stream isn't writeable and enableOfflineQueue options is false": "CONNECTION_CLOSED",
};

/**
 * What the driver of Redis says when no sentinel has told it where the master is, in one sentence with the time of its next
 * try: what the last one has said; `null`: that there is no master of this name. `null` of another error.
 */
export function ofSentinels(error: unknown): { readonly last: Error | null } | null {
  const [all, last] =
    /^All sentinels are unreachable.*?(?: Last error: (.*))?$/.exec(messageOf(error)) ?? [];
  if (all === undefined) return null;
  const isUnknown = last === undefined || /No such master/i.test(last);
  return { last: isUnknown ? null : new Error(last) };
}

/** One phrase: what is wrong. */
export function reasonOf(error: unknown): string {
  const sentinels = ofSentinels(error);
  if (sentinels?.last === null) return "none of its sentinels knows a master of this name";
  if (sentinels !== null) {
    return `none of its sentinels tells where the master is (the last one: ${
      reasonOf(sentinels.last)
    })`;
  }
  const kind = kindOf(error);
  if (kind === "08P01") return poolerReason(messageOf(error)) ?? messageOf(error);
  return DATABASE_REASONS[kind] ?? REDIS_REASONS[kind] ??
    networkTrouble(error, { variable: "", what: "" })?.reason ??
    messageOf(error).replace(WHERE_IN_SCRIPT, "");
}

/** What Redis adds to an error of a script: which one, and where. */
const WHERE_IN_SCRIPT = / script: [0-9a-f]{40}, on @user_script:\d+\.$/;

/** Whether a script was refused a command, a key or a channel: in the words of Redis 7.0, and of later ones. */
export function isDeniedInScript(error: unknown): boolean {
  return /^ERR The user executing the script can't|ACL failure in script/.test(messageOf(error));
}

/** The first word of what Redis says; what is not here says it well itself, and names what it speaks of. */
const REDIS_REASONS: Readonly<Record<string, string>> = {
  OOM: "its memory is full (maxmemory), and it refuses writes",
  MISCONF: "it cannot save to its disk, and refuses writes (MISCONF)",
  READONLY: "it is a read-only replica",
  CLUSTERDOWN: "its cluster is down",
  LOADING: "it is starting up",
  MASTERDOWN: "it is a replica that has lost its primary",
  NOREPLICAS: "it has too few replicas to take writes",
};

/** The line for an operator whose database another monitor writes to. */
function heldServer({ variable, server }: ServerAddress, holder: string): string {
  return `${variable} ${
    databaseLabel(server)
  } cannot be used: it is held by ${holder}; stop that monitor, ` +
    `or name another database in ${variable}`;
}

/** What is known of a database that cannot be used now. */
interface Standing {
  /** It was open before, so that this is an outage. */
  readonly wasOpen: boolean;
  /** An earlier process has stored in it, or has left rows for it. */
  readonly isNoMistake: boolean;
  /** How long it has been tried. */
  readonly forMs: number;
}

/** The one line that ends the process, where no retry would help; `null`: one may. */
export function fatalReason(
  error: unknown,
  address: DatabaseAddress,
  { wasOpen, isNoMistake, forMs }: Standing,
): string | null {
  if (error instanceof StoreRefusal) return error.message;
  if (address.kind === "embedded" || wasOpen) return null;
  if (isNoMistake && !isAnswer(error) && !(error instanceof LockHeld)) return null;
  const passesMs = error instanceof LockHeld ? error.overMs : isStarting(error) ? STARTING_MS : 0;
  if (forMs < passesMs) return null;
  if (error instanceof MigrationFailed) {
    const { remedy } = databaseTrouble(address.variable, address.server, error);
    return `${nameOf(address)} cannot be used: ${error.message}; ${remedy}`;
  }
  return error instanceof LockHeld
    ? heldServer(address, error.message)
    : unusableDatabase(address, error instanceof PartitionRefused ? error.cause : error);
}

/** Which database this is, in words without a secret: two that are equal in it are one. */
export function databaseText(address: DatabaseAddress): string {
  if (address.kind === "embedded") return "the embedded database";
  const { hosts, database } = address.server;
  return `the database ${hosts.map(hostText).join(",")}/${encodeURIComponent(database)}`;
}

/** Why rows of `source` must not enter a store that holds others; `null` when they may. */
export function identityConflict(
  address: DatabaseAddress,
  held: Source,
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
