/** Whether what the monitor sees is stored: for `/healthz`, for the page's chip and for whoever asks. Pure. */
import { assertNever } from "../shared/assert_never.ts";
import { TOO_BUSY_NOTICE } from "../shared/database_address.ts";
import type { StorageView } from "../shared/browser_events.ts";
import type { Gauges, StoreStatus, SystemStatus } from "../shared/protocol.ts";
import { timeText } from "../shared/time_text.ts";
import type { LossSummary } from "./recent_losses.ts";

type Verdict = Pick<StorageView, "status" | "word"> & { readonly reason: string | null };

const STORED: Verdict = { status: "ok", word: "stored", reason: null };

/** Most serious first. */
const STATUSES: readonly StorageView["status"][] = ["down", "degraded", "ok"];

/**
 * What the page and `/healthz` say of the stores at `nowMs` (UTC): by one sentence each, the worst first. `losses`: of
 * the last hour; `null`: there are none.
 */
export function storageOf(
  system: SystemStatus | null,
  losses: LossSummary | null,
  nowMs: number,
): StorageView {
  const verdicts = [
    ...verdictsOf(system, losses?.lastToldMs ?? null, nowMs),
    losses === null ? STORED : lossVerdict(losses, nowMs),
  ].filter(({ reason }) => reason !== null);
  const worst = STATUSES.flatMap((status) => verdicts.filter((one) => one.status === status));
  const { status, word } = worst[0] ?? STORED;
  return { status, word, reasons: worst.flatMap(({ reason }) => reason ?? []) };
}

/** `lostMs`: when the last loss was told; `null`: none has been. */
function verdictsOf(
  system: SystemStatus | null,
  lostMs: number | null,
  nowMs: number,
): Verdict[] {
  const writer = system?.children.find(({ actorId }) => actorId === "writer");
  if (writer !== undefined && writer.state !== "running") {
    const reason = `writer is ${writer.state}${writer.reason ? `: ${writer.reason}` : ""}`;
    return [{ status: "down", word: "not stored", reason }];
  }
  if (system === null || system.stores === null) {
    return [{
      status: "degraded",
      word: "not known",
      reason: "Whether rows are stored is not known",
    }];
  }
  const { database, redis } = system.stores;
  return [
    databaseVerdict(database, lostMs, nowMs),
    spoolVerdict(writer?.gauges ?? {}),
    redis === null ? STORED : redisVerdict(redis, nowMs),
    loadVerdict(system),
  ];
}

/** Whether rows may wait for the database: in the spool, with a writer that is away, or because nobody has told. */
export function waitsForDatabase(system: SystemStatus | null): boolean {
  const writer = system?.children.find(({ actorId }) => actorId === "writer");
  if (system?.stores?.database.state !== "up" || writer?.state !== "running") return true;
  return writer.gauges["spoolRows"] !== 0;
}

/** Everything is stored, and a person should know what comes next. */
function loadVerdict({ children }: SystemStatus): Verdict {
  const store = children.find(({ actorId }) => actorId === "store");
  const isTooBusy = store?.gauges["isTooBusy"] === 1;
  return isTooBusy ? { status: "ok", word: "stored, busy", reason: TOO_BUSY_NOTICE } : STORED;
}

/** What cannot be kept on disk waits in memory, which is small. */
function spoolVerdict(writer: Gauges): Verdict {
  if (writer["spoolFull"] === 1) {
    const reason =
      "The spool on disk takes no more rows: they wait in memory, and the oldest are " +
      "lost when that is full";
    return { status: "degraded", word: "spool full", reason };
  }
  if (writer["spoolUnsafe"] !== 1) return STORED;
  const reason =
    "The spool on disk cannot be synced: a power cut would take the rows that wait there";
  return { status: "degraded", word: "spool unsafe", reason };
}

function databaseVerdict(status: StoreStatus, lostMs: number | null, nowMs: number): Verdict {
  const since = timeText(status.sinceMs, nowMs);
  switch (status.state) {
    case "up":
      return STORED;
    case "starting":
      return {
        status: "degraded",
        word: "starting",
        reason: "The database is starting: rows are kept and wait",
      };
    case "behind":
      return {
        status: "degraded",
        word: "behind",
        reason: `The database is behind since ${since}: it takes rows, and old ones wait`,
      };
    case "down": {
      const isLosing = lostMs !== null && lostMs >= status.sinceMs;
      const fate = isLosing ? "rows are being lost" : "rows are kept and wait";
      return {
        status: isLosing ? "down" : "degraded",
        word: "not stored",
        reason: `The database cannot be written since ${since}: ${status.reason}; ${fate}`,
      };
    }
    default:
      return assertNever(status.state, "judge a store");
  }
}

function lossVerdict({ rows, fromMs, toMs, causes }: LossSummary, nowMs: number): Verdict {
  const count = (value: number) => value.toLocaleString("en");
  const of = fromMs === null || toMs === null
    ? ""
    : `, of ${timeText(fromMs, nowMs)} to ${timeText(toMs, nowMs)}`;
  const why = causes.map(([cause, rows]) => `${cause} ${count(rows)}`).join(", ");
  const what = rows === 1 ? "1 row was lost" : `${count(rows)} rows were lost`;
  return {
    status: "degraded",
    word: "rows lost",
    reason: `${what} in the last hour${of} (${why}): /api/losses has each`,
  };
}

function redisVerdict({ state, reason, sinceMs }: StoreStatus, nowMs: number): Verdict {
  if (state === "up" || state === "behind") return STORED;
  const since = timeText(sinceMs, nowMs);
  return state === "starting"
    ? { status: "degraded", word: "Redis starting", reason: "Redis has not confirmed anything yet" }
    : {
      status: "degraded",
      word: "Redis away",
      reason: `Redis cannot be written since ${since}: ${reason}; rows are not affected`,
    };
}
