/**
 * What the next life of a symbol actor must know, and what is believed of it: it has been through
 * another thread or a database, and what does not check is dropped, with its reason.
 */
import { checkOutput } from "../../shared/catalogue/output_check.ts";
import type { Market } from "../../shared/market.ts";
import { isMuteOf } from "../../shared/mutes.ts";
import { type AlertEvent, ALL_RULES } from "../../shared/output.ts";
import { isAlertMemory, isNotificationMemory, isRuleMemory } from "./alert_memory_check.ts";
import { isFamilyMemories, isMetricMemory } from "./metric_memory_check.ts";
import type { SymbolInStore } from "../../shared/symbol_in_store.ts";
import {
  type FamilyMemories,
  type MetricMemory,
  NO_METRIC_MEMORY,
} from "./engine/metrics/metric_memory.ts";
import {
  type AlertMemory,
  NO_ALERT_MEMORY,
  type StoredAlerts,
  type StoredRule,
} from "./engine/alerts/alert_memory.ts";
import type { MuteRecord } from "../../shared/said.ts";

/** Rides on each heartbeat. */
export interface Checkpoint {
  /** Where each rule stands. */
  readonly alerts: AlertMemory;
  /** What families of metrics remember. */
  readonly metrics: MetricMemory;
  /** Alerts that the writer has not confirmed. */
  readonly unacked: readonly AlertEvent[];
}

/** A checkpoint of nothing. */
export const NO_CHECKPOINT: Checkpoint = {
  alerts: NO_ALERT_MEMORY,
  metrics: NO_METRIC_MEMORY,
  unacked: [],
};

/** What a life begins with; with a `problem` it begins with nothing. */
export function readCheckpoint(
  value: unknown,
  market: Market,
): { readonly checkpoint: Checkpoint; readonly problem: string | null } {
  if (value === null) return { checkpoint: NO_CHECKPOINT, problem: null };
  const { alerts, metrics, unacked } = (typeof value === "object" ? value : {}) as Record<
    string,
    unknown
  >;
  const isOurs = (event: unknown): event is AlertEvent =>
    checkAlerts([event], market).problem === null;
  const isMute = (mute: unknown): mute is MuteRecord => isOurMute(mute, market);
  if (!isAlertMemory(alerts, isOurs, isMute)) {
    return { checkpoint: NO_CHECKPOINT, problem: "its memory of rules has an unknown form" };
  }
  if (!isMetricMemory(metrics)) {
    return { checkpoint: NO_CHECKPOINT, problem: "its memory of metrics is not plain data" };
  }
  const { sound, problem } = checkAlerts(unacked, market);
  if (problem !== null) return { checkpoint: NO_CHECKPOINT, problem };
  return { checkpoint: { alerts, metrics, unacked: sound }, problem: null };
}

/** What of the store's memory is believed. */
export interface CheckedStore {
  readonly stored: StoredAlerts;
  readonly families: FamilyMemories;
  /** Why something of it is not, for the log. */
  readonly problems: readonly string[];
  readonly refusedAlerts: number;
  readonly refusedMetrics: number;
}

/** The parts of the store's memory that are sound. */
export function checkStored(
  { firing, rules, mutes, metrics }: SymbolInStore,
  market: Market,
): CheckedStore {
  const alerts = checkAlerts(firing, market);
  const { rules: known, notifications, refused } = checkRules(rules, market);
  const soundMutes = mutes.filter((mute) => isOurMute(mute, market));
  const refusedMutes = mutes.length - soundMutes.length;
  const { families, refused: refusedMetrics } = checkMetrics(metrics, market);
  const unknown = Object.entries({ rules: refused, mutes: refusedMutes, metrics: refusedMetrics })
    .filter(([, count]) => count > 0)
    .map(([of, count]) => `${count} ${of} have an unknown form`);
  return {
    stored: { firing: alerts.sound, rules: known, notifications, mutes: soundMutes },
    families,
    problems: alerts.problem === null ? unknown : [alerts.problem, ...unknown],
    refusedAlerts: alerts.refused + refused + refusedMutes,
    refusedMetrics,
  };
}

/** Alerts of one market from outside. */
export interface CheckedAlerts {
  readonly sound: readonly AlertEvent[];
  /** How many are left out, and why the first one is. */
  readonly refused: number;
  readonly problem: string | null;
}

/** How rules stood, as the store tells it: those rows that are sound. */
export interface CheckedRules extends Pick<StoredAlerts, "rules" | "notifications"> {
  readonly refused: number;
}

/** The rules of a list that are sound: rows of this market whose memory has its form. */
export function checkRules(value: unknown, { venue, symbol }: Market): CheckedRules {
  const rules: StoredRule[] = [];
  let notifications: StoredAlerts["notifications"] = null;
  let refused = 0;
  for (const { incarnation: _, ...row } of Array.isArray(value) ? value : []) {
    const check = checkOutput("rule_state", { ...row, isChange: true });
    const state = check.isRight ? check.output : null;
    const isOurs = state !== null && state.venue === venue && state.symbol === symbol;
    const memory = isOurs ? parsed(state.memory) : null;
    if (!isOurs) refused += 1;
    else if (state.rule === ALL_RULES && isNotificationMemory(memory)) {
      notifications = { memory, timeMs: state.timeMs };
    } else if (isRuleMemory(memory, () => false) && memory.rule === state.rule) {
      rules.push({ memory, wasFiring: state.phase === "firing", timeMs: state.timeMs });
    } else refused += 1;
  }
  return { rules, notifications, refused };
}

/** What families of metrics remembered, as the store tells it: those rows of this market that hold plain data. */
export function checkMetrics(
  value: unknown,
  { venue, symbol }: Market,
): { readonly families: FamilyMemories; readonly refused: number } {
  const families: Record<string, unknown> = {};
  let refused = 0;
  for (const { incarnation: _, ...row } of Array.isArray(value) ? value : []) {
    const check = checkOutput("metric_state", row);
    const state = check.isRight ? check.output : null;
    const isOurs = state !== null && state.venue === venue && state.symbol === symbol;
    const memory = isOurs ? parsed(state.memory) : null;
    if (!isOurs || memory === null || !isFamilyMemories({ [state.metric]: memory })) refused += 1;
    else families[state.metric] = memory;
  }
  return { families, refused };
}

function isOurMute(value: unknown, market: Market): value is MuteRecord {
  const check = checkOutput("mute", value);
  return check.isRight && isMuteOf(check.output, market);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The alerts of a list that are sound. */
export function checkAlerts(value: unknown, { venue, symbol }: Market): CheckedAlerts {
  if (!Array.isArray(value)) {
    return { sound: [], refused: 1, problem: "its alerts are no list" };
  }
  const sound: AlertEvent[] = [];
  let problem: string | null = null;
  for (const one of value) {
    const check = checkOutput("alert", one);
    if (!check.isRight) problem ??= `an alert is none: ${check.problem}`;
    else if (check.output.symbol !== symbol || check.output.venue !== venue) {
      problem ??= "an alert is of another market";
    } else sound.push(check.output);
  }
  return { sound, refused: value.length - sound.length, problem };
}
