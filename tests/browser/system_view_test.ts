/** The view of the system, in a real browser. */
import { assert, assertEquals } from "@std/assert";
import type { ShownVariable } from "../../shared/about.ts";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { budgetStatus, systemStatus } from "../support/outputs.ts";
import { AS_READER, WITH_TOKENS } from "./reader.ts";
import { type Scene, scene } from "./scene.ts";

const PATH = "/#/system";
const VARIABLES: readonly ShownVariable[] = [
  { name: "PORT", value: "9000", isHidden: false, origin: "file", meaning: "Port." },
  { name: "AUTH_TOKEN", value: null, isHidden: true, origin: "secret file", meaning: "A secret." },
  { name: "PUBLIC_URL", value: null, isHidden: false, origin: "default", meaning: "Where." },
];
const ABOUT = { versions: { monitor: "1.2.3", deno: "2.9.6", v8: "14" }, variables: VARIABLES };

const namesOf = async ({ page }: Scene) =>
  (await page.getByTestId("actor-rows").locator("th").allTextContents()).join(", ");
const isOrder = (on: Scene, names: string) =>
  eventually(async () => await namesOf(on) === names, `the order ${names}`);
const factOf = (on: Scene, label: string, text: string) =>
  textOf(on.page, `fact-${label}`, (shown) => shown === label + text);

scene(
  "The system shows what is wrong with an actor first, sorts by any column, and a link opens the same",
  async (on) => {
    const { page } = on;
    await page.setViewportSize({ width: 1440, height: 900 });
    await isOrder(on, "writer, web, symbol BTCUSDT, symbol ETHUSDT");
    const [writer, web, btc, eth] = systemStatus().children;
    assert(writer && web && btc && eth);
    on.setSystem({
      children: [
        writer,
        { ...web, gauges: { heapBytes: 24_500_000, lagMs: 3, heartbeatAgeMs: 250 } },
        { ...btc, restarts: 3, gauges: { heapBytes: 11_400_000, lagMs: 900, writerUnacked: 7 } },
        { ...eth, state: "failed", reason: "the exchange does not know it" },
      ],
    });
    await isOrder(on, "symbol ETHUSDT, symbol BTCUSDT, writer, web");
    const row = (id: string) => page.getByTestId(`actor-${id}`);
    await eventually(async () =>
      (await row("symbol:ETHUSDT").locator("td").allTextContents()).join("|") ===
        "failed|0|–|–|–|–|the exchange does not know it"
    );
    assertEquals(await row("symbol:BTCUSDT").locator("td").allTextContents(), [
      ...["running", "3", "–", "11.4 MB", "900 ms", "7"],
      "its event loop is late",
    ]);
    await page.getByTestId("actors-by-heapBytes").click();
    await isOrder(on, "web, symbol BTCUSDT, symbol ETHUSDT, writer");
    await eventually(() => new URL(page.url()).hash === "#/system?sort=-heapBytes", "the address");
    await page.reload();
    await isOrder(on, "web, symbol BTCUSDT, symbol ETHUSDT, writer");
    assertEquals(await page.locator("[aria-sort]").getAttribute("aria-sort"), "descending");
    for (let press = 0; press < 2; press++) await page.getByTestId("actors-by-heapBytes").click();
    await isOrder(on, "symbol ETHUSDT, symbol BTCUSDT, writer, web");
    assertEquals(await page.title(), "System · Order Book Monitor");
    const worker = { name: "symbol worker 1", actors: 2 };
    on.setSystem({
      children: [writer, web, { ...btc, worker, gauges: { workerHeapBytes: 20e6, lagMs: 3 } }],
    });
    const shared = async () => (await row("symbol:BTCUSDT").allTextContents()).join();
    await eventually(
      async () => (await shared()).includes("20.0 MB for 2"),
      "what is in the heap of two is not told as one's own",
    );
    assert((await shared()).startsWith("symbol BTCUSDT in symbol worker 1running"), await shared());
    assertEquals(on.faults, []);
  },
  PATH,
);

scene(
  "The system says how exchange, stores and streams stand, and of what is not known why",
  async (on) => {
    const { page, stage } = on;
    await factOf(on, "Ban", "none");
    await factOf(on, "REST weight, last minute", "120 of 6,000");
    const reason = "the exchange has banned this address (HTTP 418)";
    const ban = { untilMs: Date.now() + 3_600_000, reason };
    on.setSystem({ budget: budgetStatus({ usedWeight: 5_400, ban }) });
    await factOf(on, "REST weight, last minute", "5,400 of 6,000");
    await textOf(page, "fact-Ban", (text) => /until .*\d\d:\d\d:\d\d UTC$/.test(text));
    await eventually(
      async () => await page.getByTestId("fact-Ban").getAttribute("title") === reason,
      "why",
    );
    await factOf(on, "Streams", "1 of 500");
    await factOf(on, "Monitor", "1.2.3");
    const away = "History is not available: the database refuses connections";
    await factOf(on, "PostgreSQL", `–${away}`);
    await textOf(
      page,
      "system-history",
      (text) => text.includes(`What history holds is not known: ${away}.`),
    );
    stage.history.outage = null;
    // Who does not want to wait presses the button.
    await page.getByTestId("system-history").getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("rowheader", { name: "metrics_1h", exact: true }).waitFor();
    const metrics = page.getByRole("row", { name: /^metrics 0 B – – – 3 days/ });
    await metrics.waitFor();
  },
  PATH,
  { about: ABOUT },
  {
    prepare: ({ history }) => {
      history.outage = "the database refuses connections";
    },
  },
);

scene(
  "The configuration tells what is set and from where, hides secrets, and fits a phone",
  async (on) => {
    const { page } = on;
    await page.setViewportSize({ width: 390, height: 844 });
    const cells = async (name: string) =>
      (await page.getByTestId(`variable-${name}`).locator("td").allTextContents()).join("|");
    await page.getByTestId("variable-PORT").waitFor();
    assertEquals(await cells("PORT"), "9000|file of variables");
    assertEquals(await cells("AUTH_TOKEN"), "set (hidden)|file of its own");
    assertEquals(await cells("PUBLIC_URL"), "not set|default");
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    assertEquals(width, 390, "nothing is wider than the screen");
    assertEquals(on.faults, []);
  },
  PATH,
  { about: ABOUT },
);

scene(
  "Who may only look is not told the configuration, and nothing is asked for them",
  async (on) => {
    const { page } = on;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.reload();
    await textOf(page, "system-configuration", (text) => text.includes("Who may only look"));
    await page.getByTestId("actor-web").waitFor();
    assert(!asked.includes("/api/configuration"));
    assertEquals(await page.getByTestId("variable-PORT").count(), 0);
  },
  PATH,
  { about: ABOUT, ...WITH_TOKENS },
  AS_READER,
);
