-- By which columns a study was to be exported, and had nothing to tell: sets of names, one a line. Each "nothing" tells
-- something about every combination, so there are only so many of them.
ALTER TABLE study ADD COLUMN tried TEXT NOT NULL DEFAULT '';
