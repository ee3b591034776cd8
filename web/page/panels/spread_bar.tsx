/** A small picture of a spread, with the value of now in it; whoever cannot see it has the numbers beside it. */
import type { JSX } from "preact";
import { variables } from "../bound.ts";
import { type SpreadOf, spreadPicture } from "../spread_picture.ts";

interface SpreadBarProps extends SpreadOf {
  readonly value: number | null;
}

/** From 1 % to 99 % of the values; a value of now that lies beyond stands at the end, as an arrow. */
export function SpreadBar({ metric, spread, value }: SpreadBarProps): JSX.Element | null {
  const picture = spreadPicture({ metric, spread }, value);
  if (picture === null) return null;
  const { usual, half, middle, now } = picture;
  return (
    <div class="spread-bar" aria-hidden="true">
      <i class="spread-usual" style={variables({ ...usual })} />
      <i class="spread-half" style={variables({ ...half })} />
      <i class="spread-middle" style={variables({ at: middle })} />
      {now !== null && (
        <i class="spread-now" data-cut={now.cut ?? undefined} style={variables({ at: now.at })} />
      )}
    </div>
  );
}
