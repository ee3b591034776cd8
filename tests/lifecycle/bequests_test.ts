import { assertEquals } from "@std/assert";
import { Bequests, type Estate } from "../../actors/bequests.ts";
import type { LostInHand } from "../../shared/losses.ts";
import { hand } from "../support/in_hand.ts";

const estate = (over: Partial<Estate> = {}): Estate => ({
  symbol: "BTCUSDT",
  crash: "it fell",
  ...hand(3, 10, 20),
  ...over,
});

/** What the writer hears, as `symbol rows from-to cause by lostBy: detail`. */
function heard(bequests: Bequests): string[] {
  const lines: string[] = [];
  bequests.tell((lost) => lines.push(lineOf(lost)) > 0);
  return lines;
}

function lineOf({ symbol, rows, span, cause, lostBy, detail }: LostInHand): string {
  const times = span === null ? "" : ` ${span.fromMs}-${span.toMs}`;
  return `${symbol} ${rows}${times} ${cause} by ${lostBy}: ${detail}`;
}

const HEIR = "the writer, which had them, ended before it said that they are stored";

Deno.test("Bequests tells what was lost once, and again to the next life of a writer that did not note it", () => {
  const bequests = new Bequests();
  bequests.lose(estate());
  bequests.lose(estate({ symbol: "ETHUSDT", ...hand(1, 5, 5, 2), crash: null }));
  bequests.tell(() => false);
  const told = [
    "BTCUSDT 3 10-20 crash by symbol: it fell",
    "ETHUSDT 3 5-5 removal by symbol: null",
  ];
  assertEquals(heard(bequests), told);
  assertEquals(heard(bequests), []);
  bequests.noted(1);
  bequests.heirDied();
  assertEquals(heard(bequests), told.slice(1));
});

Deno.test("Bequests loses no alerts where a next life has them, and tells no times that nobody knows", () => {
  const bequests = new Bequests();
  bequests.lose(estate({ rows: null, alerts: 2 }));
  bequests.leave(1, estate({ rows: null, alerts: 2 }));
  bequests.heirDied();
  assertEquals(heard(bequests), []);
  bequests.lose(estate(hand(4, Infinity, -Infinity)));
  assertEquals(heard(bequests), ["BTCUSDT 4 crash by symbol: it fell"]);
});

Deno.test("Bequests takes for lost what the writer had not said to be safe when it died", () => {
  const bequests = new Bequests();
  const inherited = (incarnation: number, over: Partial<Estate>) =>
    bequests.inherited({ ...estate(over), type: "inherited", incarnation });
  bequests.leave(1, estate());
  bequests.leave(2, estate({ ...hand(5, 30, 40), crash: null }));
  bequests.leave(3, estate(hand(7, 50, 60)));
  inherited(1, { rows: null });
  inherited(2, hand(1, 40, 40));
  // Of a life that has left nothing, such as one that ended in order.
  inherited(4, hand(9, 1, 2));
  bequests.heirDied();
  assertEquals(bequests.rest.map(lineOf), [
    `BTCUSDT 1 40-40 removal by writer: ${HEIR}`,
    `BTCUSDT 7 50-60 crash by writer: it fell; ${HEIR}`,
  ]);
  bequests.heirDied();
  assertEquals(heard(bequests).length, 2, "once each");
  assertEquals(bequests.rest, []);
});
