/** Pages of alerts and records: whatever comes between two of them, each row is told once. */
import { assertEquals } from "@std/assert";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import type { AlertEvent, Output } from "../../shared/output.ts";
import { ROUTES } from "../../shared/catalogue/routes.ts";
import { createApp } from "../../web/app.ts";
import { testOnBothDatabases } from "../integration/writer_stage.ts";
import {
  alertEvent,
  auditRecord,
  bookSecond,
  depthProfile,
  feedStatus,
  gapRecord,
  lossRecord,
  proofStatus,
  START_MS,
} from "../support/outputs.ts";
import { delivery, tradesSecond } from "../writer/outputs.ts";
import { RECORD_KINDS } from "../../web/record_statements.ts";
import { patientHistory } from "../support/patient_history.ts";
import { appOptions } from "./app_stage.ts";
import { createHub } from "./hub_stage.ts";

/** Rows of each kind and symbol: three share each moment. */
const ROWS = 14;
const SYMBOLS = ["AUSDT", "BUSDT"];
const at = (n: number) => START_MS + 1_000 * Math.floor(n / 3);

function recordsOf(symbol: string, from: number, count: number): Output[] {
  return Array.from({ length: count }, (_, i) => from + i).flatMap((n): Output[] => {
    const numbered = { symbol, number: n + 1, timeMs: at(n) };
    return [
      feedStatus(numbered),
      gapRecord(numbered),
      lossRecord(numbered),
      lossRecord({ ...numbered, lostBy: "writer" }),
      auditRecord(numbered),
      proofStatus({ ...numbered, forStore: true }),
      bookSecond(numbered),
      depthProfile({ ...numbered, forStore: true }),
      tradesSecond(numbered),
    ];
  });
}

/** Every third one fires; rules and severities in turns. */
function alertsOf(symbol: string, from: number, count: number): AlertEvent[] {
  return Array.from({ length: count }, (_, i) => from + i).map((n) => {
    const isOver = n % 3 !== 0;
    return alertEvent({
      alertId: `${symbol} ${n}`,
      symbol,
      rule: n % 2 === 0 ? "wall" : "burst",
      severity: n % 5 === 0 ? "critical" : "warning",
      phase: isOver ? "resolved" : "firing",
      firedMs: at(n),
      resolvedMs: isOver ? at(n) + 500 : null,
      timeMs: isOver ? at(n) + 500 : START_MS + 100_000 - n,
    });
  });
}

interface Page {
  readonly next: string | null;
  readonly [rows: string]: unknown;
}

testOnBothDatabases("Pages of history", {
  "tell each row once, in order, though others come between them": async ({ address }) => {
    const database = new Database(address, "test");
    await database.open();
    await database.claim({ kind: "simulation", label: "SIMULATED" });
    let seq = 0;
    const write = (items: readonly Output[]) => database.write(rowsOf(delivery(++seq, items)));
    for (const symbol of SYMBOLS) {
      await write([...recordsOf(symbol, 0, ROWS), ...alertsOf(symbol, 0, ROWS)]);
    }
    const history = patientHistory(address);
    let ms = 0;
    const clocks = { monotonicMs: () => ms += 10_000, utcNowMs: () => START_MS };
    const app = createApp(
      createHub(),
      history,
      appOptions({ clocks }),
    );
    const ask = async (path: string): Promise<Page> => {
      const response = await app.request(`http://127.0.0.1:8000${path}`, {}, { peer: "127.0.0.1" });
      const text = await response.text();
      assertEquals(response.status, 200, `${path}: ${text}`);
      return JSON.parse(text);
    };
    /** All rows of a list, page by page; `between` comes after the first page. */
    const all = async (path: string, list: string, between?: () => Promise<unknown>) => {
      const rows: unknown[] = [];
      let page = await ask(path);
      for (;;) {
        rows.push(...page[list] as unknown[]);
        await between?.();
        between = undefined;
        if (page.next === null) return rows;
        page = await ask(`${path}&cursor=${page.next}`);
      }
    };
    for (const kind of RECORD_KINDS) {
      const { path } = ROUTES[kind];
      const whole = (await ask(`${path}?limit=200`))[kind] as unknown[];
      assertEquals(whole.length, (kind === "losses" ? 4 : 2) * ROWS, kind);
      for (const limit of [1, 3, 5]) {
        assertEquals(await all(`${path}?limit=${limit}`, kind), whole, `${kind} by ${limit}`);
      }
      const some = await all(`${path}?symbols=AUSDT,BUSDT&from=${at(3)}&to=${at(6)}&limit=2`, kind);
      assertEquals(some.length, (kind === "losses" ? 4 : 2) * 3, kind);
      const one = await all(`${path}?symbol=BUSDT&limit=4`, kind) as { symbol: string }[];
      assertEquals(new Set(one.map(({ symbol }) => symbol)), new Set(["BUSDT"]));
    }
    for (const kind of RECORD_KINDS) {
      const whole = (await ask(`${ROUTES[kind].path}?limit=200`))[kind];
      const newer = () => write(recordsOf("AUSDT", 100 + 2 * seq, 2));
      assertEquals<unknown>(
        await all(`${ROUTES[kind].path}?limit=4`, kind, newer),
        whole,
        `${kind} under inserts`,
      );
    }
    const idsOf = (rows: unknown[]) => (rows as AlertEvent[]).map(({ alertId }) => alertId);
    const whole = idsOf((await ask("/api/alerts?limit=200")).alerts as unknown[]);
    assertEquals(whole.length, 2 * ROWS);
    for (const limit of [1, 3, 5]) {
      assertEquals(idsOf(await all(`/api/alerts?limit=${limit}`, "alerts")), whole);
    }
    // One that fired when the first page was made ends before its turn: it comes, once, with those that are over.
    const lastFiring = (await ask("/api/alerts?phase=firing&limit=200")).alerts as AlertEvent[];
    const [moved] = lastFiring.slice(-1);
    const change = () =>
      write([
        ...alertsOf("AUSDT", 100, 4),
        alertEvent({
          ...moved,
          revision: 2,
          phase: "resolved",
          resolvedMs: at(90),
          timeMs: at(90),
        }),
      ]);
    const seen = idsOf(await all("/api/alerts?limit=4", "alerts", change));
    assertEquals(whole.filter((id) => !seen.includes(id)), []);
    assertEquals(new Set(seen).size, seen.length);
    const filtered = async (query: string, fits: (alert: AlertEvent) => boolean) => {
      const alerts = (await ask("/api/alerts?limit=200")).alerts as AlertEvent[];
      assertEquals(
        idsOf(await all(`/api/alerts?limit=2&${query}`, "alerts")),
        idsOf(alerts.filter(fits)),
        query,
      );
    };
    await filtered("rule=wall", ({ rule }) => rule === "wall");
    await filtered("rule=wall,burst&phase=firing", ({ phase }) => phase === "firing");
    await filtered(
      "phase=resolved&severity=critical",
      ({ phase, severity }) => phase === "resolved" && severity === "critical",
    );
    await filtered(
      `symbols=BUSDT,NONE&to=${at(6)}`,
      ({ symbol, firedMs }) => symbol === "BUSDT" && firedMs < at(6),
    );
    await filtered(`from=${at(6)}`, ({ resolvedMs }) => resolvedMs === null || resolvedMs >= at(6));
    await history.close();
    await database.close();
  },
});
