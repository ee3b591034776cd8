/** The simulating thread of a seed: it has no permissions, and makes no more than is stored. */
import { CHUNK_ROWS, CHUNKS_MAX, type SeedNews, type SeedOrder } from "./messages.ts";
import { PartRun } from "./part_run.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import type { SeedPart } from "./seed_plan.ts";

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<SeedOrder>) => void) | null;
  postMessage(news: SeedNews): void;
}

// The platform's types do not tell a worker's scope from a page's.
const scope = self as unknown as WorkerScope;
let free = CHUNKS_MAX;
let news: Generator<SeedNews> | null = null;

function* newsOf(parts: readonly SeedPart[], settings: MetricSettings): Generator<SeedNews> {
  for (const part of parts) {
    const run = new PartRun(part, settings);
    for (let chunk = run.next(CHUNK_ROWS); chunk !== null; chunk = run.next(CHUNK_ROWS)) {
      yield { type: "chunk", part, chunk };
    }
    yield { type: "part_over", part };
  }
  yield { type: "over" };
}

function post(): void {
  while (free > 0 && news !== null) {
    const next = news.next();
    if (next.done === true) return;
    if (next.value.type === "chunk") free -= 1;
    scope.postMessage(next.value);
  }
}

scope.onmessage = ({ data }) => {
  if (data.type === "begin") news = newsOf(data.parts, data.settings);
  else free += 1;
  post();
};
