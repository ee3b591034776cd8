/** What the handlers of the app find in their context. Types only. */

/** What comes with a request. */
export interface AppEnv {
  readonly Bindings: {
    /** The address at the other end of the connection. */
    readonly peer: string;
  };
}
