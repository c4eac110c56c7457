CREATE TABLE line_seq (next_val BIGINT);
INSERT INTO line_seq VALUES (1);
CREATE TABLE many (id INT PRIMARY KEY, n INT);
INSERT INTO many SELECT result, 1 FROM generate_series(1, 200000) g;
