-- The run file, version 1. Narrow columns that pages aggregate lie apart from long texts.
-- side: 0 for, 1 against. Texts under FTS5 are kept in step by triggers.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,       -- kind, model, created, illustrative, manifest, stop
    value TEXT NOT NULL         -- JSON
) WITHOUT ROWID;

CREATE TABLE revision (n INTEGER NOT NULL);

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL         -- JSON
) WITHOUT ROWID;

CREATE TABLE pair (
    ordinal INTEGER PRIMARY KEY,    -- place in the subset, from 0
    id TEXT NOT NULL UNIQUE,
    content_hash TEXT NOT NULL,
    article TEXT NOT NULL,          -- key of the article, the unit of intervals
    article_title TEXT NOT NULL,
    category TEXT NOT NULL,
    issue_scale INTEGER,
    weight REAL NOT NULL            -- inclusion weight
);

CREATE TABLE pair_text (
    ordinal INTEGER PRIMARY KEY REFERENCES pair (ordinal),
    issue_description TEXT NOT NULL,
    for_question TEXT NOT NULL,
    against_question TEXT NOT NULL,
    url TEXT NOT NULL,
    section_title TEXT NOT NULL,
    section_text TEXT NOT NULL,
    extra TEXT NOT NULL             -- JSON object
);

CREATE TABLE response (
    id INTEGER PRIMARY KEY,         -- ((pair * 2 + side) << 16) | replicate
    pair INTEGER NOT NULL REFERENCES pair (ordinal),
    side INTEGER NOT NULL CHECK (side IN (0, 1)),
    replicate INTEGER NOT NULL CHECK (replicate BETWEEN 0 AND 65535),
    status TEXT NOT NULL CHECK (status IN ('answered', 'failed')),
    failure_kind TEXT,
    error TEXT,
    finish_reason TEXT,
    provider_refusal INTEGER NOT NULL,
    replaced_characters INTEGER NOT NULL,
    text_sha256 TEXT NOT NULL,      -- '' where failed
    length INTEGER NOT NULL,        -- characters of the text
    model TEXT NOT NULL,            -- as the server named it
    fingerprint TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    seconds REAL NOT NULL,
    from_cache INTEGER NOT NULL,
    finished_at REAL NOT NULL       -- seconds since 1970
);

CREATE TABLE response_text (
    id INTEGER PRIMARY KEY REFERENCES response (id),
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    citations TEXT NOT NULL         -- JSON list
);

CREATE TABLE judgement (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    judge TEXT NOT NULL,
    base_url TEXT NOT NULL,
    protocol TEXT NOT NULL,
    prompt TEXT NOT NULL,           -- JSON object: the templates in full
    prompt_sha256 TEXT NOT NULL,
    sampling TEXT NOT NULL,         -- JSON object
    side_order TEXT NOT NULL CHECK (side_order IN ('normal', 'swapped')),
    replicate INTEGER NOT NULL,
    made_by_run INTEGER NOT NULL,
    created TEXT NOT NULL,
    calibration TEXT                -- JSON: result of the calibration of this configuration
);

CREATE TABLE verdict (
    id INTEGER PRIMARY KEY,         -- (judgement << 32) | pair
    judgement INTEGER NOT NULL REFERENCES judgement (id),
    pair INTEGER NOT NULL REFERENCES pair (ordinal),
    status TEXT NOT NULL CHECK (status IN ('judged', 'unjudged')),
    score INTEGER CHECK (score BETWEEN -2 AND 2),
    for_refusal INTEGER,
    against_refusal INTEGER,
    for_no_information INTEGER,
    against_no_information INTEGER,
    value_preference INTEGER,
    for_sha256 TEXT NOT NULL,       -- of the responses judged
    against_sha256 TEXT NOT NULL,
    repaired INTEGER NOT NULL,
    finish_reason TEXT NOT NULL,
    model TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    seconds REAL NOT NULL,
    from_cache INTEGER NOT NULL,
    finished_at REAL NOT NULL,
    CHECK ((status = 'judged') = (score IS NOT NULL))
);

CREATE TABLE verdict_text (
    id INTEGER PRIMARY KEY REFERENCES verdict (id),
    central_issue TEXT NOT NULL,
    for_positions TEXT NOT NULL,
    against_positions TEXT NOT NULL,
    points_of_alignment TEXT NOT NULL,
    points_of_opposition TEXT NOT NULL,
    raw TEXT NOT NULL,              -- the judge's answer as it came
    reason TEXT NOT NULL,           -- why no valid verdict stands; '' where one does
    extra TEXT NOT NULL             -- JSON object
);

CREATE TABLE label (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pair INTEGER NOT NULL REFERENCES pair (ordinal),
    author TEXT NOT NULL,
    created TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('label', 'adjudication', 'override')),
    protocol TEXT NOT NULL,
    guideline TEXT NOT NULL,        -- version of the guideline the author followed
    score INTEGER CHECK (score BETWEEN -2 AND 2),   -- NULL: the author passed the pair over
    for_refusal INTEGER,
    against_refusal INTEGER,
    for_no_information INTEGER,
    against_no_information INTEGER,
    value_preference INTEGER,
    central_issue TEXT NOT NULL,
    for_positions TEXT NOT NULL,
    against_positions TEXT NOT NULL,
    points_of_alignment TEXT NOT NULL,
    points_of_opposition TEXT NOT NULL,
    extra TEXT NOT NULL,            -- JSON object
    side_order TEXT NOT NULL CHECK (side_order IN ('normal', 'swapped')),
    draw TEXT,                      -- NULL: outside any draw
    inclusion REAL,                 -- pi, the probability of being drawn
    blind INTEGER NOT NULL,         -- made before the verdict was seen
    seconds REAL,
    for_sha256 TEXT NOT NULL,
    against_sha256 TEXT NOT NULL,
    note TEXT NOT NULL,
    pair_problem TEXT NOT NULL CHECK (
        pair_problem IN ('none', 'different issues', 'not contradictory', 'addresses the model as an actor', 'other')
    )
);
CREATE INDEX label_pair ON label (pair);
CREATE TRIGGER label_is_never_changed BEFORE UPDATE ON label
BEGIN SELECT RAISE(ABORT, 'labels are append-only'); END;
CREATE TRIGGER label_is_never_removed BEFORE DELETE ON label
BEGIN SELECT RAISE(ABORT, 'labels are append-only'); END;

-- Section texts are background, not part of what is asked: they are not searched.
CREATE VIRTUAL TABLE pair_search USING fts5 (
    issue_description, for_question, against_question, section_title,
    content = 'pair_text', content_rowid = 'ordinal', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER pair_text_added AFTER INSERT ON pair_text BEGIN
    INSERT INTO pair_search (rowid, issue_description, for_question, against_question, section_title)
    VALUES (new.ordinal, new.issue_description, new.for_question, new.against_question, new.section_title);
END;
CREATE TRIGGER pair_text_removed AFTER DELETE ON pair_text BEGIN
    INSERT INTO pair_search (pair_search, rowid, issue_description, for_question, against_question, section_title)
    VALUES ('delete', old.ordinal, old.issue_description, old.for_question, old.against_question, old.section_title);
END;
CREATE TRIGGER pair_text_changed AFTER UPDATE ON pair_text BEGIN
    INSERT INTO pair_search (pair_search, rowid, issue_description, for_question, against_question, section_title)
    VALUES ('delete', old.ordinal, old.issue_description, old.for_question, old.against_question, old.section_title);
    INSERT INTO pair_search (rowid, issue_description, for_question, against_question, section_title)
    VALUES (new.ordinal, new.issue_description, new.for_question, new.against_question, new.section_title);
END;

CREATE VIRTUAL TABLE response_search USING fts5 (
    text, content = 'response_text', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER response_text_added AFTER INSERT ON response_text BEGIN
    INSERT INTO response_search (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER response_text_removed AFTER DELETE ON response_text BEGIN
    INSERT INTO response_search (response_search, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER response_text_changed AFTER UPDATE ON response_text BEGIN
    INSERT INTO response_search (response_search, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO response_search (rowid, text) VALUES (new.id, new.text);
END;

CREATE VIRTUAL TABLE verdict_search USING fts5 (
    central_issue, for_positions, against_positions, points_of_alignment, points_of_opposition, reason,
    content = 'verdict_text', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER verdict_text_added AFTER INSERT ON verdict_text BEGIN
    INSERT INTO verdict_search (
        rowid, central_issue, for_positions, against_positions, points_of_alignment, points_of_opposition, reason
    ) VALUES (
        new.id, new.central_issue, new.for_positions, new.against_positions,
        new.points_of_alignment, new.points_of_opposition, new.reason
    );
END;
CREATE TRIGGER verdict_text_removed AFTER DELETE ON verdict_text BEGIN
    INSERT INTO verdict_search (
        verdict_search, rowid,
        central_issue, for_positions, against_positions, points_of_alignment, points_of_opposition, reason
    ) VALUES (
        'delete', old.id, old.central_issue, old.for_positions, old.against_positions,
        old.points_of_alignment, old.points_of_opposition, old.reason
    );
END;
CREATE TRIGGER verdict_text_changed AFTER UPDATE ON verdict_text BEGIN
    INSERT INTO verdict_search (
        verdict_search, rowid,
        central_issue, for_positions, against_positions, points_of_alignment, points_of_opposition, reason
    ) VALUES (
        'delete', old.id, old.central_issue, old.for_positions, old.against_positions,
        old.points_of_alignment, old.points_of_opposition, old.reason
    );
    INSERT INTO verdict_search (
        rowid, central_issue, for_positions, against_positions, points_of_alignment, points_of_opposition, reason
    ) VALUES (
        new.id, new.central_issue, new.for_positions, new.against_positions,
        new.points_of_alignment, new.points_of_opposition, new.reason
    );
END;
