CREATE TABLE line_seq (next_val BIGINT);
INSERT INTO line_seq VALUES (1);
CREATE TABLE many (id INT PRIMARY KEY, n INT);
INSERT INTO many SELECT result, 1 FROM generate_series(1, 200000) g;
CREATE TABLE visit (id INT PRIMARY KEY, page VARCHAR(20));
INSERT INTO visit VALUES (1, 'start'), (2, 'cart');
CREATE TABLE remark (text VARCHAR(20), day DATE);
INSERT INTO remark VALUES ('good', '2026-01-01'), ('good', '2026-01-01'), (NULL, NULL);
