/** The check of an `AlertMemory` that comes from another life: it is used only if all of it has its form. */
import type { AlertEvent } from "../../shared/output.ts";
import type { NotificationMemory } from "./engine/alerts/notifications.ts";
import type {
  AlertMemory,
  EpisodeKey,
  LifeCycleMemory,
  PhaseMemory,
  RuleMemory,
} from "./engine/alerts/alert_memory.ts";
import type { MuteRecord } from "../../shared/said.ts";

type Check<T> = (value: unknown) => value is T;

/**
 * Whether this is a memory, with alerts that are `isAlert` and mutes that are `isMute`. What an evaluator has learnt it must
 * check itself.
 */
export function isAlertMemory(
  value: unknown,
  isAlert: Check<AlertEvent>,
  isMute: Check<MuteRecord>,
): value is AlertMemory {
  const isRule = (memory: unknown): memory is RuleMemory => isRuleMemory(memory, isAlert);
  return isRecord(value) && isListOf(isRule)(value.rules) &&
    isNotificationMemory(value.notifications) && isListOf(isMute)(value.mutes);
}

/** … or that of one rule. */
export function isRuleMemory(
  value: unknown,
  isAlert: (event: unknown) => boolean,
): value is RuleMemory {
  const isPhase = (state: unknown): state is PhaseMemory => {
    if (!isRecord(state)) return false;
    const { phase, last, event, peak } = state;
    if (phase === "firing") {
      return isAlert(event) && isRecord(event) && event.phase === "firing" &&
        isNullOr(isDuration)(state.goneMs) && isDuration(state.toldAgoMs) &&
        (peak === null || Number.isFinite(peak));
    }
    if (!isNullOr(isEpisodeKey)(last)) return false;
    if (phase === "idle") return isDuration(state.restMs);
    return phase === "pending" && isDuration(state.startedAgoMs) && isDuration(state.countedMs);
  };
  const isLifeCycle = (memory: unknown): memory is LifeCycleMemory =>
    isRecord(memory) && isPhase(memory.state) && isDuration(memory.awayMs) &&
    Number.isInteger(memory.level) && Number(memory.level) >= 0 &&
    isNullOr(isDuration)(memory.quietMs);
  return isRecord(value) && typeof value.rule === "string" && Number.isFinite(value.version) &&
    isNullOr(isLifeCycle)(value.lifeCycle) && "learnt" in value && "smoothed" in value;
}

/** … or that of the notifications. */
export function isNotificationMemory(value: unknown): value is NotificationMemory {
  return isRecord(value) && isListOf(isDuration)(value.agosMs) && isDuration(value.suppressed);
}

function isEpisodeKey(value: unknown): value is EpisodeKey {
  return isRecord(value) && typeof value.alertId === "string" && Number.isFinite(value.startedMs) &&
    Number.isInteger(value.revision) && Number(value.revision) >= 1;
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}

function isNullOr<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

function isListOf<T>(check: Check<T>): Check<readonly T[]> {
  // Spread, because `every` leaves out holes.
  return (value): value is readonly T[] => Array.isArray(value) && [...value].every(check);
}

function isDuration(value: unknown): value is number {
  return Number.isFinite(value) && Number(value) >= 0;
}
