import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as fc from "fast-check";
import { databaseLabel, readDatabaseUrl } from "../../shared/database_url.ts";
import { exchangeLabel, readExchangeUrl } from "../../shared/exchange_url.ts";
import { readRedisUrl, redisLabel } from "../../shared/redis_url.ts";
import { UrlProblem } from "../../shared/url_parts.ts";

const REST = (text: string) => readExchangeUrl(text, ["http:", "https:"]);
const STREAMS = (text: string) => readExchangeUrl(text, ["ws:", "wss:"]);

const SERVER = {
  hosts: [{ host: "db", port: 5432 }],
  user: "me",
  password: "pw",
  database: "mon",
  tls: "prefer",
  role: "any",
  isPooled: false,
  options: null,
  applicationName: null,
  notes: [],
} as const;

Deno.test("readDatabaseUrl() takes what psql takes", () => {
  const cases: [string, Partial<ReturnType<typeof readDatabaseUrl>>][] = [
    ["postgres://me:pw@db/mon", {}],
    ["PostgreSQL://me:pw@DB:5432/mon", {}],
    ["postgresql://me:pw@db:/mon/", {}],
    ["postgres://me:pw@[::1]:15432/mon", { hosts: [{ host: "::1", port: 15432 }] }],
    [
      "postgres://me:pw@a:1,[fe80::2],c/mon?target_session_attrs=primary",
      {
        hosts: [{ host: "a", port: 1 }, { host: "fe80::2", port: 5432 }, { host: "c", port: 5432 }],
        role: "primary",
      },
    ],
    [
      "postgres:///mon?host=a,b&port=1,2&user=me&password=pw",
      { hosts: [{ host: "a", port: 1 }, { host: "b", port: 2 }] },
    ],
    ["postgres://me:pw@/mon?host=/run/pg/", { hosts: [{ host: "/run/pg", port: 5432 }] }],
    ["postgres://me:pw@%2Frun%2Fpg:1/mon", { hosts: [{ host: "/run/pg", port: 1 }] }],
    ["postgres://me@db/mon", { password: "" }],
    ["postgres://m%C3%A9:p@ss%40w%2F%23:%25$1@db/m%20n", {
      user: "mé",
      password: "p@ss@w/#:%$1",
      database: "m n",
    }],
    ["postgres://me:pw@db/mon?sslmode=disable", { tls: "disable" }],
    ["postgres://me:pw@db/mon?sslmode=allow", { tls: "prefer" }],
    ["postgres://me:pw@db/mon?sslmode=require&gssencmode=disable", { tls: "require" }],
    ["postgres://me:pw@db/mon?sslmode=verify-ca", { tls: "verify-ca" }],
    ["postgres://me:pw@db/mon?sslmode=verify-full", { tls: "verify-full" }],
    ["postgres://me:pw@db/mon?ssl=true", { tls: "require" }],
    ["postgres://me:pw@db/mon?channel_binding=prefer", {}],
    ["postgres://me:pw@db/mon?pgbouncer=true", { isPooled: true }],
    ["postgres://me:pw@db/mon?options=-c%20search_path%3Dx", { options: "-c search_path=x" }],
    ["postgres://me:pw@db/mon?application_name=desk", { applicationName: "desk" }],
  ];
  for (const [text, differs] of cases) {
    assertEquals(readDatabaseUrl(text), { ...SERVER, ...differs }, text);
  }
});

Deno.test("readDatabaseUrl() tells what it does in another way than it was asked to", () => {
  const neon = readDatabaseUrl(
    "postgres://me:pw@db/mon?sslmode=require&channel_binding=require&connect_timeout=10",
  );
  assertEquals(neon.tls, "verify-full");
  assertEquals(neon.notes.length, 2);
  assertStringIncludes(neon.notes.join(), "connect_timeout");
  assertStringIncludes(neon.notes.join(), "channel_binding=require");
});

const SECRET = "s3cr3tW0rd";

/** What each variable's text is refused with; `*` stands for a secret. */
const REFUSALS: [string, (text: string) => unknown, [string, RegExp][]][] = [
  ["DATABASE_URL", readDatabaseUrl, [
    ["*", /starts with postgres:\/\//],
    ["me:*@db/mon", /starts with postgres:\/\//],
    ["mysql://me:*@db/mon", /starts with postgres:\/\//],
    ["postgres://me:p@*/w#rd@127.0.0.1:15432/mon", /percent-encoded: % is %25, @ is %40/],
    ["postgres://me:100%*@db/mon", /% is %25/],
    ["postgres://me:a/*@db/mon", /percent-encoded/],
    ["postgres://me:a?*@db/mon", /percent-encoded/],
    ["postgres://me:a?b=*@db/mon", /percent-encoded/],
    ["postgres://me:a#*@db/mon", /percent-encoded/],
    ["postgres://me:* @db/mon", /a blank is %20/],
    ["postgres://me:*%00@db/mon", /percent-encoded/],
    ["postgres://me:*/mon", /port from 1 to 65535/],
    ["postgres://me:*@db:99999/mon", /port from 1 to 65535/],
    ["postgres://me:*@db:0/mon", /port from 1 to 65535/],
    ["postgres://me:*@300.1.1.1/mon", /name a host/],
    ["postgres://me:*@::1/mon", /address in brackets/],
    ["postgres://me:*@/mon", /name a host/],
    ["postgres://me:*@a,,b/mon", /name a host/],
    ["postgres://me:*@db", /name a database/],
    ["postgres://:*@db/mon", /name a user/],
    ["postgres://db/mon?password=*", /name a user/],
    ["postgres://me:*@db/mon?schema=public", /parameter schema, which is of Prisma/],
    ["postgres://me:*@db/mon?pgbouncer=true&connection_limit=1", /connection_limit/],
    ["postgres://me:*@db/mon?sslrootcert=/x.pem", /set DENO_CERT to that file/],
    ["postgres://me:*@db/mon?sslmode=*", /sslmode one of disable, allow/],
    ["postgres://me:*@db/mon?sslmode=disable&channel_binding=require", /at once/],
    ["postgres://me:*@db/mon?pgbouncer=*", /one of true, false/],
    ["postgres://me@db/mon?password=a&*=1", /parameter number 2/],
    ["postgres://me@db/mon?password=a&password=*", /each parameter once/],
    ["postgres://me@db/mon?password=*%", /percent-encoded/],
    ["postgres://me:*@a,b,c/mon?port=1,2", /one port, or as many as hosts/],
    ["postgres://me:*@db/mon?target_session_attrs=*", /one of any, read-write/],
  ]],
  ["REDIS_URL", readRedisUrl, [
    ["*", /starts with redis:\/\//],
    ["http://:*@cache", /starts with redis:\/\//],
    ["redis+cluster://:*@a,b", /a cluster, which is not supported/],
    ["unix:///run/redis.sock?password=*", /a Unix socket, which is not supported/],
    ["redis://:100%*@cache", /% is %25/],
    ["redis://:a/*@cache", /percent-encoded/],
    ["redis://*@cache", /a colon before its password/],
    ["redis://:*@cache/*", /number of a database/],
    ["redis://:*@cache/1/2", /nothing but the number/],
    ["redis://:*@cache/-1", /number of a database/],
    ["redis://:*@a,b/0", /several are sentinels/],
    ["redis://:*@cache?*=1", /parameter number 1/],
    ["redis://:*@cache?sentinel_password=*", /parameter number 1/],
    ["redis://:*@", /name a host/],
    ["redis+sentinel://:*@a,b", /name the master/],
    ["redis+sentinel://:*@a,b/main/x", /number of a database/],
    ["rediss://:*@cache?ssl_cert_reqs=*", /one of required, none/],
  ]],
  ["EXCHANGE_REST_URL", REST, [
    ["*", /starts with http:\/\//],
    ["ftp://*@a", /starts with http:\/\//],
    ["https://me:*@a", /no user and no password/],
    ["https://*@a", /no user and no password/],
    ["https://a?key=*", /no parameters/],
    ["https://a/x?", /no parameters/],
    ["https://a/#*", /percent-encoded/],
    ["https://a/*/api", /the address before \/api, which is added/],
    ["https://testnet.binance.vision/api", /the address before \/api,/],
    ["https://a/api/v3/", /the address before \/api\/v3,/],
    ["https://", /name a host/],
    ["https://a:x*", /port from 1/],
  ]],
  ["EXCHANGE_WS_URL", STREAMS, [
    ["wss://testnet.binance.vision/ws", /the address before \/ws,/],
    ["wss://a:9443/stream/", /the address before \/stream,/],
    ["https://a/*", /starts with ws:\/\//],
  ]],
];

for (const [variable, read, refusals] of REFUSALS) {
  Deno.test(`${variable} that cannot be honoured is refused with its reason, and nothing of it is said`, () => {
    for (const [text, expected] of refusals) {
      const { message } = assertThrows(() => read(text.replaceAll("*", SECRET)), UrlProblem);
      assert(expected.test(message), `${text}: ${message}`);
      assert(message.startsWith("must ") && !message.includes(SECRET), message);
    }
  });
}

Deno.test("readRedisUrl() takes a user, a number, TLS and sentinels", () => {
  const plain = {
    master: null,
    hosts: [{ host: "cache", port: 6379 }],
    user: "",
    password: "",
    sentinelUser: "",
    sentinelPassword: "",
    database: 0,
    tls: "none",
  } as const;
  const cases: [string, Partial<ReturnType<typeof readRedisUrl>>][] = [
    ["redis://cache", {}],
    ["redis://cache/", {}],
    ["redis://:p%40s@cache/15", { password: "p@s", database: 15 }],
    ["redis://me:pw@[::1]:7/3", {
      user: "me",
      password: "pw",
      hosts: [{ host: "::1", port: 7 }],
      database: 3,
    }],
    ["rediss://cache", { tls: "verified" }],
    ["rediss://cache?ssl_cert_reqs=none", { tls: "unverified" }],
    ["redis+sentinel://:pw@a,b:7/main/2?sentinel_password=sp", {
      master: "main",
      hosts: [{ host: "a", port: 26379 }, { host: "b", port: 7 }],
      password: "pw",
      sentinelPassword: "sp",
      database: 2,
    }],
    ["rediss+sentinel://a/main", {
      master: "main",
      hosts: [{ host: "a", port: 26379 }],
      tls: "verified",
    }],
  ];
  for (const [text, differs] of cases) {
    assertEquals(readRedisUrl(text), { ...plain, ...differs }, text);
  }
  const label = redisLabel(readRedisUrl("redis+sentinel://me:pw@a,b:7/main/2"));
  assertEquals(label, "redis+sentinel://a:26379,b:7/main/2");
});

Deno.test("readExchangeUrl() gives a base without a slash at its end; a path is never said", () => {
  assertEquals(REST("https://API.binance.com/"), "https://api.binance.com");
  assertEquals(REST("http://[::1]:9000"), "http://[::1]:9000");
  assertEquals(STREAMS("wss://a:443//"), "wss://a:443");
  const keyed = REST(`https://gate.example/${SECRET}/binance/`);
  assertEquals(keyed, `https://gate.example/${SECRET}/binance`);
  assertEquals(exchangeLabel(keyed), "https://gate.example/…");
  assertEquals(exchangeLabel("https://api.binance.com"), "https://api.binance.com");
});

Deno.test("databaseLabel() is one line without the password, and without a user who may be one", () => {
  const label = (text: string) => databaseLabel(readDatabaseUrl(text));
  assertEquals(label("postgres://me:pw@db:1,[::1]/x"), "postgres://me:***@db:1,[::1]:5432/x");
  assertEquals(label("postgres://me@db/x?password=pw"), "postgres://me:***@db:5432/x");
  assertEquals(label(`postgres://${SECRET}@db/x`), "postgres://db:5432/x");
  assertEquals(label("postgres://m%0Ae:pw@db/x%0Ay"), "postgres://m%0Ae:***@db:5432/x%0Ay");
});

Deno.test("Every user and password comes out of a URL as it was encoded into it", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 20 })
    .filter((each) => !each.includes("\0"));
  fc.assert(fc.property(text, text, (user, password) => {
    const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    const database = readDatabaseUrl(`postgres://${who}@[::1]:5/db`);
    const cache = readRedisUrl(`redis://${who}@cache/1`);
    assertEquals([database.user, database.password], [user, password]);
    assertEquals([cache.user, cache.password], [user, password]);
  }));
});

Deno.test("Whatever stands in a URL, it is read or refused in one line that repeats nothing of it", () => {
  const piece = fc.oneof(
    fc.constantFrom("postgres://", "redis://", "https://", ...":/?#[]@,%&= \t\n.".split("")),
    fc.constantFrom(SECRET, "127.0.0.1", "[::1]", "db", "5432", "/mon", "?password=", "sslmode"),
    fc.string({ unit: "grapheme", maxLength: 4 }),
  );
  const readers = [readDatabaseUrl, readRedisUrl, REST, STREAMS];
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), fc.constantFrom(...readers), (parts, read) => {
      try {
        read(parts.join(""));
      } catch (error) {
        assertInstanceOf(error, UrlProblem);
        assert(!error.message.includes(SECRET) && !error.message.includes("\n"), error.message);
      }
    }),
    { numRuns: 2_000 },
  );
});
