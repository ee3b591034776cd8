/** What identical questions share, and for how long an answer holds. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Hono } from "hono";
import type { SystemStatus } from "../../shared/protocol.ts";
import { gapRecord, START_MS, systemStatus } from "../support/outputs.ts";
import { Answers } from "../../web/answers.ts";
import type { AppEnv } from "../../web/app_env.ts";
import { packAnswers } from "../../web/packed_answers.ts";
import { setUp } from "./app_stage.ts";

const HOUR_MS = 3_600_000;
const WRITER = {
  actorId: "writer",
  state: "running",
  reason: null,
  incarnation: 1,
  restarts: 0,
} as const;

/** The monitor, with so many rows in the spool. */
function system(spoolRows: number): SystemStatus {
  return systemStatus({ children: [{ ...WRITER, gauges: { spoolRows } }] });
}

function stage() {
  const clock = { ms: 0 };
  const clocks = { monotonicMs: () => clock.ms, utcNowMs: () => START_MS };
  const { hub, history, ask } = setUp({ clocks });
  hub.setSystem(system(0));
  history.missed = [gapRecord()];
  const headersOf = async (path: string, init: RequestInit = {}) => {
    const response = await ask(path, init);
    await response.body?.cancel();
    const { headers, status } = response;
    return { status, etag: headers.get("etag"), cache: headers.get("cache-control") };
  };
  return { clock, hub, history, ask, headersOf };
}

Deno.test("Identical questions at once are one question of history, and so is one within a second", async () => {
  const { clock, history, ask } = stage();
  const paths = ["/api/gaps?symbol=BTCUSDT", "/api/gaps?cursor=&symbol=BTCUSDT&limit=100"];
  const texts = await Promise.all(paths.map(async (path) => (await ask(path)).text()));
  assertEquals(texts[0], texts[1]);
  assertEquals(history.recordsQueries.length, 1);
  clock.ms = 999;
  assertEquals(await (await ask("/api/gaps?symbol=BTCUSDT")).text(), texts[0]);
  assertEquals(history.recordsQueries.length, 1);
  await (await ask("/api/gaps?symbol=ETHUSDT")).text();
  assertEquals(history.recordsQueries.length, 2);
  history.missed = [];
  clock.ms = 1_000;
  assertEquals(await (await ask("/api/gaps?symbol=BTCUSDT")).json(), { gaps: [], next: null });
});

Deno.test("A question that failed is asked anew by who comes next", async () => {
  const { history, ask } = stage();
  history.outage = "the database refuses connections";
  assertEquals((await ask("/api/gaps")).status, 503);
  history.outage = null;
  assertEquals((await ask("/api/gaps")).status, 200);
});

Deno.test("A question goes on while one of those who ask it waits, and ends with the last", async () => {
  const { history, ask } = stage();
  const asked: AbortSignal[] = [];
  history.records = (_kind, _query, signal) => {
    if (signal !== undefined) asked.push(signal);
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(new TypeError("given up")));
    });
  };
  const readers = [new AbortController(), new AbortController()];
  const answers = readers.map(({ signal }) => ask("/api/gaps", { signal }));
  await Promise.resolve();
  readers[0]?.abort();
  assertEquals(asked.map(({ aborted }) => aborted), [false]);
  readers[1]?.abort();
  assertEquals(asked.map(({ aborted }) => aborted), [true]);
  for (const answer of answers) await answer;
  void ask("/api/gaps");
  assertEquals(asked.length, 2);
});

Deno.test("Who has the answer already is told 304, and a changed one has another ETag", async () => {
  const { clock, history, headersOf } = stage();
  const first = await headersOf("/api/gaps");
  assert(first.etag !== null);
  assertEquals(first.cache, "private, no-cache");
  for (const given of [first.etag, `W/${first.etag}`, `"x", ${first.etag}`]) {
    const again = await headersOf("/api/gaps", { headers: { "if-none-match": given } });
    assertEquals([again.status, again.etag], [304, first.etag]);
  }
  history.missed = [];
  clock.ms = 1_000;
  const changed = await headersOf("/api/gaps", { headers: { "if-none-match": first.etag } });
  assertEquals(changed.status, 200);
  assertNotEquals(changed.etag, first.etag);
});

/** How many of so many questions are kept, whose keys are at least so long: the newest. */
async function keptOf(questions: number, keyLength: number): Promise<number> {
  const answers = new Answers({ monotonicMs: () => 0, utcNowMs: () => START_MS }, () => true);
  const app = new Hono();
  let made = 0;
  const make = () => Promise.resolve(++made);
  app.get("/:n", (c) => {
    const key = c.req.param("n").padEnd(keyLength, "x");
    return answers.respond(c, { key, endMs: null, make });
  });
  const ask = async (n: number) => (await app.request(`/${n}`)).body?.cancel();
  for (let n = 0; n < questions; n++) await ask(n);
  assertEquals(made, questions);
  let kept = 0;
  while (kept < questions) {
    await ask(questions - 1 - kept);
    if (made > questions) break;
    kept += 1;
  }
  return kept;
}

for (
  const [keyLength, most] of [[10, 2_000], [2_000, 8_000_000 / 4_500], [
    16_000,
    8_000_000 / 32_500,
  ]] as const
) {
  Deno.test(`Answers of few bytes are kept while they fit with their keys, of ${keyLength} characters`, async () => {
    const kept = await keptOf(2_500, keyLength);
    assert(kept <= most && kept > most * 0.99, `${kept} of at most ${most}`);
  });
}

/** Answers of 2 kB each, which are packed into so many bytes, under one clock; `packs`: what was packed. */
function packedStage(packedBytes: number) {
  const clock = { ms: 0 };
  const clocks = { monotonicMs: () => clock.ms, utcNowMs: () => START_MS };
  const answers = new Answers(clocks, () => true);
  const app = new Hono<AppEnv>();
  const packs: string[] = [];
  app.use(packAnswers((coding, bytes) => {
    packs.push(`${coding} of ${new TextDecoder().decode(bytes).at(-2)}`);
    return Promise.resolve(new Uint8Array(packedBytes).fill(packs.length));
  }));
  app.get("/:n", (c) => {
    const key = c.req.param("n");
    const make = () => Promise.resolve(key.padStart(2_000, "."));
    return answers.respond(c, { key, endMs: null, make });
  });
  const ask = async (path: string, coding: string) => {
    const response = await app.request(path, { headers: { "accept-encoding": coding } });
    return (await response.bytes())[0];
  };
  return { clock, packs, ask };
}

Deno.test("What is kept is packed once in each way for all who ask, at once too, and anew when it is made anew", async () => {
  const { clock, packs, ask } = packedStage(10);
  assertEquals(await Promise.all([ask("/a", "gzip"), ask("/a", "gzip")]), [1, 1]);
  assertEquals(await ask("/a", "br"), 2);
  assertEquals(await ask("/b", "gzip"), 3);
  assertEquals([await ask("/a", "gzip"), await ask("/a", "br")], [1, 2]);
  assertEquals(packs, ["gzip of a", "br of a", "gzip of b"]);
  clock.ms = 1_000;
  assertEquals(await ask("/a", "gzip"), 4);
});

Deno.test("What was packed counts among what is kept", async () => {
  const { packs, ask } = packedStage(1_000_000);
  const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  for (const name of names) await ask(`/${name}`, "gzip");
  // Of eight million bytes seven have room, with the answers and their keys.
  for (const name of names.toReversed()) await ask(`/${name}`, "gzip");
  assertEquals(packs.slice(names.length), ["gzip of b", "gzip of a"]);
});

const LONG_AGO_MS = START_MS - HOUR_MS - 1;
const LONG_AGO = `/api/gaps?to=${LONG_AGO_MS}`;
const METRICS_LONG_AGO = `/api/metrics?symbol=BTCUSDT&to=${LONG_AGO_MS}`;

Deno.test("An answer is immutable when its range ended an hour ago and nothing waits for the database", async () => {
  const { headersOf } = stage();
  assertEquals((await headersOf(LONG_AGO)).cache, "private, max-age=3600, immutable");
  assertEquals((await headersOf(METRICS_LONG_AGO)).cache, "private, max-age=3600, immutable");
  // Which of them fire changes with time.
  for (
    const path of [`/api/gaps?to=${START_MS - HOUR_MS}`, `/api/alerts?to=${START_MS - 2 * HOUR_MS}`]
  ) {
    assertEquals((await headersOf(path)).cache, "private, no-cache", path);
  }
});

for (
  const [why, status] of [
    ["rows wait in the spool", system(1)],
    ["nobody has told of the spool", systemStatus({ children: [] })],
    ["nobody has told of the database", systemStatus({ stores: null })],
  ] as const
) {
  Deno.test(`No answer is immutable while ${why}`, async () => {
    const { hub, headersOf } = stage();
    hub.setSystem(status);
    assertEquals((await headersOf(LONG_AGO)).cache, "private, no-cache");
  });
}

const SPAN = { fromMs: LONG_AGO_MS - 2, toMs: LONG_AGO_MS - 1 };
for (
  const [why, found, paths] of [
    [
      "a gap of it is open",
      { missed: [gapRecord(), gapRecord({ number: 2, durationMs: null })] },
      [LONG_AGO, METRICS_LONG_AGO],
    ],
    [
      "its points are not rolled up yet",
      { unsettled: { unread: [], partialFromMs: LONG_AGO_MS - 1 } },
      [METRICS_LONG_AGO],
    ],
    [
      "some of its time was not looked at",
      { unsettled: { unread: [SPAN], partialFromMs: null } },
      [METRICS_LONG_AGO, METRICS_LONG_AGO.replace("symbol=", "symbols=ETHUSDT,")],
    ],
  ] as const
) {
  Deno.test(`No answer is immutable while ${why}`, async () => {
    const { history, headersOf } = stage();
    Object.assign(history, found);
    for (const path of paths) {
      const { status, cache } = await headersOf(path);
      assertEquals([status, cache], [200, "private, no-cache"], path);
    }
  });
}
