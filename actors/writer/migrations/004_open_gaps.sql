-- A gap is written when it is noticed, and completed when the book is live again: until then, or if its
-- life of the actor ends before, how long there was no live book is not known.
ALTER TABLE gaps ALTER COLUMN duration_ms DROP NOT NULL;
