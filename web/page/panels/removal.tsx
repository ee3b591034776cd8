/// <reference lib="dom" />
/** The question before a symbol is removed, inside its row: asked, under way, or refused and why. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { countText, isNone } from "../../../shared/unacked.ts";
import { removeSymbol } from "../api.ts";

interface RemovalProps {
  readonly symbol: string;
  /** The symbol stays; nothing was asked of the server. */
  readonly onKeep: () => void;
  /** It is followed no more: a line for a person. */
  readonly onRemoved: (text: string) => void;
}

/** One question; it is done with when its row goes, or when the symbol is kept. */
export function Removal({ symbol, onKeep, onRemoved }: RemovalProps): JSX.Element {
  const isAsking = useSignal(false);
  const error = useSignal("");
  const node = useRef<HTMLDivElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  // The keyboard is led to the answer that does no harm.
  useLayoutEffect(() => {
    keep.current?.focus();
    node.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const end = () => {
    if (!isAsking.peek()) onKeep();
  };
  const remove = async () => {
    if (isAsking.peek()) return;
    isAsking.value = true;
    error.value = "";
    const answer = await removeSymbol(symbol);
    if (answer.ok) {
      const { unacked } = answer.value;
      const lost = isNone(unacked)
        ? "Its history stays."
        : `The store has not confirmed ${countText(unacked)} of its last outputs.`;
      return onRemoved(`${symbol} is followed no more. ${lost}`);
    }
    isAsking.value = false;
    error.value = answer.error;
  };
  return (
    <div
      class="removal"
      ref={node}
      role="gridcell"
      data-testid={`removal-${symbol}`}
      onKeyDown={({ key }) => key === "Escape" && end()}
    >
      <p role="status">
        {isAsking.value
          ? `Removing ${symbol}; its last rows are being stored…`
          : `Remove ${symbol}? Its history stays.`}
      </p>
      <p class="note bad" role="alert">{error}</p>
      {/* Disabled, a button would lose the keyboard's focus. */}
      <p class="removal-buttons">
        <button
          type="button"
          class="danger"
          aria-disabled={isAsking}
          onClick={() => void remove()}
        >
          Remove
        </button>
        <button type="button" ref={keep} aria-disabled={isAsking} onClick={end}>Keep</button>
      </p>
    </div>
  );
}
