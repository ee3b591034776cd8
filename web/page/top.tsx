/** The line at the top of every view: the way to other views, which symbol this is, how everything around stands, and what can be done. */
import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { ArrangeButton, ArrangeTools } from "./arrange_tools.tsx";
import { useBound } from "./bound.ts";
import { ClaimWord } from "./claim.tsx";
import { type Claim, exchangeClaim, monitorClaim, storageClaim } from "./claims.ts";
import { usePage } from "./context.ts";
import { NOTHING } from "./format.ts";
import { HelpButton } from "./help_button.tsx";
import { SymbolHead } from "./symbol_head.tsx";
import { formatExact } from "./times.ts";
import { SettingsLink, ViewLinks } from "./view_links.tsx";

/** Its parts are there from the first picture on, so that nothing moves when they are told. */
export function Top(): JSX.Element {
  const { shown: { access, serverMs }, breadth } = usePage();
  const clock = useBound(() => formatExact(serverMs.value, serverMs.value), []);
  const { mayOperate, hasSession } = access.value;
  return (
    <header class="top">
      <div class="brand">
        <img src="favicon.svg" width="20" height="20" alt="" />
        <h1>Order Book Monitor</h1>
      </div>
      <ViewLinks />
      {breadth.value !== "narrow" && <SymbolHead />}
      <Ways />
      <span class="muted clock" data-testid="clock">{clock}</span>
      <div class="top-tools">
        <span
          class="chip"
          data-testid="read-only"
          hidden={mayOperate}
          title="A change of the list of symbols needs the operator's token"
        >
          read-only
        </span>
        <ArrangeButton />
        <Pause />
        <SettingsLink />
        <HelpButton />
        <form method="post" action="logout" hidden={!hasSession}>
          <button type="submit" class="round" data-testid="log-out">Log out</button>
        </form>
      </div>
      <ArrangeTools />
    </header>
  );
}

/** The ways on which numbers come here and to where they are kept: each has its own troubles. */
function Ways(): JSX.Element {
  const { shown: { connection, system, books, localMs, serverMs, storage } } = usePage();
  const monitor = useBound(() => monitorClaim(connection.value, localMs.value), []);
  const exchange = useBound(
    () => exchangeClaim(connection.value, system.value, books.value, serverMs.value),
    [],
  );
  const stored = useBound(() => storageClaim(connection.value, storage.value), []);
  // A word says itself what it is of; a dash does not.
  const label = useBound(() => stored.value.word === NOTHING ? "stored" : "", []);
  const kind = useBound(() => system.value?.source?.kind ?? "unknown", []);
  const isSimulated = useBound(() => kind.value === "simulation", [kind]);
  useNewsOf(monitor, "monitor");
  useNewsOf(exchange, isSimulated.value ? "simulation" : "exchange");
  useNewsOf(stored, "");
  return (
    <div class="ways">
      <ClaimWord claim={monitor} testId="connection" label="monitor" />
      <span class="exchange-way" data-kind={kind}>
        <Source />
        <ClaimWord claim={exchange} testId="exchange-link" />
      </span>
      <ClaimWord claim={stored} testId="storage" label={label} />
    </div>
  );
}

/** What the numbers are of. */
function Source(): JSX.Element {
  const { shown: { system } } = usePage();
  const text = useBound(() => {
    const source = system.value?.source ?? null;
    if (source === null) return "source not known yet";
    // The first of several addresses needs no mention.
    const endpoint = system.value?.exchange.endpoint;
    return source.label + (endpoint === undefined ? "" : ` via ${new URL(endpoint).host}`);
  }, []);
  const kind = useBound(() => system.value?.source?.kind ?? "unknown", []);
  return <span class="source" data-testid="source-label" data-kind={kind}>{text}</span>;
}

/** Has it read out when it says something else, without what counts on in it; its first word is no news. */
function useNewsOf(claim: ReadonlySignal<Claim>, name: string): void {
  const { say } = usePage();
  const before = useRef<string | null>(null);
  useSignalEffect(() => {
    const [word = NOTHING] = claim.value.word.split(",");
    if (word === before.current || word === NOTHING) return;
    if (before.current !== null) say(`${name} ${word}`.trim());
    before.current = word;
  });
}

/** Stops what moves, for who wants to read it; then it can be had anew, once. */
function Pause(): JSX.Element {
  const { isPaused, pause, refresh } = usePage();
  const word = useBound(() => isPaused.value ? "Resume" : "Pause", []);
  const isMoving = useBound(() => !isPaused.value, []);
  return (
    <>
      <button
        type="button"
        class="round"
        data-testid="refresh"
        title="Shows the numbers of now, once"
        hidden={isMoving}
        onClick={refresh}
      >
        Refresh
      </button>
      <button
        type="button"
        class="round"
        data-testid="pause"
        onClick={() => pause(!isPaused.peek())}
      >
        {word}
      </button>
    </>
  );
}
