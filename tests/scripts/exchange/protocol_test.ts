/** What the exchange says on a WebSocket, beside market data. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type ExchangeOptions, startExchange } from "../../../scripts/exchange/exchange.ts";
import { eventually } from "../../support/eventually.ts";
import { withExchange } from "./stream_client.ts";

const SIMULATION: ExchangeOptions = {
  source: { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 4 },
  speed: 10,
};

/** A client of one socket that speaks text. */
class Speaker {
  readonly received: string[] = [];
  closeCode: number | null = null;
  readonly socket: WebSocket;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.onmessage = ({ data }) => this.received.push(String(data));
    this.socket.onclose = ({ code }) => this.closeCode = code;
  }

  async open(): Promise<void> {
    await eventually(() => this.socket.readyState === WebSocket.OPEN);
  }

  async ask(message: unknown): Promise<unknown> {
    const count = this.answers().length;
    this.socket.send(JSON.stringify(message));
    await eventually(() => this.answers().length > count);
    return this.answers().at(-1);
  }

  answers(): unknown[] {
    return this.received.map((text) => JSON.parse(text)).filter((json) =>
      "result" in json || "error" in json
    );
  }

  async close(): Promise<void> {
    this.socket.close();
    await eventually(() => this.closeCode !== null);
  }
}

Deno.test("Exchange obeys control messages as Binance does", () =>
  withExchange(SIMULATION, async (exchange) => {
    const speaker = new Speaker(`${exchange.wsUrl}/ws/btcusdt%40bookTicker`);
    await speaker.open();
    await eventually(() => speaker.received.some((text) => text.startsWith('{"u":')));
    // Unknown names are accepted and stay silent.
    const params = ["ethusdt@trade", "nope@trade", "BTCUSDT@depth", "what"];
    assertEquals(await speaker.ask({ method: "SUBSCRIBE", params, id: 1 }), {
      result: null,
      id: 1,
    });
    assertEquals(await speaker.ask({ method: "LIST_SUBSCRIPTIONS", id: "x1" }), {
      result: ["btcusdt@bookTicker", ...params],
      id: "x1",
    });
    await eventually(() => speaker.received.some((text) => text.includes('"e":"trade"')));
    const off = { method: "UNSUBSCRIBE", params: ["btcusdt@bookTicker"], id: 2 };
    assertEquals(await speaker.ask(off), { result: null, id: 2 });
    const set = { method: "SET_PROPERTY", params: ["combined", true], id: 3 };
    assertEquals(await speaker.ask(set), { result: null, id: 3 });
    await eventually(() => speaker.received.some((t) => t.startsWith('{"stream":"ethusdt@trade"')));
    const from = speaker.received.length;
    await eventually(() => speaker.received.length > from + 10);
    assert(!speaker.received.slice(from).some((text) => text.includes("bookTicker")));
    assertEquals(speaker.closeCode, null);
    await speaker.close();
  }));

Deno.test("Exchange disconnects who sends more than five messages a second", () =>
  withExchange(SIMULATION, async (exchange) => {
    const speaker = new Speaker(`${exchange.wsUrl}/ws`);
    await speaker.open();
    for (let id = 0; id < 6; id += 1) {
      speaker.socket.send(JSON.stringify({ method: "LIST_SUBSCRIPTIONS", id }));
    }
    await eventually(() => speaker.closeCode === 1008);
    assertEquals(speaker.answers().length, 5);
  }));

Deno.test("Exchange refuses a port in use and a path that is no stream", () =>
  withExchange(SIMULATION, async (exchange) => {
    const port = Number(new URL(exchange.restUrl).port);
    await assertRejects(() => startExchange({ ...SIMULATION, port }), Deno.errors.AddrInUse);
    const speaker = new Speaker(`${exchange.wsUrl}/nowhere`);
    await eventually(() => speaker.closeCode !== null);
  }));

Deno.test("Exchange.stop() closes its clients' connections and frees the port", async () => {
  const exchange = await startExchange(SIMULATION);
  const speaker = new Speaker(`${exchange.wsUrl}/ws/btcusdt@trade`);
  await speaker.open();
  await exchange.stop();
  await eventually(() => speaker.closeCode === 1001);
  const again = await startExchange({
    ...SIMULATION,
    port: Number(new URL(exchange.restUrl).port),
  });
  await again.stop();
});
