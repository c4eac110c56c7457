INSERT INTO customer (email) VALUES ('ann@example.org'), ('bob@example.org');
