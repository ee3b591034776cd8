import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { ConfigError, variables } from "../../shared/config.ts";
import { readEnvFile } from "../../shared/env_file.ts";
import {
  noProxyWithLoopback,
  strayNames,
  withoutMarks,
  withSecrets,
} from "../../shared/environment.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readEnvFile(bytes(text), ".env");
const SECRET = "s3cr3tW0rd";

Deno.test("readEnvFile() takes values as they stand", () => {
  assertEquals(
    read(
      "\uFEFFSYMBOLS=ETHUSDT\r\n\n# PORT=1\n  export PORT = 9000 \nA=pa$word1${x}\nB='a b # $c'\n" +
        'C="say \\"x\\"\\n\\\\ $d" # why\nD=a#b # c\nE=\nF=""\nG=#nothing',
    ),
    {
      SYMBOLS: "ETHUSDT",
      PORT: "9000",
      A: "pa$word1${x}",
      B: "a b # $c",
      C: 'say "x"\n\\ $d',
      D: "a#b",
      E: "",
      F: "",
      G: "",
    },
  );
});

Deno.test("readEnvFile() names each line that it cannot read, and no value", () => {
  const refusals: [string, RegExp][] = [
    [`PORT=1\n${SECRET}`, /^\.env line 2 is not of the form NAME=VALUE$/],
    [`A-B=${SECRET}`, /line 1 is not of the form/],
    [`A="${SECRET}`, /line 1 opens a quote \("\) that is not closed/],
    [`A='${SECRET}' x`, /line 1 opens a quote \('\)/],
    [`A=1\nB=2\nA=${SECRET}`, /^\.env line 3 sets A, as line 1 does: remove one$/],
  ];
  for (const [text, expected] of refusals) {
    const { message } = assertThrows(() => read(text), ConfigError);
    assertMatch(message, expected);
    assert(!message.includes(SECRET), message);
  }
  const utf16 = new Uint8Array([0xff, 0xfe, 0x41, 0x00, 0x3d, 0x00]);
  assertThrows(() => readEnvFile(utf16, ".env"), ConfigError, ".env is no text in UTF-8");
});

Deno.test("readEnvFile() reads what was quoted, whatever it is", () => {
  const value = fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n\0]/.test(text));
  const separators = ["\u2028", "a\u2029b"].map((text): [string] => [text]);
  fc.assert(
    fc.property(value, (text) => {
      const escaped = text.replace(/["\\]/g, "\\$&");
      assertEquals(read(`A="${escaped}" # x`), { A: text });
      if (!text.includes("'")) assertEquals(read(`A='${text}'`), { A: text });
    }),
    { examples: separators },
  );
});

const FILES: Record<string, Uint8Array | { reason: string }> = {
  "/run/database": bytes("\uFEFFpostgres://me:pw@db/mon\n"),
  "/run/empty": bytes("\n"),
  "/run/two": bytes(`${SECRET}\n${SECRET}`),
  "/run/binary": new Uint8Array([0xff, 0x00]),
};
const secretsOf = (environment: Record<string, string>) =>
  withSecrets(environment, (path) => FILES[path] ?? { reason: "it is not there" });

Deno.test("withSecrets() reads a secret from the file that its _FILE names", () => {
  const environment = { DATABASE_URL_FILE: " /run/database ", PORT: "1" };
  assertEquals(secretsOf(environment)["DATABASE_URL"], "postgres://me:pw@db/mon");
  assertEquals(secretsOf({ PORT: "1", REDIS_URL_FILE: "" }), { PORT: "1", REDIS_URL_FILE: "" });
});

Deno.test("withSecrets() refuses each file that gives none, and says neither path nor content", () => {
  const refusals: [Record<string, string>, RegExp][] = [
    [
      { REDIS_URL_FILE: `redis://:${SECRET}@h` },
      /^REDIS_URL_FILE must name a file that can be read: it is not/,
    ],
    [{ REDIS_URL_FILE: "/run/empty" }, /^REDIS_URL_FILE must name a file that is not empty$/],
    [{ REDIS_URL_FILE: "/run/two" }, /^REDIS_URL_FILE must name a file of one line$/],
    [{ REDIS_URL_FILE: "/run/binary" }, /^REDIS_URL_FILE is no text in UTF-8/],
    [
      { REDIS_URL: SECRET, REDIS_URL_FILE: "/run/two" },
      /^REDIS_URL and REDIS_URL_FILE must not both/,
    ],
  ];
  for (const [environment, expected] of refusals) {
    const { message } = assertThrows(() => secretsOf(environment), ConfigError);
    assertMatch(message, expected);
    assert(!message.includes(SECRET), message);
  }
});

/** What is meant by each, by the kind of slip. */
const MEANT: Readonly<Record<string, readonly [name: string, ...known: string[]][]>> = {
  number: [
    ["SYMBOL", "SYMBOLS"],
    ["PORTS", "PORT"],
    ["REDIS_URLS", "REDIS_URL"],
    ["EXCHANGE_REST_URLS", "EXCHANGE_REST_URL"],
    ["DATABASE_URL_FILES", "DATABASE_URL_FILE"],
    ["TRUSTED_PROXY", "TRUSTED_PROXIES"],
    ["METRIC_INTERVAL_MS", "METRICS_INTERVAL_MS"],
    ["RULE_FILE", "RULES_FILE"],
    ["DEPTH_LEVEL", "DEPTH_LEVELS"],
  ],
  unit: [
    ["METRICS_INTERVAL", "METRICS_INTERVAL_MS"],
    ["METRICS_INTERVAL_SECONDS", "METRICS_INTERVAL_MS"],
    ["AUDIT_INTERVAL", "AUDIT_INTERVAL_MS"],
    ["SPOOL_MAX", "SPOOL_MAX_MB"],
    ["SPOOL_MAX_GB", "SPOOL_MAX_MB"],
    ["SPOOL_FSYNC", "SPOOL_FSYNC_MS"],
    ["SLOPE_WINDOW", "SLOPE_WINDOW_MS"],
    ["WEIGHT_LAMBDA", "WEIGHT_LAMBDA_BPS"],
  ],
  order: [
    ["LEVEL_LOG", "LOG_LEVEL"],
    ["MAX_SSE", "SSE_MAX"],
    ["INTERVAL_METRICS_MS", "METRICS_INTERVAL_MS"],
    ["PROXIES_TRUSTED", "TRUSTED_PROXIES"],
    ["URL_EXCHANGE_WS", "EXCHANGE_WS_URL"],
  ],
  marks: [
    ["symbols", "SYMBOLS"],
    ["data_dir", "DATA_DIR"],
    ["DATA-DIR", "DATA_DIR"],
    ["metrics-interval-ms", "METRICS_INTERVAL_MS"],
    ["metrics.interval", "METRICS_INTERVAL_MS"],
    ["metricsIntervalMs", "METRICS_INTERVAL_MS"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["DATADIR", "DATA_DIR"],
    ["SSEMAXPERADDRESS", "SSE_MAX_PER_ADDRESS"],
    ["SPOOL__MAX__MB", "SPOOL_MAX_MB"],
  ],
  letters: [
    ["DATABSE_URL", "DATABASE_URL"],
    ["DATABASE_URI", "DATABASE_URL"],
    ["DATABASE_ULR", "DATABASE_URL"],
    ["SYMBLOS", "SYMBOLS"],
    ["YMBOLS", "SYMBOLS"],
    ["METRICS_INTERVALL_MS", "METRICS_INTERVAL_MS"],
    ["IMBALLANCE_LEVEL", "IMBALANCE_LEVELS"],
    ["TRUSTED_PROXYS", "TRUSTED_PROXIES"],
    ["AUTHTOKN", "AUTH_TOKEN"],
  ],
  words: [
    ["REST_URL", "EXCHANGE_REST_URL"],
    ["WS_URL", "EXCHANGE_WS_URL"],
    ["WS_URL_FILE", "EXCHANGE_WS_URL_FILE"],
    ["EXCHANGE_REST", "EXCHANGE_REST_URL"],
    ["READ_URL", "DATABASE_READ_URL"],
    ["DATABASE_READ", "DATABASE_READ_URL"],
    ["AUTH_READ", "AUTH_READ_TOKEN"],
    ["SSE_MAX_PER", "SSE_MAX_PER_ADDRESS"],
    ["MAX_PER_ADDRESS", "SSE_MAX_PER_ADDRESS"],
    ["INTERVAL_MS", "METRICS_INTERVAL_MS", "AUDIT_INTERVAL_MS"],
    ["OBM_METRICS_INTERVAL_MS", "METRICS_INTERVAL_MS"],
    ["SPOOL_MAX_MB_LIMIT", "SPOOL_MAX_MB"],
  ],
};

for (const [kind, slips] of Object.entries(MEANT)) {
  Deno.test(`strayNames() names what was probably meant to be ours: ${kind}`, () => {
    for (const [name, ...known] of slips) {
      assertEquals(strayNames({ [name]: SECRET }), [
        `${name} is no variable of this program: is ${known.join(" or ")} meant?`,
      ]);
    }
  });
}

Deno.test("strayNames() knows every variable by its first words and in the plural, and itself by no other's name", () => {
  for (const [, { name }] of variables()) {
    assertEquals(strayNames({ [name]: "x" }), []);
    for (const slip of [name.toLowerCase(), `${name}S`, name.replaceAll("_", "-").toLowerCase()]) {
      assertMatch(
        strayNames({ [slip]: "x" })[0] ?? slip,
        new RegExp(`: is .*\\b${name}\\b.* meant`),
      );
    }
    const words = name.split("_");
    if (words.length < 3) continue;
    for (const slip of [words.slice(0, -1), words.slice(1)].map((some) => some.join("_"))) {
      // It may be another one of ours.
      const told = strayNames({ [slip]: "x" });
      if (!variables().some(([, other]) => other.name === slip)) {
        assertMatch(told[0] ?? slip, new RegExp(`: is .*\\b${name}\\b.* meant`));
      }
    }
  }
});

Deno.test("strayNames() says that a variable which is no secret comes from no file", () => {
  assertEquals(strayNames({ SYMBOLS_FILE: "x" }), [
    "SYMBOLS_FILE is not read: SYMBOLS is no secret, and comes from no file",
  ]);
});

/** Of shells and desktops, of runtimes and proxies, of containers, of other programs beside ours. */
const OTHERS = `
  HOME PATH HOSTNAME HOSTTYPE OSTYPE USER LOGNAME SHELL TERM LANG TZ PWD OLDPWD SHLVL EDITOR MAIL LESS DISPLAY
  SSH_TTY SSH_AUTH_SOCK SSH_CONNECTION XDG_DATA_HOME XDG_DATA_DIRS XDG_RUNTIME_DIR TMPDIR TEMP COLORTERM NO_COLOR
  DENO_DIR DENO_CERT DENO_AUTH_TOKENS NODE_OPTIONS NODE_ENV NPM_TOKEN JAVA_HOME GOPATH RUST_LOG PYTHONPATH
  HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy no_proxy MALLOC_ARENA_MAX
  KUBERNETES_PORT KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT DOCKER_HOST DOCKER_CONFIG SERVICE_PORT
  VIRTUAL_HOST VIRTUAL_PORT LETSENCRYPT_HOST INVOCATION_ID JOURNAL_STREAM CREDENTIALS_DIRECTORY
  DATABASE DATABASE_HOST DATABASE_PORT DATABASE_NAME DATABASE_USER DATABASE_PASSWORD DATABASE_SSL DATABASE_KEY
  TEST_DATABASE_URL DATABASE_URL_TEST POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB PGHOST PGPORT PGDATA PGPASSWORD
  REDIS REDIS_HOST REDIS_PORT REDIS_PASSWORD REDIS_DB REDIS_SSL REDIS_TLS REDIS_USER CELERY_REDIS_URL REDISCLI_AUTH
  LOG_FORMAT LOG_FILE LOG_PATH LOG_DIR SENTRY_LOG_LEVEL DATA DATA_PATH DATA_FILE EXCHANGE SYMBOLIC DEPTH LEVELS
  METRICS METRICS_PORT METRICS_PATH METRICS_ENABLED AUDIT AUDIT_LOG SPOOL SPOOL_DIR SLOPE WEIGHT RULES WORKER
  PUBLIC_KEY PUBLIC_IP NEXT_PUBLIC_URL URL URL_FILE TOKEN TOKEN_FILE AUTH AUTH_TYPE AUTH_SECRET OAUTH_TOKEN
  GITHUB_TOKEN GITHUB_AUTH_TOKEN AWS_WEB_IDENTITY_TOKEN_FILE SSL_CERT_FILE REPORT EXPORT SUPPORT GHOST HOST_IP HOST_PORT
  HOST_NAME PORT_MIN PORT_MAX APP_PORT APP_HOST MAX MS INTERVAL WINDOW WINDOW_ID WINDOWS _ _NT_SYMBOL_PATH
  DATABASE_URL REDIS_URL_FILE
`.trim().split(/\s+/);

Deno.test("strayNames() names nothing that is another program's", () => {
  assertEquals(strayNames(Object.fromEntries(OTHERS.map((name) => [name, "x"]))), []);
});

Deno.test("withoutMarks() takes a byte-order mark for no part of a name", () => {
  assertEquals(withoutMarks({ "\uFEFFSYMBOLS": "A", PORT: "1" }), { SYMBOLS: "A", PORT: "1" });
  assertEquals(withoutMarks({ "\uFEFFPORT": "2", PORT: "1" }), { PORT: "1" });
});

Deno.test("noProxyWithLoopback() excepts this machine wherever a proxy is set", () => {
  assertEquals(noProxyWithLoopback({ NO_PROXY: "a" }), null);
  assertEquals(noProxyWithLoopback({ HTTP_PROXY: "http://p" }), "localhost,127.0.0.1,::1");
  assertEquals(
    noProxyWithLoopback({ https_proxy: "http://p", no_proxy: "a, ::1" }),
    "a,::1,localhost,127.0.0.1",
  );
  assertEquals(noProxyWithLoopback({ HTTP_PROXY: "http://p", NO_PROXY: "*" }), null);
});
