/** The pictures of the documents; scripts/screenshots.ts says how to call it. */
// deno-lint-ignore-file no-console
import type { Browser, Page } from "playwright-core";
import { readCommandLine } from "../../../scripts/flags.ts";
import { openPage, textOf } from "../../support/browser.ts";
import { eventually } from "../../support/eventually.ts";
import { animation } from "./animation.ts";
import { film, launchChromium, shoot, type Window } from "./camera.ts";
import { startDemo } from "./demo.ts";
import { keptDesk, type Scene, SCENES } from "./scenes.ts";

const IMAGES = decodeURIComponent(new URL("../../../docs/images/", import.meta.url).pathname);
const WINDOWS = [
  { name: "wide", viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
  { name: "phone", viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 },
] as const;
const THEMES = ["dark", "light"] as const;
/** A desk in motion: the window, and how wide a document shows it. */
const MOVING: Window = { viewport: { width: 1440, height: 900 }, colorScheme: "dark" };
const MOVING_WIDTH = 900;
const MOVING_MS = 7_000;
const FRAME_MS = 150;
/** On a busy machine it takes longer until there are so many. */
const FRAMES_MIN = 20;
/** Rules learn for five minutes; a busy machine is given longer. */
const LIVELY_MAX_MS = 20 * 60_000;
const STORE_CALM_MAX_MS = 3 * 60_000;
/** Where this page keeps an arrangement. */
const DESK_KEY = "order-book-monitor.desk";

const line = readCommandLine(Deno.args, { "--url": "one", "--out": "one", "--only": "one" });
if (line === "help") {
  console.log("deno task screenshots [--url ADDRESS] [--out FOLDER] [--only PART-OF-A-NAME]");
  Deno.exit(0);
}
const [out = IMAGES] = line.flags.get("--out") ?? [];
const [only = ""] = line.flags.get("--only") ?? [];
const [given] = line.flags.get("--url") ?? [];
const demo = given === undefined ? await startDemo(console.log) : null;
const url = demo?.url ?? given ?? "";
try {
  await Deno.mkdir(out, { recursive: true });
  const browser = await launchChromium();
  try {
    await untilLively(browser);
    for (const scene of SCENES) {
      for (const theme of THEMES) {
        for (const window of WINDOWS) {
          const name = `${scene.name}-${theme}-${window.name}`;
          if (name.includes(only)) await takeOne(browser, scene, name, { ...window, theme });
        }
      }
    }
    if ("live".includes(only)) await takeMoving(browser);
  } finally {
    await browser.close();
  }
} finally {
  await demo?.close();
}

/** Every symbol is live, something has fired, and no rule still learns. What the page warns of then is in the pictures. */
async function untilLively(browser: Browser): Promise<void> {
  const { page } = await openPage(browser, url, { viewport: { width: 1440, height: 900 } });
  await textOf(page, "exchange-link", (text) => /(\d+) of \1 live/.test(text));
  const isLively = async () =>
    await page.getByTestId("learning").isHidden() &&
    await page.getByTestId("alerts").locator("li").count() > 0;
  await eventually(isLively, "a desk that is full of life", LIVELY_MAX_MS);
  const banner = page.getByTestId("storage-banner");
  const keepsUp = () => banner.isHidden();
  // Beside a seed that has just ended, or on a busy machine, the store is busy for a while.
  await eventually(keepsUp, "a store that keeps up", STORE_CALM_MAX_MS).catch(async () =>
    console.log(`The pictures say: ${await banner.textContent()}`)
  );
  await page.context().close();
}

async function takeOne(
  browser: Browser,
  scene: Scene,
  name: string,
  { theme, ...window }: Window & { readonly theme: typeof THEMES[number] },
): Promise<void> {
  // What moves to its place would be told of where it was.
  const still = { ...window, colorScheme: theme, reducedMotion: "reduce" } as const;
  const page = await openScene(browser, scene, still);
  const bytes = await shoot(page, `${out}/${name}.webp`, await heightOf(page));
  console.log(`${name}.webp ${Math.round(bytes / 1_000)} kB`);
  await page.context().close();
}

async function takeMoving(browser: Browser): Promise<void> {
  const scene = SCENES.find(({ name }) => name === "order-flow");
  if (scene === undefined) throw new TypeError("Cannot show a desk in motion: there is no scene");
  const page = await openScene(browser, scene, MOVING);
  const frames = await film(page, MOVING_WIDTH, FRAME_MS, MOVING_MS, FRAMES_MIN);
  const bytes = animation(frames);
  await Deno.writeFile(`${out}/live.gif`, bytes);
  console.log(`live.gif ${frames.length} frames, ${Math.round(bytes.byteLength / 1_000)} kB`);
  await page.context().close();
}

async function openScene(browser: Browser, scene: Scene, window: Window): Promise<Page> {
  const context = await browser.newContext(window);
  context.setDefaultTimeout(LIVELY_MAX_MS);
  const desk = keptDesk(scene);
  const page = await context.newPage();
  if (desk !== null) {
    await page.addInitScript(`localStorage.setItem("${DESK_KEY}", ${JSON.stringify(desk)})`);
  }
  await page.goto(`${url}/${scene.hash}`);
  await scene.prepare(page);
  // What was pressed may have been further down.
  await page.evaluate("scrollTo(0, 0)");
  return page;
}

/** Of a view that is lower than the window: to its end; `null`: of the whole window. */
async function heightOf(page: Page): Promise<number | null> {
  const [end, height] = await page.evaluate<[number, number]>(
    `[Math.max(0, ...[...document.querySelectorAll("main, main > *, main > * > *")]
      .filter((one) => one.matches("main > * > *, main > section, main > article"))
      .map((one) => one.getBoundingClientRect().bottom)), innerHeight]`,
  );
  return end > 0 && end + 10 < height ? Math.ceil(end) + 10 : null;
}
