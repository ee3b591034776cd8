import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { ConfigError } from "../../shared/config.ts";
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
  fc.assert(fc.property(value, (text) => {
    const escaped = text.replace(/["\\]/g, "\\$&");
    assertEquals(read(`A="${escaped}" # x`), { A: text });
    if (!text.includes("'")) assertEquals(read(`A='${text}'`), { A: text });
  }));
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

Deno.test("strayNames() names what was probably meant to be ours, and nothing else", () => {
  const meant: [string, string][] = [
    ["SYMBOL", "SYMBOLS"],
    ["symbols", "SYMBOLS"],
    ["DATABSE_URL", "DATABASE_URL"],
    ["DATABASE_URI", "DATABASE_URL"],
    ["REDIS_URLS", "REDIS_URL"],
    ["EXCHANGE_REST_URLS", "EXCHANGE_REST_URL"],
    ["DATABASE_URL_FILES", "DATABASE_URL_FILE"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["DATA-DIR", "DATA_DIR"],
    ["PORTS", "PORT"],
  ];
  for (const [name, known] of meant) {
    assertEquals(strayNames({ [name]: SECRET }), [
      `${name} is no variable of this program: is ${known} meant?`,
    ]);
  }
  assertMatch(
    strayNames({ SYMBOLS_FILE: "x" })[0] ?? "",
    /^SYMBOLS_FILE is not read: SYMBOLS is no/,
  );
  const others = [
    "HOME",
    "PATH",
    "HOSTNAME",
    "PGHOST",
    "PGPORT",
    "SSH_TTY",
    "USER",
    "SHELL",
    "TERM",
  ];
  others.push(
    "REPORT",
    "LOGNAME",
    "DENO_DIR",
    "NO_PROXY",
    "LANG",
    "DATABASE_URL",
    "REDIS_URL_FILE",
  );
  assertEquals(strayNames(Object.fromEntries(others.map((name) => [name, "x"]))), []);
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
