/**
 * How long a test waits for what must come (ms): what has not come by then never will. At load 20 to 40 a machine
 * of two cores takes a minute and a half to create an embedded database, which it does alone in five seconds.
 */
export const PATIENCE_MS = 240_000;
