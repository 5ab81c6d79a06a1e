-- How many TANs somebody has issued on a day is asked with every request that issues some.
CREATE INDEX tans_issued ON staff_event (actor, at) WHERE what = 'tans-issued';
