/** The one place that is read out by itself, to who listens to the page: news of alerts, and what the page says elsewhere. */
import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { AlertNews } from "./alert_news.ts";
import { usePage } from "./context.ts";
import { lazily } from "./lazily.tsx";
import { SUMMARY } from "./preferences.ts";

const Summary = lazily(() => import("./summary.ts").then(({ Summary }) => Summary));

/** Sentences are added one by one: what was read out is not read again. */
export function News(): JSX.Element {
  const { shown: { alerts, system }, said, say, serverNow } = usePage();
  const news = useMemo(() => new AlertNews(), []);
  // The server's time is known once it has spoken.
  const sinceMs = useRef<number | null>(null);
  useSignalEffect(() => {
    if (system.value !== null) sinceMs.current ??= serverNow();
    for (const text of news.take(alerts.value, sinceMs.current ?? Infinity)) say(text);
  });
  return (
    <>
      <div class="unseen" role="log" aria-label="News" data-testid="news">
        {said.value.map(({ number, text }) => <p key={number}>{text}</p>)}
      </div>
      {SUMMARY.chosen.value === "on" && <Summary />}
    </>
  );
}
