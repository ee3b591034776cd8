/**
 * What a benchmark starts ends with it, also where a signal ends the benchmark, or a promise that fails and that nobody
 * waits for: a monitor would go on for ever. Whoever starts something says how it ends.
 */

/** As a shell tells of a program that was ended so. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** In the order in which it was started. */
const ends = new Set<() => Promise<void>>();
let isHeeding = false;

/** Gives what ends something that is being started: once, whoever asks for it, and a signal does too. */
export function endsWithBench(end: () => Promise<void>): () => Promise<void> {
  heedEnds();
  let ending: Promise<void> | null = null;
  const once = () => ending ??= end().finally(() => ends.delete(once));
  ends.add(once);
  return once;
}

function heedEnds(): void {
  if (isHeeding) return;
  isHeeding = true;
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(
      signal,
      () => void endAll().finally(() => Deno.exit(EXIT_CODES[signal])),
    );
  }
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    // deno-lint-ignore no-console
    console.error(event.reason);
    void endAll().finally(() => Deno.exit(1));
  });
}

/** Ends what is not over yet, the newest first: it may need what was there before it. */
export async function endAll(): Promise<void> {
  for (const end of [...ends].reverse()) {
    // One that cannot be ended keeps none of the others.
    await end().catch((error) => {
      // deno-lint-ignore no-console
      console.error(error);
    });
  }
}
