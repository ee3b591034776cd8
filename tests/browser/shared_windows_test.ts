/** Windows of one browser that share one connection, over the real page and its real server; ten of them: `tests/long/windows_test.ts`. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launch, testInBrowser, textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import type { PageFile } from "../../web/page_files.ts";
import { openPlayed, readPage, type Stage } from "./stage.ts";

/** Of all tests of this file. */
let browser: Promise<Browser> | null = null;
Deno.test.afterAll(async () => await (await browser)?.close());

/** A test with one window of each symbol, in one browser; `first`: a script that runs before the page's own. */
function windows(
  name: string,
  run: (pages: readonly [Page, Page], context: BrowserContext, stage: Stage) => Promise<void>,
  first: string | null = null,
): void {
  testInBrowser(name, async (executablePath) => {
    browser ??= launch(executablePath);
    const { stage, end } = await openPlayed();
    const context = await (await browser).newContext();
    context.setDefaultTimeout(PATIENCE_MS);
    if (first !== null) await context.addInitScript(first);
    const [one, other] = [await context.newPage(), await context.newPage()];
    try {
      await one.goto(`${stage.url}/#BTCUSDT`);
      await other.goto(`${stage.url}/#ETHUSDT`);
      await run([one, other], context, stage);
    } finally {
      await context.close();
      await end();
    }
  });
}

/** The page shows numbers of its own symbol, and they move. */
async function isLive(page: Page, symbol: string): Promise<void> {
  await textOf(page, "connection", (text) => text === "connected");
  await textOf(page, "symbol", (text) => text === symbol);
  const first = await textOf(page, "mid", (text) => /\d/.test(text));
  await textOf(page, "mid", (text) => /\d/.test(text) && text !== first);
}

async function areLive([one, other]: readonly [Page, Page]): Promise<void> {
  await isLive(one, "BTCUSDT");
  await isLive(other, "ETHUSDT");
}

const areOpen = ({ hub }: Stage, streams: number, connections: number) =>
  eventually(() => {
    const { browsers, streamConnections } = hub.gauges;
    return browsers === streams && streamConnections === connections;
  }, `${streams} streams on ${connections} connections`);

windows("Windows share one connection, and go on when the one that opened it is closed", async (
  pages,
  _context,
  stage,
) => {
  const [one, other] = pages;
  await areLive(pages);
  await areOpen(stage, 2, 1);
  // What one looks at is no matter of the other's.
  await one.getByTestId("symbol-row-ETHUSDT").click();
  await isLive(one, "ETHUSDT");
  await one.close();
  await areOpen(stage, 1, 1);
  await isLive(other, "ETHUSDT");
  await other.close();
  await areOpen(stage, 0, 0);
});

windows(
  "Each window says that the shared connection is lost, and goes on by itself when the server is back",
  async (
    pages,
    _context,
    stage,
  ) => {
    await areLive(pages);
    await stage.close();
    for (const page of pages) {
      await textOf(page, "connection", (text) => /^reconnecting, last event .+ ago$/.test(text));
      await textOf(page, "state", (text) => text === "offline");
    }
    const again = await openPlayed(Number(new URL(stage.url).port));
    try {
      await areLive(pages);
      await areOpen(again.stage, 2, 1);
    } finally {
      for (const page of pages) await page.close();
      await again.end();
    }
  },
);

/** The page as a later build has it in which its first part is another, and so each that names it; the worker is the same. */
async function laterPage(): Promise<ReadonlyMap<string, PageFile>> {
  const later = (text: string) =>
    text.replaceAll(/(?<!stream_worker)-([0-9a-z]{8})\.js/g, "-later$1.js");
  const page = [...await readPage()].map(([path, file]): [string, PageFile] => {
    if (!/(?:html|javascript)/.test(file.contentType)) return [path, file];
    const text = later(new TextDecoder().decode(file.bytes));
    const bytes = new TextEncoder().encode(text);
    return [later(path), { ...file, bytes, packed: new Map(), etag: `"later ${path}"` }];
  });
  return new Map(page);
}

windows(
  "A window of a later build shares no connection with one that is still of the build before, and both go on",
  async (pages, _context, stage) => {
    await areLive(pages);
    await areOpen(stage, 2, 1);
    await stage.close();
    const again = await openPlayed(Number(new URL(stage.url).port), { page: await laterPage() });
    try {
      const [one, other] = pages;
      await other.reload();
      await areLive(pages);
      const build = (page: Page) =>
        page.evaluate("document.querySelector('script[src]').getAttribute('src')");
      assertMatch(String(await build(other)), /^parts\/main-later\w{8}\.js$/);
      assert(await build(one) !== await build(other));
      await areOpen(again.stage, 2, 2);
      await one.reload();
      await areLive(pages);
      await areOpen(again.stage, 2, 1);
    } finally {
      for (const page of pages) await page.close();
      await again.end();
    }
  },
);

windows(
  "Each window says so when the worker that holds the connection dies, and another one takes its place",
  async (
    pages,
    context,
    stage,
  ) => {
    await areLive(pages);
    const session = await context.browser()?.newBrowserCDPSession();
    assert(session);
    const workers = async () =>
      (await session.send("Target.getTargets")).targetInfos
        .filter(({ type, url }) => type === "shared_worker" && url.startsWith(stage.url));
    const [worker, ...more] = await workers();
    assert(worker);
    assertEquals(more, []);
    await session.send("Target.closeTarget", { targetId: worker.targetId });
    const [one, other] = pages;
    await Promise.all(
      [one, other].map((page) =>
        textOf(page, "connection", (text) => /^reconnecting, last event .+ ago$/.test(text))
      ),
    );
    await areLive(pages);
    await areOpen(stage, 2, 1);
    const [successor] = await workers();
    assert(successor && successor.targetId !== worker.targetId);
  },
);

for (
  const [what, first] of [
    ["there is none", "delete globalThis.SharedWorker"],
    [
      "a browser allows none",
      "globalThis.SharedWorker = class { constructor() { throw new DOMException('no', 'SecurityError') } }",
    ],
    [
      "its file cannot be had",
      "globalThis.SharedWorker = class extends SharedWorker { constructor(_, options) { super('parts/nothing.js', options) } }",
    ],
  ] as const
) {
  windows(`Windows have a connection each where a worker cannot be shared: ${what}`, async (
    pages,
    _context,
    stage,
  ) => {
    await areLive(pages);
    await areOpen(stage, 2, 2);
  }, first);
}

windows(
  "A window that has given up the worker gives it up once: the connection of its own stays",
  async (pages, _context, stage) => {
    await areLive(pages);
    await areOpen(stage, 2, 2);
    for (const page of pages) {
      // Longer than the worker that never was would have had for its first word.
      await eventually(() => page.evaluate<boolean>("performance.now() > 4 * HASTE_MS"));
      assertEquals(await page.evaluate("opened"), 1);
    }
    await areLive(pages);
  },
  `globalThis.HASTE_MS = 1_500;
  globalThis.opened = 0;
  globalThis.SharedWorker = class extends SharedWorker { constructor(_, options) { super('parts/nothing.js', options) } };
  globalThis.EventSource = class extends EventSource { constructor(url) { super(url); opened += 1 } };
  const begin = setTimeout;
  globalThis.setTimeout = (then, ms, ...more) => begin(then, Math.min(ms, HASTE_MS), ...more);`,
);
