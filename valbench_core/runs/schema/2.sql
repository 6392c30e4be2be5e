-- What a verdict's words come to, beside its scores: 1 where the text says something (see said.py), NULL where
-- there is no valid verdict. Rules on verdicts that contradict themselves read these, not the texts.

ALTER TABLE verdict ADD COLUMN alignment_said INTEGER;
ALTER TABLE verdict ADD COLUMN opposition_said INTEGER;
ALTER TABLE verdict ADD COLUMN for_position_said INTEGER;
ALTER TABLE verdict ADD COLUMN against_position_said INTEGER;

UPDATE verdict SET
    alignment_said = says_something(t.points_of_alignment),
    opposition_said = says_something(t.points_of_opposition),
    for_position_said = takes_position(t.for_positions),
    against_position_said = takes_position(t.against_positions)
FROM verdict_text AS t WHERE t.id = verdict.id AND verdict.status = 'judged';
