/** Whether this window calls when an alert fires: off until a person asks for it, and never said to be on where the browser does not let it. */
import type { JSX } from "preact";
import { useBound } from "../bound.ts";
import { audioState } from "../call_ways.ts";
import { permission } from "../calls.ts";
import { usePage } from "../context.ts";
import { NOTIFICATION, SOUND } from "../preferences.ts";

/** Two switches, and what is in their way. */
export function CallChoice(): JSX.Element {
  const { calls } = usePage();
  const { sound, notification } = calls.ways.value;
  const note = useBound(() => {
    const { sound, notification } = calls.ways.value;
    if (sound && audioState.value === "suspended") {
      return "The browser plays no tone before you have pressed something in this page.";
    }
    if (permission.value === "absent") {
      return "The browser notifies only of pages over HTTPS, or from this machine.";
    }
    if (permission.value === "denied") {
      return "Notifications of this page are forbidden in the browser's settings.";
    }
    return notification || sound
      ? "While this window is open: of what calls people, neither muted nor seen."
      : "";
  }, []);
  return (
    <div class="call-choice" role="group" aria-label="Calls of this window">
      <span class="muted note" data-testid="call-note">{note}</span>
      <button
        type="button"
        class="round"
        aria-pressed={sound}
        data-testid="call-sound"
        onClick={() => {
          SOUND.chosen.value = sound ? "off" : "on";
          if (!sound) calls.ring();
        }}
      >
        Sound {sound ? "on" : "off"}
      </button>
      <button
        type="button"
        class="round"
        aria-pressed={notification}
        data-testid="call-notification"
        disabled={permission.value === "absent" || permission.value === "denied"}
        onClick={() => {
          if (notification) NOTIFICATION.chosen.value = "off";
          else void calls.ask();
        }}
      >
        Notifications {notification ? "on" : "off"}
      </button>
    </div>
  );
}
