/** What the page shows of a symbol in focus at one moment, panel by panel. */
import { assertEquals } from "@std/assert";

/** A page of whichever browser. */
interface Evaluates {
  evaluate<T>(expression: string): Promise<T>;
}

/** In one picture; the ids of the books that are shown, and both best prices on two panels. */
export interface Sample {
  readonly ids: readonly (string | null)[];
  readonly cards: readonly string[];
  readonly ladder: readonly string[];
}

/**
 * For the page: after each picture with another book than the one before, what stands there. `count` is put in front.
 */
const SAMPLE = `
  const idOf = (selector) => document.querySelector(selector)?.getAttribute("data-book-update-id") ?? null;
  const textOf = (selector) => document.querySelector(selector)?.textContent ?? "";
  const samples = [];
  let before = null;
  // The chart comes after the numbers; from then on none is missing.
  let isWhole = false;
  return new Promise((resolve) => {
    const look = () => {
      const ids = ['[data-testid="cards"]', '[data-testid="ladder"]', '[data-testid="chart-mid"]'].map(idOf);
      isWhole ||= ids.every((id) => id !== null);
      if (isWhole && ids.join() !== before) {
        before = ids.join();
        samples.push({
          ids,
          cards: ['[data-testid="best-bid"]', '[data-testid="best-ask"]'].map(textOf),
          ladder: [".level.bid .price", ".level.ask .price"].map(textOf),
        });
      }
      if (samples.length >= count) resolve(samples);
      else requestAnimationFrame(look);
    };
    look();
  });
`;

/** Looks at so many pictures with another book each: cards, ladder and chart must show one book, whose prices are alike. */
export async function assertOneBook(page: Evaluates, count: number): Promise<void> {
  const samples = await page.evaluate<Sample[]>(`(() => { const count = ${count}; ${SAMPLE} })()`);
  judge(samples, count);
}

/** @throws {AssertionError} unless they are so many, of one book each, of another than the one before, with prices. */
export function judge(samples: readonly Sample[], count: number): void {
  assertEquals(samples.length, count, "pictures that were looked at");
  const books = new Set(samples.map(({ ids }) => ids.join()));
  assertEquals(books.size, count, "each of them of another book");
  const bare = samples.filter(({ cards }) => !cards.every((price) => /\d/.test(price)));
  assertEquals(bare.length, 0, `${bare.length} of ${count} have no price`);
  const apart = samples.filter(({ ids: [cards, ladder, chart] }) =>
    cards === null || cards !== ladder || cards !== chart
  );
  assertEquals(apart.length, 0, `${apart.length} of ${count}: ${JSON.stringify(apart[0])}`);
  const unlike = samples.filter(({ cards, ladder }) => cards.join() !== ladder.join());
  assertEquals(unlike.length, 0, `${unlike.length} of ${count}: ${JSON.stringify(unlike[0])}`);
}
