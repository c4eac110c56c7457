CREATE TABLE line_seq (next_val BIGINT);
INSERT INTO line_seq VALUES (1);
