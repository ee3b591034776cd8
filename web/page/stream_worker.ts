/// <reference lib="dom" />
/**
 * A worker that all windows of a browser share, a file of its own: it holds their one connection to the server, on which each
 * window's stream is a viewer, and hands each what is sent to it. It keeps nothing: windows that lose the connection ask anew.
 */
import type { EventName, ViewerTold } from "../../shared/catalogue/events.ts";
import type { Asked, ToPage, ToWorker } from "./stream_way.ts";

/** The stream of one window. */
interface Viewer {
  readonly number: number;
  readonly asked: Asked;
  readonly tell: (word: ToPage) => void;
  /** The id of its stream; `null`: the server has not told. */
  stream: string | null;
}

/** The file is in the folder of the script's parts. */
const EVENTS = "../events";
const HERE_INTERVAL_MS = 5_000;
/**
 * A window that has crashed says nothing any more; one that cannot keep up answers late, and must not have more waiting for
 * it than this. Timers of windows may rest for a minute, answers do not.
 */
const GONE_AFTER_MS = 30_000;

const viewers = new Map<number, Viewer>();
/** Of one life of this worker none is given twice. */
let numbers = 0;
let source: EventSource | null = null;
/** The number of whose the events are that come now. */
let current = 0;
/** Which the connection was opened with; `null`: it is open, and others may join. */
let first: Viewer | null = null;
/** Up to there all viewers have been told all. */
let since: string | null = null;

addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port !== undefined) serve(port);
});

function serve(port: MessagePort): void {
  const tell = (word: ToPage) => port.postMessage(word);
  let viewer: Viewer | null = null;
  let heardMs = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - heardMs < GONE_AFTER_MS) return tell({ kind: "here" });
    // One that was only asleep begins anew.
    tell({ kind: "lost", isRefused: false, since: null });
    leave(viewer);
  }, HERE_INTERVAL_MS);
  const end = () => {
    clearInterval(timer);
    leave(viewer);
    port.close();
  };
  // Where browsers tell it, at once when the window is gone.
  port.addEventListener("close", end);
  port.onmessage = ({ data: word }: MessageEvent<ToWorker>) => {
    heardMs = performance.now();
    if (word === "over") return end();
    if (word === "here") return;
    leave(viewer);
    join(viewer = { number: ++numbers, asked: word, tell, stream: null });
  };
  tell({ kind: "here" });
}

function join(viewer: Viewer): void {
  viewers.set(viewer.number, viewer);
  if (source === null) connect(viewer);
  else if (first === null) void add(viewer);
}

/** Opens the connection, with the first viewer on it; who comes meanwhile is added when it is open. */
function connect(viewer: Viewer): void {
  const { number, asked } = viewer;
  const query = new URLSearchParams({ form: "changes", viewer: String(number) });
  if (asked.focus.length > 0) query.set("focus", asked.focus.join());
  if (asked.since !== null) query.set("since", asked.since);
  const own = source = new EventSource(`${EVENTS}?${query}`);
  first = viewer;
  current = 0;
  since = asked.since;
  // The windows try again, not this worker: each says what it wants then.
  own.onerror = () => lose(own.readyState === EventSource.CLOSED);
  for (const name of asked.names) {
    own.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
      if (name === "viewer") turn(JSON.parse(data), lastEventId);
      else take(name, data);
    });
  }
}

/** Whose events come next. */
function turn({ viewer: number, isOver }: ViewerTold, lastEventId: string): void {
  if (number === null) since = lastEventId;
  current = number ?? 0;
  const viewer = viewers.get(current);
  if (isOver && viewer !== undefined) drop(viewer, false);
}

function take(name: EventName, data: string): void {
  const viewer = viewers.get(current);
  if (name === "hello") greet(viewer, JSON.parse(data).stream);
  viewer?.tell({ kind: "event", name, data });
}

/** A stream has begun; of a viewer that has left meanwhile it ends. */
function greet(viewer: Viewer | undefined, stream: string): void {
  if (viewer === undefined) return void end(stream);
  viewer.stream = stream;
  if (first !== viewer) return;
  first = null;
  for (const other of viewers.values()) if (other !== viewer) void add(other);
}

async function add(viewer: Viewer): Promise<void> {
  const { number, asked: { focus, since } } = viewer;
  const on = source;
  const [beside] = [...viewers.values()].flatMap(({ stream }) => stream ?? []);
  const answer = await post(`${EVENTS}/${beside}/viewers`, { viewer: number, focus, since });
  if (answer?.ok || viewers.get(number) !== viewer || source !== on) return;
  // 404: the connection is over, or the viewer beside it has just left.
  drop(viewer, answer !== null && answer.status !== 404);
}

async function post(url: string, body: unknown): Promise<Response | null> {
  const headers = { "content-type": "application/json" };
  try {
    return await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  } catch (error) {
    // The network is away.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** One window has its stream no more. */
function drop(viewer: Viewer, isRefused: boolean): void {
  viewer.tell({ kind: "lost", isRefused, since });
  viewer.stream = null;
  leave(viewer);
}

/** A window is gone, hidden, or looks for another stream. */
function leave(viewer: Viewer | null): void {
  if (viewer === null || !viewers.delete(viewer.number)) return;
  const [next] = viewers.values();
  if (next === undefined) close();
  else if (first === viewer) {
    close();
    connect(next);
  } else if (viewer.stream !== null) void end(viewer.stream);
}

async function end(stream: string): Promise<void> {
  try {
    await fetch(`${EVENTS}/${stream}`, { method: "DELETE" });
  } catch (error) {
    // It has ended with its connection.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** The connection is lost. */
function lose(isRefused: boolean): void {
  close();
  const lost = [...viewers.values()];
  viewers.clear();
  for (const { tell } of lost) tell({ kind: "lost", isRefused, since });
}

function close(): void {
  source?.close();
  source = null;
}
