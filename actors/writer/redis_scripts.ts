/**
 * What Redis itself decides, in scripts: whether something is newer than what it holds, and of the same kind of source. So
 * nothing is read before it is written, and no late word replaces a newer one, whoever sends it and however often. Pure.
 *
 * A script begins its writes with one that full memory refuses, before it takes anything away: what is refused then changes
 * nothing. Its user may lack the right to publish, which is one of its own: the rest is done then.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { bookFields, latestFields, latestText, WHOLE_ROW } from "../../shared/latest_hash.ts";
import { marketText, type SourceKind } from "../../shared/market.ts";
import { metricsView } from "../../shared/metrics_view.ts";
import {
  alertsChannel,
  alertsStream,
  bookKey,
  latestKey,
  metricsChannel,
  revisionKey,
} from "../../shared/redis_keys.ts";
import type { RedisItem } from "./redis_outbox.ts";

/** What a script answers: it is older than what is there, done, done but not published, or that is of another source. */
export const ANSWERS = { late: 0, done: 1, unpublished: 2, foreign: -1 } as const;

/** Entries of the stream of alerts, about. */
const STREAM_MAX = 10_000;
/** How long a revision is remembered after it was published: longer than anything is sent again. */
const REVISION_TTL_MS = 86_400_000;

const PUBLISH = `
local function published(channel, message)
  local sent = redis.pcall('PUBLISH', channel, message)
  if type(sent) == 'table' then return ${ANSWERS.unpublished} end
  return ${ANSWERS.done}
end`;

/** Of the hashes of one market: `time` is that of what is to be written. */
const HELD = `
local row = redis.call('HMGET', KEYS[1], 'source', 'timeMs')
local book = redis.call('HMGET', KEYS[2], 'source', 'timeMs')
local time = tonumber(ARGV[2])
if (row[1] or book[1] or ARGV[1]) ~= ARGV[1] then return ${ANSWERS.foreign} end`;

/** By the kind of item. */
export const SCRIPTS: Readonly<Record<RedisItem["kind"], string>> = {
  // A book that was lost leaves its place to the moment of that, so that no older one comes back.
  // KEYS: latest, book. ARGV: source, time, time to live, state, symbol, channel, message; then fields and values.
  metrics: `${PUBLISH}${HELD}
if ARGV[4] ~= 'live' and not (book[2] and tonumber(book[2]) > time) then
  redis.call('HSET', KEYS[2], 'symbol', ARGV[5], 'source', ARGV[1], 'state', ARGV[4], 'timeMs', ARGV[2])
  redis.call('HDEL', KEYS[2], 'bookUpdateId', 'bids', 'asks')
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
if row[2] and tonumber(row[2]) >= time then return ${ANSWERS.late} end
redis.call('HSET', KEYS[1], 'source', ARGV[1])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], '${WHOLE_ROW}', ARGV[7], unpack(ARGV, 8))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if ARGV[4] == 'live' then redis.call('PEXPIRE', KEYS[2], ARGV[3]) end
return published(ARGV[6], ARGV[7])`,
  // KEYS: latest, book. ARGV: source, time, time to live; then fields and values.
  book: `${HELD}
if book[2] and tonumber(book[2]) >= time then return ${ANSWERS.late} end
redis.call('HSET', KEYS[2], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return ${ANSWERS.done}`,
  // KEYS: revision, stream, latest. ARGV: source, revision, time to live, length, channel, message; then fields and values.
  alert: `${PUBLISH}
local source = redis.call('HMGET', KEYS[3], 'source')
if source[1] and source[1] ~= ARGV[1] then return ${ANSWERS.foreign} end
local told = redis.call('GET', KEYS[1])
if told and tonumber(told) >= tonumber(ARGV[2]) then return ${ANSWERS.late} end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', unpack(ARGV, 7))
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return published(ARGV[5], ARGV[6])`,
};

/** Where and as whose something is written. */
export interface RedisPlace {
  readonly prefix: string;
  readonly source: SourceKind;
  /** A market that is no longer written disappears. */
  readonly ttlMs: number;
}

/** The keys of a script, and its other arguments. */
export interface ScriptCall {
  readonly keys: readonly string[];
  readonly values: readonly (string | number)[];
}

/** The call that writes an item. */
export function callFor(item: RedisItem, { prefix, source, ttlMs }: RedisPlace): ScriptCall {
  const market = marketText(item.output);
  const [latest, book] = [latestKey(prefix, market), bookKey(prefix, market)];
  switch (item.kind) {
    case "metrics": {
      const view = metricsView(item.output);
      const { settings } = item;
      const parts = { view, source, settings };
      const message = latestText(parts);
      const fields = latestFields(parts);
      const head = [source, view.timeMs, ttlMs, view.state, market];
      return {
        keys: [latest, book],
        values: [...head, metricsChannel(prefix, market), message, ...fields],
      };
    }
    case "book": {
      const fields = bookFields(item.output, source);
      return { keys: [latest, book], values: [source, item.output.timeMs, ttlMs, ...fields] };
    }
    case "alert": {
      const { alertId, revision, rule, phase, severity, timeMs } = item.output;
      const message = JSON.stringify({ ...item.output, source });
      const entry = { symbol: market, source, alertId, revision, rule, phase, severity, timeMs };
      const fields = Object.entries({ ...entry, alert: message }).flat();
      const head = [source, revision, REVISION_TTL_MS, STREAM_MAX];
      return {
        keys: [revisionKey(prefix, alertId), alertsStream(prefix), latest],
        values: [...head, alertsChannel(prefix, market), message, ...fields],
      };
    }
    default:
      return assertNever(item, "write into Redis");
  }
}
