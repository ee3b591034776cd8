/** Settings, in a real browser: what is chosen holds at once, in every window, and when the page is opened again. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { NONE } from "../../shared/unacked.ts";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { listedSymbol, symbolListing } from "../support/symbol_listing.ts";
import { AS_READER, WITH_TOKENS } from "./reader.ts";
import { type Scene, scene } from "./scene.ts";

const PATH = "/#/settings";
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
/** What the exchange lists. */
const LISTED = {
  kind: "listed",
  listing: symbolListing({ symbols: ["BTC/USDT", "SOL/USDT"].map((pair) => listedSymbol(pair)) }),
} as const;

const choose = (page: Page, id: string) => page.getByTestId(id).check({ force: true });
const styleOf = (page: Page, expression: string) =>
  page.evaluate<string>(`getComputedStyle(document.documentElement)${expression}`);
const groundOf = (page: Page) =>
  page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
const isAt = ({ page }: Scene, hash: string) =>
  eventually(() => new URL(page.url()).hash === hash, `the address ${hash}`);
const namesIn = async (page: Page, id: string, part: string) =>
  (await page.getByTestId(id).locator(part).allTextContents()).join(" ");
const reads = (page: Page, id: string, part: string, names: string) =>
  eventually(async () => await namesIn(page, id, part) === names, `${id}: ${names}`);

scene(
  "Theme, colours and density hold at once, in other windows too, and when the page is opened again",
  async (on) => {
    const { page, stage } = on;
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByTestId("theme-system").waitFor({ state: "attached" });
    const dark = await groundOf(page);
    const other = await page.context().newPage();
    await other.goto(stage.url);
    await textOf(other, "state", (text) => text === "live");
    await choose(page, "theme-light");
    await eventually(async () => await groundOf(page) !== dark);
    const light = await groundOf(page);
    await eventually(async () => await groundOf(other) === light, "the other window follows");
    await page.emulateMedia({ colorScheme: "light" });
    await choose(page, "theme-dark");
    await eventually(async () => await groundOf(page) === dark, "dark on a light system");

    const bid = () => styleOf(page, ".getPropertyValue('--bid')");
    const green = await bid();
    await choose(page, "palette-blue-orange");
    await eventually(async () => await bid() !== green);
    const padding = () =>
      page.evaluate<string>("getComputedStyle(document.querySelector('.panel')).padding");
    const comfortable = await padding();
    await choose(page, "density-compact");
    await eventually(async () => await padding() !== comfortable);
    await page.reload();
    for (const id of ["theme-dark", "palette-blue-orange", "density-compact"]) {
      await eventually(() => page.getByTestId(id).isChecked(), id);
    }
    await eventually(async () => await groundOf(page) === dark, "dark again");
    await eventually(async () => await bid() !== green, "blue again");
    assertEquals(on.faults, []);
  },
  PATH,
);

scene(
  "Times are in the zone of the browser where that is chosen, and numbers have the marks that are chosen",
  async (on) => {
    const { page, stage } = on;
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setTimezoneOverride", { timezoneId: "Asia/Kolkata" });
    await textOf(
      page,
      "example",
      (text) => /^61,818\.04 · 1\.235M · \d\d:\d\d:\d\d UTC$/.test(text),
    );
    await choose(page, "zone-local");
    await textOf(page, "example", (text) => text.endsWith(" UTC+5:30"));
    await choose(page, "marks-1.234,5");
    await textOf(page, "example", (text) => text.startsWith("61.818,04 · 1,235M"));
    await choose(page, "quantities-full");
    await textOf(page, "example", (text) => text.startsWith("61.818,04 · 1.234.567,25 · "));
    await page.goto(`${stage.url}/#BTCUSDT`);
    await textOf(page, "panel-cards", (text) => /6\d\.\d{3},\d{3}/.test(text));
    await textOf(page, "panel-chart", (text) => text.includes("time in UTC+5:30"));
    await page.goto(stage.url + PATH);
    await choose(page, "zone-UTC");
    await textOf(page, "example", (text) => text.endsWith(" UTC"));
    assertEquals(on.faults, []);
  },
  PATH,
);

scene(
  "Numbers stand still while they are paused, and are those of now when they are refreshed",
  async (on) => {
    const { page } = on;
    const history = () => page.waitForRequest((request) => request.url().includes("/api/alerts"));
    await page.getByTestId("settings-pause").click();
    await textOf(page, "settings-pause", (text) => text === "Resume");
    const shown = await textOf(page, "example", (text) => text.includes("UTC"));
    const isLater = async () => {
      await page.getByTestId("settings-refresh").click();
      return await page.getByTestId("example").textContent() !== shown;
    };
    const asked = history();
    await eventually(isLater, "a later time");
    await asked;
    assert(await page.getByTestId("paused-banner").isVisible(), "it stays paused");
    await page.getByTestId("settings-pause").click();
    await eventually(() => page.getByTestId("paused-banner").isHidden());
    // The server leaves out what lies between.
    const isTold = page.waitForRequest(
      (request) => request.method() === "POST" && request.postDataJSON()?.pace === 1,
    );
    await choose(page, "pace-1");
    await isTold;
    assertEquals(on.faults, []);
  },
  PATH,
);

scene(
  "A symbol is found in the exchange's list and followed, and one is removed after a question",
  async (on) => {
    const { page, stage } = on;
    stage.operate = (operation) => {
      if (operation.type === "list_symbols") return Promise.resolve(LISTED);
      const isAdded = operation.type === "add_symbol";
      const symbols = isAdded ? SYMBOLS : SYMBOLS.slice(0, 2);
      on.setSystem({ symbols });
      return Promise.resolve({ kind: "done", symbols, unacked: NONE });
    };
    await reads(page, "followed-symbols", "a", "BTCUSDT ETHUSDT");
    const search = page.getByTestId("search-text");
    await search.fill("nothing like it");
    await textOf(page, "search-status", (text) => text.startsWith("None was found"));
    await search.fill("sol");
    await page.getByTestId("add-SOLUSDT").click();
    await reads(page, "followed-symbols", "a", SYMBOLS.join(" "));
    await textOf(page, "found-SOLUSDT", (text) => text.includes("followed"));
    await search.fill("");
    await textOf(page, "search-status", (text) => text.startsWith("Type a part"));
    await page.getByTestId("unfollow-SOLUSDT").click();
    await page.getByTestId("removal-SOLUSDT").getByRole("button", { name: "Remove" }).click();
    await reads(page, "followed-symbols", "a", "BTCUSDT ETHUSDT");
    await textOf(page, "followed-note", (text) => text.startsWith("SOLUSDT is followed no more."));
    assertEquals(on.faults, []);
  },
  PATH,
);

scene(
  "A person's own order of symbols is that of every list, and is kept",
  async (on) => {
    const { page, stage } = on;
    await reads(page, "followed-symbols", "a", "BTCUSDT ETHUSDT");
    // It is the first, and stays where it is.
    await page.getByRole("button", { name: "Move BTCUSDT up" }).press("Enter");
    await page.getByRole("button", { name: "Move ETHUSDT up" }).press("Enter");
    await reads(page, "followed-symbols", "a", "ETHUSDT BTCUSDT");
    await page.goto(stage.url);
    await reads(page, "symbols", ".row-symbol", "ETHUSDT BTCUSDT");
    await textOf(page, "symbol", (text) => text === "ETHUSDT");
    await page.goto(stage.url + PATH);
    await page.reload();
    await reads(page, "followed-symbols", "a", "ETHUSDT BTCUSDT");
    await page.getByTestId("order-default").click();
    await reads(page, "followed-symbols", "a", "BTCUSDT ETHUSDT");
    assertEquals(on.faults, []);
  },
  PATH,
);

scene(
  "A watch list is named, filled, put in order and opened by its link; deleted it can be had back",
  async (on) => {
    const { page } = on;
    on.setSystem({ symbols: SYMBOLS });
    await reads(page, "followed-symbols", "a", SYMBOLS.join(" "));
    const name = page.getByTestId("list-name");
    await page.getByTestId("list-add").click();
    await textOf(page, "list-problem", (text) => text === "A list needs a name.");
    await name.fill("majors");
    await name.press("Enter");
    const list = page.getByTestId("list-majors");
    await list.locator("summary").click();
    await reads(page, "list-majors", "li > :first-child", "BTCUSDT");
    await page.getByTestId("extend-majors").selectOption("SOLUSDT");
    await reads(page, "list-majors", "li > :first-child", "BTCUSDT SOLUSDT");
    await list.getByRole("button", { name: "Move SOLUSDT up" }).click();
    await reads(page, "list-majors", "li > :first-child", "SOLUSDT BTCUSDT");
    await name.fill("majors");
    await name.press("Enter");
    await textOf(page, "list-problem", (text) => text === "There is a list “majors” already.");

    await page.getByTestId("delete-majors").click();
    await eventually(async () => await list.count() === 0);
    await page.getByTestId("undo-delete").click();
    await list.locator("summary").click();
    await list.getByRole("link", { name: "Open in the overview" }).click();
    await reads(page, "overview-rows", "[data-stop='link']", "SOLUSDT BTCUSDT");
    await isAt(on, "#/overview?symbols=SOLUSDT%2CBTCUSDT");
    await textOf(page, "overview-count", (text) => text === "2 symbols");
    await page.reload();
    await reads(page, "overview-rows", "[data-stop='link']", "SOLUSDT BTCUSDT");
    await page.getByTestId("list-choice").selectOption({ label: "All symbols" });
    await reads(page, "overview-rows", "[data-stop='link']", SYMBOLS.join(" "));
    await page.getByTestId("list-choice").selectOption({ label: "majors" });
    await reads(page, "overview-rows", "[data-stop='link']", "SOLUSDT BTCUSDT");
    on.setSystem({ symbols: SYMBOLS.slice(0, 2) });
    await textOf(page, "list-strangers", (text) => text.includes("not followed: SOLUSDT"));
    await page.goBack();
    await list.locator("summary").click();
    await list.getByRole("link", { name: "Open on the desk" }).click();
    await textOf(page, "symbol", (text) => text === "BTCUSDT");
    await isAt(on, "#BTCUSDT");
    assertEquals(on.faults, []);
  },
  PATH,
);

scene(
  "Who may only look finds symbols and makes lists, and adds and removes none; nothing is wider than a phone",
  async (on) => {
    const { page, stage } = on;
    await page.setViewportSize({ width: 390, height: 844 });
    stage.operate = () => Promise.resolve(LISTED);
    await reads(page, "followed-symbols", "a", "BTCUSDT ETHUSDT");
    await textOf(page, "read-only", (text) => text === "read-only");
    await eventually(() => page.getByTestId("read-only").isVisible());
    await page.getByTestId("search-text").fill("sol");
    await textOf(page, "found-SOLUSDT", (text) => text.includes("not followed"));
    assertEquals(await page.getByTestId("add-SOLUSDT").count(), 0);
    assertEquals(await page.getByTestId("unfollow-BTCUSDT").count(), 0);
    await page.getByTestId("list-name").fill("mine");
    await page.getByTestId("list-name").press("Enter");
    await page.getByTestId("list-mine").locator("summary").click();
    await page.getByTestId("delete-mine").waitFor();
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    assertEquals(width, 390);
  },
  PATH,
  WITH_TOKENS,
  AS_READER,
);
