-- The figures of a period read the events of that period. Events come nearly in the order of their instants, so a
-- summary per range of pages finds them: a few kilobytes, and hardly a cost to what is written.
create index events_at on events using brin (at);
