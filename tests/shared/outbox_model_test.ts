/**
 * The outbox against a peer that crashes, loses its mailbox and acknowledges late, in thousands of
 * random histories: nothing is lost that is not counted, no order is broken, no alert is forgotten.
 */
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { assert, assertEquals } from "@std/assert";
import { OUTPUTS } from "../../shared/catalogue/outputs.ts";
import { Outbox, type OutboxPolicy } from "../../shared/outbox.ts";
import type { AlertEvent, FeedStatus } from "../../shared/output.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { randomOf } from "../support/random.ts";

const HISTORIES = 300;
const STEPS = 400;
/** Draining needs one round per window; more than this means that the outbox is stuck. */
const ROUNDS_MAX = 1_000;

/** Has a mailbox that a crash empties, and a memory (its database) that a crash does not touch. */
class LossyPeer {
  #mailbox: Delivery[] = [];
  #takenSeq = 0;
  readonly feeds: number[] = [];
  readonly alerts = new Map<string, number>();
  readonly itemsOfSeq = new Map<number, string>();

  receive(delivery: Delivery): void {
    this.#mailbox.push(delivery);
  }

  crash(): void {
    this.#mailbox = [];
  }

  /** Takes up to `count` deliveries from the mailbox and returns the last number to acknowledge. */
  work(count: number): number | null {
    const batch = this.#mailbox.splice(0, count);
    for (const { seq, items } of batch) {
      const text = JSON.stringify(items);
      // A delivery that comes again is the same delivery.
      assertEquals(this.itemsOfSeq.get(seq) ?? text, text);
      this.itemsOfSeq.set(seq, text);
      // Rows have natural keys, so what comes again changes nothing; a gap would be a loss.
      if (seq <= this.#takenSeq) continue;
      assertEquals(seq, this.#takenSeq + 1);
      this.#takenSeq = seq;
      for (const item of items) {
        if (item.type === "feed") this.feeds.push(item.number);
        if (item.type === "alert") this.#takeAlert(item);
      }
    }
    return batch.at(-1)?.seq ?? null;
  }

  #takeAlert({ alertId, revision }: AlertEvent): void {
    assert(revision > (this.alerts.get(alertId) ?? 0), "an alert's revisions come in order");
    this.alerts.set(alertId, revision);
  }
}

interface History {
  readonly outbox: Outbox;
  readonly peer: LossyPeer;
  readonly offeredAlerts: Map<string, number>;
  offeredFeeds: number;
}

function offerSomething(history: History, random: () => number): void {
  if (random() < 0.7) {
    history.offeredFeeds += 1;
    history.outbox.offer({ type: "feed", number: history.offeredFeeds } as FeedStatus, 0);
    return;
  }
  const alertId = `a${Math.floor(random() * 6)}`;
  const revision = (history.offeredAlerts.get(alertId) ?? 0) + 1;
  history.offeredAlerts.set(alertId, revision);
  history.outbox.offer({ type: "alert", alertId, revision } as AlertEvent, 0);
}

function deliver({ outbox, peer }: History, max: number): void {
  for (let i = 0; i < max; i++) {
    const delivery = outbox.take();
    if (delivery === null) return;
    peer.receive(delivery);
  }
}

function crash({ outbox, peer }: History): void {
  outbox.disconnect();
  peer.crash();
}

function step(history: History, random: () => number): void {
  const { outbox, peer } = history;
  const chance = random();
  if (chance < 0.45) return offerSomething(history, random);
  if (chance < 0.7) return deliver(history, 1 + Math.floor(random() * 3));
  if (chance < 0.9) {
    const seq = peer.work(1 + Math.floor(random() * 3));
    // The acknowledgement itself is lost now and then: the peer dies after its commit.
    if (seq !== null && random() < 0.8) outbox.ack(seq);
    else if (seq !== null) crash(history);
    return;
  }
  if (chance < 0.94) crash(history);
  else {
    crash(history);
    outbox.connect(1);
  }
}

function play(seed: number, policy: OutboxPolicy): void {
  const random = randomOf(seed);
  const outbox = new Outbox("BTCUSDT", 1, policy, DEFAULT_SETTINGS);
  const history: History = {
    outbox,
    peer: new LossyPeer(),
    offeredAlerts: new Map(),
    offeredFeeds: 0,
  };
  for (let i = 0; i < STEPS; i++) {
    step(history, random);
    checkCheckpoint(history);
  }
  // At last the peer stays alive: everything that was not dropped arrives.
  crash(history);
  outbox.connect(1);
  for (let round = 0; outbox.unacked > 0; round++) {
    assert(round < ROUNDS_MAX, "the outbox never becomes empty");
    deliver(history, 1);
    const seq = history.peer.work(1);
    if (seq !== null) outbox.ack(seq);
  }
  const { peer, offeredAlerts, offeredFeeds } = history;
  assertEquals(peer.feeds.length + outbox.dropped.records, offeredFeeds);
  assertEquals(peer.feeds, [...new Set(peer.feeds)].sort((a, b) => a - b));
  assertEquals([...peer.alerts].sort(), [...offeredAlerts].sort());
  assertEquals(outbox.unackedAlerts(), []);
}

/** An alert's newest revision is with the peer or in the checkpoint, at every moment. */
function checkCheckpoint({ outbox, peer, offeredAlerts }: History): void {
  const kept = new Map(outbox.unackedAlerts().map((each) => [each.alertId, each.revision]));
  for (const [alertId, revision] of offeredAlerts) {
    assertEquals(Math.max(peer.alerts.get(alertId) ?? 0, kept.get(alertId) ?? 0), revision);
  }
}

Deno.test("Outbox loses nothing uncounted and no alert, whatever its peer does", () => {
  const first = Number(Deno.env.get("TEST_SEED") ?? 1);
  for (let seed = first; seed < first + HISTORIES; seed++) {
    const random = randomOf(seed + 1_000_000);
    const bytesMax = (1 + Math.floor(random() * 20)) * OUTPUTS.feed.bytes;
    const bounds = { spanMsMax: 1_000, bytesMax };
    const policy: OutboxPolicy = {
      windowMax: 1 + Math.floor(random() * 4),
      itemsMax: 1 + Math.floor(random() * 6),
      bounds: { rows: bounds, records: bounds },
      laneOf: ({ type }) => type === "alert" ? "kept" : "records",
    };
    try {
      play(seed, policy);
    } catch (error) {
      throw new Error(`TEST_SEED=${seed} shows it again, policy ${JSON.stringify(policy)}`, {
        cause: error,
      });
    }
  }
});
