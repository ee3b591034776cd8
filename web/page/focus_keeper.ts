/// <reference lib="dom" />
/**
 * Where the keyboard goes on when what has its focus is taken away, hidden or disabled: to what is nearest, or into the view
 * that has come instead. A browser leaves it nowhere, and whoever listens to the page begins anew.
 */

/** Where the tab key stops. */
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";

/** Where the focus was. */
interface Place {
  readonly element: HTMLElement;
  /** What it stood in, the nearest first. */
  readonly around: readonly HTMLElement[];
  /** Every stop that there was then, in their order. */
  readonly stops: readonly HTMLElement[];
}

/** Keeps the focus of everything below the page's root, in which each view is a `main`; and offers the way past its top. */
export function keepFocus(root: HTMLElement): void {
  const skip = document.getElementById("skip");
  skip?.removeAttribute("hidden");
  skip?.addEventListener("click", () => enterView(root));
  let place: Place | null = null;
  let isPointed = false;
  const recover = () => {
    // Whoever points at things goes on where they point.
    if (place === null || isPointed || isThere(place.element)) return;
    const { activeElement } = document;
    if (activeElement === document.body || activeElement === place.element) goOn(place, root);
  };
  const changes = new MutationObserver(recover);
  const remember = ({ target }: FocusEvent) => {
    changes.disconnect();
    if (!(target instanceof HTMLElement) || !root.contains(target)) return void (place = null);
    place = { element: target, around: aroundOf(target, root), stops: stopsIn(root) };
    changes.observe(target, { attributeFilter: ["disabled", "hidden"] });
    for (const one of place.around) changes.observe(one, { childList: true, attributes: true });
  };
  addEventListener("focusin", remember);
  // What a style hides changes nothing that is watched.
  addEventListener("focusout", () => setTimeout(recover));
  addEventListener("pointerdown", () => isPointed = true, { capture: true });
  addEventListener("keydown", () => isPointed = false, { capture: true });
}

/** Leads to the view that is shown. */
function enterView(root: HTMLElement): void {
  const view = root.querySelector("main");
  if (view === null) return;
  view.tabIndex = -1;
  view.focus();
}

/** Does nothing as long as another view is on its way: when it comes this is asked again. */
function goOn(place: Place, root: HTMLElement): void {
  for (const around of place.around) {
    if (around === root) return enterView(root);
    if (!isThere(around)) continue;
    const next = nextIn(around, place);
    if (next !== undefined) return next.focus();
  }
}

/** What followed it, what has come in its place, or what was before it. */
function nextIn(around: HTMLElement, { element, stops }: Place): HTMLElement | undefined {
  const now = stopsIn(around).filter(isThere);
  const at = stops.indexOf(element);
  const hasFollowed = (one: HTMLElement) => stops.indexOf(one) > at;
  return now.find(hasFollowed) ?? now.find((one) => !stops.includes(one)) ?? now.at(-1);
}

function aroundOf(element: HTMLElement, root: HTMLElement): readonly HTMLElement[] {
  const around: HTMLElement[] = [];
  for (let one = element.parentElement; one !== null; one = one.parentElement) {
    around.push(one);
    if (one === root) break;
  }
  return around;
}

function stopsIn(around: HTMLElement): readonly HTMLElement[] {
  return [...around.querySelectorAll<HTMLElement>(STOPS)].filter(({ tabIndex }) => tabIndex >= 0);
}

function isThere(element: HTMLElement): boolean {
  return element.checkVisibility({ visibilityProperty: true }) && !element.matches(":disabled") &&
    element.closest("[inert]") === null;
}
