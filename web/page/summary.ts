/// <reference lib="dom" />
/** Has the symbol in focus told in a sentence, every few seconds, for as long as a person wishes so. */
import { useEffect } from "preact/hooks";
import { usePage } from "./context.ts";
import { summaryText } from "./summary_text.ts";

const EVERY_MS = 10_000;

/** It shows nothing; what it says is read out where all news is. The first sentence comes at once: it is on. */
export function Summary(): null {
  const page = usePage();
  useEffect(() => {
    const tell = () => {
      const { connection, alerts, alertsLoad } = page.shown;
      const name = page.deskSymbols.peek()[0] ?? null;
      const { standing, metrics, decimals } = page.symbol(name);
      page.say(summaryText({
        name,
        isPaused: page.isPaused.peek(),
        connection: connection.peek(),
        standing: standing.peek(),
        metrics: metrics.peek(),
        decimals: decimals.peek(),
        alerts: alerts.peek(),
        alertsLoad: alertsLoad.peek(),
      }));
    };
    tell();
    const timer = setInterval(tell, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return null;
}
