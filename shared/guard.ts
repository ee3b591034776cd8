/**
 * Guard: stands at every entry into an actor that the runtime calls (a socket's event, a port's message, a timer, what
 * goes on after a promise). What is thrown there would be an error of the whole worker, of which nobody knows whose it is.
 */

/** Makes of a callback one that is called for its actor alone: what it throws ends that actor, and after its end it does nothing. */
export type Guard = <Given = void>(act: (given: Given) => void) => (given: Given) => void;

/** For whoever is alone in its worker, or in a test: what is thrown is the runtime's to tell. */
export function unguarded<Given = void>(act: (given: Given) => void): (given: Given) => void {
  return act;
}
