/** What the exchange remembers of its books, so that an answer can be of the past. */
import { assert, assertEquals } from "@std/assert";
import { FaultInjector } from "../../../scripts/exchange/fault_injector.ts";
import { Listing } from "../../../scripts/exchange/listing.ts";
import { RequestWeight } from "../../../scripts/exchange/request_weight.ts";
import { SimulatedMarket } from "../../../scripts/exchange/simulated_market.ts";
import { MARKET_BEGAN_MS } from "../../support/simulated_run.ts";

const STEP_MS = 20;
const SPAN_MS = 30_000;

/** Counts how often its book is copied. */
class CountedListing extends Listing {
  copies = 0;

  override remember(nowMs: number, spacingMs: number): boolean {
    const isCopied = super.remember(nowMs, spacingMs);
    this.copies += Number(isCopied);
    return isCopied;
  }
}

/** Copies of each of so many markets in half a minute, and the most in one turn. */
function copied(markets: number): { readonly each: readonly number[]; readonly most: number } {
  let nowMs = MARKET_BEGAN_MS;
  const listings = Array.from(
    { length: markets },
    () => new CountedListing(new SimulatedMarket("LTCUSDT", 1, MARKET_BEGAN_MS)),
  );
  const injector = new FaultInjector(
    {
      label: "SIMULATED",
      listings: new Map(listings.map((listing, i) => [`S${i}`, listing])),
      weight: new RequestWeight(),
      nowMs: () => nowMs,
      utcNowMs: () => nowMs,
    },
    1,
    true,
  );
  injector.inject("stale_snapshot age=20s after=1000000");
  const all = () => listings.reduce((sum, { copies }) => sum + copies, 0);
  let most = 0;
  for (let spentMs = 0; spentMs < SPAN_MS; spentMs += STEP_MS) {
    nowMs += STEP_MS;
    const before = all();
    injector.turn(nowMs);
    most = Math.max(most, all() - before);
  }
  return { each: listings.map(({ copies }) => copies), most };
}

Deno.test("An exchange of many markets copies no more books for its faults than one of ten, a few in a turn", () => {
  assertEquals(copied(1).each, [60]);
  const ten = copied(10);
  const many = copied(60);
  const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
  assert(sum(many.each) <= sum(ten.each) + 60, `${sum(many.each)} and ${sum(ten.each)}`);
  assert(Math.min(...many.each) >= 9, "each has some of half a minute");
  assert(Math.max(ten.most, many.most) <= 4, `${ten.most} and ${many.most} in a turn`);
});
