INSERT INTO customer (email) VALUES ('eve@example.org');

SET @seen = 1;

INSERT INTO missing_table VALUES (1);
