CREATE TABLE IF NOT EXISTS matrixone_branch_note (
	kind VARCHAR(20) NOT NULL,
	branch_id BIGINT UNSIGNED NOT NULL,
	branch VARCHAR(200) NOT NULL,
	owner VARCHAR(200) NOT NULL,
	note TEXT NOT NULL,
	keep_until BIGINT,
	PRIMARY KEY (kind, branch_id)
);
