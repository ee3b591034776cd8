/** Why a Redis server cannot be used and what to do about it, one remedy per reason, in words for a person. Pure. */
import { messageOf } from "../../shared/error_text.ts";
import { HUNG_UP, LOST, networkTrouble, type Trouble } from "../../shared/network_trouble.ts";
import { redisLabel, type RedisServer } from "../../shared/redis_url.ts";
import { concealed } from "../../shared/secrets.ts";
import { ofSentinels, reasonOf } from "./failures.ts";

/** The line for an operator whose REDIS_URL names a server that cannot be used. */
export function unusableRedis(server: RedisServer, error: unknown): string {
  const { reason, remedy } = redisTrouble(server, error);
  return `REDIS_URL ${redisLabel(server)} cannot be used: ${reason}; ${remedy}, ` +
    "or unset it to do without";
}

/** What is wrong, and what to do. */
export function redisTrouble(server: RedisServer, error: unknown): Trouble {
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
  const said = messageOf(error);
  const answer = ANSWERS.find(({ pattern }) => pattern.test(said));
  if (answer !== undefined) return answer;
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
const ANSWERS: readonly (Trouble & { readonly pattern: RegExp })[] = [
  {
    pattern: /DB index is out of range|invalid DB index/i,
    reason: "it has no database of this number",
    remedy: "name one that it has (`databases` in its configuration, 16 by default: 0 to 15)",
  },
  {
    pattern: /^MOVED|^CROSSSLOT|^CLUSTERDOWN|cluster mode|is a Redis Cluster/i,
    reason: "it is a Redis Cluster, which is not supported",
    remedy: "name a Redis of its own",
  },
  {
    pattern: /is a Redis Sentinel/,
    reason: "it is a Redis Sentinel",
    remedy: "write redis+sentinel://HOST:PORT/MASTER/NUMBER",
  },
  {
    pattern: /^WRONGPASS|invalid password/i,
    reason: "it refuses this user and password",
    remedy: "correct them in REDIS_URL, where % @ / ? # are percent-encoded",
  },
  {
    pattern: /^NOAUTH|Authentication required/i,
    reason: "it wants a password",
    remedy: "write it into REDIS_URL: redis://:PASSWORD@HOST:PORT",
  },
  {
    pattern: /^NOPERM/,
    reason: "its user may not do what is needed",
    remedy:
      "allow it there (ACL SETUSER …): +select +info +multi +exec +del +hset +hget +pexpire +set " +
      "~orderbook:*",
  },
  {
    pattern: /^READONLY/,
    reason: "it is a read-only replica",
    remedy: "name the master",
  },
];
