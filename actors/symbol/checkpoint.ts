/**
 * Checkpoint: what a symbol actor leaves to its next life, and the check that stands between the two. The last
 * life may have died of anything, so what it left is used only if all of it has the form that it must have.
 */
import type { SymbolId } from "../../shared/market.ts";
import type { AlertEvent } from "../../shared/output.ts";
import type {
  AlertMemory,
  EpisodeKey,
  LifeCycleMemory,
  PhaseMemory,
  RuleMemory,
} from "./engine/alerts/alert_memory.ts";

/** Plain data; it goes with each heartbeat. */
export interface Checkpoint {
  /** Where each rule stands. */
  readonly alerts: AlertMemory;
  /** Alerts that the writer has not confirmed. */
  readonly unacked: readonly AlertEvent[];
}

type Check<T> = (value: unknown) => value is T;

/** The checkpoint of a symbol's last life; `null`: its form is unknown, and nothing of it may be used. */
export function readCheckpoint(value: unknown, symbol: SymbolId): Checkpoint | null {
  const isOurs = (event: unknown): event is AlertEvent =>
    isAlertEvent(event) && event.symbol === symbol;
  const isPhase = (state: unknown): state is PhaseMemory => {
    if (!isRecord(state)) return false;
    switch (state.phase) {
      case "idle":
        return isNullOr(isEpisodeKey)(state.last) && isDuration(state.restMs);
      case "pending":
        return isNullOr(isEpisodeKey)(state.last) && isDuration(state.startedAgoMs) &&
          isDuration(state.countedMs);
      case "firing":
        return isOurs(state.event) && state.event.phase === "firing" &&
          isNullOr(isDuration)(state.goneMs);
      default:
        return false;
    }
  };
  const isLifeCycle = (memory: unknown): memory is LifeCycleMemory =>
    isRecord(memory) && isPhase(memory.state) && isDuration(memory.awayMs);
  // What an evaluator has learnt has a form of its own, which the evaluator checks.
  const isRule = (memory: unknown): memory is RuleMemory =>
    isRecord(memory) && isText(memory.rule) && isNumber(memory.version) &&
    isNullOr(isLifeCycle)(memory.lifeCycle) && "learnt" in memory;
  if (!isRecord(value)) return null;
  const { alerts, unacked } = value;
  return isListOf(isRule)(alerts) && isListOf(isOurs)(unacked) ? { alerts, unacked } : null;
}

function isAlertEvent(value: unknown): value is AlertEvent {
  return isRecord(value) && value.type === "alert" &&
    isText(value.symbol) && isText(value.rule) && isText(value.summary) &&
    (value.phase === "firing" || value.phase === "resolved") &&
    (value.severity === "info" || value.severity === "warning" || value.severity === "critical") &&
    isNumber(value.firedMs) && isNullOr(isNumber)(value.resolvedMs) && isNumber(value.timeMs) &&
    isNullOr(isNumber)(value.value) && isNumber(value.threshold) &&
    isNullOr(isNumber)(value.bookUpdateId) && isNullOr(isNumber)(value.mid) && isEpisodeKey(value);
}

function isEpisodeKey(value: unknown): value is EpisodeKey {
  return isRecord(value) && isText(value.alertId) && isNumber(value.startedMs) &&
    Number.isInteger(value.revision) && Number(value.revision) >= 1;
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}

function isListOf<T>(check: Check<T>): Check<readonly T[]> {
  // Spread, because `every` leaves out holes.
  return (value): value is readonly T[] => Array.isArray(value) && [...value].every(check);
}

function isNullOr<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isDuration(value: unknown): value is number {
  return isNumber(value) && value >= 0;
}
