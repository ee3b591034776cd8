/// <reference lib="dom" />
/**
 * The field that adds a symbol, and the lines below it that say what came of the last change. The list itself changes only
 * by the stream, so that every open page shows the same.
 */
import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useId, useRef } from "preact/hooks";
import { shownName, symbolProblem } from "../../../shared/symbol_list.ts";
import { addSymbol } from "../api.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";

/** A word of success is read once and then is in the way. */
const NOTE_MS = 10_000;

/** What came of a change, and when it was said, by the page's clock. */
export interface Note {
  readonly text: string;
  readonly sinceMs: number;
}

/** The symbol that is being asked for, and since when by the page's clock. */
interface Asking {
  readonly symbol: string;
  readonly sinceMs: number;
}

interface SymbolFormProps {
  /** Also of removals. */
  readonly note: Signal<Note | null>;
}

/** One addition at a time. */
export function SymbolForm({ note }: SymbolFormProps): JSX.Element {
  const { shown: { access, localMs }, say } = usePage();
  const asking = useSignal<Asking | null>(null);
  const error = useSignal("");
  const field = useRef<HTMLInputElement>(null);
  const errorId = useId();
  useSignalEffect(() => {
    if (note.value !== null) say(note.value.text);
  });
  const isAsking = useBound(() => asking.value !== null, []);
  const said = useBound(() => {
    const nowMs = localMs.value;
    if (asking.value !== null) {
      const seconds = Math.floor((nowMs - asking.value.sinceMs) / 1_000);
      return `Asking for ${asking.value.symbol}…${seconds < 2 ? "" : ` ${seconds} s`}`;
    }
    const isNew = note.value !== null && nowMs - note.value.sinceMs <= NOTE_MS;
    return isNew ? note.value?.text ?? "" : "";
  }, []);
  const add = async () => {
    const input = field.current;
    const typed = input?.value.trim() ?? "";
    if (input === null || asking.peek() !== null || typed === "") return;
    const symbol = typed.toUpperCase();
    const problem = symbolProblem(symbol);
    error.value = problem === null ? "" : `“${shownName(typed)}” ${problem}.`;
    if (problem !== null) return;
    note.value = null;
    asking.value = { symbol, sinceMs: Date.now() };
    // Not with each second that is counted in the line below.
    say(`Asking for ${symbol}`);
    const answer = await addSymbol(symbol);
    asking.value = null;
    if (!answer.ok) return void (error.value = answer.error);
    input.value = "";
    note.value = { text: `${symbol} is followed now.`, sinceMs: Date.now() };
  };
  const onSubmit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void add();
  };
  return (
    <>
      <form
        class="add-symbol"
        noValidate
        hidden={!access.value.mayOperate}
        aria-busy={isAsking}
        onSubmit={onSubmit}
      >
        {/* Disabled, the field would lose the keyboard's focus. */}
        <input
          ref={field}
          type="text"
          data-testid="add-name"
          aria-label="Symbol to add"
          aria-describedby={errorId}
          aria-invalid={error.value === "" ? undefined : true}
          placeholder="Add, e.g. SOLUSDT"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          enterkeyhint="done"
          readOnly={isAsking}
          onInput={() => error.value = ""}
        />
        <button type="submit" data-testid="add" aria-disabled={isAsking}>Add</button>
      </form>
      <p class="muted note" data-testid="symbol-note">{said}</p>
      <p class="note bad" id={errorId} data-testid="symbol-error" role="alert">{error}</p>
    </>
  );
}
