import { assertEquals } from "@std/assert";
import {
  parseControl,
  parseStream,
  parseStreamUrl,
} from "../../../scripts/exchange/subscriptions.ts";

Deno.test("parseStream() knows the served streams and nothing else", () => {
  assertEquals(parseStream("btcusdt@depth@100ms")?.kind, { type: "depth", intervalMs: 100 });
  assertEquals(parseStream("btcusdt@depth")?.kind, { type: "depth", intervalMs: 1000 });
  assertEquals(parseStream("币安usdt@aggTrade")?.symbol, "币安usdt");
  for (
    const name of [
      "BTCUSDT@trade",
      "btcusdt@kline_1m",
      "btcusdt",
      "@depth",
      "!ticker@arr",
      "x@constructor",
    ]
  ) {
    assertEquals(parseStream(name), null, name);
  }
});

Deno.test("parseStreamUrl() reads raw and combined URLs, encoded or not", () => {
  const names = ["btcusdt@depth@100ms", "ethusdt@trade"];
  const url = (path: string) => parseStreamUrl(new URL(`ws://x${path}`));
  assertEquals(url(`/stream?streams=${names.join("/")}`), { isCombined: true, names });
  assertEquals(url(`/stream?streams=${encodeURIComponent(names.join("/"))}`), {
    isCombined: true,
    names,
  });
  assertEquals(url(`/ws/${encodeURIComponent(names[0] ?? "")}`), {
    isCombined: false,
    names: names.slice(0, 1),
  });
  assertEquals(url("/ws"), { isCombined: false, names: [] });
  assertEquals(url("/stream"), { isCombined: true, names: [] });
  assertEquals(url("/api/v3/ping"), null);
});

Deno.test("parseControl() answers mistakes with Binance's codes", () => {
  const code = (text: string) => {
    const request = parseControl(text);
    return "error" in request ? JSON.parse(request.error).error.code : null;
  };
  assertEquals(code("{"), 3);
  assertEquals(code("[]"), 2);
  assertEquals(code('{"method":"SUBSCRIBE","params":["a@trade"],"id":1}'), null);
  assertEquals(code('{"method":"SUBSCRIBE","params":["a@trade"],"id":"abc-1"}'), null);
  assertEquals(code('{"method":"SUBSCRIBE","params":["a@trade"],"id":{}}'), 2);
  assertEquals(code('{"method":"SUBSCRIBE","params":"a@trade","id":1}'), 2);
  assertEquals(code('{"method":"BUY","id":1}'), 2);
  assertEquals(code('{"method":"SET_PROPERTY","params":["combined",1],"id":1}'), 1);
  assertEquals(code('{"method":"GET_PROPERTY","params":["speed"],"id":1}'), 0);
});
