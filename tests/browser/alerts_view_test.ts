/** The view of alerts in a real browser: what it says, held against the faults that would make it false, and who may do what. */
import { assertEquals } from "@std/assert";
import { readRulesFile } from "../../shared/alert_rules/rules_file.ts";
import type { RulesInForce } from "../../shared/alert_rules/rule_book.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { OperationResult } from "../../shared/protocol.ts";
import { textOf } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { alertEvent, bookSecond } from "../support/outputs.ts";
import { RULES_IN_FORCE } from "../web/app_stage.ts";
import { AS_READER, WITH_TOKENS } from "./reader.ts";
import { type Scene, scene } from "./scene.ts";

const PATH = "/#/alerts";
const NARROW = { width: 390, height: 844 };
/** As `play` publishes them: one fires, the other is over. */
const [FIRING, OVER] = ["a1", "a0"];

/** The one that fires, as a rule in force names it; it began a minute ago. */
const ofRule = (over: Parameters<typeof alertEvent>[0] = {}) =>
  alertEvent({
    ...{ revision: 2, rule: "extreme_imbalance_bid", timeMs: Date.now() },
    ...{ firedMs: Date.now() - 60_000, ...over },
  });

const hashOf = ({ page }: Scene) => new URL(page.url()).hash;
const isThere = ({ page }: Scene, testId: string, count = 1) =>
  eventually(async () => await page.getByTestId(testId).count() === count, `${count} of ${testId}`);
/** The browser tells its driver of the address when it comes to it. */
const isAt = (on: Scene, hash: string) =>
  eventually(() => hashOf(on) === hash, `the address ${hash}`);
const has = ({ page }: Scene, testId: string, value: string) =>
  eventually(
    async () => await page.getByTestId(testId).inputValue() === value,
    `${testId} ${value}`,
  );
const says = ({ page }: Scene, testId: string, what: RegExp) =>
  textOf(page, testId, (text) => what.test(text));
const idsIn = async ({ page }: Scene, list: string) =>
  (await page.getByTestId(list).locator("li").evaluateAll((rows) =>
    rows.map((row) => row.getAttribute("data-testid"))
  )).join(" ");

scene(
  "Filters and the opened episode stand in the address, and a link opens the same",
  async (on) => {
    const { page } = on;
    await page.setViewportSize({ width: 1440, height: 900 });
    await isThere(on, `row-${FIRING}`);
    await eventually(async () => await idsIn(on, "feed-firing") === `row-${FIRING}`);
    await eventually(async () => await idsIn(on, "feed-over") === `row-${OVER}`);
    await says(on, "feed-claim", /^1 firing$/);
    await says(on, "nothing-opened", /^Open one that fires to see why/);
    await says(on, "feed-end", /^These are all that are stored/);
    await eventually(async () => await page.title() === "Alerts · Order Book Monitor", "the title");

    await page.getByTestId("filter-symbol").selectOption("ETHUSDT");
    await isThere(on, `row-${FIRING}`, 0);
    await isAt(on, "#/alerts?symbol=ETHUSDT");
    await page.getByTestId("filter-type").selectOption("price_burst");
    await says(on, "feed-note", /^No alert that is stored matches these filters/);
    await isAt(on, "#/alerts?type=price_burst&symbol=ETHUSDT");
    await page.reload();
    await says(on, "feed-note", /^No alert that is stored matches/);
    await has(on, "filter-type", "price_burst");
    await page.getByTestId("filter-clear").click();
    await isThere(on, `row-${FIRING}`);

    on.stage.hub.publish(ofRule());
    await page.getByTestId(`row-${FIRING}`).getByRole("link").click();
    await says(on, "detail-summary", /Bids outweigh asks/);
    await isAt(on, `#/alerts?alert=${FIRING}`);
    await says(on, "detail-phase", /^firing for \d/);
    await says(on, "detail-fired", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC$/);
    await eventually(async () => await page.getByTestId("moment").locator("polyline").count() > 0);
    await says(on, "moment-words", /^from −0\.\d\d to \+0\.\d\d; the book not live|^from/);
    await says(on, "rule-words", /is at least 0\.8 \(bid side\)/);
    await eventually(
      async () => await page.getByTestId("moment-book").locator("tbody tr").count() === 3,
      "its book",
    );
    await page.reload();
    await says(on, "detail-summary", /Bids outweigh asks/);

    // From the desk one click leads there.
    await page.goBack();
    await says(on, "nothing-opened", /./);
    await page.getByRole("link", { name: "Desk" }).click();
    await page.getByTestId(`open-${OVER}`).click();
    await says(on, "detail-summary", /Asks outweigh bids/);
    await isAt(on, `#/alerts?alert=${OVER}`);
    assertEquals(on.faults, []);
  },
  PATH,
);

scene(
  "What the view says of episodes is not said where it is not known",
  async (on) => {
    const { page, stage } = on;
    await says(on, "feed-claim", /^1 firing$/);
    // The rule was another one then; nothing is stored of the time; no book came with it.
    const evidence = { ...alertEvent().evidence, ruleVersion: 7 } as never;
    stage.hub.publish(ofRule({ evidence }));
    stage.history.rows = { timeMs: [], state: [], settings: [], values: {}, nulls: [] };
    stage.history.metrics = () => Promise.resolve(stage.history.rows);
    await page.goto(`${stage.url}/#/alerts?alert=${FIRING}`);
    await says(on, "rule-standing", /^The rule was another one then, .* Now it says:$/);
    await page.locator("[data-same='false']").waitFor({ state: "attached" });
    await says(on, "moment-note", /^Nothing is stored of that time\. These are the last 30 s/);
    assertEquals(await page.locator(".moment-rule").count(), 0, "its lines were others");

    // One whose rule is gone, whose evidence was not kept, and whose second has no book.
    const timeMs = Date.now();
    stage.history.moment = { book: null, feed: null, interval: null };
    stage.hub.publish(
      alertEvent({
        alertId: "bare",
        rule: "gone",
        evidence: null,
        timeMs,
        firedMs: timeMs - 60_000,
      }),
    );
    await page.goto(`${stage.url}/#/alerts?alert=bare`);
    await says(on, "rule-standing", /^No rule of this name is there any more/);
    await says(on, "moment-note", /^Its evidence is not stored/);
    await says(on, "book-note", /^Not known: ./);
    stage.history.moment = { ...stage.history.moment, book: { ...bookSecond(), incarnation: 1 } };

    // Its symbol is not followed any more: nobody says how it ends.
    on.setSystem({ symbols: ["ETHUSDT"] });
    await says(on, "detail-phase", /^end not known: not followed any more$/);
    await isThere(on, "detail-ack", 0);
    on.setSystem({});
    await says(on, "detail-phase", /^firing for/);

    stage.history.outage = "it is away";
    // Of what nobody has asked before, no answer is kept.
    await page.goto(`${stage.url}/#/alerts?alert=none&severity=critical`);
    await says(on, "detail-note", /^History is not available: it is away/);
    await says(on, "feed-note", /^Stored alerts cannot be read, trying again: .*it is away/);
    stage.history.outage = null;
    await says(on, "detail-note", /^No alert has the id none/);
    await says(on, "feed-note", /^No alert that is stored matches these filters/);

    await page.goto(`${stage.url}/#/alerts?alert=${FIRING}`);
    await says(on, "detail-phase", /^firing for/);
    await stage.close();
    await says(on, "detail-phase", /^fired; whether it goes on is not known$/);
    await says(on, "feed-claim", /^–$/);
    const row = page.getByTestId(`row-${FIRING}`).locator(".feed-phase");
    await eventually(async () =>
      await row.textContent() === "fired; whether it goes on is not known"
    );
  },
  PATH,
);

scene(
  "An episode is acknowledged with a comment and muted, and what is refused is said",
  async (on) => {
    const { page, stage } = on;
    const asked: unknown[] = [];
    let answer: OperationResult = { kind: "refused", why: "unavailable", reason: "not just now" };
    stage.operate = (operation) => {
      asked.push(operation);
      return Promise.resolve(answer);
    };
    await page.getByTestId(`row-ack-${FIRING}`).click();
    await eventually(async () =>
      (await page.getByTestId(`row-${FIRING}`).textContent() ?? "").includes("not just now")
    );
    const said = { timeMs: Date.now(), by: null, comment: "I look", severity: "warning" } as const;
    const seen = alertEvent({
      ...{ revision: 5, timeMs: Date.now(), firedMs: Date.now() - 60_000, acknowledged: said },
    });
    answer = { kind: "acknowledged", alert: seen };
    await page.getByTestId(`row-${FIRING}`).getByRole("link").click();
    await page.getByTestId("detail-comment").fill("I look");
    await page.getByTestId("detail-ack").click();
    await eventually(() => asked.length === 2);
    assertEquals((asked[1] as { said: unknown }).said, { by: null, comment: "I look" });
    stage.hub.publish(seen);
    await says(on, "detail-people", /^acknowledged at .*: I look$/);
    await isThere(on, "detail-ack", 0);
    await isThere(on, `row-ack-${FIRING}`, 0);

    stage.operate = (operation) => {
      if (operation.type === "mute") stage.hub.publish(operation.mute);
      return Promise.resolve({ kind: "muted" });
    };
    await page.getByTestId("detail-mute").click();
    await page.getByTestId("mute-for").selectOption("15");
    await page.getByTestId("mute-save").click();
    await says(on, "mutes", /^extreme imbalance of BTCUSDT until /);
    assertEquals(on.faults.filter((text) => !text.includes("503")), []);
  },
  PATH,
);

scene(
  "Who may only look sees episodes and rules, and nothing that changes any",
  async (on) => {
    const { page } = on;
    on.stage.hub.publish(ofRule());
    await isThere(on, `row-${FIRING}`);
    await page.getByTestId(`row-${FIRING}`).getByRole("link").click();
    await says(on, "rule-words", /is at least 0\.8/);
    for (const id of [`row-ack-${FIRING}`, "detail-ack", "detail-mute", "edit-rule"]) {
      await isThere(on, id, 0);
    }
    await page.goto(`${on.stage.url}/#/alerts?rules=new`);
    await says(on, "rules-refused", /^This session may only look/);
    await says(on, "rules", /price_burst/);
    for (const id of ["rule-form", "trial", "new-rule", "edit-price_burst"]) {
      await isThere(on, id, 0);
    }
    assertEquals(on.faults, []);
  },
  PATH,
  WITH_TOKENS,
  AS_READER,
);

/** What the supervisor would have in force; a test of one page. */
let inForce: RulesInForce = RULES_IN_FORCE;

scene(
  "A rule is typed, told in words, refused at its field, and saved over what somebody else has changed meanwhile",
  async (on) => {
    const { page, stage } = on;
    const puts: unknown[] = [];
    stage.operate = (operation) => {
      if (operation.type !== "replace_rules") throw new TypeError(operation.type);
      puts.push(JSON.parse(operation.text));
      if (operation.ifMatch !== inForce.file.etag) {
        const reason = "the file is not as If-Match says";
        return Promise.resolve({ kind: "refused", why: "outdated", reason });
      }
      const content = JSON.parse(operation.text);
      inForce = {
        book: readRulesFile(operation.text, DEFAULT_SETTINGS),
        file: { ...inForce.file, content, etag: `"${puts.length}"` },
      };
      return Promise.resolve({ kind: "replaced" });
    };
    await says(on, "rule-said", /^Fill in the numbers/);
    await page.getByTestId("rule-metric").selectOption("spreadBps");
    await page.getByTestId("rule-enter").fill("5");
    await says(
      on,
      "rule-said",
      /^Fires when spread.* is at least 5 bps\. *Ends when it has been below 5 bps for 15 s/,
    );
    await has(on, "rule-name", "spread_bps_above_5");
    await page.getByTestId("rule-comparison").selectOption("below");
    await says(on, "rule-said", /is at most 5 bps\. *Ends when it has been above 5 bps/);
    await page.getByTestId("rule-comparison").selectOption("above");

    // The server's refusal stands at the field that it is of, and the focus goes there.
    await page.getByTestId("rule-leave").fill("7");
    await page.getByTestId("try-rule").click();
    await says(on, "wrong-leave", /leave is 7, and must not be above enter, which is 5/);
    const focused = () => page.evaluate<string>("document.activeElement.name");
    await eventually(async () => await focused() === "leave");
    await page.getByTestId("rule-leave").fill("4");
    await isThere(on, "wrong-leave", 0);
    await page.getByTestId("rule-forMs").fill("soon");
    await page.getByTestId("try-rule").click();
    await says(on, "wrong-forMs", /forMs must be a whole number of milliseconds.*received "soon"/);
    await page.getByTestId("rule-forMs").fill("2");

    // Nothing is stored here: that is not that it would not have fired.
    await page.getByTestId("span-1h").click();
    await page.getByTestId("try-rule").click();
    await says(on, "trial-headline", /^Nothing is known of the last 1 h of BTCUSDT, ETHUSDT\.$/);
    await page.getByTestId("rule-enter").fill("6");
    await says(on, "trial-note", /^This is of the rule as it was when it was tried/);
    assertEquals(puts, [], "a trial changes nothing");

    inForce = { ...inForce, file: { ...inForce.file, content: { rules: {} }, etag: '"else"' } };
    await page.getByTestId("save-rule").click();
    await says(on, "rule-error", /^the file is not as If-Match says$/);
    await page.getByTestId("rules-reread").click();
    await isThere(on, "rules-reread", 0);
    assertEquals(await page.getByTestId("rule-enter").inputValue(), "6", "what was typed stays");
    await page.getByTestId("save-rule").click();
    await says(on, "rule-spread_bps_above_6", /of the file of rules.*at least 6 bps/);
    await isAt(on, "#/alerts?rules=list");
    assertEquals(puts.at(-1), {
      rules: {
        spread_bps_above_6: {
          kind: "threshold",
          sources: [{ metric: "spreadBps" }],
          ...{ enter: 6, leave: 4, forMs: 2_000, smoothMs: 0, keepFiringMs: 15_000 },
          ...{ cooldownMs: 60_000, severity: "warning", isOn: true },
        },
      },
    });

    await page.getByTestId("edit-spread_bps_above_6").click();
    await page.getByTestId("rule-form").waitFor();
    await has(on, "rule-forMs", "2");
    await page.getByTestId("remove-rule").click();
    await isThere(on, "rule-spread_bps_above_6", 0);
    await page.getByTestId("edit-price_burst").click();
    await page.locator("[name='isOn']").uncheck();
    await page.getByTestId("save-rule").click();
    await says(on, "rule-price_burst", /switched off/);
    assertEquals(puts.at(-1), { rules: { price_burst: { isOn: false } } });
    const refused = on.faults.filter((text) => !/status of (400|412)/.test(text));
    assertEquals(refused, []);
  },
  `${PATH}?rules=new`,
  { rulesInForce: () => inForce },
);

scene(
  "On a phone one thing is shown at a time, and nothing is wider than the screen",
  async (on) => {
    const { page, stage } = on;
    await page.setViewportSize(NARROW);
    const fits = async (what: string) =>
      await eventually(
        async () => await page.evaluate("document.documentElement.scrollWidth") === NARROW.width,
        what,
      );
    const smallest = () =>
      page.evaluate<number>(
        "Math.min(...[...document.querySelectorAll('main :is(button, input, select, a)')]" +
          ".filter((one) => one.offsetParent).map((one) => one.matches('.feed-row a') ? 24 : " +
          "(one.closest('label, .feed-row') ?? one).getBoundingClientRect().height))",
      );
    stage.hub.publish(ofRule());
    await isThere(on, `row-${FIRING}`);
    await fits("the list");
    await eventually(async () => await smallest() >= 24, "a finger meets all of the list");
    await page.getByTestId(`row-${FIRING}`).getByRole("link").click();
    await says(on, "rule-words", /./);
    await eventually(async () => await page.getByTestId("moment").locator("polyline").count() > 0);
    await fits("an episode");
    await eventually(() => page.getByTestId(`row-${FIRING}`).isHidden(), "the list is not shown");
    await page.getByTestId("back").click();
    await page.getByTestId(`row-${FIRING}`).getByRole("link").waitFor();
    for (
      const path of ["?rules=list", "?rules=new&metric=mid&line=64000.5&from=above&of=BTCUSDT"]
    ) {
      await page.goto(`${stage.url}/#/alerts${path}`);
      await page.getByTestId(path.startsWith("?rules=list") ? "rules" : "rule-form").waitFor();
      await fits(path);
    }
    await says(on, "rule-said", /^Fires when mid passes 64,000\.5 from above\./);
    await eventually(() => page.locator("[name='symbol-BTCUSDT']").isChecked(), "its symbol");
    assertEquals(on.faults, []);
  },
  PATH,
);
