/** tardis-dev's normalised stream into its order books, as its documentation has it. */
import process from "node:process";
import { HostReport, load, task } from "./host_report.mjs";

const TIMEOUT_MS = 10_000;

process.env.WSS_URL_BINANCE = `${task.wsUrl}/stream`;
// Only the address of the stream can be set: its REST calls are led here, and from a version that is gone to its successor.
const { httpClient } = load("tardis-dev/dist/handy.js");
const get = httpClient.get.bind(httpClient);
const toHere = (address) =>
  address.replace("https://api.binance.com", task.restUrl).replace("/api/v1/", "/api/v3/");
httpClient.get = (address, options) => get(toHere(address), options);

const { normalizeBookChanges, OrderBook, streamNormalized } = load("tardis-dev");
const report = new HostReport();
const books = new Map();
const { symbols } = task;
const messages = streamNormalized(
  { exchange: "binance", symbols, withDisconnectMessages: true, timeoutIntervalMS: TIMEOUT_MS },
  normalizeBookChanges,
);
for await (const message of messages) {
  if (message.type === "disconnect") report.noticed("disconnect");
  else if (message.type === "book_change") {
    const book = books.get(message.symbol) ?? new OrderBook();
    books.set(message.symbol, book);
    book.update(message);
    report.saw(message.symbol, message.isSnapshot ? null : message.timestamp.getTime());
  }
}
