/** The way from one view to another. */
import type { JSX } from "preact";
import { usePage } from "./context.ts";
import { type Route, routeText } from "./route.ts";
import { type ViewDefinition, viewOfId, VIEWS } from "./views/registry.ts";

/** Links, so that a view can be opened in a tab of its own; settings stand elsewhere. */
export function ViewLinks(): JSX.Element {
  const { route, deskSymbols } = usePage();
  const shown = viewOfId(route.value.view);
  return (
    <nav class="views" aria-label="Views">
      {VIEWS.filter(({ id }) => id !== "settings").map((view) => (
        <a
          key={view.id}
          href={routeText(routeOfView(view, deskSymbols.value))}
          aria-current={view === shown ? "page" : undefined}
        >
          {view.title}
        </a>
      ))}
    </nav>
  );
}

/** To where each person has their own. */
export function SettingsLink(): JSX.Element {
  const { route } = usePage();
  const isShown = route.value.view === "settings";
  return (
    <a
      class="tool"
      href={routeText({ view: "settings", symbols: [], parameters: {} })}
      aria-current={isShown ? "page" : undefined}
      aria-label="Settings"
      title="Settings"
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path
          d="M2 4h6M12 4h2M2 12h2M8 12h6M10 2v4M6 10v4"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
        />
      </svg>
    </a>
  );
}

/** Of the desk with the symbols that it has shown last. */
export function routeOfView({ id }: ViewDefinition, deskSymbols: readonly string[]): Route {
  return { view: id, symbols: deskSymbols, parameters: {} };
}
