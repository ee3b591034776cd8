/// <reference lib="dom" />
/** What is asked of the server again and again while it is shown: the newest answer, of when it is, and why there is no newer one. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Answer } from "./api.ts";
import { usePage } from "./context.ts";

/** A question that was asked. */
export interface Asked<Value> {
  /** The newest answer; `null`: none has come. */
  readonly value: Value | null;
  /** When that came, by the page's clock; `null`: none has. */
  readonly localMs: number | null;
  /** Why there is no newer one; `null`: it has come, or is on its way. */
  readonly problem: string | null;
}

/** What was answered, for who tells it without its date: of what cannot be asked any more nothing is known, `null`. */
export function ofNow<Value>({ value, problem }: Asked<Value>): Value | null {
  return problem === null ? value : null;
}

/** What could not be answered is asked again so soon, if not sooner. */
const RETRY_MS = 5_000;
/** While a person has stopped the page, it is looked so often whether they have let it go on. */
const PAUSED_MS = 1_000;
const NOT_YET = { value: null, localMs: null, problem: null } as const;

/**
 * Asks now and `intervalMs` after each answer, but not while nobody sees the page; `null`: once, and when it is asked for.
 * `given` is what else `ask` uses, such as the symbol: when that is another, nothing of before is shown.
 *
 * @returns what was answered, and the way to ask at once
 */
export function useAsked<Value>(
  ask: () => Promise<Answer<Value>>,
  intervalMs: number | null,
  given: readonly unknown[] = [],
): { readonly asked: ReadonlySignal<Asked<Value>>; readonly again: () => void } {
  const { isPaused } = usePage();
  const asked = useMemo(() => signal<Asked<Value>>(NOT_YET), given);
  const again = useRef(() => {});
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let [isOver, isUnderWay, isOld] = [false, false, false];
    const now = async () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      isOld = isUnderWay;
      if (isUnderWay) return;
      isUnderWay = true;
      const answer = await ask();
      isUnderWay = false;
      if (isOver) return;
      // It was asked for again meanwhile: what has come may be of before that.
      if (isOld) return void now();
      asked.value = answer.ok
        ? { value: answer.value, localMs: Date.now(), problem: null }
        : { ...asked.peek(), problem: answer.error };
      if (intervalMs === null) return;
      timer = setTimeout(next, answer.ok ? intervalMs : Math.min(intervalMs, RETRY_MS));
    };
    // Who comes back is shown the newest, and nobody asks for a page that nobody sees.
    const next = () => {
      timer = null;
      if (document.hidden) return;
      if (isPaused.peek()) timer = setTimeout(next, PAUSED_MS);
      else void now();
    };
    const onVisible = () => {
      if (timer === null && intervalMs !== null) next();
    };
    again.current = () => void now();
    document.addEventListener("visibilitychange", onVisible);
    void now();
    return () => {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [asked]);
  return { asked, again: () => again.current() };
}
