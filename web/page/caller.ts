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

/** What was told of alerts. */
interface Heard {
  readonly news: CallNews;
  /** The server's clock when the first was told, carried on by the time that passes: a clock that is set makes no call late. */
  readonly now: () => number;
}

/** From now on. */
export class Caller {
  readonly #serverNow: () => number;
  readonly #ways: () => CallWays;
  /** By the clock that nobody sets. */
  readonly #beganMs = performance.now();
  /** `null`: nothing has been told yet. */
  #heard: Heard | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #audio: AudioContext | null = null;

  constructor(serverNow: () => number, ways: () => CallWays) {
    this.#serverNow = serverNow;
    this.#ways = ways;
  }

  /** A revision of an episode. */
  take(alert: AlertEvent): void {
    const heard = this.#heard ??= this.#begin();
    heard.news.take(alert, heard.now());
    this.#wait(heard);
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

  /** Before the stream's first word nobody knows the server's clock: this window may have begun when its own was taken for it. */
  #begin(): Heard {
    const aheadMs = this.#serverNow() - performance.now();
    const now = () => aheadMs + performance.now();
    return { news: new CallNews(aheadMs + this.#beganMs), now };
  }

  #wait(heard: Heard): void {
    clearTimeout(this.#timer);
    const { nextMs } = heard.news;
    if (nextMs === null) return;
    this.#timer = setTimeout(() => this.#call(heard), Math.max(0, nextMs - heard.now()));
  }

  #call(heard: Heard): void {
    for (const call of heard.news.due(heard.now())) {
      const { sound, notification } = this.#ways();
      if (sound) this.ring(call.severity);
      if (notification) notify(call);
    }
    this.#wait(heard);
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
