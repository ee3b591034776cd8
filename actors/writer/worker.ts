/** The writer's worker. */
import "../../shared/no_environment.ts";
import { runActor } from "../run_actor.ts";
import { createWriter } from "./actor.ts";

runActor(createWriter);
