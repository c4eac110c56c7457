RENAME TABLE purchase TO orders;
