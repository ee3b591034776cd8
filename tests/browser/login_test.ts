/** A person logs in, looks, changes, and logs out, in a real browser behind a real proxy, under a path of its own. */
import { assert, assertEquals } from "@std/assert";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Operation } from "../../shared/protocol.ts";
import { NONE } from "../../shared/unacked.ts";
import { Authority, SESSION_MS } from "../../web/authority.ts";
import { launch, openPage, testInBrowser, textOf } from "../support/browser.ts";
import { freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import { JSON_TYPE } from "../support/json_request.ts";
import { startNginx } from "../support/nginx.ts";
import { systemStatus } from "../support/outputs.ts";
import { nginxPath } from "../support/services.ts";
import { openStage, play } from "./stage.ts";

const TOKENS = { authToken: "operator-0123456789", authReadToken: "reader-0123456789" };
const AUTHORITY = new Authority(TOKENS);
const PREFIX = "/books";
/** More than what a wrong token costs, of which one is a try each. */
const PATIENCE_MS = 600_000;

/** A page of the browser that is asked who it is. */
interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong inside the page, but for the answers that the test asks for. */
  readonly faults: readonly string[];
}

/** What the tests share: one server, one browser. */
interface Desk {
  readonly home: string;
  readonly asked: readonly Operation[];
  visit(hash: string): Promise<Visit>;
  /** The server's time stands still: nobody is forgiven a wrong token while a test sends others. */
  stopTime(): void;
  /** Sessions of now are over, and those who were wrong too often may try again. */
  letTimePass(): void;
}

async function withDesk(browser: Browser, run: (desk: Desk) => Promise<void>): Promise<void> {
  const port = freePort();
  // As nginx comes: it takes the path away, and has a Host of its own.
  const location = `location ${PREFIX}/ { proxy_pass http://127.0.0.1:${port}/; }`;
  const nginx = nginxPath === null ? null : await startNginx(nginxPath, location);
  const home = `${nginx?.url ?? `http://127.0.0.1:${port}`}${PREFIX}/`;
  let skippedMs = 0;
  let stoppedMs: number | null = null;
  const stage = await openStage(port, {
    publicUrl: home,
    authority: AUTHORITY,
    clocks: {
      monotonicMs: () => (stoppedMs ?? performance.now()) + skippedMs,
      utcNowMs: () => Date.now() + skippedMs,
    },
  });
  const asked: Operation[] = [];
  stage.operate = (operation) => {
    asked.push(operation);
    return Promise.resolve({ kind: "done", symbols: ["BTCUSDT", "ETHUSDT"], unacked: NONE });
  };
  const stop = play(
    stage,
    ["BTCUSDT", "ETHUSDT"],
    () => systemStatus({ timeMs: Date.now() + skippedMs }),
  );
  const strays: string[] = [];
  const visit = async (hash: string) => {
    const { page, faults } = await openPage(browser, `${home}${hash}`);
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (!pathname.startsWith(`${PREFIX}/`)) strays.push(request.url());
    });
    return { page, context: page.context(), faults };
  };
  try {
    const stopTime = () => stoppedMs = performance.now();
    const letTimePass = () => {
      stoppedMs = null;
      skippedMs += PATIENCE_MS;
    };
    await run({ home, asked, visit, stopTime, letTimePass });
    assertEquals(strays, [], "a proxy has nothing for us beside our path");
  } finally {
    stop();
    await stage.close();
    await nginx?.stop();
  }
}

const isAt = (page: Page, url: string) => eventually(() => page.url() === url, `the page ${url}`);

/** What is to have the focus of a page gets it when that is drawn, some time after it has loaded. */
const hasFocus = (page: Page, id: string) =>
  eventually(
    async () => await page.evaluate("document.activeElement.id") === id,
    `the focus on ${id}`,
  );

async function logIn(page: Page, token: string): Promise<void> {
  await page.getByTestId("token").fill(token);
  await page.keyboard.press("Enter");
}

/** What a script of the page gets, with the session of the person who looks at it. */
const statusOf = (page: Page, path: string, init: RequestInit = {}) =>
  page.evaluate<number, [string, RequestInit]>(
    ([path, init]) => fetch(path, init).then(({ status }) => status),
    [path, init],
  );

const ADD: RequestInit = {
  method: "POST",
  headers: JSON_TYPE,
  body: '{"symbol":"SOLUSDT"}',
};

const whatWasRefused = (faults: readonly string[]) =>
  faults.filter((fault) => !/status of 4(01|03|29)/.test(fault));

async function operatorsDay({ home, asked, visit, stopTime, letTimePass }: Desk): Promise<void> {
  const { page, context, faults } = await visit("#ETHUSDT");
  await isAt(page, `${home}login#ETHUSDT`);
  await hasFocus(page, "token");
  assertEquals(await page.title(), "Log in · Order Book Monitor");

  stopTime();
  await logIn(page, "operator-0123456780");
  await textOf(page, "login-error", (text) => text.trim() === "This is no token of this monitor.");
  await isAt(page, `${home}login#ETHUSDT`);
  await hasFocus(page, "token");
  assertEquals(await page.getByTestId("token").inputValue(), "");
  for (let n = 1; n < 10; n++) {
    const headers = { authorization: `Bearer wrong-${n}-0123456789` };
    await (await fetch(`${home}api/symbols`, { headers })).body?.cancel();
  }
  await logIn(page, TOKENS.authToken);
  await textOf(
    page,
    "login-error",
    (text) => /Too many wrong tokens: try again in \d s/.test(text),
  );
  letTimePass();
  await logIn(page, TOKENS.authToken);
  await isAt(page, `${home}#ETHUSDT`);
  await textOf(page, "symbol", (text) => text === "ETHUSDT");
  await textOf(page, "mid", (text) => /\d/.test(text));
  assertEquals(await page.getByTestId("read-only").isVisible(), false);
  await page.getByTestId("add-name").fill("SOLUSDT");
  await page.keyboard.press("Enter");
  await textOf(page, "symbol-note", (text) => text === "SOLUSDT is followed now.");
  assertEquals(asked, [{ type: "add_symbol", symbol: "SOLUSDT" }]);
  await page.goto(`${home}login`);
  await isAt(page, home);

  const other = await context.newPage();
  await other.goto(`${home}#ETHUSDT`);
  await textOf(other, "mid", (text) => /\d/.test(text));
  await page.getByTestId("log-out").click();
  await isAt(page, `${home}login`);
  // Who leaves a machine that others use must not leave a window behind that goes on.
  await isAt(other, `${home}login#ETHUSDT`);
  assertEquals(await context.cookies(), []);
  assertEquals(await statusOf(page, "api/symbols"), 401);
  await page.goto(`${home}#BTCUSDT`);
  await isAt(page, `${home}login#BTCUSDT`);
  assertEquals(whatWasRefused(faults), []);
  await context.close();
}

async function readersDay({ home, asked, visit }: Desk): Promise<void> {
  const { page, context, faults } = await visit("#BTCUSDT");
  const before = asked.length;
  await logIn(page, TOKENS.authReadToken);
  await isAt(page, `${home}#BTCUSDT`);
  await textOf(page, "mid", (text) => /\d/.test(text));
  await textOf(page, "read-only", (text) => text === "read-only");
  await textOf(page, "alerts", (text) => text.includes("Bids outweigh asks"));
  for (const id of ["add-name", "add", "remove-BTCUSDT", "remove-ETHUSDT", "ack-a1", "mute-a1"]) {
    assert(await page.getByTestId(id).isHidden(), id);
  }
  for (
    const [path, init] of [
      ["api/symbols", ADD],
      ["api/symbols/ETHUSDT", { method: "DELETE" }],
      ["api/alerts/a1/ack", ADD],
      ["api/mutes", ADD],
    ] as const
  ) {
    assertEquals(await statusOf(page, path, init), 403, path);
  }
  assertEquals(await statusOf(page, "api/metrics?symbol=BTCUSDT"), 200);
  assertEquals(asked.length, before, "the monitor was asked nothing");
  assertEquals(whatWasRefused(faults), []);
  await context.close();
}

/** A wall display, a week later. */
async function sessionsEnd({ home, visit, letTimePass }: Desk): Promise<void> {
  const { page, context } = await visit("");
  const until = Date.now() + PATIENCE_MS / 2;
  const value = AUTHORITY.issue("read", until - SESSION_MS);
  await context.addCookies([{
    name: AUTHORITY.cookieName,
    value,
    domain: "127.0.0.1",
    path: PREFIX,
  }]);
  await page.goto(`${home}#ETHUSDT`);
  await textOf(page, "symbol", (text) => text === "ETHUSDT");
  letTimePass();
  await isAt(page, `${home}login#ETHUSDT`);
  await logIn(page, TOKENS.authReadToken);
  await isAt(page, `${home}#ETHUSDT`);
  await textOf(page, "mid", (text) => /\d/.test(text));
  await context.close();
}

testInBrowser(
  "A person is asked for a token, comes to what was wanted, and may do what it allows",
  async (executablePath, t) => {
    const browser = await launch(executablePath);
    try {
      await withDesk(browser, async (desk) => {
        await t.step(
          "until a session ends, which leads back to where it was",
          () => sessionsEnd(desk),
        );
        await t.step("as a reader: nothing that changes anything", () => readersDay(desk));
        await t.step(
          "as the operator, after wrong tokens, until the log out",
          () => operatorsDay(desk),
        );
      });
    } finally {
      await browser.close();
    }
  },
);
