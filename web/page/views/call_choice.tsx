/** Whether this window calls when an alert fires: off until a person asks for it, and never said to be on where the browser does not let it. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useBound } from "../bound.ts";
import { audioState } from "../call_ways.ts";
import { permission } from "../calls.ts";
import { usePage } from "../context.ts";
import { NOTIFICATION, SOUND } from "../preferences.ts";

/** Two switches, and what is in their way. */
export function CallChoice(): JSX.Element {
  const { calls, shown: { connection } } = usePage();
  const { sound, notification } = calls.ways.value;
  const { isMissing } = calls;
  useEffect(() => calls.prepare(), []);
  const note = useBound(() => {
    const { sound, notification } = calls.ways.value;
    const isOn = sound || notification;
    if (isOn && isMissing.value) {
      return "Nobody is called: the part that does it could not be loaded. Load the page anew.";
    }
    if (isOn && connection.value.kind !== "open") {
      return "Nobody is called while this page has no connection: it hears of no alert.";
    }
    if (sound && audioState.value === "suspended") {
      return "The browser plays no tone before you have pressed something in this page.";
    }
    if (permission.value === "absent") {
      return "The browser notifies only of pages over HTTPS, or from this machine.";
    }
    if (permission.value === "denied") {
      return "Notifications of this page are forbidden in the browser's settings.";
    }
    return isOn ? "While this window is open: of what calls people, neither muted nor seen." : "";
  }, []);
  const isSounding = sound && !isMissing.value;
  const isNotifying = notification && !isMissing.value;
  return (
    <div class="call-choice" role="group" aria-label="Calls of this window">
      <span class="muted note" data-testid="call-note">{note}</span>
      <button
        type="button"
        class="round"
        aria-pressed={isSounding}
        data-testid="call-sound"
        disabled={isMissing.value}
        onClick={() => {
          SOUND.chosen.value = sound ? "off" : "on";
          if (!sound) calls.ring();
        }}
      >
        Sound {isSounding ? "on" : "off"}
      </button>
      <button
        type="button"
        class="round"
        aria-pressed={isNotifying}
        data-testid="call-notification"
        disabled={isMissing.value || permission.value === "absent" || permission.value === "denied"}
        onClick={() => {
          if (notification) NOTIFICATION.chosen.value = "off";
          else void calls.ask();
        }}
      >
        Notifications {isNotifying ? "on" : "off"}
      </button>
    </div>
  );
}
