/** The statistics of each of the desk's symbols, one beside the other: what is asked stands in the address alone. */
import type { JSX } from "preact";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { StatisticsOf } from "../panels/statistics.tsx";
import { readStatisticsQuery } from "../statistics_query.ts";

/** The same as the panel, with all the room there is. */
export function StatisticsView(): JSX.Element {
  const page = usePage();
  const query = useBound(() => readStatisticsQuery(page.route.value.parameters), []);
  return (
    <main class="side-by-side" aria-label="Statistics" data-testid="statistics-view">
      <section class="panel place">
        <StatisticsOf
          symbols={page.deskSymbols.value}
          query={query}
          choose={(parameters) => page.replace({ ...page.route.peek(), parameters })}
        />
      </section>
    </main>
  );
}
