/** How many symbols share a worker, and in which words that is told. */
import { assertEquals } from "@std/assert";
import { sharingText } from "../../actors/symbol_workers.ts";
import { seatsPerWorker } from "../../actors/supervisor/sharing.ts";

const onCores = (cores: number) => ({ perWorker: "auto" as const, cores });

Deno.test("seatsPerWorker() gives each its own up to eight a core, then as many seats as keep to that, 16 at most", () => {
  const seats = (cores: number, ...actors: number[]) =>
    actors.map((count) => seatsPerWorker(onCores(cores), count));
  assertEquals(seats(2, 0, 1, 16, 17, 32, 33, 200), [1, 1, 1, 2, 2, 3, 13]);
  assertEquals(seats(1, 8, 9, 128, 129, 200), [1, 2, 16, 16, 16]);
  assertEquals(seats(16, 128, 129), [1, 2]);
  assertEquals(seatsPerWorker({ perWorker: 5, cores: 2 }, 200), 5);
});

Deno.test("seatsPerWorker() leaves those alone that have a worker already: the later ones share what is left", () => {
  const seats = (actors: number, alone: number) => seatsPerWorker(onCores(1), actors, alone);
  assertEquals(seats(9, 8), 2, "the ninth opens one that more go into");
  assertEquals([seats(20, 8), seats(40, 8), seats(20, 4)], [12, 16, 4]);
});

Deno.test("sharingText() says in one line how many workers there are, and why", () => {
  const cases = [
    [onCores(2), 1, "1 symbol, each in a worker of its own (SYMBOLS_PER_WORKER=auto, 2 cores)"],
    [onCores(1), 2, "2 symbols, each in a worker of its own (SYMBOLS_PER_WORKER=auto, 1 core)"],
    [
      onCores(2),
      200,
      "200 symbols in 16 workers, 12 or 13 each (SYMBOLS_PER_WORKER=auto, 2 cores)",
    ],
    [{ perWorker: 16, cores: 2 }, 16, "16 symbols in one worker (SYMBOLS_PER_WORKER=16)"],
    [{ perWorker: 5, cores: 2 }, 20, "20 symbols in 4 workers, 5 each (SYMBOLS_PER_WORKER=5)"],
  ] as const;
  for (const [sharing, count, text] of cases) assertEquals(sharingText(sharing, count), text);
});
