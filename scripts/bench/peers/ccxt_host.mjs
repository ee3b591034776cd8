/** ccxt's pro client as a user runs it: one `watchOrderBook` loop a symbol, over and over, whatever it throws. */
import { HostReport, load, task } from "./host_report.mjs";

/** After an error its user tries again so soon. */
const AGAIN_MS = 200;

const ccxt = load("ccxt");
const report = new HostReport();
const exchange = new ccxt.pro.binance({ options: { fetchMarkets: { types: ["spot"] } } });
exchange.urls.api.public = `${task.restUrl}/api/v3`;
// It takes only an address with this word in it for the spot market's; to the exchange it is a stream that is silent.
exchange.urls.api.ws.spot = `${task.wsUrl}/ws/stream`;
// What it asks for before an address without TLS.
await exchange.loadHttpProxyAgent();
await exchange.loadMarkets();

async function watch(id) {
  const { symbol } = exchange.safeMarket(id);
  while (true) {
    try {
      const book = await exchange.watchOrderBook(symbol);
      report.saw(id, book.timestamp ?? null);
    } catch (error) {
      report.noticed(error);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

await Promise.all(task.symbols.map(watch));
