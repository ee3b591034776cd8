/**
 * Notices: what people are told of the stream of alerts, and in which order. Episodes stay what they are, one for each symbol;
 * here those that belong together become one notice, and what follows from something else waits for it. The page and
 * whatever calls people take the same step. Pure: the caller brings the time, and asks for what is due.
 *
 * - **Who is called.** An episode calls when it fires, and again when it becomes critical: once for each severity, whatever is
 *   delivered twice. It does not while it is muted, nor when somebody has seen it at that severity, nor without
 *   `isNotified`. Its resolve is told to whom it was told that it fires.
 * - **Grouping.** What is due waits for its window. The episodes of one rule, of so many symbols, whose times are that close, are one
 *   market-wide notice.
 * - **Inhibition.** While an episode that inhibits fires nothing of other episodes of its symbol leaves; neither does it before the
 *   notice that it has resolved. What is still owed then is told after it.
 */
import { type MarketText, marketText } from "./market.ts";
import type { AlertEvent } from "./output.ts";
import { isSeen } from "./said.ts";
import { isAtLeast, type Severity } from "./severity.ts";

/** Episodes whose times are closer belong together; as long a notice waits for others. */
export const GROUP_WINDOW_MS = 2_000;
/** From so many symbols on what happens is the market's: two move together now and then. */
export const MARKET_WIDE_SYMBOLS = 3;
/** Ids of episodes that are over, so that one which comes late does not begin anew. */
const ENDED_MAX = 1_000;

/** One thing that people are told. */
export interface Notice {
  readonly kind: "fires" | "resolved";
  /** As in `AlertEvent.rule`. */
  readonly rule: string;
  /** The worst of its episodes. */
  readonly severity: Severity;
  /** Market-wide: of `MARKET_WIDE_SYMBOLS` or more; otherwise it has one episode. */
  readonly isMarketWide: boolean;
  /** As they were heard of last. */
  readonly alerts: readonly AlertEvent[];
}

type Kind = Notice["kind"];

interface Episode {
  alert: AlertEvent;
  /** At which severity people were told that it fires; `null`: they were not. */
  told: Severity | null;
}

/** Episodes that wait for others of their rule. */
interface Window {
  readonly rule: string;
  readonly kind: Kind;
  /** Of the first of them: when what is told has happened. */
  readonly eventMs: number;
  readonly dueMs: number;
  readonly ids: string[];
}

/** The step; what it remembers is bounded by the episodes that fire. */
export class Notices {
  readonly #episodes = new Map<string, Episode>();
  readonly #ended = new Set<string>();
  /** By symbol: episodes that inhibit, until it is told that they have resolved. */
  readonly #inhibitors = new Map<MarketText, Set<string>>();
  /** By symbol: what is owed and inhibited. */
  readonly #held = new Map<MarketText, Set<string>>();
  #windows: Window[] = [];

  /** When something will be due; `null`: nothing waits for its time. */
  get nextMs(): number | null {
    return this.#windows.length === 0 ? null : Math.min(...this.#windows.map(({ dueMs }) => dueMs));
  }

  /** Takes a revision, heard at `nowMs`; what is no news changes nothing. */
  take(alert: AlertEvent, nowMs: number): void {
    const { alertId } = alert;
    const known = this.#episodes.get(alertId);
    if (this.#ended.has(alertId) || known !== undefined && known.alert.revision >= alert.revision) {
      return;
    }
    const episode = known ?? { alert, told: null };
    episode.alert = alert;
    this.#episodes.set(alertId, episode);
    if (alert.inhibits && alert.phase === "firing") {
      setOf(this.#inhibitors, marketText(alert)).add(alertId);
    }
    const owed = owedOf(episode);
    // Who joins late learns of several at once: they belong together by when they fired.
    const eventMs = known === undefined && owed === "fires" ? alert.firedMs : alert.timeMs;
    if (owed !== null) this.#wait(episode, owed, eventMs, nowMs);
    else if (alert.phase === "resolved") this.#end(alert, nowMs);
  }

  /** What is to be told now, in this order. */
  due(nowMs: number): Notice[] {
    const isDue = ({ dueMs }: Window) => dueMs <= nowMs;
    const due = this.#windows.filter(isDue);
    this.#windows = this.#windows.filter((window) => !isDue(window));
    return due.flatMap((window) => this.#close(window, nowMs));
  }

  #wait({ alert }: Episode, kind: Kind, eventMs: number, nowMs: number): void {
    const { alertId, rule } = alert;
    if (this.#isInhibited(alert)) {
      setOf(this.#held, marketText(alert)).add(alertId);
      return;
    }
    if (this.#windows.some((window) => window.kind === kind && window.ids.includes(alertId))) {
      return;
    }
    const open = this.#windows.find((window) =>
      window.rule === rule && window.kind === kind &&
      Math.abs(eventMs - window.eventMs) <= GROUP_WINDOW_MS
    );
    if (open !== undefined) open.ids.push(alertId);
    else {
      const dueMs = nowMs + GROUP_WINDOW_MS;
      this.#windows.push({ rule, kind, eventMs, dueMs, ids: [alertId] });
    }
  }

  #close({ rule, kind, ids }: Window, nowMs: number): Notice[] {
    const episodes: Episode[] = [];
    for (const id of ids) {
      const episode = this.#episodes.get(id);
      if (episode === undefined || owedOf(episode) !== kind) continue;
      if (this.#isInhibited(episode.alert)) setOf(this.#held, marketText(episode.alert)).add(id);
      else episodes.push(episode);
    }
    const alerts = episodes.map(({ alert }) => alert);
    for (const episode of episodes) {
      episode.told = episode.alert.severity;
      if (kind === "resolved") this.#end(episode.alert, nowMs);
    }
    const symbols = new Set(alerts.map(marketText));
    if (symbols.size >= MARKET_WIDE_SYMBOLS) {
      return [{ kind, rule, severity: worst(alerts), isMarketWide: true, alerts }];
    }
    return alerts.map((alert) => {
      return { kind, rule, severity: alert.severity, isMarketWide: false, alerts: [alert] };
    });
  }

  /** Nothing more is told of an episode; if it has inhibited others, what they owe is due after it. */
  #end(alert: AlertEvent, nowMs: number): void {
    const { alertId } = alert;
    this.#episodes.delete(alertId);
    this.#ended.add(alertId);
    const [oldest] = this.#ended;
    if (this.#ended.size > ENDED_MAX && oldest !== undefined) this.#ended.delete(oldest);
    const symbol = marketText(alert);
    this.#held.get(symbol)?.delete(alertId);
    const inhibitors = this.#inhibitors.get(symbol);
    if (inhibitors === undefined || !inhibitors.delete(alertId) || inhibitors.size > 0) return;
    this.#inhibitors.delete(symbol);
    const held = this.#held.get(symbol) ?? [];
    this.#held.delete(symbol);
    for (const id of held) {
      const episode = this.#episodes.get(id);
      const owed = episode === undefined ? null : owedOf(episode);
      if (episode !== undefined && owed !== null) this.#wait(episode, owed, nowMs, nowMs);
    }
  }

  #isInhibited(alert: AlertEvent): boolean {
    return !alert.inhibits && this.#inhibitors.has(marketText(alert));
  }
}

/** What is to be told of an episode as it stands; `null`: nothing. */
function owedOf({ alert, told }: Episode): Kind | null {
  const { phase, severity, isNotified, mutedUntilMs } = alert;
  if (phase === "resolved") return told === null ? null : "resolved";
  const isTold = told !== null && isAtLeast(told, severity);
  return isNotified && mutedUntilMs === null && !isSeen(alert) && !isTold ? "fires" : null;
}

function worst(alerts: readonly AlertEvent[]): Severity {
  return alerts.map(({ severity }) => severity)
    .reduce((one, other) => isAtLeast(one, other) ? one : other, "info");
}

function setOf<Key>(sets: Map<Key, Set<string>>, key: Key): Set<string> {
  const known = sets.get(key) ?? new Set();
  sets.set(key, known);
  return known;
}
