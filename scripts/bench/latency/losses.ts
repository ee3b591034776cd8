/** Frames that the look-alike exchange loses on command, and whether somebody notices. */
import { ChildError, type ExchangeProcess } from "../child_process.ts";
import { pause, until } from "../pause.ts";

/** So many, one after the other. */
export const LOSSES = 10;
/** A frame to lose comes within this. */
const LOST_MS_MAX = 30_000;
/**
 * Who notices has done so by then: the next frame is there after a tenth of a second. Then there is a whole book again, and
 * nothing to complain of: who does without a break would seem to notice everything.
 */
const PACE = { noticedMsMax: 5_000, wholeMs: 4_000, quietMs: 2_500, quietMsMax: 30_000 };
const POLL_MS = 100;

/**
 * How many of ten lost depth frames of a symbol raise what `notices` counts, or tells the sum of.
 *
 * @throws {ChildError} where that rises without a loss, or there is no frame to lose.
 */
export async function countNoticed(
  { restUrl }: Pick<ExchangeProcess, "restUrl">,
  symbol: string,
  notices: () => Promise<number>,
  pace = PACE,
): Promise<number> {
  let noticed = 0;
  for (let i = 0; i < LOSSES; i++) {
    const before = await whenQuiet(notices, pace);
    if (before === null) throw new ChildError("it complains though nothing is lost");
    const lost = await lostFrames(restUrl);
    await fetch(`${restUrl}/sim/faults`, {
      method: "POST",
      body: `gap symbol=${symbol} stream=depth`,
    }).then((answer) => answer.text());
    if (!await until(async () => await lostFrames(restUrl) > lost, LOST_MS_MAX, POLL_MS)) {
      throw new ChildError(`the exchange has had no depth frame of ${symbol} to lose`);
    }
    if (await until(async () => await notices() > before, pace.noticedMsMax, POLL_MS)) noticed += 1;
    await pause(pace.wholeMs);
  }
  return noticed;
}

/** What is told once it has stood still for a while; `null`: it does not. */
async function whenQuiet(
  notices: () => Promise<number>,
  { quietMs, quietMsMax }: typeof PACE,
): Promise<number | null> {
  let [last, sinceMs] = [await notices(), performance.now()];
  const isQuiet = await until(
    async () => {
      const told = await notices();
      if (told !== last) [last, sinceMs] = [told, performance.now()];
      return performance.now() - sinceMs >= quietMs;
    },
    quietMsMax,
    Math.min(POLL_MS, quietMs),
  );
  return isQuiet ? last : null;
}

async function lostFrames(restUrl: string): Promise<number> {
  const answer = await fetch(`${restUrl}/sim/faults`);
  const { counts } = await answer.json() as { counts: { gap: number } };
  return counts.gap;
}
