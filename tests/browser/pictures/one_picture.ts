/** The picture of a running dashboard; scripts/screenshot.ts says how to call it. */
// deno-lint-ignore-file no-console
import { FlagError, readCommandLine } from "../../../scripts/flags.ts";
import { openPage, textOf } from "../../support/browser.ts";
import { eventually } from "../../support/eventually.ts";
import { launchChromium } from "./camera.ts";

/** Points on the chart to wait for: enough to show that it moves. */
const POINTS_DEFAULT = "60";
const WAIT_MAX_MS = 10 * 60_000;

const line = readCommandLine(Deno.args, {
  ...{ "--url": "one", "--out": "one", "--points": "one", "--light": "none" },
});
if (line === "help") {
  console.log("--url ADDRESS --out FILE.png [--points N] [--light]");
  Deno.exit(0);
}
const [url] = line.flags.get("--url") ?? [];
const [out] = line.flags.get("--out") ?? [];
if (url === undefined || out === undefined) {
  throw new FlagError("--url, the address that the monitor printed, and --out are both needed");
}
const points = Number(line.flags.get("--points")?.[0] ?? POINTS_DEFAULT);
const browser = await launchChromium();
try {
  const { page } = await openPage(browser, url, {
    viewport: { width: 1440, height: 900 },
    colorScheme: line.flags.has("--light") ? "light" : "dark",
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
