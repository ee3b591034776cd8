/** A row of buttons of which one is chosen. */
import type { JSX } from "preact";

/** One button; its value is its name among the others. */
export interface ButtonChoice<Value> {
  readonly value: Value;
  readonly text: string;
  /** Where the text is too short to be read out: read out after it, as who speaks to the page says what is written. */
  readonly words?: string;
  readonly testId?: string;
}

interface ChoiceButtonsProps<Value> {
  /** What is chosen by them. */
  readonly label: string;
  readonly choices: readonly ButtonChoice<Value>[];
  /** `null`: none of them. */
  readonly chosen: Value | null;
  readonly onChoose: (value: Value) => void;
}

/** Values are told apart by `===`, and each stands there once. */
export function ChoiceButtons<Value extends string | number>(
  { label, choices, chosen, onChoose }: ChoiceButtonsProps<Value>,
): JSX.Element {
  return (
    <span class="buttons" role="group" aria-label={label}>
      {choices.map(({ value, text, words, testId }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          aria-label={words && `${text}, ${words}`}
          data-testid={testId}
          onClick={() => onChoose(value)}
        >
          {text}
        </button>
      ))}
    </span>
  );
}
