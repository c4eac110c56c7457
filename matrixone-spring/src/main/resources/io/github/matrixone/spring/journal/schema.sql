CREATE TABLE IF NOT EXISTS matrixone_journal (
	entry_id VARCHAR(200) NOT NULL PRIMARY KEY,
	transaction_id VARCHAR(200) NOT NULL,
	position INT NOT NULL,
	kind VARCHAR(20) NOT NULL,
	command TEXT NOT NULL,
	table_id BIGINT UNSIGNED NOT NULL,
	created_at BIGINT NOT NULL,
	failure TEXT
);
