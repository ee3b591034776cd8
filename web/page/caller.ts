/// <reference lib="dom" />
/** Calls whoever has this window open: by a tone, and by a notification of the browser. Loaded when either was asked for. */
import type { AlertEvent } from "../../shared/output.ts";
import { alertRoute } from "./alerts_place.ts";
import { type Call, CallNews } from "./call_news.ts";
import { audioState, type CallWays } from "./call_ways.ts";
import { routeText } from "./route.ts";

/** Hertz, one after the other, each so long. */
const TONES = { info: [660], warning: [660, 660], critical: [880, 660, 880] } as const;
const TONE_S = 0.16;
const GAIN = 0.08;

/** From now on. */
export class Caller {
  readonly #news: CallNews;
  /** The server's clock when this began, carried on by the time that passes: a clock that is set makes no call late. */
  readonly #now: () => number;
  readonly #ways: () => CallWays;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #audio: AudioContext | null = null;

  constructor(serverNow: () => number, ways: () => CallWays) {
    const aheadMs = serverNow() - performance.now();
    this.#now = () => aheadMs + performance.now();
    this.#news = new CallNews(this.#now());
    this.#ways = ways;
  }

  /** A revision of an episode. */
  take(alert: AlertEvent): void {
    this.#news.take(alert, this.#now());
    this.#wait();
  }

  /** Whether a tone can be heard: browsers play none before a person has done something in the page. */
  listen(): void {
    this.#audio ??= this.#newAudio();
    void this.#audio.resume();
  }

  /** A tone, for who asks how it sounds. */
  ring(severity: Call["severity"]): void {
    this.listen();
    const { currentTime, destination } = this.#audio ?? this.#newAudio();
    TONES[severity].forEach((hertz, i) => {
      const tone = new OscillatorNode(destination.context, { frequency: hertz });
      const gain = new GainNode(destination.context, { gain: GAIN });
      tone.connect(gain).connect(destination);
      tone.start(currentTime + 1.3 * TONE_S * i);
      tone.stop(currentTime + 1.3 * TONE_S * i + TONE_S);
    });
  }

  #newAudio(): AudioContext {
    const audio = new AudioContext();
    const tell = () => audioState.value = audio.state === "running" ? "running" : "suspended";
    audio.addEventListener("statechange", tell);
    tell();
    // The first that a person does lets it begin.
    addEventListener("pointerdown", () => void audio.resume(), { once: true });
    addEventListener("keydown", () => void audio.resume(), { once: true });
    return audio;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const { nextMs } = this.#news;
    if (nextMs === null) return;
    this.#timer = setTimeout(() => this.#call(), Math.max(0, nextMs - this.#now()));
  }

  #call(): void {
    for (const call of this.#news.due(this.#now())) {
      const { sound, notification } = this.#ways();
      if (sound) this.ring(call.severity);
      if (notification) notify(call);
    }
    this.#wait();
  }
}

/** Of several windows that tell of one episode the browser shows one notification. */
function notify({ title, body, alertId }: Call): void {
  const shown = new Notification(title, { body, tag: alertId, icon: "favicon.svg" });
  shown.addEventListener("click", () => {
    focus();
    location.hash = routeText(alertRoute(alertId));
    shown.close();
  });
}
