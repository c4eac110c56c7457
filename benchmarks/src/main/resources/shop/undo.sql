DELETE FROM movement WHERE id > 100;
UPDATE product SET stock = 1000000 WHERE id = 4711;
