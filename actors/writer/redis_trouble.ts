/** Why a Redis server cannot be used and what to do about it, one remedy per reason, in words for a person. Pure. */
import { messageOf } from "../../shared/error_text.ts";
import {
  HUNG_UP,
  isUnreached,
  LOST,
  networkTrouble,
  type Trouble,
} from "../../shared/network_trouble.ts";
import { redisLabel, type RedisServer } from "../../shared/redis_url.ts";
import { concealed } from "../../shared/secrets.ts";
import { isDeniedInScript, kindOf, ofSentinels, reasonOf } from "./failures.ts";

/** The line for an operator whose REDIS_URL names a server that cannot be used. */
export function unusableRedis(server: RedisServer, prefix: string, error: unknown): string {
  const { reason, remedy } = redisTrouble(server, prefix, error);
  return `REDIS_URL ${redisLabel(server)} cannot be used: ${reason}; ${remedy}, ` +
    "or unset it to do without";
}

/** The line for one that nobody answers for at a first start: that is no reason not to begin. */
export function unreachedRedis(server: RedisServer, prefix: string, error: unknown): string {
  const { reason, remedy } = redisTrouble(server, prefix, error);
  return `REDIS_URL ${redisLabel(server)} cannot be reached: ${reason}; ${remedy}, ` +
    "or unset it to do without; trying again, rows are not affected";
}

/**
 * Whether nobody has answered who could have refused anything: it may be there later. Who does not answer to TLS may well be
 * there, and speak none.
 */
export function isRedisAway({ tls }: RedisServer, error: unknown): boolean {
  const sentinels = ofSentinels(error);
  const silence = sentinels === null ? error : sentinels.last;
  const kind = kindOf(silence);
  // Of a sentinel that nobody answers for the driver says no more than that its connection is closed.
  if (sentinels !== null && kind === "CONNECTION_CLOSED") return true;
  return isUnreached(silence) && (tls === "none" || kind !== "ETIMEDOUT");
}

/** The line for one whose user may not publish: everything else is done. */
export function publishingRefused(server: RedisServer, prefix: string): string {
  return `REDIS_URL ${
    redisLabel(server)
  }: its user may not publish to &${prefix}:*, so metrics and alerts are ` +
    "stored there and not published; allow it there (ACL SETUSER …)";
}

/** What is wrong, and what to do. */
export function redisTrouble(server: RedisServer, prefix: string, error: unknown): Trouble {
  const place = {
    variable: "REDIS_URL",
    what: server.master === null ? "Redis" : "Redis Sentinel",
  };
  const sentinels = ofSentinels(error);
  if (sentinels !== null) {
    const said = messageOf(sentinels.last);
    const isPassword = /^(WRONGPASS|NOAUTH)|invalid password/i.test(said);
    return {
      reason: concealed(reasonOf(error), [server.password, server.sentinelPassword]),
      remedy: isPassword
        ? "correct sentinel_username and sentinel_password, parameters of REDIS_URL"
        : "correct hosts and name in REDIS_URL, or start the sentinels",
    };
  }
  const said = isDeniedInScript(error) ? `NOPERM ${messageOf(error)}` : messageOf(error);
  const answer = ANSWERS.find(({ pattern }) => pattern.test(said));
  if (answer !== undefined) return { reason: answer.reason, remedy: answer.remedy(prefix) };
  const network = networkTrouble(error, place);
  if (network !== null) {
    // Who is spoken to in the wrong way waits for more, or hangs up.
    const isMute = ["it does not answer", HUNG_UP, LOST].includes(network.reason);
    const [other, speaks] = server.tls === "none" ? ["rediss://", "TLS"] : ["redis://", "no TLS"];
    const hint = isMute ? `, or write ${other} if it speaks ${speaks}` : "";
    return { ...network, remedy: network.remedy + hint };
  }
  return {
    reason: concealed(reasonOf(error), [server.password, server.sentinelPassword]),
    remedy: "correct REDIS_URL",
  };
}

/** What Redis says begins with a word for a program. */
const ANSWERS: readonly {
  readonly pattern: RegExp;
  readonly reason: string;
  readonly remedy: (prefix: string) => string;
}[] = [
  {
    pattern: /DB index is out of range|invalid DB index/i,
    reason: "it has no database of this number",
    remedy: () => "name one that it has (`databases` in its configuration, 16 by default: 0 to 15)",
  },
  {
    pattern: /^MOVED|^CROSSSLOT|^CLUSTERDOWN|cluster mode|is a Redis Cluster/i,
    reason: "it is a Redis Cluster, which is not supported",
    remedy: () => "name a Redis of its own",
  },
  {
    pattern: /is a Redis Sentinel/,
    reason: "it is a Redis Sentinel",
    remedy: () => "write redis+sentinel://HOST:PORT/MASTER/NUMBER",
  },
  {
    pattern: /^WRONGPASS|invalid password/i,
    reason: "it refuses this user and password",
    remedy: () => "correct them in REDIS_URL, where % @ / ? # are percent-encoded",
  },
  {
    pattern: /^NOAUTH|Authentication required/i,
    reason: "it wants a password",
    remedy: () => "write it into REDIS_URL: redis://:PASSWORD@HOST:PORT",
  },
  {
    pattern: /^NOPERM/,
    reason: "its user may not do what is needed",
    remedy: (prefix) => `allow it there (ACL SETUSER …): ${redisRights(prefix)}`,
  },
  {
    pattern: /^ERR unknown command .?(script|evalsha)\b/i,
    reason: "it runs no scripts",
    remedy: () =>
      "name a Redis of version 5 or later that runs them, without a proxy that does not",
  },
  {
    pattern: /^READONLY/,
    reason: "it is a read-only replica",
    remedy: () => "name the master",
  },
];

/** What a user of Redis must be allowed, as ACL SETUSER takes it: by the writer, and by the web server, which reads. */
export function redisRights(prefix: string): string {
  return "+select +info +script|load +evalsha +hmget +hset +hdel +del +pexpire +get +set +xadd +publish +hget " +
    `~${prefix}:* &${prefix}:*`;
}
