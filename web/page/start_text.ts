/** What the page says while many symbols start: how far they are, and when the last can be there. Pure. */
import type { StartStatus } from "../../shared/request_budget.ts";
import { formatAge, formatCount } from "./format.ts";
import { formatExact } from "./times.ts";

/** How far it is; `null`: no start goes on. */
export function startText(start: StartStatus | null, nowMs: number): string | null {
  if (start === null) return null;
  const { booked, awaited, leftOut } = start;
  const rest = leftOut === 0 ? "" : `; ${formatCount(leftOut)} more cannot have one now`;
  return `The start: ${formatCount(booked)} of ${formatCount(booked + awaited)} books, ${
    lastText(start, nowMs)
  }${rest}`;
}

function lastText({ lastMs }: StartStatus, nowMs: number): string {
  if (lastMs === null) return "when the last will be there is not known yet";
  if (lastMs <= nowMs) return "the last as soon as its symbol is ready";
  const at = formatExact(lastMs, nowMs);
  return `the last by the request budget at ${at}, in ${formatAge(lastMs - nowMs)}`;
}
