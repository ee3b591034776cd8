/** The two buttons that move something one place within a list; at an end one of them does nothing. */
import type { JSX } from "preact";

interface MoveButtonsProps {
  readonly name: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (by: -1 | 1) => void;
}

/** Disabled they would lose the keyboard's focus: they say that they lead nowhere. */
export function MoveButtons({ name, isFirst, isLast, onMove }: MoveButtonsProps): JSX.Element {
  return (
    <span class="move-buttons">
      <button
        type="button"
        class="round"
        aria-label={`Move ${name} up`}
        aria-disabled={isFirst}
        onClick={() => isFirst || onMove(-1)}
      >
        ↑
      </button>
      <button
        type="button"
        class="round"
        aria-label={`Move ${name} down`}
        aria-disabled={isLast}
        onClick={() => isLast || onMove(1)}
      >
        ↓
      </button>
    </span>
  );
}
