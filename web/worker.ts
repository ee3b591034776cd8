/** The web server's worker: life cycle by run_actor, everything else in actor.ts. */
import "../shared/no_environment.ts";
import { runActor } from "../actors/run_actor.ts";
import type { WebArgs } from "../shared/protocol.ts";
import { startWeb } from "./actor.ts";

runActor<WebArgs>(startWeb);
