/** What a page makes of a stream of changes: the hub's own events, taken by the page's store. */
import { assert, assertEquals } from "@std/assert";
import type { EventName } from "../../shared/catalogue/events.ts";
import { Store } from "../../web/page/store.ts";
import type { Hub } from "../../web/hub.ts";
import { type FakeBrowser, join, type Wish } from "./fake_browser.ts";
import { createHub } from "./hub_stage.ts";
import {
  bookFrame,
  bucketFrame,
  feedStatus,
  type FrameParts,
  metricsFrame,
  START_MS,
  systemStatus,
} from "../support/outputs.ts";

const VIEW = {
  focus: ["BTCUSDT"],
  columns: ["imbalance"],
  details: [],
  pace: 10,
  isHidden: false,
} as const;
const WISH: Wish = { symbols: null, focus: ["BTCUSDT"], form: "changes", view: VIEW };

/** A hub, and a page's store that takes what it sends. */
class Stage {
  readonly hub: Hub = createHub();
  readonly store = new Store();
  readonly browser: FakeBrowser;
  #ms = 0;

  constructor() {
    this.hub.setSystem(systemStatus());
    this.browser = join(this.hub, { interest: WISH, streamId: "mine" }).browser;
    this.store.connect({ kind: "open" });
  }

  /** Metrics and book of one moment, so long after the beginning. */
  moment(id: number, over: FrameParts = {}): void {
    const { symbol = "BTCUSDT", timeMs = START_MS + this.#ms } = over;
    this.hub.publish(metricsFrame({ bookUpdateId: id, mid: id, timeMs, ...over }));
    this.hub.publish(bookFrame({ symbol, bookUpdateId: id, timeMs, bids: [[id, 1]] }));
  }

  /** So much later the store has taken everything; whether it could make something of all of it. */
  pass(ms: number): boolean {
    this.#ms += ms;
    this.hub.flush(this.#ms);
    const known = this.browser.read().map(({ name, payload }) =>
      this.store.take(name as EventName, payload, START_MS + this.#ms)
    );
    this.store.commit(START_MS + this.#ms);
    return !known.includes(false);
  }

  shown(symbol = "BTCUSDT") {
    const { metrics, book, standing, isLive } = this.store.symbol(symbol);
    return {
      id: metrics.value?.bookUpdateId ?? null,
      mid: metrics.value?.values.mid ?? null,
      imbalance: metrics.value?.values.imbalance ?? null,
      bookId: book.value?.bookUpdateId ?? null,
      best: book.value?.bids[0]?.[0] ?? null,
      word: standing.value.word,
      isLive: isLive.value,
    };
  }
}

Deno.test("Store shows a symbol in focus of one book, and of another what the list tells", () => {
  const stage = new Stage();
  stage.moment(100);
  stage.moment(7, { symbol: "ETHUSDT", imbalance: 0.5 });
  assert(stage.pass(100));
  const live = { word: "live", isLive: true };
  assertEquals(stage.shown(), {
    id: 100,
    mid: 100,
    imbalance: 0.25,
    bookId: 100,
    best: 100,
    ...live,
  });
  assertEquals(stage.shown("ETHUSDT"), {
    ...{ id: null, mid: null, imbalance: 0.5, bookId: null, best: null },
    ...live,
  });
  stage.moment(101);
  stage.hub.publish(metricsFrame({ bookUpdateId: 102, mid: 102 }));
  assert(stage.pass(100));
  assertEquals([stage.shown().id, stage.shown().mid, stage.shown().best], [101, 101, 101]);
});

Deno.test("Store keeps nothing of a symbol that has left the focus, and gets it whole when it comes back", () => {
  const stage = new Stage();
  stage.moment(100);
  stage.moment(7, { symbol: "ETHUSDT" });
  stage.pass(100);
  stage.hub.look("mine", { ...VIEW, focus: ["ETHUSDT"] }, START_MS + 100);
  assert(stage.pass(100));
  const [btc, eth] = [stage.shown(), stage.shown("ETHUSDT")];
  assertEquals([btc.id, btc.bookId, btc.mid, btc.imbalance], [null, null, null, 0.25]);
  assertEquals([eth.id, eth.best], [7, 7]);
  stage.hub.look("mine", VIEW, START_MS + 200);
  stage.moment(108);
  assert(stage.pass(100));
  assertEquals([stage.shown().id, stage.shown().best], [108, 108]);
});

Deno.test("Store calls a quiet book live by its rows, with their numbers, and a lost one what it is", () => {
  const stage = new Stage();
  stage.moment(100);
  stage.pass(100);
  for (let second = 1; second <= 10; second++) {
    const timeMs = START_MS + second * 1_000;
    stage.hub.publish(
      bucketFrame({ bookUpdateId: 100, timeMs, mid: 100, imbalance: second / 100 }),
    );
    assert(stage.pass(1_000));
  }
  assertEquals([stage.shown().word, stage.shown().imbalance], ["live", 0.1]);
  assertEquals(stage.shown().bookId, 100);
  const timeMs = START_MS + 11_000;
  stage.hub.publish(feedStatus({ state: "syncing", timeMs }));
  stage.hub.publish(metricsFrame({ state: "syncing", bookUpdateId: null, mid: null, timeMs }));
  assert(stage.pass(1_000));
  assertEquals([stage.shown().word, stage.shown().mid, stage.shown().bookId], [
    "syncing",
    null,
    null,
  ]);
});

Deno.test("Store asks for a new stream where a change is of what it does not know", () => {
  const stage = new Stage();
  stage.moment(100);
  stage.pass(100);
  stage.moment(101);
  stage.hub.flush(200);
  const [frame] = stage.browser.read();
  assertEquals(frame?.payload["from"], 1);
  const takes = (over: object) =>
    stage.store.take("frame", { ...frame?.payload, ...over }, START_MS + 200);
  assertEquals(takes({ from: 7 }), false);
  assertEquals(takes({}), true);
  assertEquals(stage.store.take("list", { ...frame?.payload, from: 7 }, START_MS), false);
});
