/// <reference lib="dom" />
/** How this window calls whoever has it open when an alert fires: what was chosen, and what the browser lets it do. */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { AlertEvent } from "../../shared/output.ts";
import type { CallWays } from "./call_ways.ts";
import type { Caller } from "./caller.ts";
import { NOTIFICATION, SOUND } from "./preferences.ts";

/** What the browser says of notifications; `absent`: it has none here, as on a page that comes without TLS from another machine. */
export type Permission = NotificationPermission | "absent";

const permissionSignal = signal<Permission>(permissionNow());
/** It may be taken back at any time. */
export const permission: ReadonlySignal<Permission> = permissionSignal;

/** One per page; nothing is loaded while neither way is wanted. */
export class Calls {
  readonly ways: ReadonlySignal<CallWays> = computed(() => ({
    sound: SOUND.chosen.value === "on",
    notification: NOTIFICATION.chosen.value === "on" && permission.value === "granted",
  }));
  /** Whether anybody is to be called: then this window must hear of alerts when it is hidden too. */
  readonly isOn: ReadonlySignal<boolean> = computed(() =>
    this.ways.value.sound || this.ways.value.notification
  );
  /** Whether what calls could not be loaded, as when the monitor is of another version than this page. */
  readonly isMissing: ReadonlySignal<boolean>;
  readonly #isMissing = signal(false);
  readonly #serverNow: () => number;
  #caller: Promise<Caller | null> | null = null;

  constructor(serverNow: () => number) {
    this.isMissing = this.#isMissing;
    this.#serverNow = serverNow;
    watchPermission();
    effect(() => {
      if (!this.isOn.value) return;
      const caller = this.#begin();
      if (this.ways.value.sound) void caller.then((one) => one?.listen());
    });
  }

  /** A revision of an episode. */
  take(alert: AlertEvent): void {
    if (this.isOn.peek()) void this.#begin().then((caller) => caller?.take(alert));
  }

  /** Tries again to load what calls, where that is wanted and has failed. */
  prepare(): void {
    if (this.isOn.peek()) void this.#begin();
  }

  /** A tone, for who asks how it sounds. */
  ring(): void {
    void this.#begin().then((caller) => caller?.ring("warning"));
  }

  /** Asks the person whether the browser may notify them; only when they have pressed something that says so. */
  async ask(): Promise<void> {
    if (permission.peek() !== "absent") {
      permissionSignal.value = await Notification.requestPermission();
    }
    if (permission.peek() === "granted") NOTIFICATION.chosen.value = "on";
  }

  #begin(): Promise<Caller | null> {
    this.#caller ??= import("./caller.ts").then(
      ({ Caller }) => {
        this.#isMissing.value = false;
        return new Caller(this.#serverNow, () => this.ways.peek());
      },
      () => {
        // Another version of the monitor has other parts; tried again with the next alert.
        this.#caller = null;
        this.#isMissing.value = true;
        return null;
      },
    );
    return this.#caller;
  }
}

function permissionNow(): Permission {
  return typeof Notification === "undefined" ? "absent" : Notification.permission;
}

function watchPermission(): void {
  const look = () => permissionSignal.value = permissionNow();
  document.addEventListener("visibilitychange", look);
  void navigator.permissions?.query({ name: "notifications" })
    .then((status) => status.addEventListener("change", look)).catch(() => {});
}
