-- What a decoy leaves: nothing but that something was written, so that its answer waits for the disk as a report's does.
CREATE TABLE decoy (turned INTEGER NOT NULL) STRICT;
INSERT INTO decoy (turned) VALUES (0);
