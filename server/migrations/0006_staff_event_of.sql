-- What somebody has done of late is asked before more is done: TANs and permits of a day.
DROP INDEX tans_issued;
CREATE INDEX staff_event_of ON staff_event (actor, what, at);
