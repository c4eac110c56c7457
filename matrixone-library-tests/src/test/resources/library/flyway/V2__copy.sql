INSERT INTO item VALUES (2, 'second');
CREATE TABLE copy CLONE item;
