/** Settings: what a person prefers, the symbols that are followed, and lists of them; all but what is followed is kept in the browser. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatPrice, formatQty } from "../format.ts";
import { arePreferencesKept } from "../kept_preferences.ts";
import { areListsKept } from "../kept_watch_lists.ts";
import { PREFERENCE_GROUPS, type PreferenceWords } from "../preference_words.ts";
import { formatExact } from "../times.ts";
import { FollowedSymbols } from "./followed_symbols.tsx";
import { SymbolSearch } from "./symbol_search.tsx";
import { WatchLists } from "./watch_lists.tsx";

/** What is chosen holds at once, and there is nothing to save. */
export function Settings(): JSX.Element {
  const isKept = useBound(() => arePreferencesKept.value && areListsKept.value, []);
  return (
    <main class="settings" aria-label="Settings" data-testid="settings">
      <p class="warning-text" role="status" hidden={isKept}>
        This browser keeps nothing for this page: what is chosen here ends with it.
      </p>
      <div class="settings-own">
        {PREFERENCE_GROUPS.map(([title, preferences]) => (
          <section class="panel" key={title}>
            <h2>{title}</h2>
            {preferences.map((one) => <Choice key={one.title} {...one} />)}
            {title === "Numbers and times" && <Example />}
            {title === "Pace and keys" && <PauseTools />}
          </section>
        ))}
      </div>
      <div class="settings-symbols">
        <FollowedSymbols />
        <SymbolSearch />
        <WatchLists />
      </div>
    </main>
  );
}

function Choice({ preference, title, note, words }: PreferenceWords): JSX.Element {
  const { name, values, chosen } = preference;
  const id = useId();
  return (
    <fieldset class="choice" aria-describedby={note === "" ? undefined : id}>
      <legend>{title}</legend>
      <div class="choice-values">
        {values.map((value) => (
          <label key={value}>
            <input
              type="radio"
              name={name}
              value={value}
              data-testid={`${name}-${value}`}
              checked={chosen.value === value}
              onChange={() => chosen.value = value}
            />
            <span>{words[value] ?? value}</span>
          </label>
        ))}
      </div>
      {note !== "" && <small id={id}>{note}</small>}
    </fieldset>
  );
}

/** What numbers and times look like now. */
function Example(): JSX.Element {
  const { shown: { serverMs } } = usePage();
  const text = useBound(() =>
    [
      formatPrice(61_818.04, 2),
      formatQty(1_234_567.25),
      formatExact(serverMs.value, serverMs.value),
    ].join(" · "), []);
  return (
    <p class="example">
      <span class="muted">As in</span> <b data-testid="example">{text}</b>
    </p>
  );
}

function PauseTools(): JSX.Element {
  const { isPaused, pause, refresh } = usePage();
  return (
    <p class="settings-buttons">
      <button
        type="button"
        class="round"
        data-testid="settings-pause"
        onClick={() => pause(!isPaused.peek())}
      >
        {isPaused.value ? "Resume" : "Pause all numbers"}
      </button>
      <button
        type="button"
        class="round"
        data-testid="settings-refresh"
        title="Shows the newest numbers, also of a page that is paused, and loads history anew"
        onClick={refresh}
      >
        Refresh now
      </button>
    </p>
  );
}
