CREATE TABLE IF NOT EXISTS account (id INT PRIMARY KEY, version INT, balance INT);
