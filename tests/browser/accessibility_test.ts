/** Every view in dark, light and forced colours, wide and on a phone: axe-core finds nothing, and text is read on every bar. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { Authority } from "../../web/authority.ts";
import { brokenIn, loadAxe, unreadableIn } from "../support/axe.ts";
import { eventually } from "../support/eventually.ts";
import { muteRecord } from "../support/mutes.ts";
import {
  alertEvent,
  depthProfile,
  feedStatus,
  gapRecord,
  metricsFrame,
  tapedTrade,
  tradeFrame,
} from "../support/outputs.ts";
import { type Scene, scene } from "./scene.ts";

/** The first is the one that axe looks at: another changes nothing but colours. Forced ones are the same in every palette. */
const LOOKS = [
  { palette: "green-red", colorScheme: "dark", forcedColors: "none" },
  { palette: "green-red", colorScheme: "light", forcedColors: "none" },
  { palette: "blue-orange", colorScheme: "dark", forcedColors: "none" },
  { palette: "blue-orange", colorScheme: "light", forcedColors: "none" },
  { palette: "green-red", colorScheme: "dark", forcedColors: "active" },
  { palette: "green-red", colorScheme: "light", forcedColors: "active" },
] as const;
const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }] as const;

/** Read and not imported: it asks for the browser's types. */
const REGISTRY = await Deno.readTextFile(
  new URL("../../web/page/panels/registry.ts", import.meta.url),
);
/** Every kind of panel, two beside one another. */
const ALL_PANELS = [...REGISTRY.matchAll(/^ {4}id: "([\w-]+)",$/gm)].map(([, panel], i) => {
  const place = { x: i % 2 * 12, y: Math.floor(i / 2) * 24, width: 12, height: 24 };
  return { panel, slot: 0, wide: place, medium: place };
});
const WATCH_LISTS = [{ name: "mine", symbols: ["BTCUSDT", "GONEUSDT"] }];

const id = (testId: string) => `[data-testid="${testId}"]`;

/** Where to look, what is there once it shows what it has, and what is opened there. */
interface Stop {
  readonly hash: string;
  /** Left out: the whole page. */
  readonly within?: string;
  readonly shows: string;
  readonly open?: (page: Page) => Promise<void>;
}

const STOPS: readonly Stop[] = [
  { hash: "#BTCUSDT", shows: id("chart-mid") },
  // A book that is not live, and what the page says then.
  { hash: "#ETHUSDT,NOPEUSDT", shows: "[data-live=false] .big" },
  { hash: "#/overview?group=quote", shows: "tbody .overview-row" },
  { hash: "#/alerts", shows: id("row-a1") },
  {
    hash: "#/alerts?alert=a1",
    shows: `${id("moment-book")} tr`,
    open: (page) => page.getByTestId("detail-mute").click(),
  },
  { hash: "#/alerts?rules=list", shows: `${id("rules")} li` },
  { hash: "#/alerts?rules=new&metric=spreadBps&line=5&from=below", shows: id("rule-form") },
  { hash: "#/statistics/BTCUSDT,ETHUSDT", shows: `${id("statistics-table")} tbody tr` },
  { hash: "#/quality/BTCUSDT", shows: id("verdict") },
  { hash: "#/system", shows: `${id("actor-rows")} tr` },
  { hash: "#/settings", shows: id("theme-system") },
  // What opens in panels.
  {
    hash: "#BTCUSDT",
    shows: id("chart-mid"),
    within: ":is([data-panel=symbols], [data-panel=chart], [data-panel=metrics])",
    open: async (page) => {
      for (const part of ["chart-metrics", "chart-span", "chart-table"]) {
        await page.getByTestId(part).click();
      }
      await page.getByTestId("all-metrics").locator("summary").click();
      await page.getByTestId("all-mid").waitFor();
      await page.getByTestId("chart-numbers").waitFor();
      await page.getByTestId("remove-BTCUSDT").press("Enter");
      await page.getByTestId("removal-BTCUSDT").waitFor();
    },
  },
  {
    hash: "#BTCUSDT",
    shows: id("symbols"),
    within: id("help-dialog"),
    open: async (page) => {
      await page.getByTestId("help").click();
      await page.getByTestId("help-dialog").waitFor();
    },
  },
];

scene("Every view is without a violation in every look, at every width", async (on) => {
  const { page } = on;
  await tell(on);
  const broken = new Set<string>();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    // Nothing is open that was opened before.
    await page.reload();
    await loadAxe(page);
    for (const { hash, shows, within = "html", open } of STOPS) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await page.locator(shows).first().waitFor({ state: "attached" });
      await open?.(page);
      // A narrow window has no colours of its own.
      const looks = size === SIZES[0] ? LOOKS : LOOKS.slice(0, 1);
      for (const line of await brokenInLooks(page, within, looks)) {
        broken.add(`${hash} at ${size.width} | ${line}`);
      }
      await page.keyboard.press("Escape");
    }
  }
  assertEquals([...broken], []);
}, "/");

scene(
  "The sign-in page is without a violation in every look, at every width",
  async ({ page }) => {
    await page.getByTestId("token").fill("not-the-token");
    await page.getByTestId("log-in").click();
    await page.getByTestId("login-error").waitFor();
    await loadAxe(page);
    const broken = new Set<string>();
    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const line of await brokenInLooks(page, "html", LOOKS)) {
        broken.add(`${size.width} | ${line}`);
      }
    }
    assertEquals([...broken], []);
  },
  "/",
  { authority: new Authority({ authToken: "operator-0123456789", authReadToken: null }) },
);

async function brokenInLooks(
  page: Page,
  within: string,
  looks: readonly (typeof LOOKS)[number][],
): Promise<string[]> {
  const lines: string[] = [];
  for (const look of looks) {
    const { palette, ...media } = look;
    await page.emulateMedia({ ...media, reducedMotion: "reduce" });
    await page.evaluate(`document.documentElement.dataset.palette = "${palette}"`);
    if (look === LOOKS[0]) lines.push(...await brokenIn(page, within));
    const unreadable = await unreadableIn(page, within);
    lines.push(...unreadable.map((line) => `${Object.values(look).join(" ")} | ${line}`));
  }
  return lines;
}

/** Everything that the views can show, told once: then it stands still. */
async function tell(on: Scene): Promise<void> {
  const { page, stage } = on;
  const kept = { desk: ALL_PANELS, watch_lists: WATCH_LISTS };
  for (const [name, value] of Object.entries(kept)) {
    const text = JSON.stringify(JSON.stringify(value));
    await page.addInitScript(`localStorage.setItem("order-book-monitor.${name}", ${text})`);
  }
  on.setSystem({ source: { kind: "simulation", label: "SIMULATED" } });
  await page.reload();
  await page.getByTestId("state").waitFor();
  const timeMs = Date.now();
  const buckets = Array.from({ length: 100 }, (_, i) => 1 + i % 5);
  const trades = Array.from(
    { length: 40 },
    (_, i) =>
      tapedTrade({ id: i + 1, timeMs: timeMs - i * 100, side: i % 2 === 0 ? "buy" : "sell" }),
  );
  stage.hub.publish(depthProfile({ timeMs, bids: buckets, asks: buckets }));
  stage.hub.publish(tradeFrame({ timeMs, trades }));
  stage.hub.publish(gapRecord({ timeMs: timeMs - 60_000, durationMs: 6_000 }));
  stage.hub.publish(
    alertEvent({ alertId: "c1", severity: "critical", timeMs, firedMs: timeMs - 9_000 }),
  );
  stage.hub.publish(
    alertEvent({ alertId: "i1", severity: "info", timeMs, firedMs: timeMs - 9_000 }),
  );
  stage.hub.publish(muteRecord({ timeMs, untilMs: timeMs + 3_600_000 }));
  await eventually(async () =>
    Number(await page.getByTestId("chart-mid").getAttribute("data-points")) > 700
  );
  on.stopMarket();
  const lost = { symbol: "ETHUSDT", timeMs: Date.now() + 1_000, state: "stale" } as const;
  stage.hub.publish(feedStatus({ ...lost, number: 9, reason: "An update is missing" }));
  stage.hub.publish(metricsFrame({ ...lost, mid: null }));
}
