/** Frames that the look-alike exchange loses on command, and whether somebody notices. */
import { ChildError, type ExchangeProcess } from "../child_process.ts";
import { pause } from "../pause.ts";

/** So many, one after the other. */
export const LOSSES = 10;
/** A frame to lose comes within this. */
const LOST_MS_MAX = 30_000;
/** Who notices has done so by then: the next frame is there after a tenth of a second. Then there is a whole book again. */
const PACE = { noticedMsMax: 5_000, wholeMs: 4_000 };
const POLL_MS = 100;

/** How many of ten lost depth frames of a symbol raise what `notices` counts, or tells the sum of. */
export async function countNoticed(
  { restUrl }: Pick<ExchangeProcess, "restUrl">,
  symbol: string,
  notices: () => Promise<number>,
  pace = PACE,
): Promise<number> {
  let noticed = 0;
  for (let i = 0; i < LOSSES; i++) {
    const before = await notices();
    const lost = await lostFrames(restUrl);
    await fetch(`${restUrl}/sim/faults`, {
      method: "POST",
      body: `gap symbol=${symbol} stream=depth`,
    }).then((answer) => answer.text());
    if (!await until(async () => await lostFrames(restUrl) > lost, LOST_MS_MAX)) {
      throw new ChildError(`the exchange has had no depth frame of ${symbol} to lose`);
    }
    if (await until(async () => await notices() > before, pace.noticedMsMax)) noticed += 1;
    await pause(pace.wholeMs);
  }
  return noticed;
}

async function lostFrames(restUrl: string): Promise<number> {
  const answer = await fetch(`${restUrl}/sim/faults`);
  const { counts } = await answer.json() as { counts: { gap: number } };
  return counts.gap;
}

/** Whether it came true in time. */
async function until(isSo: () => Promise<boolean>, msMax: number): Promise<boolean> {
  const endMs = performance.now() + msMax;
  while (!await isSo()) {
    if (performance.now() > endMs) return false;
    await pause(POLL_MS);
  }
  return true;
}
