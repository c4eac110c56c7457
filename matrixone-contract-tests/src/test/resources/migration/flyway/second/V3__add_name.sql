ALTER TABLE customer ADD COLUMN name VARCHAR(50) DEFAULT 'unknown';

CREATE INDEX ix_name ON customer (name);

INSERT INTO customer (email, name) VALUES ('cat@example.org', 'Cat');
