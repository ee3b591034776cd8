/** The routes that tell how the monitor itself stands: a part of `ROUTES` in `routes.ts`. */
import type { Route } from "./route_definition.ts";

/** By what each answers. */
export const MONITOR_ROUTES = {
  storage: {
    method: "GET",
    path: "/api/storage",
    need: "read",
    answers:
      "how large history is (`bytes` on disk with indexes, of `maxBytes` at most), table by table with those of before: `rows` as the database " +
      "estimates them (`null`: it has not yet), `oldestMs` and `newestMs`, `keepDays` as it is set (`null`: for ever), `roomDays` that the " +
      "settings keep at least in the long run for the symbols followed; and the newest `drops`, why (`cause`) and when",
  },
  system: {
    method: "GET",
    path: "/api/system",
    need: "read",
    answers:
      "how each actor stands (`heartbeatAgeMs` since it was heard of, `heapBytes` of its own, or the `worker` that it shares, with how many `actors` are in that and the heap of all of them; `lagMs` by which its event loop was late, `overload` of a symbol: what it leaves undone because this machine is too slow, 0 (nothing) to 3, `unacked` outputs that the " +
      "store has not confirmed, `learningRules` of a symbol that are silent because they still learn what is usual; `null`: not known), what `store`, `writer` and `web` count, the memory of the process and its versions; " +
      "`databaseProblem`: why that of the database is not known",
  },
  configuration: {
    method: "GET",
    path: "/api/configuration",
    need: "operate",
    answers:
      "every [variable](../README.md#configuration) with its `value` and where that came from (`origin`: `default`, `environment`, `file` of variables, `secret file`); " +
      "what may hold a secret and is set has no `value`, and `isHidden`",
  },
} as const satisfies Readonly<Record<string, Route>>;
