/// <reference lib="dom" />
/** At the top of the page: the way to arrange the panels of the desk, and what can be done to all of them. */
import type { JSX, TargetedEvent } from "preact";
import { DEFAULT_ARRANGEMENT, PANELS_MAX } from "./arrangement.ts";
import { usePage } from "./context.ts";
import { PANELS } from "./panels/registry.ts";
import { withPanel } from "./rearrange.ts";

/** A button, and while panels are being arranged what may be added; a narrow window has nothing to arrange. */
export function ArrangeTools(): JSX.Element | null {
  const { arrangement, breadth, route } = usePage();
  if (breadth.value === "narrow" || route.value.view !== "desk") return null;
  const isBeingMade = arrangement.isBeingMade.value;
  return (
    <>
      {isBeingMade && <Tools />}
      <button
        type="button"
        class="round"
        data-testid="arrange"
        aria-pressed={isBeingMade}
        title="Move, resize, add and remove the panels of this desk"
        onClick={() => arrangement.arrange(!isBeingMade)}
      >
        Arrange
      </button>
    </>
  );
}

function Tools(): JSX.Element {
  const { arrangement } = usePage();
  const isFull = arrangement.shown.value.length >= PANELS_MAX;
  const add = ({ currentTarget }: TargetedEvent<HTMLSelectElement>) => {
    arrangement.keep(withPanel(arrangement.shown.peek(), currentTarget.value, 0));
    currentTarget.value = "";
  };
  return (
    <>
      <span class="warning-text" role="status" hidden={arrangement.isKept.value}>
        This browser keeps nothing for this page: the arrangement ends with it.
      </span>
      <select
        aria-label="Add a panel"
        data-testid="add-panel"
        value=""
        disabled={isFull}
        onChange={add}
      >
        <option value="">{isFull ? "The desk is full" : "Add a panel…"}</option>
        {[...PANELS.values()].map(({ id, title }) => <option key={id} value={id}>{title}</option>)}
      </select>
      <button
        type="button"
        class="round"
        data-testid="arrange-default"
        onClick={() => arrangement.keep(DEFAULT_ARRANGEMENT)}
      >
        Reset
      </button>
    </>
  );
}
