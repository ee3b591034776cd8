/** `GET /api/system` and `GET /api/configuration`: how the actors of this monitor stand, of which versions it is, and how it is set. */
import type { Hono } from "hono";
import { type About, ORIGINS } from "../shared/about.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { ChildStatus, Gauges } from "../shared/protocol.ts";
import type { Answers } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import type { StreamLimits } from "./browsers.ts";
import type { History } from "./history.ts";
import { historyText, HistoryUnavailable } from "./history_unavailable.ts";
import type { Hub } from "./hub.ts";
import { COUNT, FLAG, list, map, MS, NUMBER, object, orNull, TEXT, words } from "./schema.ts";
import type { Statement } from "./statements.ts";

const ACTOR = object({
  actorId: TEXT,
  state: TEXT,
  reason: orNull(TEXT),
  restarts: COUNT,
  incarnation: COUNT,
  heartbeatAgeMs: orNull(MS),
  heapBytes: orNull(NUMBER),
  worker: orNull(object({ name: TEXT, actors: COUNT, heapBytes: orNull(NUMBER) })),
  lagMs: orNull(MS),
  overload: orNull(COUNT),
  unacked: orNull(COUNT),
  learningRules: orNull(COUNT),
});

/** What `GET /api/system` answers. */
export const SYSTEM_ANSWER = object({
  timeMs: MS,
  startedMs: orNull(MS),
  versions: object({
    monitor: TEXT,
    deno: TEXT,
    v8: TEXT,
    database: orNull(TEXT),
    migration: orNull(COUNT),
  }),
  databaseProblem: orNull(TEXT),
  rssBytes: NUMBER,
  actors: list(ACTOR),
  store: orNull(map(NUMBER)),
  writer: orNull(map(NUMBER)),
  web: map(NUMBER),
  streamsMax: COUNT,
  streamsMaxPerAddress: COUNT,
});

/** What `GET /api/configuration` answers. */
export const CONFIGURATION_ANSWER = object({
  variables: list(object({
    name: TEXT,
    value: orNull(TEXT),
    isHidden: FLAG,
    origin: words(...ORIGINS),
    meaning: TEXT,
  })),
});

/** What the routes are told by their shell. */
export interface SystemOptions {
  readonly about: About;
  readonly rssBytes: () => number;
  readonly streams: StreamLimits;
  readonly utcNowMs: () => number;
}

/** Adds both routes. */
export function addSystemRoutes(
  app: Hono<AppEnv>,
  hub: Hub,
  history: Pick<History, "page">,
  answers: Answers,
  { about, rssBytes, streams, utcNowMs }: SystemOptions,
): void {
  app.get(ROUTES.system.path, (c) =>
    answers.respond(c, {
      key: "system",
      endMs: null,
      make: async (signal) => {
        const database = await databaseOf(history, signal);
        // Of the moment at which it is answered.
        const children = hub.system?.children ?? [];
        const gaugesOf = (id: ChildStatus["actorId"]) =>
          children.find(({ actorId }) => actorId === id)?.gauges ?? null;
        return {
          timeMs: utcNowMs(),
          startedMs: hub.system?.startedMs ?? null,
          versions: { ...about.versions, ...database.versions },
          databaseProblem: database.problem,
          rssBytes: rssBytes(),
          actors: children.map(actorShown),
          store: gaugesOf("store"),
          writer: gaugesOf("writer"),
          web: { ...gaugesOf("web"), ...hub.gauges },
          streamsMax: streams.sseMax,
          streamsMaxPerAddress: streams.sseMaxPerAddress,
        };
      },
    }));
  app.get(ROUTES.configuration.path, (c) => c.json({ variables: about.variables }));
}

/** What of its gauges every actor has; what one that does not run has told before is not of now. */
function actorShown({ gauges, ...child }: ChildStatus): unknown {
  const { actorId, state, reason, restarts, incarnation, worker } = child;
  const now: Gauges = state === "running" ? gauges : {};
  return {
    actorId,
    state,
    reason,
    restarts,
    incarnation,
    heartbeatAgeMs: gauges["heartbeatAgeMs"] ?? null,
    heapBytes: now["heapBytes"] ?? null,
    // What is in a heap that several share is nobody's own.
    worker: worker === undefined ? null : { ...worker, heapBytes: now["workerHeapBytes"] ?? null },
    lagMs: now["lagMs"] ?? null,
    overload: now["overload"] ?? null,
    unacked: now["writerUnacked"] ?? null,
    learningRules: now["learningRules"] ?? null,
  };
}

interface DatabaseVersions {
  readonly database: string | null;
  readonly migration: number | null;
}

const UNKNOWN: DatabaseVersions = { database: null, migration: null };

/** That it is away is no failure of this answer. */
async function databaseOf(
  history: Pick<History, "page">,
  signal: AbortSignal,
): Promise<{ readonly versions: DatabaseVersions; readonly problem: string | null }> {
  try {
    const [versions = UNKNOWN] = await history.page<DatabaseVersions>(VERSIONS, signal);
    return { versions, problem: versions === UNKNOWN ? "The database does not say" : null };
  } catch (error) {
    if (!(error instanceof HistoryUnavailable)) throw error;
    return { versions: UNKNOWN, problem: historyText(error) };
  }
}

const VERSIONS: Statement = {
  text: `SELECT current_setting('server_version') AS database,
    (SELECT max(version) FROM schema_migrations)::int AS migration`,
  values: [],
};
