/** Clients that only write down what reaches them. */
import type { Exchange, ExchangeOptions } from "../../../scripts/exchange/exchange.ts";
import { eventually } from "../../support/eventually.ts";

/** Two symbols, ten times as fast as they are, and a wire that can be hurt. */
export const HURTABLE: ExchangeOptions = {
  source: { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 4 },
  speed: 10,
  faults: { seed: 1 },
};

/** One socket; texts as they come. */
export class WireClient {
  readonly texts: string[] = [];
  closeCode: number | null = null;
  wasOpen = false;
  wasClean = false;
  readonly socket: WebSocket;

  constructor(exchange: Exchange, path: string) {
    this.socket = new WebSocket(`${exchange.wsUrl}${path}`);
    this.socket.onopen = () => this.wasOpen = true;
    this.socket.onmessage = ({ data }) => this.texts.push(String(data));
    this.socket.onclose = ({ code, wasClean }) => {
      this.closeCode = code;
      this.wasClean = wasClean;
    };
  }

  get isOpen(): boolean {
    return this.wasOpen && this.closeCode === null;
  }

  /** Waits for `count` texts more than now. */
  async more(count: number): Promise<void> {
    const from = this.texts.length;
    await eventually(() => this.texts.length >= from + count);
  }

  async closed(): Promise<void> {
    await eventually(() => this.closeCode !== null);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed();
  }
}

/** Frames that the exchange believes to have sent to a connection on a stream. */
export function sentFrames(exchange: Exchange, connection: number, stream: string): number {
  const { sent } = exchange.ledger("BTCUSDT");
  return sent.find((e) => e.connection === connection && e.stream === stream)?.frames ?? 0;
}

/** Market time as the exchange itself counts it. */
export async function marketMs(exchange: Exchange): Promise<number> {
  return (await (await fetch(`${exchange.restUrl}/ledger`)).json()).marketMs;
}

/** Waits until market time has gone on by `ms`. */
export async function afterMarketMs(exchange: Exchange, ms: number): Promise<void> {
  const until = await marketMs(exchange) + ms;
  await eventually(async () => await marketMs(exchange) >= until);
}
