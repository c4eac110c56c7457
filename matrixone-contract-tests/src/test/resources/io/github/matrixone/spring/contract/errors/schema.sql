CREATE TABLE IF NOT EXISTS parent (id INT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS part (id INT PRIMARY KEY, name VARCHAR(5) NOT NULL, serial_number INT, quantity INT, parent_id INT, UNIQUE KEY uq_serial (serial_number), CHECK (quantity < 100), FOREIGN KEY fk_parent (parent_id) REFERENCES parent (id));
