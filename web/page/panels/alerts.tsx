/** Alerts: what is of the market, the episodes, firing ones first, then the newest, and what is muted. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { marketText } from "../../../shared/market.ts";
import type { AlertEvent } from "../../../shared/output.ts";
import { isSeen } from "../../../shared/said.ts";
import {
  alertFigures,
  alertPhase,
  learningText,
  marketWideText,
  peopleText,
  sentenceMoment,
} from "../alert_text.ts";
import { alertRoute } from "../alerts_place.ts";
import { acknowledgeAlert } from "../api.ts";
import { useBound } from "../bound.ts";
import { lazily } from "../lazily.tsx";
import { ClaimWord } from "../claim.tsx";
import { firingClaim } from "../claims.ts";
import { usePage } from "../context.ts";
import { alertsNote } from "../loading.ts";
import { deskOf, routeText } from "../route.ts";
import type { AlertView } from "../store.ts";
import { useWatchedNow } from "../watched_now.ts";
import { Mutes, run } from "./mutes.tsx";
import type { PanelProps } from "./panel.ts";
import { formatExact } from "../times.ts";

/** Few ever mute anything; what was chosen in it stays for the next one. */
const MuteForm = lazily<{ readonly alert: Signal<AlertEvent | null> }>(() =>
  import("./mute_form.tsx").then(({ MuteForm }) => MuteForm)
);

/** As many as one looks at; the API has the others. */
const SHOWN_MAX = 50;

/** Of every symbol; of its own it tells what its rules still learn. */
export function Alerts({ symbol }: PanelProps): JSX.Element {
  const { shown } = usePage();
  const { alerts, alertsLoad, books, connection, firing, notices, serverMs } = shown;
  const muting = useSignal<AlertEvent | null>(null);
  const isFormWanted = useRef(false);
  isFormWanted.current ||= muting.value !== null;
  const isHeard = useBound(() => connection.value.kind === "open", []);
  const claim = useBound(
    () => firingClaim(connection.value, alertsLoad.value, firing.value, books.value),
    [],
  );
  // What has fired since nobody tells of it is not known.
  const note = useBound(
    () => isHeard.value ? alertsNote(alertsLoad.value, alerts.value.length) : "",
    [],
  );
  // Who is not there, or sees no book, learns nothing.
  const learning = useBound(
    () => symbol.standing.value.word === "live" ? learningText(symbol.rules.value) : null,
    [symbol],
  );
  return (
    <div class="alerts-panel">
      <h2>
        Alerts <ClaimWord claim={claim} testId="alert-count" />
      </h2>
      <p class="muted note" data-testid="learning" hidden={learning.value === null}>
        {learning.value}
      </p>
      <div class="alerts-scroll">
        <ul data-testid="market-wide" aria-label="Of the whole market">
          {notices.value.map((one) => (
            <li class="market-wide" key={one.notice.alerts[0]?.alertId}>
              {marketWideText(one, isHeard.value, serverMs.peek())}
            </li>
          ))}
        </ul>
        {isFormWanted.current && <MuteForm alert={muting} />}
        <Mutes />
        <ul data-testid="alerts" aria-label="Episodes">
          {alerts.value.slice(0, SHOWN_MAX).map(({ alert, isFiring }) => (
            <Item key={alert.alertId} alert={alert} isFiring={isFiring} muting={muting} />
          ))}
        </ul>
        {/* Below them: it moves none when it goes. */}
        <p class="muted note" data-testid="alerts-note">{note}</p>
      </div>
    </div>
  );
}

interface ItemProps extends AlertView {
  /** The alert whose mute is being asked for. */
  readonly muting: Signal<AlertEvent | null>;
}

function Item({ alert, isFiring, muting }: ItemProps): JSX.Element {
  const { shown: { access, connection, serverMs } } = usePage();
  const error = useSignal("");
  const nowMs = serverMs.peek();
  const isHeard = useBound(() => connection.value.kind === "open", []);
  const watched = useWatchedNow(alert, isFiring);
  // Only of what goes on: what has ended is written once.
  const time = () => isFiring ? serverMs.value : serverMs.peek();
  const phase = useBound(() => alertPhase(alert, isFiring, isHeard.value, time()), [
    alert,
    isFiring,
  ]);
  const figures = useBound(
    () => alertFigures(alert, isFiring, watched.value, time()),
    [alert, isFiring, watched],
  );
  const people = peopleText(alert, nowMs);
  return (
    <li
      class="alert"
      data-phase={isFiring ? "firing" : "resolved"}
      data-severity={alert.severity}
      data-held={String(alert.isHeld)}
      data-quiet={String(isSeen(alert) || alert.mutedUntilMs !== null)}
      data-testid={`alert-${alert.alertId}`}
    >
      <div class="alert-head">
        <Subject alert={alert} />
        <span class="alert-phase">{phase}</span>
        <a
          class="alert-time"
          href={routeText(alertRoute(alert.alertId))}
          data-testid={`open-${alert.alertId}`}
          title="Its metric, its book and its rule"
        >
          <time dateTime={new Date(alert.firedMs).toISOString()}>
            {formatExact(alert.firedMs, nowMs)}
          </time>
        </a>
      </div>
      <p class="alert-summary">
        {alert.summary} <small>{sentenceMoment(alert, isFiring, nowMs)}</small>
      </p>
      <p class="alert-figures" data-testid={`figures-${alert.alertId}`}>{figures}</p>
      {people === "" ? null : <p class="alert-people">{people}</p>}
      {access.value.mayOperate && (
        <p class="alert-buttons">
          {isFiring && !isSeen(alert) && (
            <button
              type="button"
              class="round"
              data-testid={`ack-${alert.alertId}`}
              onClick={() => void run(() => acknowledgeAlert(alert.alertId), error)}
            >
              Acknowledge
            </button>
          )}
          <button
            type="button"
            class="round"
            data-testid={`mute-${alert.alertId}`}
            onClick={() => muting.value = alert}
          >
            Mute…
          </button>
          <span class="note bad" role="alert">{error}</span>
        </p>
      )}
    </li>
  );
}

/** What concerns no market has no desk of its own. */
function Subject({ alert }: { readonly alert: AlertEvent }): JSX.Element {
  const subject = marketText(alert);
  if (alert.venue === "monitor") return <span class="alert-symbol">{subject}</span>;
  return <a class="alert-symbol" href={routeText(deskOf(subject))}>{subject}</a>;
}
