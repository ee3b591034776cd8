/** What a person must know before they trust any number, across the page: what it is of, and what is wrong around it. */
import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { useBound } from "./bound.ts";
import { usePage } from "./context.ts";
import {
  banNotice,
  connectionNotice,
  exchangeNotice,
  pausedText,
  storageNotice,
} from "./notices.ts";

/** All of them; each is there while it has something to say. */
export function Banners(): JSX.Element {
  const { shown, isPaused } = usePage();
  const { system, connection, storage } = shown;
  const told = useBound(() => known(connection.value, system.value), []);
  const simulation = useBound(() => simulationText(system.value?.source ?? null), []);
  const exchange = useBound(() => exchangeNotice(told.value, shown.serverMs.value), []);
  const exchangeText = useBound(() => exchange.value?.text ?? null, []);
  const exchangeState = useBound(() => exchange.value?.state ?? null, []);
  const stored = useBound(() => {
    const told = known(connection.value, storage.value);
    return told && storageNotice(told).banner;
  }, []);
  const ban = useBound(
    () => banNotice(told.value, shown.books.value.live > 0, shown.serverMs.value),
    [],
  );
  const lost = useBound(() => connectionNotice(connection.value, shown.localMs.value).banner, []);
  const paused = useBound(
    () => isPaused.value ? pausedText(shown.serverMs.value) : null,
    [],
  );
  return (
    <>
      <Banner name="simulation" text={simulation} isNews={false} />
      <Banner name="exchange" text={exchangeText} state={exchangeState} />
      <Banner name="storage" text={stored} />
      <Banner name="ban" text={ban} />
      <Banner name="connection" text={lost} />
      <Banner name="paused" text={paused} />
    </>
  );
}

/** What is known of the stores, or of the exchange, is old while the page has no connection, which says so itself. */
export function known<Told>(connection: { readonly kind: string }, told: Told): Told | null {
  return connection.kind === "open" ? told : null;
}

interface BannerProps {
  readonly name: string;
  /** `null`: there is nothing to say. */
  readonly text: ReadonlySignal<string | null>;
  readonly state?: ReadonlySignal<string | null>;
  /** Whether it interrupts who listens to the page. */
  readonly isNews?: boolean;
}

/** It is read out when it comes, and when it says another thing, but not with each second that is counted in it. */
function Banner({ name, text, state, isNews = true }: BannerProps): JSX.Element {
  const { say } = usePage();
  const before = useRef("");
  useSignalEffect(() => {
    const words = text.value ?? "";
    const still = words.replace(/\d+/g, "");
    if (still === before.current) return;
    before.current = still;
    if (isNews && words !== "") say(words);
  });
  const isHidden = useBound(() => text.value === null, [text]);
  const words = useBound<ComponentChildren>(() => text.value ?? "", [text]);
  return (
    <p
      class={`banner ${name}`}
      data-testid={`${name}-banner`}
      data-state={state}
      hidden={isHidden}
    >
      {words}
    </p>
  );
}

function simulationText(source: { readonly kind: string; readonly label: string } | null) {
  if (source?.kind !== "simulation") return null;
  return source.label === "REPLAY"
    ? "REPLAY: a recording of the past. These are not the prices of now."
    : "SIMULATED: an invented market. These are not real prices.";
}
