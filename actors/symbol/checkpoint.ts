/**
 * What the next life of a symbol actor must know, and what is believed of it: it has been through
 * another thread or a database, and what does not check is dropped, with its reason.
 */
import { checkOutput } from "../../shared/catalogue/output_check.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { isAlertMemory } from "./alert_memory_check.ts";
import type { AlertMemory } from "./engine/alerts/alert_memory.ts";

/** Rides on each heartbeat. */
export interface Checkpoint {
  /** Where each rule stands. */
  readonly alerts: AlertMemory;
  /** Alerts that the writer has not confirmed. */
  readonly unacked: readonly AlertEvent[];
}

/** A checkpoint of nothing. */
export const NO_CHECKPOINT: Checkpoint = { alerts: [], unacked: [] };

/** What a life begins with; with a `problem` it begins with nothing. */
export function readCheckpoint(
  value: unknown,
  symbol: string,
): { readonly checkpoint: Checkpoint; readonly problem: string | null } {
  if (value === null) return { checkpoint: NO_CHECKPOINT, problem: null };
  const { alerts, unacked } = (typeof value === "object" ? value : {}) as Record<string, unknown>;
  const isOurs = (event: unknown): event is AlertEvent =>
    checkAlerts([event], symbol).problem === null;
  if (!isAlertMemory(alerts, isOurs)) {
    return { checkpoint: NO_CHECKPOINT, problem: "its memory of rules has an unknown form" };
  }
  const { sound, problem } = checkAlerts(unacked, symbol);
  if (problem !== null) return { checkpoint: NO_CHECKPOINT, problem };
  return { checkpoint: { alerts, unacked: sound }, problem: null };
}

/** Alerts of one symbol from outside. */
export interface CheckedAlerts {
  readonly sound: readonly AlertEvent[];
  /** How many are left out, and why the first one is. */
  readonly refused: number;
  readonly problem: string | null;
}

/** The alerts of a list that are sound. */
export function checkAlerts(value: unknown, symbol: string): CheckedAlerts {
  if (!Array.isArray(value)) {
    return { sound: [], refused: 1, problem: "its alerts are no list" };
  }
  const sound: AlertEvent[] = [];
  let problem: string | null = null;
  for (const one of value) {
    const check = checkOutput("alert", one);
    if (!check.isRight) problem ??= `an alert is none: ${check.problem}`;
    else if (check.output.symbol !== symbol) problem ??= "an alert is of another symbol";
    else sound.push(check.output);
  }
  return { sound, refused: value.length - sound.length, problem };
}
