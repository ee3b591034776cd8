/** The episodes of a filter: those that fire at the top, then those that are over, page by page. */
import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { concerns, marketText } from "../../../shared/market.ts";
import type { AlertEvent } from "../../../shared/output.ts";
import { isSeen } from "../../../shared/said.ts";
import { alertPhase, peopleText, ruleText } from "../alert_text.ts";
import { ofNow, useAsked } from "../asked.ts";
import { type AlertsPlace, alertsRoute } from "../alerts_place.ts";
import { acknowledgeAlert } from "../api.ts";
import { useBound } from "../bound.ts";
import { ClaimWord } from "../claim.tsx";
import { firingClaim } from "../claims.ts";
import { usePage } from "../context.ts";
import { FEED_ROWS_MAX, FeedLoader } from "../feed_loader.ts";
import { agoText } from "../format.ts";
import { formatExact } from "../times.ts";
import { feedNote } from "../loading.ts";
import { learningClaim } from "../learning_claim.ts";
import { routeText } from "../route.ts";
import { fetchSystem } from "../system_api.ts";

/** Rules learn for minutes. */
const LEARNING_MS = 5_000;

/** Of a list that nobody adds to: it may not be all. */
const UNHEARD = "What has fired since this page lost its connection is not known.";

interface ListProps {
  readonly place: AlertsPlace;
}

/** Of one filter; another one is another list. */
export function AlertList({ place }: ListProps): JSX.Element {
  const { shown } = usePage();
  const feed = useFeed(place);
  const { alertsLoad, books, connection, firing, storage, system } = shown;
  const { asked } = useAsked(fetchSystem, LEARNING_MS);
  const claim = useBound(
    () =>
      learningClaim(
        firingClaim(connection.value, alertsLoad.value, firing.value, books.value),
        ofNow(asked.value)?.actors ?? null,
      ),
    [asked],
  );
  const { firing: pinned, over } = feed.rows.value;
  const isFiltered = Object.values(place.filter).some((one) => one !== null);
  const share = useBound(() => {
    const count = feed.rows.value.firing.length;
    return isFiltered && firing.value > count ? `${count} of them shown` : "";
  }, [feed, isFiltered]);
  const note = useBound(() => {
    const { firing, over } = feed.rows.value;
    if (connection.value.kind !== "open") return UNHEARD;
    return feedNote(feed.loading.value, firing.length + over.length, isFiltered);
  }, [feed, isFiltered]);
  const hasRest = useBound(
    () =>
      connection.value.kind === "open" && feed.loading.value.kind === "loaded" &&
      !feed.isMore.value,
    [feed],
  );
  // What is heard is in the list at once, wherever it is kept; Redis keeps none of it.
  const isStored = useBound(
    () => system.value?.stores?.database.state === "up" && storage.value?.word !== "rows lost",
    [],
  );
  const end = useBound(
    () =>
      isStored.value
        ? "These are all that are stored."
        : "These are all that are known: the newest may not be stored.",
    [],
  );
  return (
    <div class="feed-rows">
      <h2>
        Firing
        <small>{share}</small>
        <span class="spring" />
        <ClaimWord claim={claim} testId="feed-claim" />
      </h2>
      <ul class="pinned" data-testid="feed-firing" aria-label="Firing">
        {pinned.map((alert) => <Row key={alert.alertId} alert={alert} isFiring place={place} />)}
      </ul>
      <h2>Over</h2>
      <ul data-testid="feed-over" aria-label="Over">
        {over.map((alert) => (
          <Row key={alert.alertId} alert={alert} isFiring={false} place={place} />
        ))}
      </ul>
      <p class="muted note" data-testid="feed-note">{note}</p>
      <button
        type="button"
        class="round older"
        data-testid="feed-older"
        hidden={!feed.isMore.value}
        aria-disabled={feed.isBusy.value}
        onClick={() =>
          void feed.more()}
      >
        {feed.isBusy.value ? "Loading…" : "Older"}
      </button>
      <p class="muted note" hidden={!hasRest.value || over.length === 0} data-testid="feed-end">
        {over.length + pinned.length >= FEED_ROWS_MAX
          ? `${FEED_ROWS_MAX} are shown: a filter finds older ones.`
          : end}
      </p>
    </div>
  );
}

function useFeed({ filter }: AlertsPlace): FeedLoader {
  const { shown } = usePage();
  const { alerts, connection, system } = shown;
  const feed = useMemo(() =>
    new FeedLoader(filter, {
      isFiring: (alert) => {
        const followed = system.peek()?.symbols;
        return alert.phase === "firing" &&
          concerns(marketText(alert), (symbol) => followed?.includes(symbol) ?? true);
      },
      heard: () => alerts.peek().map(({ alert }) => alert),
    }), []);
  useEffect(() => {
    void feed.begin();
    return () => feed.end();
  }, []);
  useSignalEffect(() => {
    void alerts.value;
    feed.hear();
  });
  const wasOpen = useRef(connection.peek().kind === "open");
  useSignalEffect(() => {
    const isOpen = connection.value.kind === "open";
    // What ended while nobody told of it goes on for ever otherwise.
    if (isOpen && !wasOpen.current) void feed.begin();
    wasOpen.current = isOpen;
  });
  return feed;
}

interface RowProps extends ListProps {
  readonly alert: AlertEvent;
  readonly isFiring: boolean;
}

function Row({ alert, isFiring, place }: RowProps): JSX.Element {
  const { shown: { access, connection }, serverNow } = usePage();
  const error = useSignal("");
  const { alertId, severity, firedMs, summary } = alert;
  const beat = useBeat();
  const isHeard = useBound(() => connection.value.kind === "open", []);
  const phase = useBound(() => {
    void beat.value;
    return alertPhase(alert, isFiring, isHeard.value, serverNow());
  }, [alert, isFiring, beat]);
  const ago = useBound(() => {
    void beat.value;
    return agoText(serverNow() - firedMs);
  }, [firedMs, beat]);
  const people = peopleText(alert, serverNow());
  const isOpened = place.alert === alertId;
  const acknowledge = async () => {
    const answer = await acknowledgeAlert(alertId);
    error.value = answer.ok ? "" : answer.error;
  };
  return (
    <li
      class="feed-row"
      data-phase={isFiring ? "firing" : "over"}
      data-severity={severity}
      data-opened={isOpened}
      data-quiet={isSeen(alert) || alert.mutedUntilMs !== null}
      data-testid={`row-${alertId}`}
    >
      <span class="severity" data-severity={severity}>{severity}</span>
      <span class="feed-what">
        <a
          href={routeText(alertsRoute({ ...place, alert: alertId }))}
          aria-current={isOpened ? "true" : undefined}
        >
          <b>{marketText(alert)}</b> {ruleText(alert.rule)}
        </a>
      </span>
      <span class="feed-time">
        <time dateTime={new Date(firedMs).toISOString()}>
          <b>{ago}</b> {formatExact(firedMs, serverNow())}
        </time>
        <span class="feed-phase">{phase}</span>
      </span>
      <span class="feed-summary">
        {summary}
        {people === "" ? null : <small>{people}</small>}
        <span class="note bad" role="alert">{error}</span>
      </span>
      {isFiring && access.value.mayOperate && !isSeen(alert) && (
        <button
          type="button"
          class="round"
          data-testid={`row-ack-${alertId}`}
          title="Says that you have seen it: nobody is called for it again"
          onClick={() => void acknowledge()}
        >
          Acknowledge
        </button>
      )}
    </li>
  );
}

/** The page's clock in whole seconds: what counts them needs no more. */
export function useBeat(): ReadonlySignal<number> {
  const { shown: { localMs } } = usePage();
  return useBound(() => Math.floor(localMs.value / 1_000), []);
}
