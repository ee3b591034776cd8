/// <reference lib="dom" />
/** What is loaded only when it is shown: a view, or a panel that not every desk has. */
import { type Signal, signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";

/** A component of another part of the script; its place stays empty until that has come, and says so if it does not. */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const loaded = signal<ComponentType<Props> | "asked" | "failed" | null>(null);
  return function Lazy(props: Props): JSX.Element {
    useEffect(() => {
      if (loaded.peek() === null) void fetchPart(load, loaded);
    }, []);
    const Loaded = loaded.value;
    if (Loaded === "failed") return <Failed />;
    return Loaded === null || Loaded === "asked" ? <div /> : <Loaded {...props} />;
  };
}

async function fetchPart<Part>(
  load: () => Promise<Part>,
  loaded: Signal<Part | "asked" | "failed" | null>,
): Promise<void> {
  loaded.value = "asked";
  try {
    loaded.value = await load();
  } catch (error) {
    // So browsers say that a module cannot be had; what is wrong inside of one is another error.
    if (!(error instanceof TypeError)) throw error;
    loaded.value = "failed";
  }
}

/** After the monitor was started anew with another version, the parts of this one are not there any more. */
function Failed(): JSX.Element {
  return (
    <p class="note warning" role="alert">
      This part of the page could not be loaded.{" "}
      <button type="button" class="round" onClick={() => location.reload()}>
        Load the page anew
      </button>
    </p>
  );
}
