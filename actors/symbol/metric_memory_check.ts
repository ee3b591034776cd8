/** The check of a `MetricMemory` that comes from another life: plain data, and not too much of it. */
import type { FamilyMemories, MetricMemory } from "./engine/metrics/metric_memory.ts";

/** Of all values and letters inside: it rides on each heartbeat. */
const SIZE_MAX = 100_000;
const DEPTH_MAX = 16;

/** Whether this is a memory. What a family has remembered it must check itself. */
export function isMetricMemory(value: unknown): value is MetricMemory {
  if (!isRecord(value)) return false;
  const { families, isRestored } = value;
  return isFamilyMemories(families) && typeof isRestored === "boolean";
}

/** … and without what else there is in it. */
export function isFamilyMemories(value: unknown): value is FamilyMemories {
  return isRecord(value) && sizeOf(value, DEPTH_MAX) <= SIZE_MAX;
}

/** Values and letters, or `Infinity`: there is something else in it than plain data. */
function sizeOf(value: unknown, depth: number): number {
  if (typeof value === "string") return 1 + value.length;
  if (value === null || typeof value === "number" || typeof value === "boolean") return 1;
  if (depth === 0 || !(Array.isArray(value) || isRecord(value))) return Infinity;
  let size = 1;
  for (const [key, inner] of Object.entries(value)) {
    size += key.length + sizeOf(inner, depth - 1);
    if (size > SIZE_MAX) return Infinity;
  }
  return size;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}
