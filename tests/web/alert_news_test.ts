import { assertEquals } from "@std/assert";
import type { AlertEvent } from "../../shared/output.ts";
import { AlertNews } from "../../web/page/alert_news.ts";
import { Teller } from "../../web/page/teller.ts";
import { alertEvent, START_MS } from "../support/outputs.ts";

const SINCE_MS = START_MS - 1_000;
const firing = (over: Partial<AlertEvent> = {}) => ({ alert: alertEvent(over), isFiring: true });
const ended = (over: Partial<AlertEvent> = {}) => ({
  alert: alertEvent({ phase: "resolved", timeMs: START_MS + 9_000, ...over }),
  isFiring: false,
});

Deno.test("AlertNews.take() tells once that an alert begins, becomes worse and ends, and nothing of its other revisions", () => {
  const news = new AlertNews();
  const take = (...alerts: ReturnType<typeof firing>[]) => news.take(alerts, SINCE_MS);
  assertEquals(take(firing()), ["warning, BTCUSDT: Bids outweigh asks: imbalance 0.85"]);
  assertEquals(take(firing({ revision: 2, value: 0.9, summary: "it goes on" })), []);
  assertEquals(take(firing({ revision: 3, severity: "critical", summary: "worse" })), [
    "critical, BTCUSDT: worse",
  ]);
  assertEquals(take(ended()), ["BTCUSDT: extreme imbalance has ended"]);
  assertEquals(take(ended({ revision: 5 })), []);
});

Deno.test("AlertNews.take() is silent of what was before the page, and tells its end", () => {
  const news = new AlertNews();
  const before = { firedMs: SINCE_MS - 60_000 };
  assertEquals(
    news.take([firing({ ...before, timeMs: START_MS }), ended({ alertId: "b" })], SINCE_MS),
    [],
  );
  assertEquals(news.take([ended(before)], SINCE_MS), ["BTCUSDT: extreme imbalance has ended"]);
  assertEquals(new AlertNews().take([firing()], Infinity), [], "the server has not told its time");
});

Deno.test("AlertNews.take() tells several in the order in which they came", () => {
  const one = firing({ alertId: "1", firedMs: START_MS + 2, summary: "second" });
  const other = firing({ alertId: "2", firedMs: START_MS + 1, summary: "first" });
  const texts = new AlertNews().take([one, other], SINCE_MS);
  assertEquals(texts.map((text) => text.split(": ")[1]), ["first", "second"]);
});

Deno.test("Teller.say() adds behind what was said, and keeps a few", () => {
  const teller = new Teller();
  for (let n = 1; n <= 10; n++) teller.say(`sentence ${n}`);
  const said = teller.said.peek();
  assertEquals([said.length, said[0]?.text, said.at(-1)?.number], [8, "sentence 3", 10]);
});
