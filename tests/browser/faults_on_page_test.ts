/**
 * Each word of the page that claims a state, against faults that make it false, in a real browser: what it says while all is
 * well, what it says then, and what when that is over. Which words, and which faults: page_claims.ts, page_faults.ts.
 */
import { assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { SENTENCES, VIEWS } from "./page_claims.ts";
import { ENDS, type Fault, FAULTS, MEASURED } from "./page_faults.ts";
import { AS_OPERATOR, WITH_TOKENS } from "./reader.ts";
import { type Scene, scene } from "./scene.ts";

/** Of this one the page must see by itself that nothing comes. */
const SILENCE: Fault = "the monitor says that the exchange cannot be reached, and nothing moves";
const SILENT_AFTER_MS = 3_000;
/** What is asked of the server again and again is of before the fault only while its view is open: this one is. */
const OPEN_AT: { readonly [Name in Fault]?: string } = {
  "the server is away": VIEWS.system,
  "the exchange has banned this address": VIEWS.system,
  "the store goes away while the page is open": VIEWS.quality,
};

/** Where who looks has to say who they are. */
const OF_SESSIONS: Fault = "who looks may do less from now on";

for (const fault of Object.keys(FAULTS) as Fault[]) {
  const concerned = SENTENCES.filter(({ faults }) => faults[fault] !== undefined);
  const open = OPEN_AT[fault] ?? VIEWS.desk;
  const others = [...new Set(concerned.map(({ view }) => view))].filter((view) => view !== open);
  scene(
    `What the page claims when ${fault}`,
    async (on) => {
      on.setSystem(MEASURED);
      // With the server what is loaded later is away too.
      for (const view of [...others, open]) {
        await go(on, view);
        for (const { place, well, tone } of concerned.filter((one) => one.view === view)) {
          await reads(on, place, well, tone);
        }
      }
      await FAULTS[fault](on);
      for (const view of [open, ...others]) {
        await go(on, view);
        for (const { place, faults } of concerned.filter((one) => one.view === view)) {
          const then = faults[fault];
          if (then !== undefined) await reads(on, place, then.says, then.tone, then.why);
        }
      }
      if (ENDS[fault] === undefined) return;
      await ENDS[fault](on);
      for (const view of [...others, open].reverse()) {
        await go(on, view);
        for (const { place, well, tone, faults } of concerned.filter((one) => one.view === view)) {
          await reads(on, place, faults[fault]?.after ?? well, tone);
        }
      }
    },
    "/",
    fault === OF_SESSIONS ? WITH_TOKENS : {},
    {
      ...(fault === OF_SESSIONS ? AS_OPERATOR : {}),
      ...(fault === SILENCE ? { silentAfterMs: SILENT_AFTER_MS } : {}),
      prepare: ({ history }) => history.episodes = [],
    },
  );
}

async function go({ page }: Scene, view: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(view)}`);
}

/** For the page: the text of a place, unless it is hidden, the tone of its word, and why: beside it, or for who points at it or at what it stands in. */
const READ = `(selector) => {
  const place = document.querySelector(selector);
  if (place === null) return [null, null, ""];
  const word = place.querySelector(".tone-word") ?? place;
  const titled = place.closest("[title]");
  return [
    place.closest("[hidden]") ? "" : place.textContent.replace(/\\s+/g, " ").trim(),
    word.getAttribute("data-tone"),
    titled === null ? "" : titled.title,
  ];
}`;

async function reads(
  { page }: Scene,
  place: string,
  text: RegExp,
  tone: string | null,
  why = /^/,
): Promise<void> {
  let last: readonly (string | null)[] = [];
  try {
    await eventually(async () => {
      last = await page.evaluate<(string | null)[]>(`(${READ})(${JSON.stringify(place)})`);
      return text.test(last[0] ?? "") && last[1] === tone && why.test(last[2] ?? "");
    });
  } catch {
    assertEquals(last, [String(text), tone, String(why)], `${place} says it`);
  }
}
