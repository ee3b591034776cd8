/** Which symbols share a worker, as an operator has said it, and in one line what that comes to. Pure. */
import type { Config } from "../shared/config.ts";
import { seatsPerWorker, type Sharing } from "./supervisor/sharing.ts";

/** On a machine with so many cores. */
export function sharingOf(
  { symbolsPerWorker }: Pick<Config, "symbolsPerWorker">,
  cores: number,
): Sharing {
  return { perWorker: symbolsPerWorker, cores };
}

/** How so many begin: `200 symbols in 16 workers, 13 each (SYMBOLS_PER_WORKER=auto, 2 cores)`. */
export function sharingText(sharing: Sharing, symbols: number): string {
  const { perWorker, cores } = sharing;
  const machine = perWorker === "auto" ? `, ${cores} ${cores === 1 ? "core" : "cores"}` : "";
  const why = `(SYMBOLS_PER_WORKER=${perWorker}${machine})`;
  const seats = seatsPerWorker(sharing, symbols);
  const all = symbols === 1 ? "1 symbol" : `${symbols} symbols`;
  if (seats === 1) return `${all}, each in a worker of its own ${why}`;
  const workers = Math.ceil(symbols / seats);
  if (workers === 1) return `${all} in one worker ${why}`;
  const [least, most] = [Math.floor(symbols / workers), Math.ceil(symbols / workers)];
  return `${all} in ${workers} workers, ${
    least === most ? most : `${least} or ${most}`
  } each ${why}`;
}
