/** Watches some symbols of a monitor: a bare WebSocket to the exchange beside it, and a client of its stream. */
import { binanceSpotMarketData } from "../../../actors/venue/binance_spot/market_data.ts";
import type { SymbolId } from "../../../shared/market.ts";
import { ChildError, type ExchangeProcess } from "../child_process.ts";
import { EventTimes, type Ways } from "./event_times.ts";

/** Numbers of a live book, as they stand in the stream of whole states. */
interface Shown {
  readonly symbol: SymbolId;
  readonly bookUpdateId: number | null;
}

const EVENT = "event: metrics\n";
const DATA = "data: ";

/** Wall time, finer than whole milliseconds. */
const preciseNowMs = (): number => performance.timeOrigin + performance.now();

/** Watches for so long; every update that was shown meanwhile is one sample. */
export async function watch(
  url: string,
  exchange: ExchangeProcess,
  symbols: readonly SymbolId[],
  ms: number,
): Promise<Ways> {
  const ways: Ways = { fromHere: [], fromExchange: [] };
  const times = new Map(symbols.map((symbol) => [symbol, new EventTimes()]));
  const sockets = symbols.map((symbol) =>
    listen(exchange, symbol, (update, nowMs) => times.get(symbol)?.received(update, nowMs))
  );
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), ms);
  const untilMs = performance.now() + ms;
  try {
    const answer = await fetch(`${url}/events?focus=${symbols.join(",")}`, { signal: end.signal });
    if (answer.body === null) throw new ChildError("the monitor answered with no stream");
    let text = "";
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
      // On a busy machine an abort was seen to end nothing: the stream went on for minutes.
      if (performance.now() > untilMs) return ways;
      const nowMs = preciseNowMs();
      text += part;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const shown = shownIn(block);
        if (shown === null) continue;
        times.get(shown.symbol)?.shown(shown.bookUpdateId, nowMs, ways);
      }
    }
    throw new ChildError("the monitor ended its stream");
  } catch (error) {
    if (!end.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    end.abort();
    for (const socket of sockets) socket.close();
  }
  return ways;
}

function shownIn(block: string): { symbol: SymbolId; bookUpdateId: number } | null {
  const at = block.indexOf(EVENT);
  if (at < 0) return null;
  const data = block.slice(block.indexOf(DATA, at) + DATA.length).split("\n", 1)[0] ?? "";
  const { symbol, bookUpdateId } = JSON.parse(data) as Shown;
  return bookUpdateId === null ? null : { symbol, bookUpdateId };
}

function listen(
  { wsUrl }: ExchangeProcess,
  symbol: SymbolId,
  onUpdate: (update: { finalUpdateId: number; eventMs: number }, nowMs: number) => void,
): WebSocket {
  const decoder = binanceSpotMarketData.createDecoder(null);
  const socket = new WebSocket(binanceSpotMarketData.streamUrl(wsUrl, symbol));
  socket.onmessage = ({ data }) => {
    const nowMs = preciseNowMs();
    const frame = decoder.frame(String(data));
    if (frame.type === "depth_update") onUpdate(frame.update, nowMs);
  };
  return socket;
}
