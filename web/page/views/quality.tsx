/** The quality of each of the desk's symbols, one beside the other: the address names them, and may be sent to others. */
import type { JSX } from "preact";
import { usePage } from "../context.ts";
import { Quality } from "../panels/quality.tsx";

/** The same as the panel, with all the room there is. */
export function QualityView(): JSX.Element {
  const page = usePage();
  const names = page.deskSymbols.value;
  return (
    <main class="side-by-side" aria-label="Quality" data-testid="quality-view">
      {(names.length === 0 ? [null] : names).map((name) => (
        <section key={name} class="panel place" aria-label={`Quality of ${name ?? "no symbol"}`}>
          <Quality symbol={page.symbol(name)} />
        </section>
      ))}
    </main>
  );
}
