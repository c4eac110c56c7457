INSERT INTO product (name, stock) VALUES ('apple', 10), ('pear', 20);
