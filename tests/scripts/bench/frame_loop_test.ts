import { assert, assertEquals, assertThrows } from "@std/assert";
import { FrameLoop, LoopError } from "../../../scripts/bench/frame_loop.ts";
import { startLoopSender } from "../../../scripts/bench/loop_host.ts";
import { aggTradeText, depthText, tickerText } from "../../../scripts/exchange/frames.ts";
import { loadRecordings } from "../../../scripts/exchange/recorded_market.ts";
import { ReplaySource } from "../../../scripts/exchange/replay_source.ts";
import { parseStream } from "../../../scripts/exchange/subscriptions.ts";
import { RecordingError } from "../../../scripts/recording.ts";
import { eventually } from "../../support/eventually.ts";
import { recordingsDir } from "../../support/services.ts";
import { StreamClient } from "../exchange/stream_client.ts";
import { diff, snapshot, ticker, trade, withRecordings } from "../exchange/recordings.ts";

const FIXTURE = decodeURIComponent(
  new URL("../../fixtures/simulated_ethusdt.gz", import.meta.url).pathname,
);
const T = 1_700_000_000_000;
/** A straddling diff, and a gap after which a second snapshot joins. */
const LINES = [
  diff(T, 1_000_090, 1_000_104, [["9", "2"]]),
  snapshot(T + 30, 1_000_100, [["9", "3"]], [["11", "1"]]),
  trade(T + 140, 500),
  diff(T + 200, 1_000_105, 1_000_198, [["8", "5"]]),
  ticker(T + 210, 1_000_198, ["9", "2"], ["11", "1"]),
  diff(T + 300, 1_000_300, 1_000_305, [["7", "1"]]),
  snapshot(T + 310, 1_000_305, [["7", "1"]], [["12", "1"]]),
  trade(T + 340, 510),
  // Of more than 65,535 bytes.
  diff(T + 400, 1_000_306, 1_000_309, Array.from({ length: 4_000 }, (_, i) => [`${i + 1}`, "2"])),
];

async function loopOf(files: string[], streams = ["depth@100ms", "bookTicker", "aggTrade"]) {
  const [market] = await loadRecordings(files);
  if (market === undefined) throw new TypeError("no market");
  const symbol = market.spec.symbol.toLowerCase();
  const names = streams.map((stream) => parseStream(`${symbol}@${stream}`))
    .filter((stream) => stream !== null);
  return { market, loop: new FrameLoop(market, names) };
}

/** The payloads, by the header that each begins with. */
function textsIn(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    assertEquals(view.getUint8(at), 0x81);
    const short = view.getUint8(at + 1);
    assert(short <= 127, "a server does not mask");
    const [header, length] = short < 126
      ? [2, short]
      : short === 126
      ? [4, view.getUint16(at + 2)]
      : [10, Number(view.getBigUint64(at + 2))];
    texts.push(new TextDecoder().decode(bytes.subarray(at + header, at + header + length)));
    at += header + length;
  }
  return texts;
}

async function checkRounds(files: string[], rounds: number): Promise<void> {
  const { market, loop } = await loopOf(files);
  const source = new ReplaySource(market, { loop: true, keepTimes: true });
  const { symbol } = market.spec;
  const name = symbol.toLowerCase();
  const opening = source.opening(0);
  assertEquals(
    textsIn(loop.opening),
    opening === null
      ? []
      : [`{"stream":"${name}@depth@100ms","data":${depthText(symbol, opening)}}`],
  );
  source.begin(0);
  const expected = (function* () {
    for (const event of source.advance(Infinity)) {
      if (event.type === "change") {
        yield `{"stream":"${name}@depth@100ms","data":${depthText(symbol, event)}}`;
      } else if (event.type === "ticker") {
        yield `{"stream":"${name}@bookTicker","data":${tickerText(symbol, event)}}`;
      } else if (event.type === "aggTrade") {
        yield `{"stream":"${name}@aggTrade","data":${aggTradeText(symbol, event)}}`;
      }
    }
  })();
  for (let round = 0; round < rounds; round += 1) {
    const texts = textsIn(loop.next());
    assert(texts.length > 0);
    for (const text of texts) {
      // Not for every frame: a message of two equal texts costs more than the comparison.
      if (text !== (expected.next().value ?? "")) assertEquals(text, "what the exchange sends");
    }
  }
}

Deno.test("FrameLoop.next() is, byte for byte, what the look-alike goes on to send", async () => {
  await checkRounds([FIXTURE], 6);
  await withRecordings([LINES], (files) => checkRounds(files, 12));
});

Deno.test({
  name: "FrameLoop.next() is what the look-alike goes on to send of the real recording",
  ignore: recordingsDir === null,
  fn: () => checkRounds([`${recordingsDir}/btcusdt_20240808.gz`], 5),
});

Deno.test("FrameLoop sends the streams that were asked for and no other", async () => {
  const { loop } = await loopOf([FIXTURE], ["bookTicker"]);
  assertEquals(loop.opening.length, 0);
  const texts = textsIn(loop.next());
  assert(texts.length > 100);
  assert(texts.every((text) => text.startsWith('{"stream":"ethusdt@bookTicker"')));
});

Deno.test("FrameLoop refuses a loop whose ids gain a digit", async () => {
  const lines = [
    snapshot(T, 70, [["9", "3"]], [["11", "1"]]),
    diff(T + 100, 71, 90, [["8", "5"]]),
  ];
  await withRecordings([lines], async (files) => {
    const error = await loopOf(files).then(({ loop }) =>
      assertThrows(() => {
        for (let round = 0; round < 100; round += 1) loop.next();
      })
    ).catch((error) => error);
    assert(error instanceof LoopError, String(error));
  });
});

Deno.test("startLoopSender() gives two clients a loop that joins, without a gap or a wrong best", async () => {
  const sender = await startLoopSender(FIXTURE);
  try {
    for (let client = 0; client < 2; client += 1) {
      const reader = new StreamClient(sender, "ETHUSDT");
      try {
        // The fixture holds 800 diffs: this is the third round.
        await eventually(() => reader.tops.size > 1_700);
        assertEquals(reader.gaps, 0);
        const { exact, mismatched } = reader.oracle();
        assert(exact > 100, `${exact} exact`);
        assertEquals(mismatched, 0);
      } finally {
        await reader.close();
      }
    }
  } finally {
    await sender.stop();
  }
});

Deno.test("startLoopSender() says what is wrong with its recording", async () => {
  const error = await startLoopSender("gone.gz").catch((error) => error);
  assert(error instanceof RecordingError);
});
