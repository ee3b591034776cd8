/** Symbols are added and removed on the page, in a real browser. */
import { assertEquals } from "@std/assert";
import type { Operation, OperationResult } from "../../shared/protocol.ts";
import { lastKnown, NONE, type Unacked } from "../../shared/unacked.ts";
import { eventually } from "../support/eventually.ts";
import { textOf } from "../support/browser.ts";
import { alertEvent } from "../support/outputs.ts";
import { type Scene, scene } from "./scene.ts";

const NARROW = { width: 390, height: 844 };
const BOTH = ["BTCUSDT", "ETHUSDT"];

/** A supervisor that answers when the test says what. */
function supervise({ stage }: Scene) {
  const asked: Operation[] = [];
  let answers: ((result: OperationResult) => void)[] = [];
  stage.operate = (operation) => {
    asked.push(operation);
    return new Promise((resolve) => answers.push(resolve));
  };
  const answer = (result: OperationResult) => {
    for (const resolve of answers) resolve(result);
    answers = [];
  };
  return {
    asked,
    done: (symbols: readonly string[], unacked: Unacked = NONE) =>
      answer({ kind: "done", symbols, unacked }),
    refuse: (reason: string) => answer({ kind: "refused", why: "unknown", reason }),
  };
}

/** The test id of what has the keyboard's focus. */
const focused = ({ page }: Scene) => page.evaluate<string>("document.activeElement.dataset.testid");

const isFocused = (on: Scene, id: string) =>
  eventually(async () => await focused(on) === id, `the focus on ${id}`);

const isOnButton = ({ page }: Scene, text: string) =>
  eventually(
    async () => await page.evaluate("document.activeElement.textContent") === text,
    `the focus on ${text}`,
  );

// -- Adding --

scene(
  "A symbol is added by Enter, in lower case, while the field says what is asked",
  async (on) => {
    const { page } = on;
    const { asked, done } = supervise(on);
    await textOf(page, "symbol", (text) => text === "BTCUSDT");
    const field = page.getByLabel("Symbol to add");
    await field.fill(" solusdt ");
    await field.press("Enter");
    await textOf(page, "symbol-note", (text) => text.startsWith("Asking for SOLUSDT…"));
    await textOf(page, "symbol-note", (text) => /… \d+ s$/.test(text));
    await field.press("Enter");
    await page.getByTestId("add").click({ force: true });
    await field.press("x");
    assertEquals(await field.inputValue(), " solusdt ", "nothing is typed meanwhile");
    await eventually(() => asked.length > 0);
    on.setSystem({ symbols: [...BOTH, "SOLUSDT"] });
    done([...BOTH, "SOLUSDT"]);
    await textOf(page, "symbol-note", (text) => text === "SOLUSDT is followed now.");
    assertEquals(asked, [{ type: "add_symbol", symbol: "SOLUSDT" }], "asked once");
    await page.getByTestId("symbol-row-SOLUSDT").waitFor();
    assertEquals(await field.inputValue(), "");
    assertEquals(await page.getByTestId("symbol").textContent(), "BTCUSDT", "the view stays");
    assertEquals(on.faults, []);
  },
);

scene("A symbol that is refused leaves the reason in place, and what was typed", async (on) => {
  const { page } = on;
  const { asked, refuse } = supervise(on);
  const field = page.getByTestId("add-name");
  await field.fill("nope");
  await page.getByTestId("add").click();
  await eventually(() => asked.length === 1);
  const reason = "The exchange does not know NOPE: name it as the exchange writes it";
  refuse(reason);
  await textOf(page, "symbol-error", (text) => text === reason);
  assertEquals(await page.getByRole("alert").filter({ hasText: reason }).count(), 1);
  assertEquals([await field.inputValue(), await field.getAttribute("aria-invalid")], [
    "nope",
    "true",
  ]);
  await field.press("End");
  await field.press("x");
  await textOf(page, "symbol-error", (text) => text === "");
  assertEquals(await field.inputValue(), "nopex");
  await field.fill("btc/usdt");
  await field.press("Enter");
  await textOf(page, "symbol-error", (text) => text.includes("as the exchange writes it"));
  await field.fill("btc\u202eusdt");
  await field.press("Enter");
  await textOf(
    page,
    "symbol-error",
    (text) => text.startsWith("“btc[U+202E]usdt” must be a symbol"),
  );
  assertEquals(asked.length, 1, "what can be no symbol is not asked for");
});

scene(
  "The arrow keys are the list's own, and nobody's while the focus is elsewhere",
  async (on) => {
    await textOf(on.page, "symbol", (text) => text === "BTCUSDT");
    for (const id of ["add-name", "add"]) await on.page.getByTestId(id).press("ArrowDown");
    assertEquals(new URL(on.page.url()).hash, "");
    await on.page.getByTestId("symbols").press("End");
    await textOf(on.page, "symbol", (text) => text === "ETHUSDT");
    await on.page.getByTestId("remove-ETHUSDT").press("ArrowUp");
    await textOf(on.page, "symbol", (text) => text === "BTCUSDT");
  },
);

scene("The arrow keys choose what is muted, and for how long, and leave the symbol", async (on) => {
  const { page, stage } = on;
  await textOf(page, "symbol", (text) => text === "BTCUSDT");
  stage.hub.publish(alertEvent({ startedMs: Date.now(), firedMs: Date.now() }));
  await page.getByTestId("mute-a1").click();
  for (const [id, next] of [["mute-what", "1"], ["mute-for", "240"]] as const) {
    await page.getByTestId(id).press("ArrowDown");
    await eventually(async () => await page.getByTestId(id).inputValue() === next, id);
  }
  assertEquals(new URL(page.url()).hash, "");
  assertEquals(await page.getByTestId("symbol").textContent(), "BTCUSDT");
});

// -- Removing --

scene(
  "The keyboard removes the symbol in focus: asked first, and the next one is shown",
  async (on) => {
    const { page } = on;
    const { asked, done } = supervise(on);
    await textOf(page, "symbol", (text) => text === "BTCUSDT");
    on.stopMarket();
    await page.getByTestId("symbols").focus();
    await page.keyboard.press("Tab");
    await isFocused(on, "remove-BTCUSDT");
    await page.keyboard.press("Enter");
    const question = page.getByTestId("removal-BTCUSDT");
    await textOf(
      page,
      "removal-BTCUSDT",
      (text) => text.includes("Remove BTCUSDT? Its history stays."),
    );
    await isOnButton(on, "Keep");
    await page.keyboard.press("Escape");
    await isFocused(on, "remove-BTCUSDT");
    await eventually(async () => await question.count() === 0, "no question");
    assertEquals(asked.length, 0);
    await page.keyboard.press("Enter");
    await isOnButton(on, "Keep");
    await page.keyboard.press("Shift+Tab");
    await isOnButton(on, "Remove");
    await page.keyboard.press("Enter");
    await textOf(page, "removal-BTCUSDT", (text) => text.startsWith("Removing BTCUSDT"));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await eventually(() => asked.length > 0);
    on.setSystem({ symbols: ["ETHUSDT"] });
    done(["ETHUSDT"], lastKnown(3));
    await textOf(page, "symbol", (text) => text === "ETHUSDT");
    await textOf(
      page,
      "symbol-note",
      (text) => text.includes("not confirmed at least 3 of its last"),
    );
    assertEquals(asked, [{ type: "remove_symbol", symbol: "BTCUSDT" }], "asked once");
    await eventually(async () => await page.getByTestId("symbol-row-BTCUSDT").count() === 0);
    await eventually(() => new URL(page.url()).hash === "#ETHUSDT", "the address");
    await isFocused(on, "symbols");
    await eventually(() => page.getByTestId("remove-ETHUSDT").isHidden(), "the only symbol stays");
    on.setSystem({ symbols: BOTH });
    await page.getByTestId("symbol-row-BTCUSDT").click();
    await textOf(page, "symbol", (text) => text === "BTCUSDT");
    assertEquals(on.faults, []);
  },
  "/#BTCUSDT",
);

scene(
  "A removal that is refused says why in its row, at any width, and the list may change",
  async (on) => {
    const { page } = on;
    await page.setViewportSize(NARROW);
    const { asked, refuse } = supervise(on);
    await page.getByTestId("remove-ETHUSDT").click();
    on.setSystem({ symbols: ["AAAUSDT", ...BOTH] });
    await page.getByTestId("symbol-row-AAAUSDT").waitFor();
    await isOnButton(on, "Keep");
    const question = page.getByTestId("removal-ETHUSDT");
    await question.getByRole("button", { name: "Remove" }).click();
    await eventually(() => asked.length === 1);
    const reason =
      "The list of symbols cannot be stored in DATA_DIR (disk full); nothing was changed";
    refuse(reason);
    await question.getByRole("alert").filter({ hasText: reason }).waitFor();
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    assertEquals(width, NARROW.width, "nothing sticks out");
    await question.getByRole("button", { name: "Keep" }).click();
    await eventually(async () => await question.count() === 0, "no question");
    assertEquals(asked, [{ type: "remove_symbol", symbol: "ETHUSDT" }]);
    assertEquals(
      await page.getByTestId("symbol").textContent(),
      "BTCUSDT",
      "asking selects nothing",
    );
  },
);

scene(
  "The page opens with the first symbol of the operator's list, whoever speaks first",
  async (on) => {
    await textOf(on.page, "symbol", (text) => text === "BTCUSDT");
    on.setSystem({ symbols: ["ETHUSDT", "BTCUSDT"] });
    await on.page.reload();
    assertEquals(await textOf(on.page, "symbol", (text) => text !== "–"), "ETHUSDT");
  },
);
