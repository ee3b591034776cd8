/**
 * Empties this worker's `process.env`, so that the database drivers work without any permission to
 * read the environment: `postgres` reads PG* and USER, and ioredis's `debug` lists all names. What an
 * operator sets reaches an actor by its arguments, and nothing but them. Import it before the drivers.
 */
import process from "node:process";

Object.defineProperty(process, "env", { value: {}, writable: true, configurable: true });
