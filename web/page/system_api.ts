/** What the view of the system asks the server. */
import type { About } from "../../shared/about.ts";
import type { Gauges } from "../../shared/protocol.ts";
import { type Answer, fetchJson } from "./api.ts";
import type { ActorRow } from "./actor_order.ts";

/** What of `GET /api/system` is shown. */
export interface SystemAnswer {
  readonly timeMs: number;
  readonly startedMs: number | null;
  readonly versions: {
    readonly monitor: string;
    readonly deno: string;
    readonly v8: string;
    readonly database: string | null;
    readonly migration: number | null;
  };
  readonly databaseProblem: string | null;
  readonly rssBytes: number;
  readonly actors: readonly ActorRow[];
  readonly store: Gauges | null;
  readonly writer: Gauges | null;
  readonly web: Gauges;
  readonly streamsMax: number;
  readonly streamsMaxPerAddress: number;
}

/** How the actors stand. */
export function fetchSystem(): Promise<Answer<SystemAnswer>> {
  return fetchJson("api/system");
}

/** How the monitor is configured; only operators are told. */
export function fetchConfiguration(): Promise<
  Answer<Pick<About, "variables">>
> {
  return fetchJson("api/configuration");
}
