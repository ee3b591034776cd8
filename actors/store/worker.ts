/** The embedded store's worker. */
import { runActor } from "../run_actor.ts";
import { createStore } from "./actor.ts";

runActor(createStore);
