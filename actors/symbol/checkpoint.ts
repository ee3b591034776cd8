/**
 * Checkpoint: what a symbol actor leaves to its next life, and the check that stands between the two. The last
 * life may have died of anything, so what it left is used only if all of it has the form that it must have.
 */
import { checkOutput } from "../../shared/catalogue/output_check.ts";
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

/** The checkpoint of a symbol's last life; with a `problem` nothing of it may be used. */
export function readCheckpoint(
  value: unknown,
  symbol: SymbolId,
): { readonly checkpoint: Checkpoint | null; readonly problem: string | null } {
  const refused = (problem: string) => ({ checkpoint: null, problem });
  if (!isRecord(value)) return refused("it is no object");
  const { alerts, unacked } = value;
  if (!isListOf(isRuleOf(symbol))(alerts)) {
    return refused("what its rules remember has another form");
  }
  const checked = checkAlerts(unacked, symbol);
  if (checked.problem !== null) return refused(checked.problem);
  return { checkpoint: { alerts, unacked: checked.sound }, problem: null };
}

function isRuleOf(symbol: SymbolId): Check<RuleMemory> {
  const isOurs = (event: unknown): event is AlertEvent =>
    checkAlerts([event], symbol).problem === null;
  const isPhase = (state: unknown): state is PhaseMemory => {
    if (!isRecord(state) || typeof state.phase !== "string") return false;
    const isRight: Readonly<Record<PhaseMemory["phase"], () => boolean>> = {
      idle: () => isNullOr(isEpisodeKey)(state.last) && isDuration(state.restMs),
      pending: () =>
        isNullOr(isEpisodeKey)(state.last) && isDuration(state.startedAgoMs) &&
        isDuration(state.countedMs),
      firing: () =>
        isOurs(state.event) && state.event.phase === "firing" &&
        isNullOr(isDuration)(state.goneMs),
    };
    return Object.hasOwn(isRight, state.phase) && isRight[state.phase as PhaseMemory["phase"]]();
  };
  const isLifeCycle = (memory: unknown): memory is LifeCycleMemory =>
    isRecord(memory) && isPhase(memory.state) && isDuration(memory.awayMs);
  // What an evaluator has learnt has a form of its own, which the evaluator checks.
  const isRule = (memory: unknown): memory is RuleMemory =>
    isRecord(memory) && isText(memory.rule) && isNumber(memory.version) &&
    isNullOr(isLifeCycle)(memory.lifeCycle) && "learnt" in memory;
  return isRule;
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
