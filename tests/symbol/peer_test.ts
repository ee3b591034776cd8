import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { assert, assertEquals } from "@std/assert";
import { Peer, WRITER_POLICY } from "../../actors/symbol/peer.ts";
import type { AlertEvent, FeedStatus } from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { UNKNOWN_SYMBOL } from "../../shared/symbol_in_store.ts";
import { eventually } from "../support/eventually.ts";
import { feedStatus } from "../support/outputs.ts";

const status = (number: number): FeedStatus => feedStatus({ number, timeMs: number });

/** A peer with one far end at a time. */
class Scene implements Disposable {
  restored: (readonly AlertEvent[])[] = [];
  acks = 0;
  readonly peer = new Peer("BTCUSDT", 3, WRITER_POLICY, DEFAULT_SETTINGS, {
    onRestore: ({ firing }) => this.restored.push(firing),
    onAck: () => this.acks += 1,
  });
  readonly #ports: MessagePort[] = [];

  connect(): { received: Delivery[]; port: MessagePort } {
    const { port1, port2 } = new MessageChannel();
    const received: Delivery[] = [];
    port2.onmessage = ({ data }) => received.push(data);
    this.#ports.push(port2);
    this.peer.connect(port1, 1);
    return { received, port: port2 };
  }

  [Symbol.dispose](): void {
    this.peer.disconnect();
    for (const port of this.#ports) port.close();
  }
}

Deno.test("Peer sends again, in order and under the same number, what was not confirmed", async () => {
  using scene = new Scene();
  const first = scene.connect();
  for (const number of [1, 2]) {
    scene.peer.offer(status(number), 0);
    scene.peer.pump();
  }
  await eventually(() => first.received.length === 2);
  first.port.postMessage({ type: "ack", seq: 1 });
  await eventually(() => scene.acks === 1);
  const second = scene.connect();
  await eventually(() => second.received.length === 1);
  // But for when it was posted, which is another time, and a later one.
  const [before = NaN, again = NaN] = [first.received[1], second.received[0]]
    .map((each) => each?.postedMs);
  assert(again >= before, `${before} ms, then ${again} ms`);
  const postedMs = 0;
  assertEquals({ ...second.received[0], postedMs }, { ...first.received[1], postedMs });
  assertEquals([second.received[0]?.seq, scene.peer.unacked], [2, 1]);
});

Deno.test("Peer keeps what it is offered while nobody is connected", async () => {
  using scene = new Scene();
  scene.connect();
  scene.peer.disconnect();
  scene.peer.offer(status(1), 0);
  scene.peer.pump();
  assertEquals([scene.peer.unacked, scene.peer.dropped], [1, { rows: 0, records: 0 }]);
  const { received } = scene.connect();
  await eventually(() => received.length === 1);
});

Deno.test("Peer sends no more than its window allows until an acknowledgement comes", async () => {
  using scene = new Scene();
  const { received, port } = scene.connect();
  for (let number = 1; number <= 6; number++) {
    scene.peer.offer(status(number), 0);
    scene.peer.pump();
  }
  await eventually(() => received.length === WRITER_POLICY.windowMax);
  port.postMessage({ type: "ack", seq: 4 });
  await eventually(() => received.length === 5);
  assertEquals(
    received[4]?.items.map((item) => item.type === "feed" && item.number),
    [5, 6],
    "what waited travels together",
  );
});

Deno.test("Peer ignores what a port says that was replaced", async () => {
  using scene = new Scene();
  const first = scene.connect();
  scene.peer.offer(status(1), 0);
  scene.peer.pump();
  await eventually(() => first.received.length === 1);
  const second = scene.connect();
  first.port.postMessage({ type: "ack", seq: 1 });
  first.port.postMessage({ type: "restore", ...UNKNOWN_SYMBOL });
  await eventually(() => second.received.length === 1);
  second.port.postMessage({ type: "restore", ...UNKNOWN_SYMBOL });
  await eventually(() => scene.restored.length === 1);
  assertEquals([scene.acks, scene.peer.unacked], [0, 1]);
});
