/** What was answered before history went away is answered again for a moment, however fast a test is. */
import { delay } from "@std/async/delay";
import { FRESH_MS } from "../../web/answers.ts";

/** Resolves when no answer that was made before this call is given any more, but of ranges that were over long ago. */
export function nothingIsAnsweredAgain(): Promise<void> {
  return delay(FRESH_MS);
}
