/** Two thousand configurations: each is read, or refused line by line, and nothing secret is ever said. */
import { assert, assertInstanceOf } from "@std/assert";
import * as fc from "fast-check";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { databasePermissions, hostAndPort } from "../../shared/database_address.ts";
import { databaseLabel } from "../../shared/database_url.ts";
import { type Config, ConfigError, readConfig, variables } from "../../shared/config.ts";
import { readEnvFile } from "../../shared/env_file.ts";
import { strayNames, withoutMarks, withSecrets } from "../../shared/environment.ts";
import { redisLabel } from "../../shared/redis_url.ts";

const SECRET = "s3cr3tW0rd";
const RUNS = 2_000;
const LINE_MAX = 400;
const NAMES = variables().map(([, { name }]) => name);
const DEFAULTS = variables().map(([, variable]) => variable.default)
  .filter((text) => typeof text === "string");

const odd = fc.oneof(
  fc.constantFrom(...":/?#[]@,%&=$'\"\\ \t.-_+*~".split(""), "\uFEFF", "\0", "\n", "💩", "\u202E"),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const word = fc.constantFrom(
  ...["postgres://", "postgresql://", "redis://", "rediss://", "redis+sentinel://", "https://"],
  ...["wss://", "me:", `${SECRET}@`, `:${SECRET}@`, SECRET, "127.0.0.1", "[::1]", "h1,h2", ":5432"],
  ...["/mon", "/0", "/16", "/api", "/ws", "?sslmode=require", "&channel_binding=require"],
  ...["?pgbouncer=true", "?schema=public", "&host=/run/pg", "%40", "%", "%zz", "BTCUSDT", ","],
  ...["0", "1", "8000", "65536", "-1", "1e9", "true", "info", "/dev/null", "..", "*"],
);
const url = fc.tuple(
  fc.constantFrom(
    "postgres://",
    "redis://",
    "rediss://",
    "redis+sentinel://",
    "https://",
    "wss://",
  ),
  fc.constantFrom("", "me@", `me:${SECRET}@`, `:${SECRET}@`, `me:${SECRET}%40@`),
  fc.constantFrom("h", "127.0.0.1:1", "[::1]:2", "a,b:3", "h:99999", "", "..", "h_1"),
  fc.constantFrom("", "/", "/mon", "/3", "/main/3", `/${SECRET}`, "/api/v3", "/a/b/c"),
  fc.constantFrom(
    "",
    "?",
    "?sslmode=verify-full",
    "?connection_limit=1",
    `?password=${SECRET}`,
    "?x",
  ),
).map((parts) => parts.join(""));
const text = fc.oneof(
  url,
  fc.array(fc.oneof(word, odd), { maxLength: 9 }).map((parts) => parts.join("")),
  fc.constantFrom("", " ", ...DEFAULTS),
  fc.integer().map(String),
);
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NAMES) },
  fc.constantFrom(...NAMES.map((each) => `${each}_FILE`)),
  fc.constantFrom("SYMBOL", "\uFEFFSYMBOLS", "database_url", "HTTPS_PROXY", "HOME"),
);
const file = fc.oneof(
  text.map((each) => new TextEncoder().encode(each)),
  fc.uint8Array({ maxLength: 12 }),
  fc.constant({ reason: "it is not there" }),
);

/** Where a URL with a secret in it may only lead: what is asked of it later must not throw, nor say it. */
function useAll({ databaseUrl, databaseReadUrl, redisUrl, restUrls, wsUrls }: Config): string {
  const said = [databaseUrl, databaseReadUrl].flatMap((server) => {
    if (server === null) return [];
    databasePermissions({ kind: "server", variable: "DATABASE_URL", server });
    return [databaseLabel(server.password.includes(SECRET) ? { ...server, user: "" } : server)]
      // A database may be called as the secret; nobody can know.
      .filter(() => !server.database.includes(SECRET));
  });
  if (redisUrl !== null && redisUrl.master?.includes(SECRET) !== true) {
    said.push(redisLabel(redisUrl));
  }
  for (const each of [...restUrls, ...wsUrls]) hostAndPort(each);
  return said.filter((each) => !/[/@,:.]s3cr3tw0rd[/:,.]?/i.test(each)).join();
}

Deno.test(`readConfig() reads or refuses ${RUNS} configurations, and no secret is said`, () => {
  let read = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, text), { maxLength: 5 }),
      fc.option(fc.array(fc.tuple(name, text), { maxLength: 3 }), { nil: null }),
      file,
      (set, lines, content) => {
        const said: string[] = [];
        try {
          const fromFile = lines === null ? {} : readEnvFile(
            new TextEncoder().encode(lines.map((line) => line.join("=")).join("\n")),
            ".env",
          );
          const environment = withSecrets(
            withoutMarks({ ...fromFile, ...Object.fromEntries(set) }),
            () => content,
          );
          said.push(...strayNames(environment));
          said.push(useAll(readConfig(environment, binanceSpotDesk)));
          read += 1;
        } catch (error) {
          assertInstanceOf(error, ConfigError);
          const problems = error.message.split("\n");
          for (const line of problems) {
            assert(/^(\.env|[A-Z0-9_]+)[ :]/.test(line) && line.length < LINE_MAX, line);
          }
          said.push(...problems.filter((line) => !line.includes(", received ")));
        }
        assert(!said.join("\n").includes(SECRET), said.join("\n"));
      },
    ),
    { numRuns: RUNS },
  );
  assert(read > RUNS / 20, `only ${read} were read`);
});
