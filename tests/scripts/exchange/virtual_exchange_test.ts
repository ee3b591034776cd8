/** The exchange without sockets or timers: the same parts under virtual time, the same faults. */
import { assert, assertEquals } from "@std/assert";
import { Connection } from "../../../scripts/exchange/connection.ts";
import { FaultInjector } from "../../../scripts/exchange/fault_injector.ts";
import { FAULT_KINDS } from "../../../scripts/exchange/faults.ts";
import { Random } from "../../../shared/random.ts";
import { RequestWeight } from "../../../scripts/exchange/request_weight.ts";
import { SimulatedMarket } from "../../../scripts/exchange/simulated_market.ts";
import { Listing } from "../../../scripts/exchange/listing.ts";
import { MARKET_BEGAN_MS } from "../../support/simulated_run.ts";

const STEP_MS = 20;
const SPAN_MS = 300_000;

/** Five minutes of one client that reconnects and asks once a second: all it heard, and how often. */
function run(seed: number): { heard: string[]; counts: Record<string, number> } {
  let nowMs = MARKET_BEGAN_MS;
  const listing = new Listing(new SimulatedMarket("LTCUSDT", 1, MARKET_BEGAN_MS));
  const injector = new FaultInjector(
    {
      label: "SIMULATED",
      listings: new Map([["LTCUSDT", listing]]),
      weight: new RequestWeight(),
      nowMs: () => nowMs,
      utcNowMs: () => nowMs,
    },
    seed,
    true,
  );
  const random = new Random(seed, "connections");
  const heard: string[] = [];
  let connection: Connection | null = null;
  let id = 0;
  const connect = () => {
    id += 1;
    const point = { point: "handshake", nowMs, connection: id, symbols: ["LTCUSDT"] } as const;
    if (injector.plan.decide(point) !== null || injector.conditions.stormCode(nowMs) !== null) {
      return;
    }
    let isMute = false;
    const end = (how: string) => {
      heard.push(how);
      connection = null;
    };
    connection = new Connection(
      id,
      {
        bufferedAmount: 0,
        send: (text) => isMute || heard.push(text),
        close: (code) => end(`${code}`),
      },
      { cut: () => end("cut"), mute: () => isMute = true, drip: () => {} },
      true,
      {
        plan: injector.plan,
        skewMs: () => injector.conditions.skewMs,
        listing: () => listing,
        nowMs: () => nowMs,
        begin: (fault, symbol) => {
          injector.conditions.begin(fault, symbol);
          if (fault.kind === "close_storm") connection?.close("Storm", fault.code);
        },
      },
      random,
    );
    connection.opened(["ltcusdt@depth@100ms", "ltcusdt@bookTicker"]);
  };
  listing.run(nowMs);
  injector.chaos(500);
  const url = new URL("http://x/api/v3/depth?symbol=LTCUSDT&limit=1");
  for (; nowMs < MARKET_BEGAN_MS + SPAN_MS; nowMs += STEP_MS) {
    injector.turn(nowMs);
    listing.advance(nowMs);
    (connection as Connection | null)?.turn(nowMs);
    if ((nowMs - MARKET_BEGAN_MS) % 1_000 !== 0) continue;
    if (connection === null) connect();
    const { answer, delayMs, isCut } = injector.answer("GET", url, "10.0.0.1");
    heard.push(`${answer.status} ${answer.body.slice(0, 80)} ${delayMs} ${isCut}`);
  }
  return { heard, counts: { ...injector.counts } };
}

Deno.test("The exchange's parts need no sockets and no clock: a seed is a whole history", () => {
  const first = run(1);
  assertEquals(run(1), first);
  assert(run(2).heard.join() !== first.heard.join());
  const missing = FAULT_KINDS.filter((kind) => first.counts[kind] === 0);
  assertEquals(missing, []);
});
