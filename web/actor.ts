/**
 * The web server's shell: listens, brings the symbols' deliveries to the hub, and drives its timer.
 * Drain: end the streams, then close the server, which would wait for them.
 */
import { codeOf, messageOf } from "../shared/error_text.ts";
import { delay } from "@std/async/delay";
import type { RulesInForce } from "../shared/alert_rules/rule_book.ts";
import { assertNever } from "../shared/assert_never.ts";
import type { Actor, ActorHost, News } from "../actors/run_actor.ts";
import { ALL_ROUTES, ROUTES } from "../shared/catalogue/routes.ts";
import { monotonicMs, utcNowMs } from "../shared/clock.ts";
import { unusableDatabase } from "../shared/database_trouble.ts";
import { log } from "../shared/log.ts";
import {
  type ActorId,
  type DatabaseAddress,
  type Delivery,
  type Init,
  type PeerReply,
  symbolOf,
  type WebArgs,
} from "../shared/protocol.ts";
import { hostText } from "../shared/url_parts.ts";
import { Authority } from "./authority.ts";
import { ExportDesk } from "./export/export_desk.ts";
import { createApp } from "./app.ts";
import { type Coding, CODINGS } from "./content_coding.ts";
import { type History, PostgresHistory } from "./history.ts";
import { HistoryUnavailable } from "./history_unavailable.ts";
import { Hub } from "./hub.ts";
import { Operations } from "./operations.ts";
import { silentAfterMs } from "./health.ts";
import { LatestRedis } from "./latest_redis.ts";
import { namedServer } from "../shared/redis_url.ts";
import type { PageFile } from "./page_files.ts";
import { LOSS_SHOWN_MS } from "./recent_losses.ts";
import { addressSet, type HttpServer, openServer } from "./server.ts";

/** The beat of what need not leave on arrival: lists, the system, who is in focus. */
const BEAT_MS = 100;
/** A life that was terminated a moment ago may hold the port for an instant. */
const LISTEN_TRIES_MAX = 10;
/** SQLSTATE undefined_table. */
const NO_TABLE = "42P01";
/** Until the database answers, at the start: what was lost in the hour before is in sight too, and what is muted. */
const HISTORY_PAUSE_MS = 5_000;
const LISTEN_PAUSE_MS = 100;
/** After the streams have ended, what remains is an answer or two. */
const SHUTDOWN_MAX_MS = 2_000;
/** Beside its streams: what a page loads, and what scripts ask. */
const OTHER_CONNECTIONS_MAX = 250;
const OTHER_CONNECTIONS_PER_ADDRESS_MAX = 100;

/** Starts the server; resolves when it listens, never when the operator must mend something. */
export async function startWeb(init: Init<WebArgs>, host: ActorHost): Promise<Actor> {
  const { args } = init;
  const { metricsIntervalMs, settings } = args;
  const hub = new Hub(init.incarnation, silentAfterMs(metricsIntervalMs), args, settings);
  const history = new PostgresHistory(args.database);
  const rules: RulesHeard = { inForce: null };
  const operations = new Operations((id, operation) => host.operate(id, operation));
  const exports = new ExportDesk();
  const cache = namedServer(args.redisUrl);
  const redis = cache && new LatestRedis(cache, args.redisPrefix);
  const isProxy = addressSet(args.trustedProxies);
  const app = createApp(hub, history, {
    about: args.about,
    rssBytes: () => Deno.memoryUsage().rss,
    streams: args,
    historySettings: args,
    host: args.host,
    publicUrl: args.publicUrl,
    metricsIntervalMs,
    page: await readPage(args.pageDir),
    clocks: { monotonicMs, utcNowMs },
    rulesInForce: () => rules.inForce,
    newId: () => crypto.randomUUID(),
    exports,
    parquetUrl: args.parquetUrl,
    latestRedis: redis,
    operate: (operation) => operations.ask(operation, monotonicMs()),
    authority: new Authority(args),
    report: (line) => log("error", "web", line),
    warn: (line) => log("warn", "web", line),
    isProxy,
  });
  const limits = {
    max: args.sseMax + OTHER_CONNECTIONS_MAX,
    maxPerAddress: args.sseMaxPerAddress + OTHER_CONNECTIONS_PER_ADDRESS_MAX,
    isProxy,
  };
  const open = () =>
    openServer(
      (request, peer) => app.fetch(request, { peer }),
      { host: args.listenAddress, port: args.port },
      limits,
      (line) => log("warn", "web", line),
    );
  const server = await listen(open, args, host);
  if (init.checkpoint === null) void requireReadable(history, args.database, host);
  return new WebActor({ hub, history, operations, exports, redis, rules, server }, args.host);
}

/**
 * A DATABASE_READ_URL that cannot be read ends the process at its start. DATABASE_URL is the writer's to judge; tables
 * that are not there yet will be.
 */
async function requireReadable(
  history: PostgresHistory,
  address: DatabaseAddress,
  host: ActorHost,
): Promise<void> {
  if (address.kind === "embedded" || address.variable === "DATABASE_URL") return;
  try {
    await history.open();
    await history.settings();
  } catch (error) {
    const cause = error instanceof HistoryUnavailable ? error.cause : error;
    if (codeOf(cause) !== NO_TABLE) host.fatal(unusableDatabase(address, cause));
  }
}

/** The alert rules, as the supervisor has told of them. */
interface RulesHeard {
  inForce: RulesInForce | null;
}

interface WebParts {
  readonly hub: Hub;
  readonly history: History;
  readonly operations: Operations;
  readonly exports: ExportDesk;
  readonly redis: LatestRedis | null;
  readonly rules: RulesHeard;
  readonly server: HttpServer;
}

class WebActor implements Actor {
  readonly address: string;
  readonly #hub: Hub;
  readonly #history: History;
  readonly #operations: Operations;
  readonly #exports: ExportDesk;
  readonly #redis: LatestRedis | null;
  readonly #rules: RulesHeard;
  readonly #server: HttpServer;
  readonly #ports = new Map<ActorId, MessagePort>();
  /** Whose actors were told, over the port of now, that they are in focus. */
  readonly #told = new Set<ActorId>();
  readonly #beat: ReturnType<typeof setInterval>;
  /** Runs when the hub is due, at this time. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerMs = Infinity;
  readonly #ending = new AbortController();

  constructor(parts: WebParts, host: string) {
    const { hub, operations, server } = parts;
    this.#hub = hub;
    this.#history = parts.history;
    this.#operations = operations;
    this.#exports = parts.exports;
    this.#redis = parts.redis;
    this.#rules = parts.rules;
    this.#server = server;
    this.address = `http://${hostText({ host, port: server.port })}`;
    this.#beat = setInterval(() => {
      hub.flush(monotonicMs(), utcNowMs());
      this.#wakeForHub();
      this.#tellFocus();
      operations.expire(monotonicMs());
    }, BEAT_MS);
    void this.#recall();
  }

  /** What a later life finds is an outage, and no mistake. */
  checkpoint(): unknown {
    return {};
  }

  connect(peer: ActorId, port: MessagePort): void {
    this.disconnect(peer);
    this.#ports.set(peer, port);
    port.onmessage = ({ data }: MessageEvent<Delivery>) => {
      if (!this.#hub.accept(data, monotonicMs())) return;
      this.#wakeForHub();
      const ack: PeerReply = { type: "ack", seq: data.seq };
      port.postMessage(ack);
    };
  }

  disconnect(peer: ActorId): void {
    this.#ports.get(peer)?.close();
    this.#ports.delete(peer);
    this.#told.delete(peer);
  }

  /** Sees to it that the hub is called when it is due. What came with what has just come is taken in before. */
  #wakeForHub(): void {
    const { dueMs } = this.#hub;
    if (dueMs >= this.#timerMs) return;
    clearTimeout(this.#timer);
    this.#timerMs = dueMs;
    this.#timer = setTimeout(() => {
      this.#timerMs = Infinity;
      this.#hub.flushDue(monotonicMs(), utcNowMs());
      this.#wakeForHub();
    }, Math.max(0, dueMs - monotonicMs()));
  }

  /** Tells each symbol's actor whether some browser shows it in detail, when that has changed: once a beat at most. */
  #tellFocus(): void {
    const { inFocus } = this.#hub;
    for (const [peer, port] of this.#ports) {
      const symbol = symbolOf(peer);
      if (symbol === null) continue;
      const isInFocus = inFocus === null || inFocus.has(symbol);
      if (isInFocus === this.#told.has(peer)) continue;
      if (isInFocus) this.#told.add(peer);
      else this.#told.delete(peer);
      const reply: PeerReply = { type: "focus", isInFocus };
      port.postMessage(reply);
    }
  }

  control(message: News): void {
    switch (message.type) {
      case "system":
        return this.#hub.setSystem(message);
      case "operated":
        return this.#operations.answer(message.id, message.result);
      case "rules_in_force":
        this.#rules.inForce = message.inForce;
        return;
      case "mute":
        return this.#hub.publish(message.mute);
      case "losses":
        for (const loss of message.losses) this.#hub.publish(loss);
        return;
      case "source":
      case "budget":
      case "symbol_info":
      case "rules":
      case "removed":
      case "acknowledge":
      case "clock_offset":
      case "tell_mid":
      case "quote_rate":
      case "bbo_probed":
      case "probe_failed":
      case "lost":
      case "ending":
        // For the writer and for symbols.
        return;
      default:
        return assertNever(message, "tell the web server the news");
    }
  }

  async drain(): Promise<void> {
    clearInterval(this.#beat);
    clearTimeout(this.#timer);
    this.#timerMs = -Infinity;
    this.#ending.abort();
    for (const peer of [...this.#ports.keys()]) this.disconnect(peer);
    this.#hub.end();
    this.#operations.end();
    this.#exports.end("the web server is stopping");
    await this.#server.close(SHUTDOWN_MAX_MS);
    this.#redis?.close();
    await this.#history.close();
  }

  /** What was told to an earlier life, or stored by an earlier run, is not forgotten with it. */
  async #recall(): Promise<void> {
    const nowMs = utcNowMs();
    const query = { symbols: null, fromMs: nowMs - LOSS_SHOWN_MS, toMs: null, after: null };
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        const { limit } = ROUTES.losses;
        const losses = await this.#history.records(
          "losses",
          { ...query, limit: limit.max },
          signal,
        );
        const mutes = await this.#history.mutes(nowMs, signal);
        for (const loss of losses) this.#hub.losses.take(loss);
        for (const mute of mutes) this.#hub.publish(mute);
        this.#hub.hasRecalledMutes = true;
        return;
      } catch (error) {
        if (!(error instanceof HistoryUnavailable)) throw error;
        await delay(HISTORY_PAUSE_MS, { signal }).catch(() => {});
      }
    }
  }

  gauges() {
    const own = { ...this.#hub.gauges, ...this.#server.gauges, exports: this.#exports.open };
    return { ...own, ...this.#redis?.gauges };
  }
}

/** Listens, or tells the operator what stands in the way and never resolves. */
async function listen(
  open: () => Promise<HttpServer>,
  { host, port }: WebArgs,
  actorHost: ActorHost,
): Promise<HttpServer> {
  for (let tries = 1;; tries++) {
    try {
      return await open();
    } catch (error) {
      if (codeOf(error) === "EADDRINUSE" && tries < LISTEN_TRIES_MAX) {
        await new Promise((resolve) => setTimeout(resolve, LISTEN_PAUSE_MS));
        continue;
      }
      actorHost.fatal(listenFailure(error, host, port));
      // The process ends with that line; to throw would only start this actor again.
      return await new Promise<never>(() => {});
    }
  }
}

function listenFailure(error: unknown, host: string, port: number): string {
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return `PORT ${port} on ${host} is in use by another program: ` +
        "stop it or set PORT to a free one";
    case "EADDRNOTAVAIL":
    // So Deno calls what the system calls EADDRNOTAVAIL.
    case "EINVAL":
      return `HOST ${host} is not an address of this machine: set HOST to 127.0.0.1, or to 0.0.0.0 ` +
        "for every address";
    case "EACCES":
      return `PORT ${port} may not be opened by this user: set PORT to 1024 or more`;
    default:
      return `HOST ${host} and PORT ${port} cannot be listened on: ${messageOf(error)}`;
  }
}

/** The bundled page, or no file at all when it has not been made. */
export async function readPage(dir: string): Promise<ReadonlyMap<string, PageFile>> {
  const page = new Map<string, PageFile>();
  for (const { path, file } of ALL_ROUTES) {
    if (file === undefined) continue;
    const { name, contentType } = file;
    try {
      if (!name.endsWith("/")) page.set(path, await readFile(`${dir}/${name}`, contentType, false));
      else {
        for await (const { name: part } of Deno.readDir(`${dir}/${name}`)) {
          if (CODINGS.some((coding) => part.endsWith(`.${coding}`))) continue;
          const read = await readFile(`${dir}/${name}${part}`, contentType, true);
          page.set(path.replace(/:.*/, part), read);
        }
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      log("error", "web", `${dir}/${name} is missing: run deno task page, then start again`);
      return new Map();
    }
  }
  return page;
}

async function readFile(path: string, contentType: string, isForGood: boolean): Promise<PageFile> {
  const bytes = await Deno.readFile(path);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const packed = new Map<Coding, Uint8Array<ArrayBuffer>>();
  for (const coding of CODINGS) packed.set(coding, await Deno.readFile(`${path}.${coding}`));
  return { bytes, packed, contentType, etag: `"${hash.toHex().slice(0, 16)}"`, isForGood };
}
