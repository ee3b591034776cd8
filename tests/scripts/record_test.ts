import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { startExchange } from "../../scripts/exchange/exchange.ts";
import { loadRecordings } from "../../scripts/exchange/recorded_market.ts";
import { FlagError } from "../../scripts/flags.ts";
import { parseRecordFlags } from "../../scripts/record/flags.ts";
import { recordSymbol, type SymbolRecorder } from "../../scripts/record/symbol_recorder.ts";
import { readRecording } from "../../scripts/recording.ts";
import { eventually } from "../support/eventually.ts";

const URLS = { restUrl: "http://r", wsUrl: "ws://w" };

async function withTempDir(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function finished(stop: AbortController, ...recorders: SymbolRecorder[]): Promise<void> {
  stop.abort();
  await Promise.all(recorders.map(({ done }) => done));
}

const SIMULATION = {
  source: { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 4 },
  speed: 10,
} as const;

Deno.test("recordSymbol() writes frames and the snapshot as received, in order, in a complete file", () =>
  withTempDir(async (dir) => {
    const exchange = await startExchange(SIMULATION);
    try {
      const options = {
        symbols: ["BTCUSDT", "ETHUSDT"],
        paths: [`${dir}/btc.gz`, `${dir}/eth.txt`],
        seconds: null,
        limit: 200,
        restUrl: exchange.restUrl,
        wsUrl: exchange.wsUrl,
      };
      const stop = new AbortController();
      const said: string[] = [];
      const say = (text: string) => said.push(text);
      const recorders = options.symbols.map((s) => recordSymbol(s, options, stop.signal, say));
      await eventually(() => recorders.every((r) => r.progress().frames > 200));
      await finished(stop, ...recorders);
      assertEquals(said, []);
      for (const [index, path] of options.paths.entries()) {
        const streams = new Map<string, number>();
        let lines = 0;
        let lastMs = 0;
        for await (const { receivedMs, payload } of readRecording(path)) {
          lines += 1;
          assert(receivedMs >= lastMs);
          lastMs = receivedMs;
          const { stream = "snapshot" } = JSON.parse(payload);
          if (stream === "snapshot") {
            // It was asked for after the first depth frame, and comes where it arrived.
            assert([...streams.keys()].some((name) => name.endsWith("@depth@100ms")));
            assertEquals(JSON.parse(payload).bids.length, 200);
          }
          streams.set(stream, (streams.get(stream) ?? 0) + 1);
        }
        const symbol = options.symbols[index]?.toLowerCase();
        assertEquals(
          [...streams.keys()].sort(),
          [
            "snapshot",
            ...["aggTrade", "bookTicker", "depth@100ms", "trade"].map((s) => `${symbol}@${s}`),
          ].sort(),
        );
        assertEquals(streams.get("snapshot"), 1);
        const progress = recorders[index]?.progress();
        assertEquals(progress?.frames, lines - 1);
        assertEquals(progress?.bytes, (await Deno.stat(path)).size);
      }
      // A complete gzip file, with its checksum.
      gunzipSync(await Deno.readFile(`${dir}/btc.gz`));
      const markets = await loadRecordings(options.paths);
      assertEquals(markets.map(({ segments }) => segments.length), [1, 1]);
    } finally {
      await exchange.stop();
    }
  }));

Deno.test("recordSymbol() takes a new snapshot after a lost connection, and the gap can be replayed", () =>
  withTempDir(async (dir) => {
    const first = await startExchange(SIMULATION);
    const port = Number(new URL(first.restUrl).port);
    const options = {
      symbols: ["BTCUSDT"],
      paths: [`${dir}/btc`],
      seconds: null,
      limit: 100,
      restUrl: first.restUrl,
      wsUrl: first.wsUrl,
    };
    const stop = new AbortController();
    const said: string[] = [];
    const recorder = recordSymbol("BTCUSDT", options, stop.signal, (text) => said.push(text));
    await eventually(() => recorder.progress().snapshots === 1 && recorder.progress().frames > 50);
    await first.stop();
    // Later ids: an hour of a simulation has passed.
    const second = await startExchange({ ...SIMULATION, port, startMs: Date.now() + 3_600_000 });
    try {
      const before = recorder.progress().frames;
      await eventually(() =>
        recorder.progress().snapshots === 2 && recorder.progress().frames > before + 50
      );
      await finished(stop, recorder);
      assertMatch(said[0] ?? "", /connection lost: closed by the exchange, 1001 .*new snapshot/);
      const [market] = await loadRecordings(options.paths);
      assertEquals(market?.segments.length, 2);
    } finally {
      await second.stop();
    }
  }));

Deno.test("recordSymbol() ends at the first frame of a futures market, and writes nothing of it", () =>
  withTempDir(async (dir) => {
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      const data = { e: "depthUpdate", E: 1_723_161_255_208, s: "BTCUSDT", U: 1, u: 2, pu: 0 };
      socket.onopen = () => socket.send(JSON.stringify({ stream: "btcusdt@depth", data }));
      return response;
    });
    try {
      const wsUrl = `ws://127.0.0.1:${server.addr.port}`;
      const options = { ...URLS, wsUrl, symbols: ["BTCUSDT"], paths: [`${dir}/r`] };
      const stop = new AbortController();
      const { done, progress } = recordSymbol(
        "BTCUSDT",
        { ...options, seconds: null, limit: 5 },
        stop.signal,
        () => {},
      );
      // A recording that goes on is ended, and is no rejection.
      const timer = setTimeout(() => stop.abort(), 30_000);
      const { message } = await assertRejects(() => done, Error).finally(() => clearTimeout(timer));
      assertEquals(
        message,
        `${wsUrl} cannot be recorded: a frame is of a futures market (it has pu): this program ` +
          "reads Binance spot",
      );
      assertEquals([progress().frames, (await Deno.stat(`${dir}/r`)).size], [0, 0]);
    } finally {
      await server.shutdown();
    }
  }));

Deno.test("parseRecordFlags() names one file per symbol", () => {
  const paths = (...args: string[]) => {
    const options = parseRecordFlags(args, URLS);
    return options === "help" ? [] : options.paths;
  };
  assertEquals(paths("--symbols", "BTCUSDT", "--out", "a/b.gz"), ["a/b.gz"]);
  assertEquals(paths("--symbols", "BTCUSDT,ETHUSDT", "--out", "a.d/b.gz"), [
    "a.d/b_btcusdt.gz",
    "a.d/b_ethusdt.gz",
  ]);
  assertEquals(paths("--symbols=BTCUSDT", "--out={symbol}.txt"), ["btcusdt.txt"]);
});

Deno.test("parseRecordFlags() names the flag that cannot be used", () => {
  const cases: [string[], RegExp][] = [
    [["--out", "x"], /--symbols is missing/],
    [["--symbols", "BTCUSDT"], /--out is missing/],
    [["--symbols", "btc", "--out", "x"], /--symbols .*"btc"/],
    [["--symbols", "A", "--out", "x", "--seconds", "0"], /--seconds .*"0"/],
    [["--symbols", "A", "--out", "x", "--limit", "5001"], /--limit .*"5001"/],
    [["--symbols", "A", "--out", "x", "--ws-url", "http://x"], /--ws-url .*ws:\/\//],
    [["--symbols"], /--symbols needs a value/],
    [["x"], /"x" belongs to no flag/],
  ];
  for (const [args, expected] of cases) {
    assertMatch(assertThrows(() => parseRecordFlags(args, URLS), FlagError).message, expected);
  }
});

Deno.test("record ends with code 1 and one line when the file cannot be written", async () => {
  const main = decodeURIComponent(new URL("../../scripts/record.ts", import.meta.url).pathname);
  const config = decodeURIComponent(new URL("../../deno.json", import.meta.url).pathname);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--config", config, "-A", main, "--symbols", "A", "--out", "/nowhere/x.gz"],
    env: { EXCHANGE_REST_URL: "http://127.0.0.1:1", EXCHANGE_WS_URL: "ws://127.0.0.1:1" },
    stderr: "piped",
  }).output();
  assertEquals(code, 1);
  assertMatch(new TextDecoder().decode(stderr), /--out \/nowhere\/x.gz cannot be written: /);
});
