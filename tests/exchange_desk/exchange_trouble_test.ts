import { assertEquals, assertMatch } from "@std/assert";
import { type Failure, unreachable } from "../../actors/exchange_desk/exchange_trouble.ts";
import { proxyFor } from "../../shared/environment.ts";

const failure = (url: string, message: string, over: Partial<Failure> = {}): Failure => ({
  ...{ url, message, status: null, proxy: null },
  ...over,
});
const REFUSED = "client error (Connect): tcp connect error: Connection refused (os error 111)";
const DNS = "client error (Connect): dns error: failed to lookup address information: Name or " +
  "service not known";

Deno.test("unreachable() is one line for seven addresses that fail for one reason", () => {
  const urls = Array.from({ length: 7 }, (_, at) => `https://api${at}.example`);
  const line = unreachable(urls.map((url) => failure(url, DNS)));
  assertEquals(
    line,
    "Cannot reach the exchange at https://api0.example and 6 other addresses (the host name is not known). " +
      "Trying again. What helps: correct the host in EXCHANGE_REST_URL, or the DNS of this machine; on a " +
      "machine with no way out to the internet run `deno task demo`.",
  );
});

Deno.test("unreachable() has one remedy for each reason", () => {
  const table: [Failure, RegExp, RegExp][] = [
    [failure("http://127.0.0.1:9", REFUSED), /connection refused\)/, /start the look-alike/],
    [failure("https://a", REFUSED), /connection refused\)/, /run `deno task demo`/],
    [
      failure("https://a", "client error (Connect): invalid peer certificate: UnknownIssuer"),
      /an authority that is not known here/,
      /set DENO_CERT to the file/,
    ],
    [
      failure("https://a", 'invalid peer certificate: certificate not valid for name "a"'),
      /certificate is for another name/,
      /a name that the certificate has/,
    ],
    [
      failure("https://a", "invalid peer certificate: certificate expired: verification time 1"),
      /not valid at this time/,
      /the clock of this machine/,
    ],
    [
      failure("https://a/x", "HTTP 404 {}", { status: 404 }),
      /at https:\/\/a\/… \(HTTP 404/,
      /the address before \/api\/v3/,
    ],
    [failure("https://a", "HTTP 407", { status: 407 }), /HTTP 407/, /password of the proxy/],
    [failure("https://a", "HTTP 451: no", { status: 451 }), /HTTP 451/, /data-api\.binance/],
    [failure("https://a", "HTTP 503", { status: 503 }), /\(HTTP 503\)/, /wait, as it is a trouble/],
    [failure("https://a", "HTTP 401 x", { status: 401 }), /HTTP 401 x/, /asks who comes: try from/],
    [
      failure("https://a", "HTTP 400 x", { status: 400 }),
      /HTTP 400 x/,
      /correct EXCHANGE_REST_URL/,
    ],
    [
      failure("https://a", "it answered, but not as Binance spot answers"),
      /not as Binance/,
      /log in to the network/,
    ],
    [
      failure("https://a", REFUSED, { proxy: "HTTPS_PROXY //127.0.0.1:3999" }),
      /through HTTPS_PROXY \/\/127\.0\.0\.1:3999: connection refused/,
      /correct or unset HTTPS_PROXY, or name the host in NO_PROXY/,
    ],
  ];
  for (const [given, reason, remedy] of table) {
    const line = unreachable([given]);
    assertMatch(line, reason);
    const [, advice] = line.split(" Trying again. What helps: ");
    assertMatch(advice ?? "", remedy, line);
  }
});

/** Each in the words of this runtime; `*` is the place. */
const RUNTIME: [string, RegExp, RegExp][] = [
  ["client error (SendRequest): connection closed before message completed", /was lost/, /hang up/],
  [
    "client error (SendRequest): connection error: Connection reset by peer (os error 104)",
    /was lost/,
    /hang up/,
  ],
  ["client error (Connect): tls handshake eof", /was lost/, /hang up/],
  ["error reading a body from connection", /was lost/, /hang up/],
  ["unexpected end of file", /was lost/, /hang up/],
  ["client error (SendRequest): invalid HTTP version parsed", /speaks no HTTP/, /correct scheme/],
  ["client error (SendRequest): message head is too large", /speaks no HTTP/, /correct scheme/],
  ["Fetch failed: Maximum number of redirects (20) reached", /sends on/, /log in to the network/],
  ["client error (Connect): unsuccessful tunnel", /does not let this host through/, /unset HTTPS/],
  ["client error (Connect): unexpected eof while tunneling", /not let this host/, /unset HTTPS/],
  ["client error (Connect): proxy authentication required", /wants a user/, /USER:PASSWORD@/],
  ["client error (Connect): Proxy server unreachable", /cannot be reached/, /unset HTTPS_PROXY/],
  ["The operation was aborted due to timeout", /does not answer/, /firewall/],
  ["Fetch failed: Requests to port 6000 are blocked", /never asks/, /another port/],
  [
    "client error (SendRequest): something new of * (10.0.0.*)",
    /something new of it \(it\)\)/,
    /try from/,
  ],
];

Deno.test("unreachable() has one remedy for whatever the runtime says, and one line for seven addresses", () => {
  for (const [said, reason, remedy] of RUNTIME) {
    const failures = Array.from({ length: 7 }, (_, at) => {
      const words = said.replace("10.0.0.*", `10.0.0.${at}`).replace("*", `api${at}.example`);
      return failure(`https://api${at}.example`, words);
    });
    const [what, advice] = unreachable(failures).split(" Trying again. What helps: ");
    assertMatch(what ?? "", /^Cannot reach .* at https:\/\/api0.example and 6 other addresses \(/);
    assertMatch(what ?? "", reason);
    assertMatch(advice ?? "", remedy, said);
  }
});

Deno.test("unreachable() is one line for seven refusals that differ in their words alone", () => {
  const failures = Array.from(
    { length: 7 },
    (_, at) => failure(`https://api${at}.example`, `HTTP 403 <p>ray ${at}`, { status: 403 }),
  );
  assertMatch(
    unreachable(failures),
    /^Cannot reach the exchange at https:\/\/api0.example and 6 other addresses \(HTTP 403, the first in these words: <p>ray 0\)\. T/,
  );
  const [first] = failures;
  assertMatch(unreachable(first === undefined ? [] : [first, first]), /\(HTTP 403 <p>ray 0\)/);
});

Deno.test("unreachable() names each reason where there are several", () => {
  const line = unreachable([
    failure("https://a", DNS),
    failure("https://b", "HTTP 451: no", { status: 451 }),
    failure("https://c", DNS),
  ]);
  assertMatch(
    line,
    /at https:\/\/a and https:\/\/c \(the host .*\), at https:\/\/b \(HTTP 451: no\)\. T/,
  );
  assertMatch(line, /What helps: correct .*; or name an address/);
});

Deno.test("proxyFor() knows what the runtime sends through which proxy, and says no password", () => {
  const environment = {
    HTTPS_PROXY: "http://me:s3cret@proxy:3128",
    http_proxy: "http://plain:1",
    NO_PROXY: ".inside.example, other",
  };
  const proxies = [
    ["https://api.binance.com", "HTTPS_PROXY //proxy:3128"],
    ["http://api.binance.com", "http_proxy //plain:1"],
    ["https://x.inside.example", null],
    ["https://other", null],
    ["https://127.0.0.1:9", null],
    ["http://[::1]:9", null],
  ] as const;
  for (const [url, proxy] of proxies) assertEquals(proxyFor(environment, url), proxy, url);
  assertEquals(proxyFor({ ALL_PROXY: "?" }, "https://a"), "ALL_PROXY");
  assertEquals(proxyFor({}, "https://a"), null);
});
