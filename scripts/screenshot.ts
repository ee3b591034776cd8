/**
 * Takes docs/images/dashboard.png from a running monitor: `deno run -A scripts/screenshot.ts --url
 * http://127.0.0.1:8000 [--points 120] [--light] [--out FILE]`. The browser driver belongs to the
 * tests' configuration, so that a first start does not download it: this only calls the taker there.
 */
const taker = new URL("../tests/web/screenshot_taker.ts", import.meta.url).href;
const config = decodeURIComponent(new URL("../tests/deno.json", import.meta.url).pathname);

const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["run", "--allow-all", "--config", config, taker, ...Deno.args],
}).spawn().status;
Deno.exit(code);
