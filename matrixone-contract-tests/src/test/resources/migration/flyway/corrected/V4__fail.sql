CREATE TABLE half_done (id INT PRIMARY KEY);

INSERT INTO half_done VALUES (1);

INSERT INTO customer (email) VALUES ('dan@example.org');
