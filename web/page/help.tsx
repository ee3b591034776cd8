/// <reference lib="dom" />
/** Help: which keys the view that is shown heeds, all over the page and in each of its panels. */
import type { JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { usePage } from "./context.ts";
import { ARRANGE_KEYS, type KeyHelp, PANEL_KEYS, VIEW_KEYS } from "./help_keys.ts";
import { PANELS } from "./panels/registry.ts";
import { KEYS } from "./preferences.ts";
import { routeText } from "./route.ts";
import { viewOfId, VIEWS } from "./views/registry.ts";

interface HelpProps {
  readonly onClose: () => void;
}

/** Over everything: the keyboard stays inside until it is closed, by Escape, its button, a press beside it, or `?`. */
export function Help({ onClose }: HelpProps): JSX.Element {
  const { route, arrangement } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const view = viewOfId(route.value.view);
  const panels = view.id !== "desk"
    ? []
    : [...new Set(arrangement.shown.value.map(({ panel }) => panel))];
  return (
    <dialog
      class="help"
      data-help=""
      data-testid="help-dialog"
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={({ target, currentTarget }) => target === currentTarget && currentTarget.close()}
    >
      <div class="help-room">
        <div class="section-head">
          <h2 id={id}>Keys · {view.title}</h2>
          <button
            type="button"
            class="round"
            data-testid="help-close"
            onClick={() => dialog.current?.close()}
          >
            Close
          </button>
        </div>
        {KEYS.chosen.value === "off"
          ? (
            <p class="note">
              Single keys are off:{" "}
              <a href={routeText({ view: "settings", symbols: [], parameters: {} })}>settings</a>
              {" "}
              turn them on.
            </p>
          )
          : <Keys title="Everywhere" keys={everywhere()} />}
        <Keys title={view.title} keys={VIEW_KEYS[view.id] ?? []} />
        {panels.map((panel) => (
          <Keys
            key={panel}
            title={PANELS.get(panel)?.title ?? panel}
            keys={PANEL_KEYS[panel] ?? []}
          />
        ))}
        {view.id === "desk" && <Keys title="While panels are arranged" keys={ARRANGE_KEYS} />}
        <Keys
          title="In every list and form"
          keys={[
            { keys: ["Tab", "Shift + Tab"], does: "go to the next part, or back" },
            { keys: ["Enter", "Space"], does: "press what has the focus" },
          ]}
        />
      </div>
    </dialog>
  );
}

function everywhere(): readonly KeyHelp[] {
  return [
    { keys: ["?"], does: "this help" },
    { keys: ["P"], does: "stop the numbers, and let them go on" },
    ...VIEWS.map(({ title }, at): KeyHelp => ({ keys: [String(at + 1)], does: title })),
  ];
}

/** Nothing, where there are none. */
function Keys(
  { title, keys }: { readonly title: string; readonly keys: readonly KeyHelp[] },
): JSX.Element | null {
  if (keys.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl class="keys">
        {keys.map(({ keys, does }) => (
          <div key={does}>
            <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
