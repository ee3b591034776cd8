/** A word that claims how something stands, and its reason for whoever asks, or listens. */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useBound } from "./bound.ts";
import type { Claim } from "./claims.ts";

interface ClaimProps {
  readonly claim: ReadonlySignal<Claim>;
  readonly testId: string;
  /** What it is of, where that does not stand beside it. */
  readonly label?: string | ReadonlySignal<string>;
}

/** Its word changes in its place; what of it is news is said elsewhere. */
export function ClaimWord({ claim, testId, label }: ClaimProps): JSX.Element {
  const word = useBound(() => claim.value.word, [claim]);
  const tone = useBound(() => claim.value.tone, [claim]);
  const why = useBound(() => claim.value.why ?? "", [claim]);
  const aside = useBound(() => claim.value.why === null ? "" : ` (${claim.value.why})`, [claim]);
  return (
    <span class="claim" title={why}>
      {label === undefined ? null : <span class="muted">{label}</span>}{" "}
      <span class="tone-word" data-testid={testId} data-tone={tone}>{word}</span>
      <span class="unseen" data-testid={`${testId}-why`}>{aside}</span>
    </span>
  );
}
