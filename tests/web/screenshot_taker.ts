/** The picture of a running dashboard; scripts/screenshot.ts says how to call it. */
// deno-lint-ignore-file no-console
import { eventually } from "../support/eventually.ts";
import { launch, openPage, textOf } from "../support/browser.ts";

const CHROMIUMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const OUT = decodeURIComponent(
  new URL("../../docs/images/dashboard.png", import.meta.url).pathname,
);
/** Points on the chart to wait for: enough to show that it moves. */
const POINTS_DEFAULT = "60";
const WAIT_MAX_MS = 10 * 60_000;

function option(name: string): string | undefined {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? undefined : Deno.args[at + 1];
}

async function findChromium(): Promise<string> {
  const named = Deno.env.get("TEST_CHROMIUM");
  for (const path of named === undefined ? CHROMIUMS : [named]) {
    const isThere = await Deno.stat(path).then((file) => file.isFile, () => false);
    if (isThere) return path;
  }
  throw new Error("No Chromium here: install it, or set TEST_CHROMIUM to its path");
}

const url = option("url");
if (url === undefined) {
  console.error("--url is missing: the address that the monitor printed");
  Deno.exit(1);
}
const out = option("out") ?? OUT;
const points = Number(option("points") ?? POINTS_DEFAULT);
const browser = await launch(await findChromium());
try {
  const { page } = await openPage(browser, url, {
    viewport: { width: 1440, height: 900 },
    colorScheme: Deno.args.includes("--light") ? "light" : "dark",
  });
  await textOf(page, "state", (text) => text === "live");
  const chart = page.getByTestId("chart-mid");
  const enough = async () => Number(await chart.getAttribute("data-points")) >= points;
  await eventually(enough, `${points} points on the chart`, WAIT_MAX_MS);
  await page.screenshot({ path: out });
  console.log(out);
} finally {
  await browser.close();
}
