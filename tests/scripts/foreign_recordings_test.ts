/**
 * Recordings of another market, unit, venue or shape, made from the fixtures: what they are is said with
 * the line and the field, and nothing is replayed as if it were Binance spot.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadRecordings } from "../../scripts/exchange/recorded_market.ts";
import { readRecording, RecordingError } from "../../scripts/recording.ts";
import { replayFiles } from "../../scripts/replay.ts";
import { recordingsDir } from "../support/services.ts";

const FIXTURE = decodeURIComponent(
  new URL("../fixtures/simulated_btcusdt.gz", import.meta.url).pathname,
);
const LINES = 3_000;

interface Line {
  /** Nanoseconds. */
  readonly at: bigint;
  // deno-lint-ignore no-explicit-any
  readonly frame: any;
}

async function linesOf(file: string, max: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const { receivedMs, payload } of readRecording(file)) {
    lines.push({ at: BigInt(Math.round(receivedMs * 1_000)) * 1_000n, frame: JSON.parse(payload) });
    if (lines.length === max) break;
  }
  return lines;
}

const SPOT = await linesOf(FIXTURE, LINES);

const written = (lines: readonly Line[], time = (at: bigint) => String(at)) =>
  lines.map(({ at, frame }) => `${time(at)} ${JSON.stringify(frame)}\n`).join("");

/** The lines with the payload of each frame changed, and the snapshots too. */
function changed(
  change: (data: Record<string, unknown>) => Record<string, unknown>,
  lines: readonly Line[] = SPOT,
): Line[] {
  return lines.map(({ at, frame }) =>
    "data" in frame
      ? { at, frame: { ...frame, data: change(frame.data) } }
      : { at, frame: change(frame) }
  );
}

async function inFile<T>(text: string, body: (path: string) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/r`, text);
    return await body(`${dir}/r`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** The report without what the machine decides, and what was said beside it. */
async function replayed(text: string) {
  return await inFile(text, async (path) => {
    const said: string[] = [];
    const [report] = await replayFiles([path], (line) => said.push(line.replace(path, "FILE")));
    assert(report !== undefined);
    const { elapsedMs: _, framesPerSecond: __, ...rest } = report;
    return { report: rest, said };
  });
}

const futures = changed((data) => {
  switch (data.e) {
    case "depthUpdate":
      return { ...data, T: data.E, pu: Number(data.U) - 1 };
    case undefined:
      return "u" in data ? { e: "bookTicker", ...data, E: 1, T: 1 } : { E: 1, T: 1, ...data };
    default:
      return data;
  }
});
const isUpdate = ({ frame }: Line) => frame.data?.e === "depthUpdate";
const isSnapshot = ({ frame }: Line) => "lastUpdateId" in frame;
const asNumbers = (side: unknown) =>
  Array.isArray(side) ? side.map((level) => level.map(Number)) : side;
const numbers = changed((data) =>
  "u" in data && "B" in data
    ? { ...data, b: Number(data.b), B: Number(data.B), a: Number(data.a), A: Number(data.A) }
    : {
      ...data,
      ...data.e === "depthUpdate" ? { b: asNumbers(data.b), a: asNumbers(data.a) } : {},
      ..."bids" in data ? { bids: asNumbers(data.bids), asks: asNumbers(data.asks) } : {},
    }
);
const inUnit = (perMs: number) =>
  changed((data) => {
    const times = ["E", "T"].filter((name) => name in data);
    return { ...data, ...Object.fromEntries(times.map((t) => [t, Number(data[t]) * perMs])) };
  });

const BYBIT = '{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1,"data":{"s":"BTCUSDT"}}';
const OKX = '{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[]}';
const BITGET =
  '{"action":"update","arg":{"instType":"SPOT","channel":"books","instId":"BTCUSDT"},"data":[],"ts":1}';
const GATE =
  '{"time":1,"channel":"spot.order_book_update","event":"update","result":{"s":"BTC_USDT","U":1,"u":2}}';
const AT = "1723161253937085768";
const renamed = (name: string) =>
  changed((data) => "s" in data ? { ...data, s: name } : data, SPOT.slice(0, 20));

const REFUSED: readonly (readonly [name: string, text: string, words: RegExp])[] = [
  [
    "futures",
    written(futures),
    /^FILE line \d+ is of a futures market \(it has (pu|e)\): this program reads Binance spot$/,
  ],
  [
    "futures whose first frames are trades",
    written([...SPOT.filter(({ frame }) => frame.data?.e === "trade"), ...futures]),
    /^FILE line \d+ is of a futures market \(it has (pu|e)\): this program reads Binance spot$/,
  ],
  [
    "numbers for texts",
    written(numbers.filter((line) => isUpdate(line) || isSnapshot(line))),
    /^Cannot replay FILE: it holds no .*line \d+ .*has a number where Binance spot has a text in b$/,
  ],
  [
    "numbers for texts in its depth updates alone",
    written(SPOT.map((line, at) => isUpdate(line) ? numbers[at] ?? line : line)),
    /it holds no depth .*; \d+ of its \d+ lines .*, line \d+ because it has a number where .* in b$/,
  ],
  [
    "no snapshot",
    written(SPOT.filter((line) => !isSnapshot(line))),
    /^Cannot replay FILE: it holds no depth snapshot for a book to start from \(`deno task record` writes one\)$/,
  ],
  [
    "no depth updates",
    written(SPOT.filter((line) => !isUpdate(line))),
    /^Cannot replay FILE: it holds no depth update that can be read$/,
  ],
  [
    "times as dates",
    written(SPOT, (at) => new Date(Number(at / 1_000_000n)).toISOString()),
    /^FILE line 1: not a recorded frame, its local time is a date, as in raw files of Tardis/,
  ],
  [
    "local times in milliseconds",
    written(SPOT, (at) => String(at / 1_000_000n)),
    /^FILE line 1: its local time \d{13} is in milliseconds: /,
  ],
  [
    "event times in seconds",
    written(
      changed((data) => "E" in data ? { ...data, E: Math.floor(Number(data.E) / 1e3) } : data),
    ),
    /^FILE line \d+ has its E in seconds: /,
  ],
  ["event times in nanoseconds", written(inUnit(1e6)), /^FILE line \d+ has its E in nanoseconds: /],
  [
    "two symbols",
    written(changed((data) => data.e === "trade" ? { ...data, s: "ETHUSDT" } : data)),
    /^FILE line \d+ speaks of "ETHUSDT": a snapshot does not say whose it is, so each file/,
  ],
  [
    "Bybit",
    `${AT} ${BYBIT}\n`,
    /it holds no market frame of Binance spot; line 1 has no event type e, as frames of Bybit$/,
  ],
  [
    "Bitget",
    `${AT} ${BITGET}\n`,
    /it holds no market frame of Binance spot; line 1 has no event type e, as frames of Bitget$/,
  ],
  [
    "Gate",
    `${AT} ${GATE}\n`,
    /it holds no market frame of Binance spot; line 1 is as frames of Gate$/,
  ],
  [
    "a symbol whose name turns around",
    written(renamed("BTC\u202eUSDT")),
    /^FILE line \d+ speaks of "BTC\[U\+202E\]USDT", which is no symbol of Binance spot: /,
  ],
  [
    "a symbol whose name is half a character",
    written(renamed("BTC\ud800USDT")),
    /^FILE line \d+ speaks of "BTC\[U\+D800\]USDT", which is no symbol of Binance spot: /,
  ],
  [
    "a symbol in small letters",
    written(renamed("btcusdt")),
    /^FILE line \d+ speaks of "btcusdt", which is no symbol of Binance spot: /,
  ],
  [
    "another symbol, whose name turns around, in the middle",
    written([...SPOT.slice(0, 500), ...renamed("BTC\u202eUSDT")]),
    /^FILE line \d+ speaks of "BTC\[U\+202E\]USDT": a snapshot does not say whose it is/,
  ],
  [
    "a name that turns around where no frame should be",
    `${AT} \u202e{}\n`,
    /^FILE line 1: not a recorded frame.*received "1723161253937085768 \[U\+202E\]\{\}"$/,
  ],
  [
    "OKX",
    `${AT} ${OKX}\n`,
    /it holds no market frame of Binance spot; line 1 has no event type e, as frames of OKX$/,
  ],
];

for (const [name, text, words] of REFUSED) {
  Deno.test(`replay refuses a recording of ${name} in one line, and reports nothing`, async () => {
    const reason = await inFile(text, async (path) => {
      const { message } = await assertRejects(() => replayFiles([path], () => {}), RecordingError);
      return message.replaceAll(path, "FILE");
    });
    assert(words.test(reason), reason);
  });
}

Deno.test("the look-alike exchange refuses what replay refuses for its market, unit or symbol", async () => {
  for (const lines of [futures, numbers, inUnit(1e6), renamed("BTC\u202eUSDT")]) {
    await inFile(written(lines), async (path) => {
      const { message } = await assertRejects(() => loadRecordings([path]), RecordingError);
      const known = /futures market|a number where|in nanoseconds|"BTC\[U\+202E\]USDT"/;
      assert(known.test(message), message);
    });
  }
});

Deno.test("replay reads event times in microseconds as the same times", async () => {
  const { report } = await replayed(written(SPOT));
  assertEquals((await replayed(written(inUnit(1e3)))).report, report);
  assertEquals([report.malformed, report.snapshots], [0, 1]);
  await inFile(
    written(inUnit(1e3)),
    async (path) => {
      const [market] = await loadRecordings([path]);
      await inFile(
        written(SPOT),
        async (plain) => assertEquals([market], await loadRecordings([plain])),
      );
    },
  );
});

for (
  const [name, file] of [
    ["the simulated market", FIXTURE],
    ["the real market", recordingsDir === null ? null : `${recordingsDir}/btcusdt_20240808.gz`],
  ] as const
) {
  Deno.test({
    name: `replay reads a recording of ${name} whose local times are in microseconds`,
    ignore: file === null,
    fn: async () => {
      const lines = await linesOf(file ?? "", 12_000);
      const expected = await replayed(written(lines));
      const micros = await replayed(written(lines, (at) => String(at / 1_000n)));
      assertEquals(micros.report, expected.report);
      assertEquals(micros.report.gaps, 0);
      assert(micros.report.metricsFrames > 30, `${micros.report.metricsFrames} frames`);
      assertEquals(micros.said.slice(1, 2), [
        "FILE: its local times are in microseconds, and are read so",
      ]);
    },
  });
}
