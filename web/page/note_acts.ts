/** What a person does to the name of a metric, as far as its note cares. */
export type NoteAct = "rest" | "leave" | "open" | "close" | "toggle";
