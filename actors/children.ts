/** The actors of one monitor, from its configuration: what runs, with which arguments and permissions. */
import type { About } from "../shared/about.ts";
import { alertRulesFor } from "../shared/catalogue/built_in_rules.ts";
import type { AlertRule } from "../shared/catalogue/rules.ts";
import { DEFINITIONS_VERSION, type MetricSettings } from "../shared/catalogue/settings.ts";
import { type Config, configOf } from "../shared/config.ts";
import type { SymbolInfo } from "../shared/market.ts";
import {
  actorOf,
  type DatabaseAddress,
  type StoreArgs,
  type SymbolArgs,
  type WebArgs,
  type WriterArgs,
} from "../shared/protocol.ts";
import { webPermissions } from "../web/permissions.ts";
import { storePermissions } from "./store/permissions.ts";
import type { ChildSpec } from "./supervisor/child.ts";
import type { Tree } from "./supervisor/supervisor.ts";
import { symbolPermissions } from "./symbol/permissions.ts";
import { writerPermissions } from "./writer/permissions.ts";
import type { MuteRecord } from "../shared/said.ts";

/** Every symbol speaks to the writer and to the web server; the others to nobody. */
export const TREE: Tree = {
  groups: ["store", "writer", "web", "symbol"],
  links: [["symbol", "writer"], ["symbol", "web"]],
};

/** A store, writer or web server that crashes more often than this ends the process. */
const ESSENTIAL_LIMITS = { intensity: 5, periodMs: 60_000 };
const SYMBOL_LIMITS = { intensity: 5, periodMs: 30_000 };
/** An event loop that turns answers well within these. */
const VITAL_SIGNS = { readyMaxMs: 10_000, heartbeatMaxMs: 5_000 };
/** The embedded Postgres blocks its loop while it initialises or runs a statement. */
const STORE_VITAL_SIGNS = { readyMaxMs: 120_000, heartbeatMaxMs: 60_000 };

/** Of a program that nobody asks what it is. */
const UNTOLD: About = { versions: { monitor: "", deno: "", v8: "" }, variables: [] };

/** Store (when embedded), writer and web, in start order; `listenAddress`: the one that HOST names, if that is a name. */
export function essentialChildren(
  config: Config,
  socketDir: string,
  listenAddress = config.host,
  about = UNTOLD,
): ChildSpec[] {
  const database = storeAddress(config, socketDir);
  const history = historyServer(config) ?? database;
  const store: StoreArgs = {
    ...configOf(config, "store"),
    socketDir,
    creationUrl: new URL("./store/creation.ts", import.meta.url).href,
  };
  const writer: WriterArgs = { ...configOf(config, "writer"), database };
  const web: WebArgs = {
    ...configOf(config, "web"),
    about,
    listenAddress,
    database: history,
    settings: settingsOf(config),
    parquetUrl: new URL("../web/export/parquet_worker.ts", import.meta.url).href,
    pageDir: decodeURIComponent(new URL("../web/page/dist", import.meta.url).pathname),
  };
  const essential = { limits: ESSENTIAL_LIMITS, isEssential: true };
  return [
    ...(config.databaseUrl === null
      ? [{
        ...essential,
        ...STORE_VITAL_SIGNS,
        actorId: "store" as const,
        group: "store",
        url: new URL("./store/worker.ts", import.meta.url),
        args: store,
        permissions: storePermissions(store),
      }]
      : []),
    {
      ...essential,
      ...VITAL_SIGNS,
      actorId: "writer",
      group: "writer",
      url: new URL("./writer/worker.ts", import.meta.url),
      args: writer,
      permissions: writerPermissions(writer),
    },
    {
      ...essential,
      ...VITAL_SIGNS,
      actorId: "web",
      group: "web",
      url: new URL("../web/worker.ts", import.meta.url),
      args: web,
      permissions: webPermissions(web),
    },
  ];
}

/** Where a monitor stores. */
export function storeAddress(config: Config, socketDir: string): DatabaseAddress {
  return storingServer(config) ?? { kind: "embedded", socketDir };
}

type ServerAddress = Extract<DatabaseAddress, { kind: "server" }>;

function storingServer({ databaseUrl: server }: Config): ServerAddress | null {
  return server === null ? null : { kind: "server", variable: "DATABASE_URL", server };
}

/** The server that history is read from; `null`: the embedded database. */
export function historyServer(config: Config): ServerAddress | null {
  const { databaseReadUrl: server } = config;
  if (server === null) return storingServer(config);
  return { kind: "server", variable: "DATABASE_READ_URL", server };
}

/**
 * One symbol's actor; `alertRules`: those that are in force when a life begins, absent: what is built in. `mutes`: those that
 * this process knows of then.
 */
export function symbolChild(
  config: Config,
  info: SymbolInfo,
  alertRules = (): readonly AlertRule[] => alertRulesFor(settingsOf(config)),
  mutes = (): readonly MuteRecord[] => [],
): ChildSpec {
  const settings = settingsOf(config);
  const argsNow = (): SymbolArgs => ({
    ...configOf(config, "symbol"),
    info,
    settings,
    alertRules: alertRules(),
    mutes: mutes(),
  });
  return {
    ...VITAL_SIGNS,
    actorId: actorOf(info.symbol),
    group: "symbol",
    url: config.symbolWorker === null
      ? new URL("./symbol/worker.ts", import.meta.url)
      : symbolWorkerUrl(config.symbolWorker),
    get args() {
      return argsNow();
    },
    permissions: symbolPermissions(argsNow()),
    limits: SYMBOL_LIMITS,
    isEssential: false,
  };
}

/** Where the bundle of the symbol actor lies. */
export function symbolWorkerUrl(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}

/** What the environment says of how metrics are computed. */
export function settingsOf(
  { imbalanceLevels, weightLambdaBps, slopeWindowMs }: Config,
): MetricSettings {
  return { definitions: DEFINITIONS_VERSION, imbalanceLevels, weightLambdaBps, slopeWindowMs };
}
