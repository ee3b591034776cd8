/// <reference lib="dom" />
/** Keeps the address and the route one. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { readRoute, type Route, routeText } from "./route.ts";

/** One per page. */
export class Router {
  readonly #route = signal(readRoute(location.hash));

  constructor() {
    addEventListener("hashchange", () => this.#route.value = readRoute(location.hash));
  }

  get route(): ReadonlySignal<Route> {
    return this.#route;
  }

  /** Leads there: the way back leads here again. */
  go(route: Route): void {
    location.hash = routeText(route);
  }

  /** Corrects where this is: what the address said leads nowhere any more. */
  replace(route: Route): void {
    history.replaceState(null, "", routeText(route));
    this.#route.value = route;
  }
}
