/** What an operator can set of Redis: a part of the table in `config.ts`. */
import { z } from "zod";
import { REDIS_PREFIX } from "./redis_keys.ts";
import { readRedisUrl } from "./redis_url.ts";
import { url } from "./variable_schema.ts";

/** In the order in which they are shown. */
export const REDIS_VARIABLES = {
  redisUrl: {
    name: "REDIS_URL",
    schema: url(readRedisUrl),
    default: null,
    example: "redis://127.0.0.1:6379/0",
    meaning: "A Redis server that is given the latest values of every symbol, and its alerts " +
      "([how](docs/REDIS.md)): `redis://user:password@host:port/number`, `rediss://` with TLS, " +
      "`redis+sentinel://host,host/master/number`.",
    isSecret: true,
    actors: ["writer", "web"],
  },
  redisPrefix: {
    name: "REDIS_PREFIX",
    schema: z.string().regex(
      REDIS_PREFIX,
      "must be 1 to 64 letters, digits, `_`, `-` and `.`, with single colons between them, e.g. desk:orderbook",
    ),
    default: "orderbook",
    meaning:
      "What the name of every key and channel there begins with, as in `orderbook:BTCUSDT:latest`. " +
      "Monitors that share a Redis need one each.",
    actors: ["writer", "web"],
  },
} as const;
