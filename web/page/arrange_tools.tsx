/** The way to arrange the panels of the desk, among the tools at the top of the page. */
import { createRef, type JSX } from "preact";
import { usePage } from "./context.ts";
import { lazily } from "./lazily.tsx";

const Bar = lazily(() => import("./arrange_bar.tsx").then(({ ArrangeBar }) => ArrangeBar));

/** Whether there is something to arrange: a narrow window has no grid. */
function useIsArrangeable(): boolean {
  const { breadth, route } = usePage();
  return breadth.value !== "narrow" && route.value.view === "desk";
}

/** There is one on the page. */
export const arrangeButton = createRef<HTMLButtonElement>();

/** Begins to arrange, and ends. */
export function ArrangeButton(): JSX.Element | null {
  const { arrangement } = usePage();
  if (!useIsArrangeable()) return null;
  const isBeingMade = arrangement.isBeingMade.value;
  return (
    <button
      type="button"
      class="round"
      ref={arrangeButton}
      data-testid="arrange"
      aria-pressed={isBeingMade}
      title="Choose a ready-made desk, or move, resize, add and remove its panels"
      onClick={() => arrangement.arrange(!isBeingMade)}
    >
      Arrange
    </button>
  );
}

/** What can be done to all panels, while they are being arranged. */
export function ArrangeTools(): JSX.Element | null {
  const isBeingMade = usePage().arrangement.isBeingMade.value;
  return useIsArrangeable() && isBeingMade ? <Bar /> : null;
}
