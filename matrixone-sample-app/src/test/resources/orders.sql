INSERT INTO customer (id, name, email) VALUES (1, 'Ada Lovelace', 'ada@example.com');
INSERT INTO product (id, version, sku, name, price, stock) VALUES (1, 0, 'pencil', 'Pencil', 1.20, 60);
INSERT INTO product (id, version, sku, name, price, stock) VALUES (2, 0, 'notebook', 'Notebook', 3.50, 25);
